/**
 * @file run.h  A run's insides, shared by src/fleet only.
 *
 * run.c      open, free, what can be asked
 * select.c   which targets, and their settings
 * logins.c   what targets of one database share
 * execute.c  scheduler + marches on the loop
 * results.c  what became of each target, as plain data
 *
 * Layer: fleet.
 */
#ifndef PGM_FLEET_RUN_H
#define PGM_FLEET_RUN_H

#include <stdatomic.h>
#include <uv.h>

#include "base/arena.h"
#include "engine/scheduler.h"
#include "fleet/logins.h"
#include "model/migrations.h"
#include "model/targets.h"
#include "pg/march.h"
#include "pgmarch/pgmarch.h"

/** One selected target. */
typedef struct pgm__fleet_item {
    const pgm__target *target;
    const pgm__login *login;
    bool production;
    pgm_limits limits;
    pgm__march *march; /* while it runs */
    pgm_result result;
} pgm__fleet_item;

typedef struct pgm__place_entry pgm__place_entry; /* execute.c */

struct pgm_run {
    char id[17];
    pgm_summary summary;
    pgm__arena arena; /* conninfos and results */
    pgm__migrations *migrations;
    pgm__targets *targets;
    pgm__fleet_item *items;
    size_t count;
    size_t server_count;
    pgm__caps caps;
    pgm__plan_request request;
    bool flush_each;
    pgm_observer_fn observer;
    void *observer_data;

    uv_loop_t loop;
    uv_async_t wake; /* pgm_run_stop() */
    bool loop_ready;
    atomic_uint stops;
    bool executed;
    bool no_memory;
    pgm__scheduler *scheduler; /* while it executes */
    pgm__march_env env;
    pgm__resolver *resolver;
    pgm__place_entry *places; /* where marches have arrived */
    uint64_t random_state;
};

/** Fills items, caps and server numbers from the targets and options. As pgm_run_open() answers. */
PGM_MUST_CHECK pgm_status pgm__run_select(pgm_run *run, const pgm_options *options, pgm_error *err);

/** Listens for pgm_run_stop() on the loop, without keeping the loop alive. 0, or libuv's error. */
int pgm__run_watch_stop(pgm_run *run);

/** Copies a march's result into the run's arena; false when out of memory. */
bool pgm__run_keep_result(pgm_run *run, pgm__fleet_item *item, const pgm__march_result *result);

/** Counts the outcomes. */
void pgm__run_count(pgm_run *run);

#endif
