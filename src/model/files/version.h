/**
 * @file version.h  The number in a migration's identity.
 *
 * Order is by number and never by bytes: "0002" comes before "00010", "1.9" before "1.10". Numbers
 * have any length, so they are compared as text, part by part, and never become integers.
 *
 * Layer: model. Pure. There is one comparison of versions in the program, and it is made here:
 * pgm_migration_compare() is public (pgmarch/run.h), because who shows results has to show them
 * in the order of a run.
 */
#ifndef PGM_MODEL_FILES_VERSION_H
#define PGM_MODEL_FILES_VERSION_H

#include <stdbool.h>
#include <stddef.h>

/** VARCHAR(255), and a multi-byte name must fit whatever the server counts in. */
enum { PGM__VERSION_MAX = 255 };

/** Room for a number's key, and its NUL. */
enum { PGM__VERSION_KEY = PGM__VERSION_MAX + 1 };

/**
 * How many bytes of `version` are its number, a leading V included; 0 when it has none. A number is
 * digits (`0002`), a Flyway version (`V1.2`, `V1_2` before `__`), a date with dashes
 * (`2019-02-26-002946`, as diesel writes it: one number of 14 digits, and a second one after `-`
 * where there is a counter), or a release and a number (`1.7.0/02`).
 */
size_t pgm__version_number_len(const char *version);

/**
 * A text that is the same for two versions of one number: without leading zeros, "1.0" as "1".
 *
 * @return Its length; 0 when `version` has no number, or one too long for a file's name.
 */
size_t pgm__version_key(const char *version, char key[PGM__VERSION_KEY]);

/** Compares as pgm_migration_compare() does, by the number alone: 0 = the same number. That is no
 *  order of migrations yet: of two with one number, qsort() would choose. */
int pgm__version_compare_number(const char *a, const char *b);

/** Is its number zero? So has the bootstrap file, which makes the ledger. */
bool pgm__version_is_zero(const char *version);

/** Is it `R__…`: no number, runs again whenever its file changes, after all that have one? */
bool pgm__version_is_repeatable(const char *version);

#endif
