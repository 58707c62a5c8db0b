/**
 * @file edits.h  Changes of a ledger that run no migration: baseline, repair, adopt.
 *
 * What plan.h is for up and down, this is for them: ledger × migration files (× another tool's
 * table) = the rows to write, correct or remove, or the reason not to.
 *
 * Layer: model. Pure.
 */
#ifndef PGM_MODEL_EDITS_H
#define PGM_MODEL_EDITS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "model/migrations.h"
#include "model/plan.h"
#include "model/tool.h"

typedef enum pgm__edit_kind {
    PGM__EDIT_INSERT,   /* a row for a migration that is not run */
    PGM__EDIT_CHECKSUM, /* the row gets the checksum that the file has now */
    PGM__EDIT_DELETE,   /* the row of a run that never ended goes */
    PGM__EDIT_FORGET    /* a row of pgmarch_progress goes */
} pgm__edit_kind;

/** One change. The strings are copies in the arena, the migration is borrowed. */
typedef struct pgm__edit {
    pgm__edit_kind kind;
    const char *version;
    const pgm__migration *migration; /* INSERT, CHECKSUM */
    const char *applied_at;          /* INSERT: NULL = now */
    const char *was;                 /* CHECKSUM: the row's until now, or NULL = it has none */
    const char *run_id;              /* DELETE, FORGET: as it was read */
    bool down;                       /* FORGET: the rest likewise */
    size_t statement;
    bool running;
    const char *text; /* CHECKSUM, DELETE, FORGET: what is done, in words */
} pgm__edit;

typedef struct pgm__edits {
    const pgm__edit *items; /* in version order */
    size_t count;
    bool fresh; /* only right while the ledger is empty */
    /* When it must not be done; then there are no items: */
    const char *refusal; /* or NULL */
    const char *hint;
    const char *version; /* the first in question, or NULL */
} pgm__edits;

/** Everything a target has to say. */
typedef struct pgm__edits_input {
    const pgm__migrations *migrations;
    const pgm__plan_request *request; /* command, to, tool */
    const char *run_id;               /* rows that carry it were written by this very run */
    const pgm__ledger_row *rows;
    size_t row_count;
    const pgm__progress_row *progress;
    size_t progress_count;
    const pgm__foreign_row *foreign; /* adopt: in their own order */
    size_t foreign_count;
} pgm__edits_input;

/**
 * Decides what is to be changed. Rules (each is a test):
 *  - baseline: a row for every migration up to and including `to` that has an up file.
 *  - adopt: a row for every migration that the other tool has applied, with its time where it is
 *    known. A row of theirs that began and never ended, or that no file stands for, refuses all;
 * and so does a number that several files have, where the other tool knows numbers only.
 *  - baseline and adopt refuse a ledger that has rows, naming the first, and one beside which a
 *    migration is half done. Rows that this very run wrote mean that nothing is left to do.
 *  - A repeatable migration is in none of these: up runs it, whatever was before.
 *  - repair: a row whose checksum is not that of its file, or that has none, gets the file's; the
 *    rows of runs that never ended are removed, in the ledger and in pgmarch_progress.
 *
 * @param arena  Owns all that `out` points to, but for the migrations.
 * @return PGM_OK (also for a refusal), PGM_ENOMEM, PGM_EINTERNAL (another command).
 */
PGM_MUST_CHECK pgm_status pgm__edits_make(pgm__arena *arena, pgm__edits *out,
                                          const pgm__edits_input *input, pgm_error *err);

/** Is it one of the commands that this file is about? */
bool pgm__edits_is_for(pgm_command command);

#endif
