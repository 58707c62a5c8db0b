/**
 * @file spot.h  The exact place of an error in a file: line, column, and the line itself.
 *
 * Where the server counts to a character of what was sent, that is the place. Where it names no
 * character, because the error came while a statement ran, its CONTEXT may lead into the body of a
 * DO, or of a function that the file makes: the line there is counted from the body's begin.
 *
 * Layer: pg, exchange. Pure.
 */
#ifndef PGM_PG_EXCHANGE_SPOT_H
#define PGM_PG_EXCHANGE_SPOT_H

#include <stdbool.h>
#include <stddef.h>

#include "model/files/script.h"
#include "pg/exchange/reply.h"

/** Where in a script's text an error came from, as far as the answers tell. */
typedef struct pgm__origin {
    unsigned line; /* 0 = not known, nor is the rest */
    size_t at;     /* byte of the text */
    bool exact;    /* it is the character the server means; else the statement's first */
} pgm__origin;

/** What is shown of it. */
typedef struct pgm__spot {
    unsigned line;   /* 1-based, 0 = not known */
    unsigned column; /* in characters, 1-based; 0 = only the line is known */
    size_t begin;    /* of the bytes of that line that are shown: all, or those around the column */
    size_t end;      /* = begin: nothing is to be shown */
    unsigned caret;  /* which character of them the column is, 1-based; 0 = none */
} pgm__spot;

/** The origin of what stands at a byte of the text. */
pgm__origin pgm__origin_of_byte(const pgm__script *script, size_t at, bool exact);

/** The origin of a statement, counted as by pgm__script_statement(). */
pgm__origin pgm__origin_of_statement(const pgm__script *script, size_t ordinal);

/**
 * The place of an error.
 *
 * @param bytes  The server counts bytes and not characters.
 */
pgm__spot pgm__spot_find(const pgm__script *script, pgm__origin origin,
                         const pgm__server_error *error, bool bytes);

#endif
