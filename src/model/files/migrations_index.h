/**
 * @file migrations_index.h  Finding a migration by its version or by its number.
 *
 * Each target's plan asks for each row of its ledger, so a fleet asks a thousand times a thousand
 * times: by hash, and once for all targets.
 *
 * Layer: model. Pure.
 */
#ifndef PGM_MODEL_FILES_MIGRATIONS_INDEX_H
#define PGM_MODEL_FILES_MIGRATIONS_INDEX_H

#include <stdbool.h>
#include <stddef.h>

#include "model/files/migration.h"

typedef struct pgm__migrations_index pgm__migrations_index; /* opaque */

/**
 * @param items  Those of one number one after the other, no two of one version. Borrowed until the
 * index is freed.
 * @return NULL when out of memory.
 */
pgm__migrations_index *pgm__migrations_index_new(const pgm__migration *items, size_t count);

/** Frees the index and not the migrations. NULL is a no-op. */
void pgm__migrations_index_free(pgm__migrations_index *index);

/**
 * By the whole version, byte by byte: 01_a is not 1_a.
 *
 * @param[out] at  Its place in the list; filled only when found.
 */
bool pgm__migrations_index_by_version(const pgm__migrations_index *index, const char *version,
                                      size_t *at);

/**
 * By the number `version` begins with; what follows it does not count.
 *
 * @return How many there are; *first is filled when there are any, the others follow it.
 */
size_t pgm__migrations_index_by_number(const pgm__migrations_index *index, const char *version,
                                       size_t *first);

#endif
