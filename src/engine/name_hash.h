/**
 * @file name_hash.h  A number for a target's name: the same one on every machine, for ever.
 *
 * Which targets a shard has, and which ones are the canary, is computed by processes that do not
 * know each other, perhaps of different versions of the program: they agree because all of them
 * compute this. It must not change, and tests/unit/engine/test_name_hash.c has the numbers.
 *
 * Layer: engine. Pure.
 */
#ifndef PGM_ENGINE_NAME_HASH_H
#define PGM_ENGINE_NAME_HASH_H

#include <stddef.h>
#include <stdint.h>

/**
 * 64-bit FNV-1a over the bytes of the name, then the mix of splitmix64.
 *
 * @param name  Its bytes count as they are: case and normal form of Unicode make other names.
 */
uint64_t pgm__name_hash(const char *name);

/**
 * The hash of `purpose` and the name in one: "canary:" gives an order that has nothing to do with
 * the shards. With "" it is pgm__name_hash().
 */
uint64_t pgm__name_hash_for(const char *purpose, const char *name);

/**
 * The shard of a target: by its name and not by its place in the list, so that it stays where it is
 * when others come or go.
 *
 * @param count  How many shards there are, at least 1.
 * @return 0 … count-1.
 */
size_t pgm__name_shard(const char *name, size_t count);

#endif
