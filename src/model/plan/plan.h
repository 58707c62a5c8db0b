/**
 * @file plan.h  Ledger × migration files = what one target has to do next.
 *
 * A plan is for the ledger as it was read, and is made anew whenever that is read again; the claim
 * of each migration says whether it still held. Where the two do not fit together nothing is run,
 * also nothing of what would fit: what went wrong before decides what is right now.
 *
 * Layer: model. Pure.
 */
#ifndef PGM_MODEL_PLAN_PLAN_H
#define PGM_MODEL_PLAN_PLAN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "model/files/migrations.h"
#include "model/plan/finding.h"
#include "model/plan/ledger_row.h"
#include "model/plan/tool.h"
#include "pgmarch/options.h"

/** What is asked of every target. */
typedef struct pgm__plan_request {
    pgm_command command;
    const char *to;  /* version as pgm__migrations_find() takes it, already checked; or NULL */
    bool everything; /* down: all that is applied */
    bool out_of_order;
    pgm__tool tool; /* adopt */
    /* repair, see pgm_options: */
    size_t ran;
    size_t not_run;
    bool forget;
    const char *only; /* the migration it is about, or NULL */
} pgm__plan_request;

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
 *    one whose file has another name now is no reason to stop;
 *    it comes after all others, is never EDITED, never rolled back, and says nothing about how new
 *    a target is.
 *  - down: the newest applied version, by version order (applied_at is not to be trusted: other
 *    programs write it in other time zones); with `to`, all applied versions newer than `to`,
 *    newest first; with `everything`, all. Without a file or a way down: finding NO_DOWN_FILE,
 * stops; of several, the newest, because so far one can get.
 *  - DOWN_REFUSED: the way down is there and cannot be run. Stops down as NO_DOWN_FILE does; for up
 *    it is told of what is to be applied, and stops nothing.
 *  - status: no steps; findings never stop.
 *  - EDITED: a row has a checksum and it differs from the up file's. Stops up and down.
 *  - PARTIAL: stops up and down.
 *  - RENAMED: a row without an exact file, but a file has the same number. Stops up and down; the
 *    file is then not pending.
 *  - RENUMBERED: a row without an exact file, but the row's content is that of a file of another
 *    number (moves.h). Stops up and down; the file is then not pending, but where several may be
 *    it.
 *  - AHEAD: a row without a file, newer than every file. Stops up; for down it stops too (there is
 *    no down file). MISSING_FILE: a row without a file, not newer than every file: does not stop.
 *  - NO_UP_FILE: a migration has only a down file. Stops up where it is not applied and not beyond
 *    `to`; where it is applied it can still be rolled back, and is told of.
 *  - PAST: up with `to`, and the newest applied version, which has a file, is newer. Does not stop.
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
