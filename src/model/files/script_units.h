/**
 * @file script_units.h  The steps of a file that runs without a transaction.
 *
 * A step is one statement, or a BEGIN ... COMMIT pair with all that stands between: it is sent as
 * one string, so that it happens as a whole or not at all. Steps are what progress is counted in
 * (pgmarch_progress), so their number and order must be the same whenever the file is read.
 *
 * Layer: model. Pure; linear time, no allocation.
 */
#ifndef PGM_MODEL_FILES_SCRIPT_UNITS_H
#define PGM_MODEL_FILES_SCRIPT_UNITS_H

#include "model/sql/scanner.h"

/**
 * The next step. Takes over what its statements set for the strings behind them.
 *
 * @param[out] out  Of a pair: kind BEGIN, from the BEGIN to behind the COMMIT.
 * @return false at the end.
 */
bool pgm__script_next_unit(pgm__scanner *scanner, pgm__statement *out);

/** How many there are in a script's text, which was checked (script.h). */
size_t pgm__script_count_units(const char *text, size_t len);

#endif
