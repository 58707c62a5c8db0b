/**
 * @file target_lines.h  Lines of a section that say something about a target, or about several.
 *
 * Layer: model, targets. Pure.
 */
#ifndef PGM_MODEL_TARGETS_TARGET_LINES_H
#define PGM_MODEL_TARGETS_TARGET_LINES_H

#include <stdbool.h>
#include <stddef.h>

#include "model/targets/target_draft.h"

typedef struct pgm__target_line {
    const char *key;
    const char *value; /* expanded; NULL: there is a flaw */
    const char *flaw;  /* a variable in the value is missing; or NULL */
    unsigned number;   /* in its file; 0: it does not come from a line of one */
} pgm__target_line;

/** Borrowed: whoever makes it says for how long. */
typedef struct pgm__target_lines {
    const char *path; /* of the file; of lines without a number what messages say instead */
    const pgm__target_line *items;
    size_t count;
} pgm__target_lines;

/** The line of a key; NULL when there is none. */
const pgm__target_line *pgm__target_lines_find(const pgm__target_lines *lines, const char *key);

/** Is something said about this key? An empty value says nothing, it takes a default back; a flawed
 *  one does, though nobody knows what. */
bool pgm__target_lines_say(const pgm__target_lines *lines, const char *key);

/** Puts "file:line: " before the message of what is wrong with a line (PGM_EPARSE alone: out of
 *  memory is not its fault). The status is handed through. */
pgm_status pgm__target_lines_place(const pgm__target_lines *lines, const pgm__target_line *line,
                                   pgm_status status, pgm_error *err);

/**
 * Has a draft take every line over, but those with a flaw.
 *
 * @return PGM_OK; PGM_EPARSE, with file and line; PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__target_lines_apply(const pgm__target_lines *lines, pgm__draft *draft,
                                                  pgm_error *err);

#endif
