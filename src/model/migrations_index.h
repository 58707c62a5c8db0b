/**
 * @file migrations_index.h  Finding a migration by its version or by its number.
 *
 * Layer: model. Pure.
 */
#ifndef PGM_MODEL_MIGRATIONS_INDEX_H
#define PGM_MODEL_MIGRATIONS_INDEX_H

#include <stdbool.h>
#include <stddef.h>

#include "model/migrations.h"

typedef struct pgm__migrations_index pgm__migrations_index; /* opaque */

/**
 * @param items  Those of one number one after the other, no two of one version. Borrowed until the
 * index is freed.
 * @return NULL when out of memory.
 */
pgm__migrations_index *pgm__migrations_index_new(const pgm__migration *items, size_t count);
void pgm__migrations_index_free(pgm__migrations_index *index);

/** *at is filled only when found. */
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
