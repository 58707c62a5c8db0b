/**
 * @file cursor.h  Walks over the tokens of one statement, to see what it is without a parser.
 *
 * The grammar grows with each version of PostgreSQL, and a file may be for a newer server than this
 * code knows. So only a few key words are asked for, at places where they cannot be names; whatever
 * else a statement says is for the server to judge.
 *
 * Layer: model. Pure; linear time, no allocation.
 */
#ifndef PGM_MODEL_SQL_CURSOR_H
#define PGM_MODEL_SQL_CURSOR_H

#include <stdbool.h>
#include <stddef.h>

#include "model/sql/lexer.h"

/** A statement's tokens, white space and comments left out; plain data: copy it to look ahead. */
typedef struct pgm__cursor {
    pgm__lexer lexer;
    pgm__token token;
    bool after_dot; /* behind a dot every word is a name: COPY public.from FROM … */
    size_t depth;   /* of parentheses around the token */
} pgm__cursor;

/** Stands at the first token. `statement` stands there too, its `len` cut to the statement's end.
 */
pgm__cursor pgm__cursor_at(pgm__lexer statement);

void pgm__cursor_advance(pgm__cursor *c);

/** At the `;`, or behind the last token. */
bool pgm__cursor_at_end(const pgm__cursor *c);

/** Is the token this key word (given in capitals), and not a name in quotes or behind a dot? */
bool pgm__cursor_is(const pgm__cursor *c, const char *word);

/** Steps over the key word when it is there. */
bool pgm__cursor_take(pgm__cursor *c, const char *word);

/** Is the token a name or a key word? */
bool pgm__cursor_is_name(const pgm__cursor *c);

/** Is the token this one byte of punctuation or of an operator? */
bool pgm__cursor_is_byte(const pgm__cursor *c, char byte);

#endif
