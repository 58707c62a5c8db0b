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

/** One column, with the value of its first row. */
pgm__field pgm__result_field(const PGresult *result, int column);

#endif
