/**
 * @file hash.h  uthash, set up so that running out of memory is an answer and not an exit.
 *
 * After HASH_ADD, an item that found no memory has hh.tbl == NULL.
 *
 * Layer: base.
 */
#ifndef PGM_BASE_HASH_H
#define PGM_BASE_HASH_H

#include "base/mem.h"

#define HASH_NONFATAL_OOM        1
#define uthash_malloc(size)      pgm__malloc(size)
#define uthash_free(block, size) pgm__free(block)

#include <uthash.h>

#endif
