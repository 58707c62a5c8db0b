/*
 * Everything here happens on the thread that turns the run's loop, in its callbacks; only
 * pgm_run_stop() comes from elsewhere, and does no more than wake the loop (uv_async_send() is all
 * that libuv allows there). There is no queue: whoever ends asks the scheduler who may start, and
 * the loop runs out of work when nobody is left.
 */
#include "fleet/execute.h"

#include "base/error.h"
#include "base/mem.h"
#include "fleet/branches.h"
#include "fleet/clean.h"
#include "fleet/compare.h"
#include "fleet/early.h"
#include "fleet/estimate.h"
#include "fleet/limits.h"
#include "fleet/other_runs.h"
#include "fleet/outage.h"
#include "fleet/results.h"
#include "fleet/rollout.h"
#include "fleet/sample.h"
#include "fleet/schedule.h"
#include "fleet/scratch.h"
#include "fleet/sizes.h"
#include "fleet/survey.h"
#include "fleet/syntax.h"

/* ---- what the marches tell ---- */

static void on_event(const pgm_event *event, void *data) {
    pgm_run *run = data;
    if (run->observer != NULL) {
        pgm_event told = *event;
        told.survey = run->surveying;
        run->observer(&told, run->observer_data);
    }
}

/* The server is full: fewer at once there. Trying again is the march's own; what is cut is how many
 * are started beside it. */
static void on_crowded(size_t index, void *data) {
    pgm_run *run = data;
    pgm__scheduler_crowded(run->scheduler, index);
}

static void start_more(pgm_run *run, const pgm__login *login, pgm__handover spare);

/* Its permit is somebody else's now. Where no permit was needed there is nobody to be asked. */
static void let_others_wake(pgm_run *run, size_t index) {
    if (run->server_sleeps[run->items[index].login->server]) {
        pgm__scheduler_awake(run->scheduler, index);
        start_more(run, NULL, (pgm__handover){0});
    }
}

/* Whoever gets an answer proves that the server is there, also for those that had given it up. */
static void on_reached(size_t index, void *data) {
    pgm__outage_reached(data, index);
    let_others_wake(data, index);
    pgm__other_runs_answered(data, index);
}

static void on_other_runs(size_t index, void *data) {
    pgm__other_runs_told(data, index);
}

/*
 * Two names may lead to one place (localhost, 127.0.0.1), and then one of them must step aside. Of
 * an arrival that cannot be noted the next one there would not be told, and both would march: so it
 * ends this march, and the run, for want of memory.
 */
static pgm_status on_arrived(size_t index, const char *place, const char **other, void *data) {
    pgm_run *run = data;
    size_t first = index;
    pgm_status status = pgm__places_arrive(&run->places, place, index, &first);
    if (status != PGM_OK) {
        run->no_memory = true;
        pgm__rollout_halt(run, PGM__HALT_NO_MEMORY);
        return status;
    }
    *other = first == index ? NULL : run->items[first].target->name;
    return PGM_OK;
}

/* xorshift64*: jitter needs no better. */
static uint32_t next_random(void *data) {
    pgm_run *run = data;
    uint64_t x = run->random_state;
    x ^= x >> 12;
    x ^= x << 25;
    x ^= x >> 27;
    run->random_state = x;
    return (uint32_t)((x * 2685821657736338717U) >> 32);
}

static void tell_finished(pgm_run *run, const pgm__fleet_item *item, size_t index) {
    const pgm_event event = {
        .kind = PGM_EVENT_TARGET_FINISHED,
        .target = index,
        .name = item->result.name,
        .elapsed_us = (uint64_t)item->result.duration_ms * 1000,
        .result = &item->result,
    };
    on_event(&event, run);
}

/* False: out of memory. */
static bool keep_result(pgm_run *run, size_t index, const pgm__march_result *result) {
    if (run->syntax != NULL) {
        pgm__syntax_keep(run, index, result);
        return !run->no_memory;
    }
    if (run->compare != NULL) {
        pgm__comparison_keep(run, index, result);
    }
    if (run->compare != NULL && run->compare->ask.alone) {
        return !run->no_memory;
    }
    run->items[index].server_version = result->server_version;
    pgm__sample_note(run, index, result);
    if (pgm__estimate_note(run, result) != PGM_OK) {
        run->no_memory = true;
    }
    return pgm__results_keep(run, &run->items[index], result) &&
           pgm__survey_keep(run, index, result);
}

/* The observer hears of the end before anything of the target that gets the place. */
static void give_place(pgm_run *run, size_t index, pgm__handover spare) {
    pgm__fleet_item *item = &run->items[index];
    tell_finished(run, item, index);
    pgm__rollout_ended(run, index);
    start_more(run, item->login, spare);
}

/*
 * The order matters. The result is kept first, because all that it points to goes with this call. A
 * server's failure counts before the next target is chosen, which may be of the same server. A
 * branch is deleted before its place is given to the next one.
 */
static void on_ended(size_t index, const pgm__march_result *result, void *data) {
    pgm_run *run = data;
    run->items[index].march = NULL;
    run->lingers = run->lingers || result->lingers;
    if (!keep_result(run, index, result)) {
        pgm__rollout_halt(run, PGM__HALT_NO_MEMORY);
    }
    pgm__outage_ended(run, index, result->unreachable);
    pgm__sizes_ended(run, index);
    pgm__other_runs_ended(run, index);
    if (pgm__branches_wanted(run)) {
        pgm__session_close(result->handover.session, NULL, NULL);
        pgm__branches_release(run, index);
    } else {
        give_place(run, index, result->handover);
    }
}

/* ---- starting ---- */

/* Its server is given up: it fails without being tried. Or it cannot be tried, which is known since
 * the run was opened: it stays NOT_RUN. False: neither. */
static bool fail_at_once(pgm_run *run, size_t index) {
    pgm__fleet_item *item = &run->items[index];
    bool flawed = pgm__flaw_of(run, item) != NULL;
    const pgm_failure *failure = flawed ? NULL : pgm__outage_of(run, index);
    if (failure == NULL && !flawed) {
        return false;
    }
    if (failure != NULL) {
        item->result.outcome = PGM_OUTCOME_FAILED;
        item->result.failure = failure;
    }
    item->begun = true;
    tell_finished(run, item, index);
    pgm__rollout_ended(run, index);
    return true;
}

/* Where only a few targets are asked: all others are done at once. */
static bool pass_by(pgm_run *run, size_t index) {
    bool parses = run->syntax != NULL;
    bool compares = run->compare != NULL && run->compare->ask.alone;
    bool passed = (parses && pgm__syntax_of(run, index) == NULL) ||
                  (compares && pgm__comparison_of(run, index) == NULL) ||
                  pgm__sample_passes_by(run, index);
    if (passed) {
        pgm__scheduler_ended(run->scheduler, index, false);
    }
    return passed;
}

/* Where it marches: at itself, or on a branch of its. */
typedef struct place {
    const pgm__target *target;
    const pgm__conninfo *conninfo;
} place;

/* It can fail for want of memory alone, and then nobody tells of its end: the scheduler must hear
 * of it from here, or the run would wait for this target for ever. */
static void give_up(pgm_run *run, size_t index) {
    run->no_memory = true;
    pgm__rollout_halt(run, PGM__HALT_NO_MEMORY);
    pgm__scheduler_ended(run->scheduler, index, true);
}

/* False: it did not start, and a session that was offered is still the caller's. */
static bool start_at(pgm_run *run, size_t index, const place *at, pgm__handover spare) {
    pgm__fleet_item *item = &run->items[index];
    const pgm__syntax_ask *ask = pgm__syntax_of(run, index);
    const pgm__march_target target = {
        .index = index,
        .target = at->target,
        .conninfo = *at->conninfo,
        .limits = pgm__limits_of(run, item),
        .wants_size = pgm__sizes_wanted(run, index),
        .cap_to_tell = pgm__other_runs_asked(run, index, uv_now(&run->loop)),
        .handover = spare,
        .surveyed = run->surveyed,
        .shown = run->surveyed ? run->survey[index].shown : NULL,
        .shown_count = run->surveyed ? run->survey[index].shown_count : 0,
        .files = ask == NULL ? NULL : ask->files,
        .file_count = ask == NULL ? 0 : ask->file_count,
        .compare = pgm__comparison_of(run, index),
    };
    item->begun = pgm__march_start(&item->march, &run->env, &target, NULL) == PGM_OK;
    return item->begun;
}

static void on_branch_ready(pgm_run *run, size_t index, const pgm__target *target,
                            const pgm__conninfo *conninfo) {
    const place at = {target, conninfo};
    if (!start_at(run, index, &at, (pgm__handover){0})) {
        run->no_memory = true;
        pgm__rollout_halt(run, PGM__HALT_NO_MEMORY);
        pgm__branches_release(run, index);
    }
}

static void on_branch_over(pgm_run *run, size_t index) {
    give_place(run, index, (pgm__handover){0});
}

static const pgm__branches_fns branch_fns = {on_branch_ready, on_branch_over};

/* As start_at(). */
static bool start_one(pgm_run *run, size_t index, pgm__handover spare) {
    pgm__fleet_item *item = &run->items[index];
    const pgm__conninfo conninfo = pgm__conninfo_unpack(&item->login->conninfo);
    const place at = {item->target, &conninfo};
    bool on_branch = pgm__branches_wanted(run);
    bool started = on_branch ? pgm__branches_want(run, index) == PGM_OK
                             : start_at(run, index, &at, spare);
    if (!started) {
        give_up(run, index);
    }
    item->begun = item->begun || started;
    return started && !on_branch;
}

/* A session goes on to a target of the same settings at once, or is closed: one that waits would
 * count against the caps, and keep its lock. Closed before another connection is made to its
 * server, which may have no room for both: a role with CONNECTION LIMIT 1 was refused now and then,
 * while its old session ended behind the new one's login. */
static void start_with(pgm_run *run, size_t index, const pgm__login *login, pgm__handover *spare) {
    const pgm__login *next = run->items[index].login;
    bool fits = spare->session != NULL && next == login;
    bool in_the_way = spare->session != NULL && login != NULL && !fits &&
                      next->server == login->server;
    if (in_the_way) {
        pgm__session_close(spare->session, NULL, NULL);
        spare->session = NULL;
    }
    pgm__handover offered = fits ? *spare : pgm__early_take(run, index);
    bool started = start_one(run, index, offered);
    if (fits && started) {
        spare->session = NULL;
    } else if (!fits && !started) {
        pgm__session_close(offered.session, NULL, NULL);
    }
}

/* In the next turn of the loop, which has something to wait for until then. */
static void start_later(pgm_run *run) {
    run->starts_later = true;
    uv_ref((uv_handle_t *)&run->wake);
    (void)uv_async_send(&run->wake);
}

/* A wave may end here as well, when all that is left of it is of servers that are given up. A
 * start may take as long as opening a socket does: of many, some have to wait for the next turn,
 * but never the first, for which there may be a session. */
static void start_more(pgm_run *run, const pgm__login *login, pgm__handover spare) {
    size_t index;
    bool in_time = true;
    do {
        while (in_time && pgm__scheduler_next(run->scheduler, &index)) {
            if (!pass_by(run, index) && !fail_at_once(run, index)) {
                start_with(run, index, login, &spare);
            }
            in_time = !pgm__turn_is_over(&run->loop);
        }
    } while (in_time && pgm__rollout_goes_on(run));
    if (!in_time) {
        start_later(run);
    } else {
        pgm__early_end(run); /* else what nobody wants would count against the caps */
    }
    pgm__session_close(spare.session, NULL, NULL);
}

/* ---- stopping ---- */

/* Is it the turn that start_later() has waited for? */
static bool take_starts(pgm_run *run) {
    bool starts = run->starts_later;
    run->starts_later = false;
    if (starts && !run->rollout.waiting) {
        uv_unref((uv_handle_t *)&run->wake);
    }
    return starts;
}

/*
 * libuv may make one call of several uv_async_send(), so that what counts is `stops`, not how often
 * this is called. Marches are asked, not ended: each of them rolls back, or waits for what cannot
 * be, and tells its own end by on_ended().
 */
static void on_wake(uv_async_t *wake) {
    pgm_run *run = wake->data;
    unsigned stops = atomic_load(&run->stops);
    bool starts = take_starts(run);
    if (stops > 0 && !run->chosen && run->discovery != NULL) {
        pgm__discovery_stop(run->discovery);
    }
    if (stops > 0) {
        pgm__clean_stop(run);
        pgm__scratch_stop(run);
    }
    if (run->scheduler == NULL) {
        return;
    }
    if (stops > 0) {
        pgm__rollout_halt(run, PGM__HALT_STOPPED);
    }
    for (size_t i = 0; i < run->count && stops > 0; i++) {
        if (run->items[i].march != NULL) {
            pgm__march_stop(run->items[i].march, stops > 1);
        }
    }
    if (stops > 0) {
        pgm__branches_stop(run, stops > 1);
    }
    if (pgm__rollout_goes_on(run) || starts) {
        start_more(run, NULL, (pgm__handover){0});
    }
}

/*
 * Of all functions the one that signal handlers and other threads may call: an atomic number, and
 * the one function of libuv that is allowed there. It may come before the loop runs, which looks at
 * the number when it starts.
 */
void pgm_run_stop(pgm_run *run) {
    atomic_fetch_add(&run->stops, 1);
    (void)uv_async_send(&run->wake);
}

/* Without uv_unref() the loop would have something to wait for when all marches have ended, and
 * no pass would end. */
int pgm__execute_watch_stop(pgm_run *run) {
    int failed = uv_async_init(&run->loop, &run->wake, on_wake);
    if (failed == 0) {
        run->wake.data = run;
        uv_unref((uv_handle_t *)&run->wake);
    }
    return failed;
}

/* ---- the run ---- */

/*
 * Of a large file each target at work has a string three times: ours, libpq's buffer, and libpq's
 * copy of what it has sent. All together may hold some 24 MiB; but each string is a round trip,
 * which would be too dear were they shorter still with many at once. To send one takes as long as
 * all of it is copied: on a loop that others wait for each is as short as may be.
 */
static size_t string_room(const pgm_run *run) {
    static const size_t all = (size_t)8 << 20;
    static const size_t most = (size_t)4 << 20;
    static const size_t least = (size_t)256 << 10;
    size_t at_once = 1;
    for (size_t i = 0; i < run->waves.count; i++) {
        size_t of_wave = run->wave_states[i].at_once;
        at_once = of_wave > at_once ? of_wave : at_once;
    }
    size_t room = all / at_once < most ? all / at_once : most;
    return room > least && run->embedding == NULL ? room : least;
}

static void set_up_env(pgm_run *run) {
    bool rehearses = run->summary.command == PGM_COMMAND_REHEARSE && !run->surveying &&
                     !run->summary.dry_run;
    run->env = (pgm__march_env){
        .loop = &run->loop,
        .resolver = run->resolver,
        .login_threads = run->login_threads,
        .migrations = run->migrations,
        .request = run->request,
        .look_only = pgm__rollout_looks_only(run) && !rehearses,
        .rehearses = rehearses,
        .with_alone = run->options.with_alone,
        .weighs = rehearses || run->sample != NULL,
        .flush_each = run->flush_each,
        .trust_ledger = run->trust_ledger,
        .string_room = string_room(run),
        .slow_ms = run->slow_ms,
        .asking = &run->asking,
        .run_id = run->id,
        .random = next_random,
        .event = on_event,
        .arrived = on_arrived,
        .crowded = on_crowded,
        .reached = on_reached,
        .other_runs = on_other_runs,
        .ended = on_ended,
        .data = run,
    };
}

/* For the report alone: when a run began is asked of the clock on the wall, how long anything took
 * of the loop's, which nobody sets back. */
static int64_t wall_clock_ms(void) {
    uv_timeval64_t now = {0};
    (void)uv_gettimeofday(&now);
    return now.tv_sec * 1000 + now.tv_usec / 1000;
}

static pgm_status begin_all(pgm_run *run, pgm_error *err) {
    /* Early logins have made one. */
    run->resolver = run->resolver == NULL ? pgm__resolver_new(&run->loop) : run->resolver;
    if (run->resolver == NULL) {
        return pgm__error_nomem(err);
    }
    for (size_t i = 0; i < run->count; i++) {
        run->items[i].begun = false;
    }
    pgm_status status = pgm__schedule_make(run, &run->scheduler, err);
    if (status == PGM_OK &&
        (pgm__outages_start(run) != PGM_OK || pgm__sizes_start(run) != PGM_OK ||
         pgm__other_runs_start(run) != PGM_OK || pgm__estimate_begin(run) != PGM_OK)) {
        status = pgm__error_nomem(err);
    }
    return status == PGM_OK ? pgm__branches_begin(run, &branch_fns, err) : status;
}

pgm_status pgm__pass_begin(pgm_run *run, pgm_error *err) {
    run->summary.started_at_ms = wall_clock_ms();
    /* Nothing has turned the loop for as long as somebody thought at the prompt. */
    uv_update_time(&run->loop);
    run->started_ms = uv_now(&run->loop);
    pgm_status status = begin_all(run, err);
    if (status == PGM_OK) {
        set_up_env(run);
        run->places.expected = run->count;
        pgm__rollout_begin(run);
        start_more(run, NULL, (pgm__handover){0});
    }
    return status;
}

/* All that a pass makes is given back at its end, so that the next one starts as the first did;
 * what stays are results, and where the servers are. */
pgm_status pgm__pass_end(pgm_run *run, pgm_status status, pgm_error *err) {
    if (status != PGM_OK) {
        pgm__early_drop(run);
    } else {
        pgm__rollout_end(run);
        pgm__sizes_share(run);
        run->no_memory = pgm__estimate_end(run) != PGM_OK || run->no_memory;
    }
    pgm__branches_end(run);
    pgm__estimate_fini(run);
    pgm__resolver_free(run->resolver);
    pgm__scheduler_free(run->scheduler);
    pgm__places_clear(&run->places);
    run->resolver = NULL;
    run->scheduler = NULL;
    /* By the clock of the marches: none of them can have taken longer. */
    uv_update_time(&run->loop);
    run->summary.duration_ms = (int64_t)(uv_now(&run->loop) - run->started_ms);
    pgm__results_count(run);
    return run->no_memory ? pgm__error_nomem(err) : status;
}

pgm_status pgm__execute(pgm_run *run, pgm_error *err) {
    pgm_status status = pgm__pass_begin(run, err);
    if (status == PGM_OK) {
        (void)uv_run(&run->loop, UV_RUN_DEFAULT);
    }
    return pgm__pass_end(run, status, err);
}
