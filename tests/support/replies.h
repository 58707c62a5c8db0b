/**
 * @file replies.h  A server's replies, made of nothing.
 *
 * Single ones, for whoever reads one kind; and what a server that refuses nothing would answer to a
 * string, so that whatever counts replies is counted against the statements that are really there.
 */
#ifndef PGM_TESTS_REPLIES_H
#define PGM_TESTS_REPLIES_H

#include <stddef.h>

#include "pg/exchange/reply.h"

/* Oids of pg_type, for fields. */
enum { OID_BOOL = 16, OID_INT8 = 20, OID_INT4 = 23, OID_TEXT = 25, OID_VARCHAR = 1043 };

/** A statement that returns no rows has ended. */
pgm__reply reply_command(const char *tag);

/** One row; the fields are borrowed. */
pgm__reply reply_row(const pgm__field *fields, size_t count);

/** The rows have ended. The server names their columns once more. */
pgm__reply reply_rows_end(const pgm__field *fields, size_t count);

/** The server waits for the data of a COPY. */
pgm__reply reply_copy_in(void);

/** A string without a statement. */
pgm__reply reply_empty(void);

/** The rest of the string is not run. */
pgm__reply reply_error(const char *sqlstate, const char *message);

/** The fields of a row, written in place: REPLY_ROW({"version", "1_a", OID_TEXT}). */
#define REPLY_FIELDS(...)                                                                          \
    (const pgm__field[]){__VA_ARGS__},                                                             \
        sizeof((const pgm__field[]){__VA_ARGS__}) / sizeof(pgm__field)
#define REPLY_ROW(...)      reply_row(REPLY_FIELDS(__VA_ARGS__))
#define REPLY_ROWS_END(...) reply_rows_end(REPLY_FIELDS(__VA_ARGS__))

typedef void (*reply_sink_fn)(const pgm__reply *reply, void *data);

/**
 * What a server answers to the statements of `sql`, one after the other: COMMAND for each; a row of
 * one column with the value "1", and ROWS_END, for those that return rows; before the end of a
 * COPY ... FROM STDIN the question for its data, which is not part of the string.
 *
 * @param limit  No more statements than these; SIZE_MAX = all.
 * @param sink   Given every reply; NULL: only counts.
 * @return How many statements were answered.
 */
size_t replies_to(const char *sql, size_t limit, reply_sink_fn sink, void *data);

#endif
