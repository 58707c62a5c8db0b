/**
 * @file result.h  libpq's results as the plain data of exchange/reply.h.
 *
 * Everything is borrowed from the result.
 *
 * Layer: pg, link.
 */
#ifndef PGM_PG_LINK_RESULT_H
#define PGM_PG_LINK_RESULT_H

#include <libpq-fe.h>
#include <stdbool.h>

#include "pg/exchange/reply.h"

/** Of an error or a notice. */
pgm__server_error pgm__result_error(const PGresult *result);

/** @return false for results that are no answer of a statement: a COPY that sends. */
bool pgm__result_kind(const PGresult *result, pgm__reply_kind *kind);

/** "CREATE TABLE"; "" where there is none. */
const char *pgm__result_tag(const PGresult *result);

/**
 * Its columns, each with the value of its first row.
 *
 * @param[in,out] fields    Grown where need be; the caller's, to be freed.
 * @param[in,out] capacity  Of them.
 * @return false: out of memory, and both are as they were.
 */
bool pgm__result_fields(const PGresult *result, pgm__field **fields, size_t *capacity);

/** Where the connection stands between two strings. */
pgm__transaction pgm__result_transaction(const PGconn *conn);

#endif
