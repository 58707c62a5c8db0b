#include "engine/name_hash.h"

#include <assert.h>
#include <string.h>

#include "base/fnv.h"

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
    uint64_t hash = pgm__fnv_bytes(PGM__FNV_OFFSET, purpose, strlen(purpose));
    return mix(pgm__fnv_bytes(hash, name, strlen(name)));
}

size_t pgm__name_shard(const char *name, size_t count) {
    assert(count > 0);
    return (size_t)(pgm__name_hash(name) % count);
}
