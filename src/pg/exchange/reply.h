/**
 * @file reply.h  What a server answers, as plain data.
 *
 * The session makes a reply of what libpq hands out (link/session.c), a test of nothing: whoever
 * reads answers needs no server. A string is answered by the replies of its statements, in order.
 *
 * Layer: pg, exchange. Pure.
 */
#ifndef PGM_PG_EXCHANGE_REPLY_H
#define PGM_PG_EXCHANGE_REPLY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"

/** An error or notice as the server sent it; absent texts are NULL. Borrowed for the callback. */
typedef struct pgm__server_error {
    char sqlstate[6]; /* or empty */
    const char *severity;
    const char *message;
    const char *detail;
    const char *hint;
    const char *context;
    const char *routine; /* of the server's source that raised it: never translated */
    size_t position;     /* 1-based, in characters from the start of the string sent; 0 = none */
    const char *internal_query; /* that a function ran, and the position is counted in: */
    size_t internal_position;   /* likewise; 0 = none */
} pgm__server_error;

typedef enum pgm__reply_kind {
    PGM__REPLY_COMMAND,  /* a statement ended; tag is set */
    PGM__REPLY_ROW,      /* one row of a statement that goes on */
    PGM__REPLY_ROWS_END, /* a statement that returns rows ended; tag is set */
    PGM__REPLY_EMPTY,    /* a string without any statement */
    PGM__REPLY_COPY_IN,  /* the server waits for data */
    PGM__REPLY_ERROR     /* the rest of the string is not run */
} pgm__reply_kind;

/** Where the session stands when a string has ended. */
typedef enum pgm__transaction {
    PGM__TRANSACTION_NONE,
    PGM__TRANSACTION_OPEN,
    PGM__TRANSACTION_FAILED
} pgm__transaction;

/** One column of a reply with rows. */
typedef struct pgm__field {
    const char *name;
    const char *value; /* of a ROW; NULL = SQL NULL */
    unsigned type;     /* oid */
} pgm__field;

/** Valid inside the callback that brings it, with all it points to. */
typedef struct pgm__reply {
    pgm__reply_kind kind;
    const char *tag;          /* "CREATE TABLE", "INSERT 0 1"; "" where there is none */
    const pgm__field *fields; /* of ROW and ROWS_END */
    size_t field_count;
    const pgm__server_error *error; /* of ERROR; else NULL */
} pgm__reply;

/** Does the server hang up behind it? */
bool pgm__reply_ends_session(const pgm__server_error *error);

/** Of a row: NULL = SQL NULL, or no such column. */
const char *pgm__reply_value(const pgm__reply *reply, int column);

/** Name of a column; NULL = no such column. */
const char *pgm__reply_column(const pgm__reply *reply, int column);

/** Type oid of a column; 0 = no such column. */
unsigned pgm__reply_type(const pgm__reply *reply, int column);

/** Is the value of a row true: a boolean's "t", or a setting's "on"? */
bool pgm__reply_is_true(const pgm__reply *reply, int column);

/** Copies the value of a row, which goes with the reply; NULL stays NULL. False: out of memory, and
 *  *out is untouched. */
bool pgm__reply_keep(const pgm__reply *reply, int column, pgm__arena *arena, const char **out);

#endif
