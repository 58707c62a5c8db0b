/**
 * @file pgmarch.h  Takes a fleet of PostgreSQL databases through the same ordered migrations.
 *
 * A run is opened (files and target files are read and checked, nothing is asked of a server),
 * executed (every target marches, all at once), and then read: one result per target.
 *
 *     pgm_options options;
 *     pgm_options_init(&options);
 *     options.command = PGM_COMMAND_UP;
 *     options.url = "postgresql://app@localhost/dev";
 *     pgm_run *run = NULL;
 *     pgm_error err;
 *     if (pgm_run_open(&run, &options, &err) == PGM_OK && pgm_run_execute(run, &err) == PGM_OK)
 *         ... pgm_run_result(run, i) for i < pgm_run_target_count(run) ...
 *     pgm_run_free(run);
 *
 * This header holds all of the API: options.h what is asked, run.h the run, fleet.h over which
 * targets it goes, event.h what happens, result.h what became of it, validate.h and create.h what
 * can be done before, error.h how a call fails.
 *
 * The library never prints, exits or aborts, and leaves to the program what is the process's:
 *
 * - UV_THREADPOOL_SIZE. Each look-up of a name blocks a thread of libuv's pool; its four are not
 *   enough for a fleet while DNS hangs. `pgmarch` sets it to 16 unless it is set.
 * - The limit of open files. A march takes two; a run starts no more at once than fit.
 * - SIGPIPE and other signals. libpq guards its own sockets; what the observer writes, it does not.
 * - How the process ends, where pgm_run_lingers().
 *
 * Layer: public. Shows neither libuv nor libpq; that there is libuv is known to pgm_run_start()
 * alone. Threads: a run belongs to one thread at a time; only pgm_run_stop() may be called from
 * another one meanwhile or from a signal handler, and pgm_run_answer() from another one.
 */
#ifndef PGMARCH_PGMARCH_H
#define PGMARCH_PGMARCH_H

/* IWYU pragma: begin_exports */
#include "pgmarch/branches.h"
#include "pgmarch/create.h"
#include "pgmarch/drift.h"
#include "pgmarch/error.h"
#include "pgmarch/event.h"
#include "pgmarch/fleet.h"
#include "pgmarch/options.h"
#include "pgmarch/rehearsal.h"
#include "pgmarch/result.h"
#include "pgmarch/run.h"
#include "pgmarch/validate.h"
/* IWYU pragma: end_exports */

#ifdef __cplusplus
extern "C" {
#endif

/** "1.2.3" of the library. Static storage. */
PGM_API const char *pgm_version(void);

#ifdef __cplusplus
}
#endif
#endif
