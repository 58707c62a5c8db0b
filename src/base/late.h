/**
 * @file late.h  Libraries that are loaded when they are needed: the names that the loader knows
 * them by, and how their functions are found.
 *
 * Layer: base.
 * Threads: any.
 */
#ifndef PGM_BASE_LATE_H
#define PGM_BASE_LATE_H

#include <stdbool.h>

#define PGM__LIBPQ_NAME "libpq.so.5"

/** The flavour of OpenSSL, which libpq has loaded as well. */
#define PGM__LIBCURL_NAME "libcurl.so.4"

/**
 * @param library   From dlopen(3).
 * @param[out] out  A pointer to a function of the type that it has; NULL where there is none.
 * @return Whether there is one.
 */
bool pgm__late_find(void *library, const char *function, void *out);

/** Why the loader's last answer was no, in its words. Borrowed until it is asked again. */
const char *pgm__late_why(void);

#endif
