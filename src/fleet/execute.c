#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/hash.h"
#include "base/mem.h"
#include "fleet/run.h"

/* ---- what the marches tell ---- */

static void on_event(const pgm_event *event, void *data) {
    pgm_run *run = data;
    if (run->observer != NULL) {
        run->observer(event, run->observer_data);
    }
}

static void on_crowded(size_t index, void *data) {
    pgm_run *run = data;
    pgm__scheduler_crowded(run->scheduler, index);
}

struct pgm__place_entry {
    const char *place;
    size_t index;
    UT_hash_handle hh;
};

static const char *on_arrived(size_t index, const char *place, void *data) {
    pgm_run *run = data;
    pgm__place_entry *entry = NULL;
    HASH_FIND_STR(run->places, place, entry);
    if (entry != NULL) {
        return entry->index == index ? NULL : run->items[entry->index].target->name;
    }
    entry = pgm__arena_calloc(&run->arena, 1, sizeof *entry);
    char *copy = entry == NULL ? NULL : pgm__arena_strdup(&run->arena, place);
    if (copy != NULL) {
        entry->place = copy;
        entry->index = index;
        HASH_ADD_KEYPTR(hh, run->places, entry->place, strlen(entry->place), entry);
    }
    return NULL;
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

static void start_more(pgm_run *run, const pgm__login *login, pgm__handover spare);

static bool is_failure(pgm_outcome outcome) {
    return outcome == PGM_OUTCOME_FAILED || outcome == PGM_OUTCOME_UNKNOWN ||
           outcome == PGM_OUTCOME_CANCELLED;
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

static void on_ended(size_t index, const pgm__march_result *result, void *data) {
    pgm_run *run = data;
    pgm__fleet_item *item = &run->items[index];
    item->march = NULL;
    if (!pgm__run_keep_result(run, item, result)) {
        pgm__scheduler_stop(run->scheduler);
    }
    tell_finished(run, item, index);
    pgm__scheduler_ended(run->scheduler, index, is_failure(result->outcome));
    start_more(run, item->login, result->handover);
}

/* ---- starting ---- */

static bool start_one(pgm_run *run, size_t index, pgm__handover spare) {
    pgm__fleet_item *item = &run->items[index];
    const pgm__march_target target = {
        .index = index,
        .target = item->target,
        .conninfo = &item->login->conninfo,
        .limits = item->limits,
        .handover = spare,
    };
    if (pgm__march_start(&item->march, &run->env, &target, NULL) != PGM_OK) {
        run->no_memory = true;
        pgm__scheduler_stop(run->scheduler);
        pgm__scheduler_ended(run->scheduler, index, true);
        return false;
    }
    return true;
}

/* A session goes on to a target of the same settings at once, or is closed: one that waits would
 * count against the caps, and keep its lock. Closed before another connection is made to its
 * server, which may have no room for both. */
static void start_more(pgm_run *run, const pgm__login *login, pgm__handover spare) {
    size_t index;
    while (pgm__scheduler_next(run->scheduler, &index)) {
        const pgm__login *next = run->items[index].login;
        bool fits = spare.session != NULL && next == login;
        bool in_the_way = spare.session != NULL && login != NULL && !fits &&
                          next->server == login->server;
        if (in_the_way) {
            pgm__session_close(spare.session, NULL, NULL);
            spare.session = NULL;
        }
        bool started = start_one(run, index, fits ? spare : (pgm__handover){0});
        if (fits && started) {
            spare.session = NULL;
        }
    }
    pgm__session_close(spare.session, NULL, NULL);
}

/* ---- stopping ---- */

static void on_wake(uv_async_t *wake) {
    pgm_run *run = wake->data;
    unsigned stops = atomic_load(&run->stops);
    if (run->scheduler == NULL || stops == 0) {
        return;
    }
    pgm__scheduler_stop(run->scheduler);
    for (size_t i = 0; i < run->count; i++) {
        if (run->items[i].march != NULL) {
            pgm__march_stop(run->items[i].march, stops > 1);
        }
    }
}

int pgm__run_watch_stop(pgm_run *run) {
    int failed = uv_async_init(&run->loop, &run->wake, on_wake);
    if (failed == 0) {
        run->wake.data = run;
        uv_unref((uv_handle_t *)&run->wake);
    }
    return failed;
}

void pgm_run_stop(pgm_run *run) {
    atomic_fetch_add(&run->stops, 1);
    (void)uv_async_send(&run->wake);
}

/* ---- the run ---- */

static bool looks_only(const pgm_run *run) {
    return run->summary.dry_run || run->summary.command == PGM_COMMAND_STATUS;
}

static pgm_status make_scheduler(pgm_run *run, pgm_error *err) {
    pgm__slot *slots = pgm__calloc(run->count, sizeof *slots);
    if (slots == NULL) {
        return pgm__error_nomem(err);
    }
    /* Waves hold back changes; who only looks may look everywhere. */
    for (size_t i = 0; i < run->count; i++) {
        int64_t wave = looks_only(run) ? 0 : run->items[i].target->wave;
        slots[i] = (pgm__slot){run->items[i].login->server, wave};
    }
    pgm_status status = pgm__scheduler_new(&run->scheduler, slots, run->count, run->server_count,
                                           &run->caps);
    pgm__free(slots);
    return status == PGM_OK ? PGM_OK : pgm__error_nomem(err);
}

static void set_up_env(pgm_run *run) {
    run->env = (pgm__march_env){
        .loop = &run->loop,
        .resolver = run->resolver,
        .migrations = run->migrations,
        .request = run->request,
        .look_only = looks_only(run),
        .flush_each = run->flush_each,
        .run_id = run->id,
        .random = next_random,
        .event = on_event,
        .arrived = on_arrived,
        .crowded = on_crowded,
        .ended = on_ended,
        .data = run,
    };
}

static int64_t wall_clock_ms(void) {
    uv_timeval64_t now = {0};
    (void)uv_gettimeofday(&now);
    return now.tv_sec * 1000 + now.tv_usec / 1000;
}

pgm_status pgm_run_execute(pgm_run *run, pgm_error *err) {
    if (run->executed) {
        return pgm__error_set(err, PGM_EINTERNAL, "a run can be executed once");
    }
    run->executed = true;
    run->summary.started_at_ms = wall_clock_ms();
    uint64_t start = uv_hrtime();
    run->resolver = pgm__resolver_new(&run->loop);
    if (run->resolver == NULL) {
        return pgm__error_nomem(err);
    }
    pgm_status status = make_scheduler(run, err);
    if (status == PGM_OK) {
        set_up_env(run);
        if (atomic_load(&run->stops) > 0) {
            pgm__scheduler_stop(run->scheduler);
        }
        start_more(run, NULL, (pgm__handover){0});
        (void)uv_run(&run->loop, UV_RUN_DEFAULT);
    }
    pgm__resolver_free(run->resolver);
    pgm__scheduler_free(run->scheduler);
    HASH_CLEAR(hh, run->places);
    run->resolver = NULL;
    run->scheduler = NULL;
    run->summary.duration_ms = (int64_t)((uv_hrtime() - start) / 1000000);
    pgm__run_count(run);
    return run->no_memory ? pgm__error_nomem(err) : status;
}
