/**
 * @file version.h  What the name of a migration file says.
 *
 * Layer: model. Pure. pgm__version_compare() is in migrations.h, with the rest of the interface.
 */
#ifndef PGM_MODEL_VERSION_H
#define PGM_MODEL_VERSION_H

#include <stdbool.h>
#include <stddef.h>

/** VARCHAR(255), and a multi-byte name must fit whatever the server counts in. */
enum { PGM__VERSION_MAX = 255 };

/** The parts of `<digits>_<name>[.up|.down].sql`. */
typedef struct pgm__file_name {
    size_t version_len; /* <digits>_<name> */
    size_t digits;
    bool down;
} pgm__file_name;

/** How many digits `version` begins with. */
size_t pgm__version_digits(const char *version);

/**
 * The number `version` begins with, without its leading zeros (a zero keeps one).
 *
 * @param[out] len  Its length; 0 when there are no digits.
 * @return Points into `version`.
 */
const char *pgm__version_number(const char *version, size_t *len);

/**
 * Takes a file name apart.
 *
 * @return NULL when it is a migration's, else what is wrong with it, in a few words, or "" when it
 *         is plainly something else. Static storage. *out is filled only with NULL.
 */
const char *pgm__file_name_parse(const char *name, pgm__file_name *out);

/** Are these bytes UTF-8, without surrogates and overlong forms? */
bool pgm__is_utf8(const char *text, size_t len);

#endif
