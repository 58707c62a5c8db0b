#include "engine/name_hash.h"

#include <assert.h>

#define FNV_OFFSET UINT64_C(14695981039346656037)
#define FNV_PRIME  UINT64_C(1099511628211)

static uint64_t fnv1a(uint64_t hash, const char *text) {
    for (const char *c = text; *c != '\0'; c++) {
        hash = (hash ^ (unsigned char)*c) * FNV_PRIME;
    }
    return hash;
}

/* FNV-1a alone is not enough: its lowest bit is nothing but the parity of the bytes' lowest bits,
 * so that of two shards one would get all of t0, t2, t4 ... and the other one t1, t3, t5 ... */
static uint64_t mix(uint64_t hash) {
    hash = (hash ^ (hash >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    hash = (hash ^ (hash >> 27)) * UINT64_C(0x94d049bb133111eb);
    return hash ^ (hash >> 31);
}

uint64_t pgm__name_hash(const char *name) {
    return pgm__name_hash_for("", name);
}

uint64_t pgm__name_hash_for(const char *purpose, const char *name) {
    return mix(fnv1a(fnv1a(FNV_OFFSET, purpose), name));
}

size_t pgm__name_shard(const char *name, size_t count) {
    assert(count > 0);
    return (size_t)(pgm__name_hash(name) % count);
}
