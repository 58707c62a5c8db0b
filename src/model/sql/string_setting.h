/**
 * @file string_setting.h  Statements that change how plain strings are read.
 *
 * The server reads a string of SQL as a whole before it runs any of it. So SET
 * standard_conforming_strings means nothing to what is behind it in the same string; in psql, which
 * sends statement by statement, it counts from the next one on.
 *
 * Layer: model. Pure; linear time, no allocation.
 */
#ifndef PGM_MODEL_SQL_STRING_SETTING_H
#define PGM_MODEL_SQL_STRING_SETTING_H

#include <stdbool.h>

#include "model/sql/lexer.h"

typedef enum pgm__string_setting {
    PGM__STRINGS_KEPT,        /* the statement does not set it */
    PGM__STRINGS_STANDARD,    /* on: a backslash is a backslash */
    PGM__STRINGS_ESCAPES,     /* off: a backslash escapes */
    PGM__STRINGS_STANDARD_IN, /* SET LOCAL: until the transaction's end, and nothing without one */
    PGM__STRINGS_ESCAPES_IN
} pgm__string_setting;

/**
 * SET, RESET, DISCARD ALL and SELECT set_config(...), which does nothing else; what they put back
 * counts as on, as pgmarch pins it.
 *
 * @param statement  Standing at the first token, its `len` cut to the statement's end.
 */
pgm__string_setting pgm__string_setting_of(pgm__lexer statement);

/** Does the statement hold a plain string ('…') with a backslash? */
bool pgm__has_plain_backslash(pgm__lexer statement);

#endif
