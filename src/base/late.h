/**
 * @file late.h  What the loader knows the libraries by that the program loads when it needs them.
 *
 * Layer: base.
 */
#ifndef PGM_BASE_LATE_H
#define PGM_BASE_LATE_H

#define PGM__LIBPQ_NAME "libpq.so.5"

/** The flavour of OpenSSL, which libpq has loaded as well. */
#define PGM__LIBCURL_NAME "libcurl.so.4"

#endif
