/**
 * @file script_remarks.h  A script's comments, while its statements are gone through: what they ask
 * for, and what must not be run because of them.
 *
 * A head is refused only when a statement stands below it: the same words at the end of a file are
 * a remark, and do no harm.
 *
 * Layer: model, inside of script.c. Pure; linear time.
 */
#ifndef PGM_MODEL_FILES_SCRIPT_REMARKS_H
#define PGM_MODEL_FILES_SCRIPT_REMARKS_H

#include <stdbool.h>
#include <stddef.h>

#include "model/files/section_heads.h"
#include "model/sql/scanner.h"
#include "pgmarch/error.h"

typedef struct pgm__remarks {
    const char *path; /* for messages */
    const char *text; /* of the script, borrowed */
    size_t len;
    bool verify;          /* all that it does is undone: no head can harm */
    bool down;            /* heads of a way down are in their place */
    bool paired;          /* the way down is another file: heads with a title are remarks */
    bool ours;            /* "pgmarch" is somewhere in the text */
    bool alone;           /* -- pgmarch: no-transaction was met */
    bool begun;           /* a statement was met */
    bool worked;          /* one that is neither BEGIN nor COMMIT */
    pgm__head_found head; /* no statement has come behind it yet */
} pgm__remarks;

/**
 * Takes the comments in text[from, to), which lies between statements.
 *
 * @return PGM_OK, or PGM_EPARSE: a directive that is not known or out of place, another tool's mark
 *         (file:line in the message).
 */
PGM_MUST_CHECK pgm_status pgm__remarks_between(pgm__remarks *remarks, size_t from, size_t to,
                                               pgm_error *err);

/**
 * Takes a statement, not empty, and the comments in it.
 *
 * @param lexer  At its first token, with its end as the text's.
 * @return As above, and PGM_EPARSE where it stands below what reads like the head of a down
 *         section.
 */
PGM_MUST_CHECK pgm_status pgm__remarks_statement(pgm__remarks *remarks,
                                                 const pgm__statement *statement, pgm__lexer lexer,
                                                 pgm_error *err);

#endif
