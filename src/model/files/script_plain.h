/**
 * @file script_plain.h  BEGIN and COMMIT that ask for nothing beyond a transaction.
 *
 * Only these can be left out of a file: with an isolation level or AND CHAIN the statement says
 * more than the transaction does that the file is run in.
 *
 * Layer: model. Pure.
 */
#ifndef PGM_MODEL_FILES_SCRIPT_PLAIN_H
#define PGM_MODEL_FILES_SCRIPT_PLAIN_H

#include <stdbool.h>

#include "model/sql/cut.h"

/** BEGIN, BEGIN WORK, START TRANSACTION …, without isolation level or mode. `cut` is the statement,
 *  which may have comments in it. */
bool pgm__script_is_plain_begin(const char *text, pgm__cut cut);

/** COMMIT, END …, without AND CHAIN. */
bool pgm__script_is_plain_commit(const char *text, pgm__cut cut);

#endif
