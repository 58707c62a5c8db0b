/**
 * @file fnv.h  FNV-1a, 64 bits: a quick number for bytes that nobody chooses against us. Lock keys
 * and shards are made of it, so that it must not change.
 *
 * Layer: base. Pure.
 */
#ifndef PGM_BASE_FNV_H
#define PGM_BASE_FNV_H

#include <stddef.h>
#include <stdint.h>

/** What it begins with. */
#define PGM__FNV_OFFSET UINT64_C(14695981039346656037)

/** Goes on with a byte, or another number. */
static inline uint64_t pgm__fnv_add(uint64_t hash, uint64_t value) {
    return (hash ^ value) * UINT64_C(1099511628211);
}

/** Goes on with so many bytes. */
static inline uint64_t pgm__fnv_bytes(uint64_t hash, const char *bytes, size_t len) {
    for (size_t i = 0; i < len; i++) {
        hash = pgm__fnv_add(hash, (unsigned char)bytes[i]);
    }
    return hash;
}

#endif
