/**
 * @file layout_flyway.h  Flyway's layout: the folder and all below it.
 *
 * Layer: model, inside of layout.c.
 */
#ifndef PGM_MODEL_FILES_LAYOUT_FLYWAY_H
#define PGM_MODEL_FILES_LAYOUT_FLYWAY_H

#include "model/files/lister.h"

/** Counts Flyway's files in the folder `sub` and in all below it. */
PGM_MUST_CHECK pgm_status pgm__flyway_count(pgm__lister *lister, const char *sub,
                                            const pgm__folder *folder, size_t depth, size_t *count);

/** Adds the files of the folder `sub` and of all below it. */
PGM_MUST_CHECK pgm_status pgm__flyway_add(pgm__lister *lister, const char *sub,
                                          const pgm__folder *folder, size_t depth);

#endif
