/**
 * @file edit.h  The SQL of model/plan/edits.h: one transaction that runs no migration.
 *
 * Layer: pg, exchange. Pure.
 */
#ifndef PGM_PG_EXCHANGE_EDIT_H
#define PGM_PG_EXCHANGE_EDIT_H

#include <stddef.h>

#include "base/strbuf.h"
#include "model/plan/edits.h"
#include "pg/exchange/context.h"

/**
 * Writes all edits, or fails with PGM__MARK_TAKEN when a row is not as it was read.
 *
 * @return How many replies it brings.
 */
size_t pgm__edit_sql(pgm__strbuf *sql, const pgm__context *context, const pgm__edits *edits);

#endif
