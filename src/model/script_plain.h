/**
 * @file script_plain.h  BEGIN and COMMIT that ask for nothing beyond a transaction.
 *
 * Layer: model. Pure.
 */
#ifndef PGM_MODEL_SCRIPT_PLAIN_H
#define PGM_MODEL_SCRIPT_PLAIN_H

#include <stdbool.h>

#include "model/migrations.h"

/** BEGIN, BEGIN WORK, START TRANSACTION …, without isolation level or mode. */
bool pgm__script_is_plain_begin(const char *text, pgm__cut cut);

/** COMMIT, END …, without AND CHAIN. */
bool pgm__script_is_plain_commit(const char *text, pgm__cut cut);

#endif
