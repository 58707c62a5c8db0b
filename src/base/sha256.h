/**
 * @file sha256.h  Checksums, by nettle.
 *
 * Not libcrypto, although libpq links it: that takes 5.9 million instructions before its first
 * digest, which is more than all the rest of a command that has nothing to do.
 *
 * Layer: base.
 */
#ifndef PGM_BASE_SHA256_H
#define PGM_BASE_SHA256_H

#include <stddef.h>

enum { PGM__SHA256_BYTES = 32, PGM__SHA256_HEX = 65 };

/**
 * SHA-256 of a file's text as lower-case hex: a UTF-8 BOM at the start is left out and CRLF counts
 * as LF, so that a checkout under Windows has the same checksum.
 *
 * @param[out] hex  65 bytes, NUL-terminated.
 */
void pgm__sha256_text(const char *text, size_t len, char hex[PGM__SHA256_HEX]);

/** The same of bytes as they are: nothing is left out, and CRLF counts as CRLF. */
void pgm__sha256_bytes(const char *bytes, size_t len, char hex[PGM__SHA256_HEX]);

/** The same, not written as hex. */
void pgm__sha256_raw(const char *bytes, size_t len, unsigned char out[PGM__SHA256_BYTES]);

#endif
