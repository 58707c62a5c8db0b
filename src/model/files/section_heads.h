/**
 * @file section_heads.h  Comments that read like the head of a section that undoes a migration.
 *
 * Many tools keep both directions in one file and tell them apart by a comment: `-- Down`,
 * `-- //@UNDO`, `-- rambler down`. A file of a tool that is not known here would be run whole, and
 * undo itself. So what reads like such a head is found by its words, whoever's mark it is: nothing
 * but a word for the way back, and words that belong to it (`migration`, `script`, `begin`).
 *
 * Layer: model. Pure; linear time, no allocation.
 */
#ifndef PGM_MODEL_FILES_SECTION_HEADS_H
#define PGM_MODEL_FILES_SECTION_HEADS_H

#include <stdbool.h>
#include <stddef.h>

#include "model/sql/lexer.h"

typedef enum pgm__head {
    PGM__HEAD_NONE,
    PGM__HEAD_TITLED, /* -- Down: drop the tables; above the first statement mostly a remark on how
                         to undo the file, behind one a section's head */
    PGM__HEAD_PLAIN   /* -- Down migration */
} pgm__head;

/** Where a head was found; kind NONE: nowhere. */
typedef struct pgm__head_found {
    pgm__head kind;
    size_t at; /* first byte of its comment */
} pgm__head_found;

/** What one line of a comment is; `line` without the comment's own marks, or with them. */
pgm__head pgm__head_of(const char *line, size_t len);

/**
 * The first head in text between two statements: comments that begin their line, and block
 * comments. One that `-- pgmarch: not-a-section` stands right above is none.
 *
 * @param titled  Whether titled ones count.
 * @return kind NONE when there is none; `at` is `to` then.
 */
pgm__head_found pgm__heads_between(const char *text, size_t from, size_t to, bool titled);

/** May a statement hold a head, or another tool's mark, at the begin of a line? Quick, and no
 * proof: it may stand in a string. */
bool pgm__heads_possible(const char *text, size_t begin, size_t end);

/**
 * The same inside of a statement, outside of parentheses: where its `;` is missing. A line that
 * begins with `#` counts too, which is a comment elsewhere.
 *
 * @param titled  Whether titled ones count.
 */
pgm__head_found pgm__heads_inside(pgm__lexer statement, bool titled);

#endif
