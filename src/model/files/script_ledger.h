/**
 * @file script_ledger.h  Statements that make or fill a ledger of pgmarch, as a dump of a database
 * holds them that was migrated by it.
 *
 * Every target gets its ledger from pgmarch before its first migration, so that such a file fails
 * there, or brings another database's history along.
 *
 * Layer: model. Pure; linear time, no allocation.
 */
#ifndef PGM_MODEL_FILES_SCRIPT_LEDGER_H
#define PGM_MODEL_FILES_SCRIPT_LEDGER_H

#include <stdbool.h>

#include "model/sql/cut.h"
#include "model/sql/lexer.h"

/**
 * CREATE TABLE (without IF NOT EXISTS), COPY and INSERT of a table that has all columns of the
 * ledger, whatever it is called, or of pgmarch_progress. A ledger of three columns, as one may make
 * it oneself, cannot be told from a table of another tool.
 *
 * @param statement   Standing at the first token, its `len` cut to the statement's end.
 * @param[out] table  Its name in the text, without the schema. Untouched when false.
 */
bool pgm__script_makes_ledger(pgm__lexer statement, pgm__cut *table);

#endif
