/**
 * @file encoding_setting.h  Statements that change how the server reads what is sent.
 *
 * Between two pieces of a file what is ours sets client_encoding to UTF-8, which a file of its own
 * encoding must not be surprised by.
 *
 * Layer: model. Pure; linear time, no allocation.
 */
#ifndef PGM_MODEL_SQL_ENCODING_SETTING_H
#define PGM_MODEL_SQL_ENCODING_SETTING_H

#include "model/sql/lexer.h"

typedef enum pgm__encoding_setting {
    PGM__ENCODING_KEPT, /* the statement does not set it */
    PGM__ENCODING_OURS, /* UTF-8, or what the session began with, which is that */
    PGM__ENCODING_OTHER
} pgm__encoding_setting;

/**
 * SET client_encoding, SET NAMES, RESET and SELECT set_config(...). DISCARD ALL runs in no
 * transaction.
 *
 * @param statement  Standing at the first token, its `len` cut to the statement's end.
 */
pgm__encoding_setting pgm__encoding_setting_of(pgm__lexer statement);

#endif
