/**
 * @file folder.h  The migrations folder, read on a thread of its own.
 *
 * A folder of two thousand files takes fifty milliseconds, one with a file of 50 MiB four hundred:
 * as long as a login on the other side of an ocean, which can be begun meanwhile (early.h).
 *
 * Layer: fleet.
 * Threads: the run's, but for the reading itself.
 */
#ifndef PGM_FLEET_FOLDER_H
#define PGM_FLEET_FOLDER_H

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

#include "model/files/migrations.h"

typedef struct pgm__folder pgm__folder; /* opaque */

/**
 * Begins.
 *
 * @param dir      Borrowed until pgm__folder_end(), as what `options` points to.
 * @return NULL when there is no memory or no thread for it: then it is to be read without.
 */
pgm__folder *pgm__folder_start(const char *dir, const pgm__load_options *options);

/** Is it read by now, or within so many milliseconds? */
bool pgm__folder_wait(pgm__folder *folder, uint64_t ms);

/** Turns the loop until it is read. Where the loop takes no handle, it is waited for. */
void pgm__folder_wait_on(pgm__folder *folder, uv_loop_t *loop);

/** Waits for it, and frees the folder. The answer is that of pgm__migrations_load(). */
PGM_MUST_CHECK pgm_status pgm__folder_end(pgm__folder *folder, pgm__migrations **out,
                                          pgm_error *err);

#endif
