/**
 * @file fleet.h  The fleet of a run before anything is connected: every target as files, options
 * and libpq's environment make it, without a password.
 *
 *     options.command = PGM_COMMAND_TARGETS;
 *     if (pgm_run_open(&run, &options, &err) == PGM_OK)
 *         ... pgm_run_target_details(run, i) for i < pgm_run_target_count(run) ...
 *
 * A run of this command reads no migrations. A target that cannot be used (a variable that is not
 * set, settings that make no connection) does not keep it from being opened: it has a flaw, which
 * every other command would refuse. Executed, such a run connects to every target without a flaw,
 * looks, and changes nothing (pgm_ping).
 *
 * Layer: public.
 */
#ifndef PGMARCH_FLEET_H
#define PGMARCH_FLEET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pgmarch/error.h"
#include "pgmarch/options.h"

#ifdef __cplusplus
extern "C" {
#endif

/** One target. Borrowed from the run; texts that nobody says are NULL. */
typedef struct pgm_target_details {
    const char *name;
    const char *origin; /**< where it comes from: "targets/dev.conf:12", "the URL" */
    const char *flaw; /**< why no run can use it; then all up to `schema` may be NULL. Else NULL */
    const char *server; /**< masked URL */
    const char *host;   /**< "db.example:5432"; of several hosts all, with commas between them */
    const char *database;
    const char *user; /**< who logs in */
    const char *schema;
    const char *role;   /**< SET ROLE to it */
    const char *ledger; /**< "table" or "schema.table" */
    bool has_wave; /**< it says one, or [rollout] does for it; else it goes behind all that have */
    int64_t wave;
    const char *const *tags;
    size_t tag_count;
    bool production;
    const char
        *production_by; /**< why it is: "file" (`production = true`), "name", "database" or
                             "host" (there is "prod" in it). Why it is not: "file", or NULL */
    size_t server_cap;  /**< so many at once on its host and port; 0 with a flaw */
    pgm_limits limits;  /**< all set */
    bool sleeps; /**< its server does until somebody connects: the file says so, or the host */
    const char *group;
    size_t group_cap; /**< so many of its group at once; 0 = nobody says a number */
} pgm_target_details;

/** All of them together. Borrowed from the run. */
typedef struct pgm_fleet {
    size_t target_count; /**< chosen */
    size_t known_count;  /**< of so many that the files name */
    size_t flaw_count;   /**< of the chosen ones */
    size_t production_count;
    size_t server_count; /**< different hosts and ports, as they are written */
    size_t jobs;         /**< targets at once: no more than this process may open files for */
    size_t per_server;
    size_t sleep_count; /**< targets whose server sleeps until somebody connects */
    size_t wake;        /**< so many of these servers are woken at once */
} pgm_fleet;

/** The limits that count where nobody says anything. */
PGM_API pgm_limits pgm_limits_default(void);

#ifdef __cplusplus
}
#endif
#endif
