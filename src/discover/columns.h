/**
 * @file columns.h  The columns of a query, and what a row says in them.
 *
 * Layer: discover. Pure.
 */
#ifndef PGM_DISCOVER_COLUMNS_H
#define PGM_DISCOVER_COLUMNS_H

#include <stddef.h>

#include "model/targets/source_row.h"
#include "pg/exchange/reply.h"
#include "pgmarch/error.h"

/**
 * Can a target be read by the names of these columns?
 *
 * @param reply  A row, or the end of rows.
 * @return PGM_OK; PGM_EUSAGE: no column, one that has no name, or a name that two have, a type that
 *         no text stands for.
 */
PGM_MUST_CHECK pgm_status pgm__columns_check(const pgm__reply *reply, pgm_error *err);

/**
 * Makes columns of a row whose columns are checked.
 *
 * @param number    Of the row, for messages; 1 = the first one.
 * @param[out] out  reply->field_count of them; borrowed from the reply.
 * @return PGM_OK; PGM_EUSAGE: a value that is no UTF-8.
 */
PGM_MUST_CHECK pgm_status pgm__columns_read(const pgm__reply *reply, size_t number,
                                            pgm__source_column *out, pgm_error *err);

#endif
