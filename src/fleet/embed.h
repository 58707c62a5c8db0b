/**
 * @file embed.h  A run inside of a loop of the caller's: pgm_run_start().
 *
 * The run keeps a loop of its own, which is turned from callbacks of the other one. So the run
 * knows by itself when nothing of it is under way any more, and where the other loop stops turning
 * too early it can still come to its end.
 *
 * Layer: fleet.
 * Threads: that of the caller's loop.
 */
#ifndef PGM_FLEET_EMBED_H
#define PGM_FLEET_EMBED_H

#include "fleet/run_data.h"

/**
 * The run is about to be freed. Where it has not finished yet it is stopped, its own loop is turned
 * until what was under way has ended, and it finishes with PGM_ECANCELLED. What it has on the
 * caller's loop is closed there. Without an embedding a no-op.
 */
void pgm__embedding_end(pgm_run *run);

#endif
