/**
 * @file edit.h  One change of a ledger, all of a target's, and what they are made of.
 *
 * Layer: model. Pure.
 */
#ifndef PGM_MODEL_PLAN_EDIT_H
#define PGM_MODEL_PLAN_EDIT_H

#include <stdbool.h>
#include <stddef.h>

#include "model/files/migrations.h"
#include "model/plan/ledger_row.h"
#include "model/plan/plan.h"
#include "model/plan/tool.h"

typedef enum pgm__edit_kind {
    PGM__EDIT_INSERT,   /* a row for a migration that is not run */
    PGM__EDIT_CHECKSUM, /* the row gets the checksum that the file has now */
    PGM__EDIT_MOVE,     /* the row becomes that of another file: version, name and checksum */
    PGM__EDIT_DELETE,   /* the row of a run that never ended goes */
    PGM__EDIT_DROP,     /* the row of a migration goes that another row stands for */
    PGM__EDIT_FORGET,   /* a row of pgmarch_progress goes */
    PGM__EDIT_SETTLE    /* the statement that is in doubt there ran, or did not */
} pgm__edit_kind;

/**
 * One change. The strings are copies in the arena, the migration is borrowed.
 *
 * It says what was read as well as what is to be: the SQL (pg/exchange/edit.h) writes it only where
 * the row is still that one, so that another run's work in between is not undone.
 */
typedef struct pgm__edit {
    pgm__edit_kind kind;
    const char *version;
    const pgm__migration *migration; /* INSERT, CHECKSUM, MOVE */
    const char *applied_at;          /* INSERT: NULL = now */
    const char *was;    /* CHECKSUM, MOVE, DROP: the row's until now, or NULL = it has none */
    const char *run_id; /* DELETE, FORGET, SETTLE: as it was read */
    bool ran;           /* SETTLE: it did */
    bool down;          /* FORGET, SETTLE: the rest likewise */
    size_t statement;
    bool running;
    const char *text; /* all but INSERT: what is done, in words */
} pgm__edit;

typedef struct pgm__edits {
    const pgm__edit *items; /* in version order */
    size_t count;
    bool fresh; /* only right while the ledger is empty */
    /* When it must not be done; then there are no items: */
    const char *refusal; /* or NULL */
    const char *hint;
    const char *version; /* the first in question, or NULL */
    const char *note;    /* repair: what was meant is not here, but something like it; or NULL */
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

#endif
