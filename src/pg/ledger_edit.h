/**
 * @file ledger_edit.h  The SQL of model/edits.h: one transaction that runs no migration.
 *
 * Layer: pg. Text in, text out.
 */
#ifndef PGM_PG_LEDGER_EDIT_H
#define PGM_PG_LEDGER_EDIT_H

#include "base/strbuf.h"
#include "model/edits.h"
#include "pg/ledger.h"

/**
 * Writes all edits, or fails with PGM__MARK_TAKEN when a row is not as it was read.
 *
 * @return How many replies it brings.
 */
size_t pgm__ledger_sql_edit(pgm__strbuf *sql, const pgm__ledger *ledger, const pgm__edits *edits);

#endif
