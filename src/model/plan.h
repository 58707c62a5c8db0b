/**
 * @file plan.h  Ledger × migration files = what one target has to do next.
 *
 * Layer: model. Pure.
 */
#ifndef PGM_MODEL_PLAN_H
#define PGM_MODEL_PLAN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "model/migrations.h"
#include "model/tool.h"
#include "pgmarch/pgmarch.h"

/** One row of schema_migrations; absent values are NULL. */
typedef struct pgm__ledger_row {
    const char *version;
    const char *applied_at; /* "2023-11-06 12:00:00" */
    const char *checksum;   /* of the up file, lower-case hex */
    const char *run_id;
    bool partial; /* written by us, and its migration never ended (the guard did not run) */
} pgm__ledger_row;

/** A non-transactional migration that began and has not ended: a row of pgmarch_progress. */
typedef struct pgm__progress_row {
    const char *version;
    bool down;
    size_t statement;     /* those before it are done */
    bool running;         /* it was about to run: it may or may not have run */
    const char *checksum; /* of the file, when it began */
    const char *run_id;
} pgm__progress_row;

/** What is asked of every target. */
typedef struct pgm__plan_request {
    pgm_command command;
    const char *to; /* version as pgm__migrations_find() takes it, already checked; or NULL */
    bool out_of_order;
    pgm__tool tool; /* adopt */
} pgm__plan_request;

/** Why a plan must not be carried out, or what to tell about it. */
#define PGM__FINDING_MAP(XX)                                                                       \
    XX(EDITED, "an applied migration's file was edited")                                           \
    XX(PARTIAL, "a migration began and its end was never recorded")                                \
    XX(AHEAD, "the target has a newer migration than this folder")                                 \
    XX(RENAMED, "an applied migration's file has another name now")                                \
    XX(OUT_OF_ORDER, "a pending migration is older than the newest applied one")                   \
    XX(MISSING_FILE, "an applied migration's file is gone")                                        \
    XX(NO_DOWN_FILE, "there is no down file")

typedef enum pgm__finding_kind {
#define XX(name, text) PGM__FINDING_##name,
    PGM__FINDING_MAP(XX)
#undef XX
} pgm__finding_kind;

typedef struct pgm__finding {
    pgm__finding_kind kind;
    bool stops;          /* the plan must not be carried out */
    const char *version; /* borrowed from row or migration */
    const char *file;    /* path of the file in question, or NULL */
    const char *message; /* whole sentence, with both checksums where that is the point */
    const char *hint;    /* what to do next */
} pgm__finding;

/** One step: apply (or roll back) this migration. */
typedef struct pgm__plan {
    const size_t *steps; /* indices into the migrations; for down, newest first */
    size_t step_count;
    const size_t *pending; /* all that is not applied, in order, whatever the command */
    size_t pending_count;
    const pgm__finding *findings; /* stopping ones first */
    size_t finding_count;
    bool stopped; /* there is a stopping finding; the steps must not be carried out */
} pgm__plan;

/**
 * Makes the plan. Rules (each is a test):
 *  - up: every migration with an up file whose version is not in the ledger, in order, up to and
 *    including `to`.
 *  - a repeatable migration is pending when it has no row, or its file's checksum is not the row's;
 *    it comes after all others, is never EDITED, never rolled back, and says nothing about how new
 *    a target is.
 *  - down: the newest applied version, by version order (applied_at is not to be trusted: other
 *    programs write it in other time zones); with `to`, all applied versions newer than `to`,
 *    newest first. Without a file or down file: finding NO_DOWN_FILE, stops.
 *  - status: no steps; findings never stop.
 *  - EDITED: a row has a checksum and it differs from the up file's. Stops up and down.
 *  - PARTIAL: stops up and down.
 *  - RENAMED: a row without an exact file, but a file has the same number. Stops up and down; the
 *    file is then not pending.
 *  - AHEAD: a row without a file, newer than every file. Stops up; for down it stops too (there is
 *    no down file). MISSING_FILE: a row without a file, not newer than every file: does not stop.
 *  - OUT_OF_ORDER: a pending migration older than the newest applied version. Stops up unless
 *    request->out_of_order. A plain bootstrap file (number zero) is never out of order.
 *
 * @param arena  Owns all that the plan points to, but for what it borrows from rows and migrations.
 * @return PGM_OK or PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__plan_make(pgm__arena *arena, pgm__plan *out,
                                         const pgm__migrations *migrations,
                                         const pgm__ledger_row *rows, size_t row_count,
                                         const pgm__plan_request *request, pgm_error *err);

#endif
