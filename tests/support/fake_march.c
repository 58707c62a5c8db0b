#include "support/fake_march.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/cmocka_all.h"

enum { MOST = 64, LOG = 8192 };

struct pgm__session {
    unsigned number;
    bool closed;
};

struct pgm__march {
    const pgm__march_env *env;
    pgm__march_target target;
    const fake_march *script;
    unsigned turn;
    bool stopped;
};

/* All that march, in the order they started; the handle is there as long as one does. */
typedef struct marches {
    uv_idle_t idle;
    pgm__march *items[MOST];
    size_t count;
} marches;

static const fake_march zeroed;
static const fake_march *scripts;
static size_t script_count;
static pgm__march_target started[MOST];
static struct pgm__session sessions[MOST];
static unsigned session_count;
static marches *all_running;
static char text[LOG];

void fake_play(const fake_march *all, size_t count) {
    scripts = all;
    script_count = count;
    session_count = 0;
    text[0] = '\0';
}

const char *fake_log(void) {
    return text;
}

const pgm__march_target *fake_target(size_t index) {
    return &started[index];
}

static void note(const char *format, ...) PGM_PRINTF(1, 2);

static void note(const char *format, ...) {
    size_t len = strlen(text);
    va_list args;
    va_start(args, format);
    int more = vsnprintf(text + len, sizeof text - len, format, args);
    va_end(args);
    assert_true(more >= 0 && len + (size_t)more < sizeof text);
}

/* ---- sessions ---- */

void __wrap_pgm__session_close(pgm__session *session, void (*closed)(void *data), void *data);

void __wrap_pgm__session_close(pgm__session *session, void (*closed)(void *data), void *data) {
    assert_null(closed);
    assert_null(data);
    if (session != NULL) {
        assert_false(session->closed);
        session->closed = true;
        note(" x%u", session->number);
    }
}

/* The one it was given, or a new one. */
static pgm__session *session_of(const pgm__march *march) {
    if (march->target.handover.session != NULL) {
        return march->target.handover.session;
    }
    assert_true(session_count < MOST);
    pgm__session *session = &sessions[session_count++];
    *session = (pgm__session){.number = session_count};
    return session;
}

/* ---- marches ---- */

static void on_closed(uv_handle_t *handle) {
    free(handle->data);
}

static void leave(pgm__march *march) {
    marches *all = all_running;
    size_t at = 0;
    while (all->items[at] != march) {
        at++;
    }
    all->count--;
    memmove(&all->items[at], &all->items[at + 1], (all->count - at) * sizeof *all->items);
    if (all->count == 0) {
        uv_close((uv_handle_t *)&all->idle, on_closed);
        all_running = NULL;
    }
}

static void end(pgm__march *march, const pgm__march_result *result) {
    pgm__march_result told = *result;
    told.handover = (pgm__handover){0};
    note(" -%s", march->target.target->name);
    if (march->script->leaves_session) {
        pgm__session *session = session_of(march);
        told.handover = (pgm__handover){.session = session, .used = march->script->used};
        note(">%u", session->number);
    } else if (march->target.handover.session != NULL) {
        march->target.handover.session->closed = true;
    }
    leave(march);
    march->env->ended(march->target.index, &told, march->env->data);
    free(march);
}

static void end_as(pgm__march *march, pgm_outcome outcome, const char *phase, const char *message) {
    const pgm_failure failure = {.phase = phase, .message = message};
    const pgm__march_result result = {.outcome = outcome, .failure = &failure};
    end(march, &result);
}

/* False: it has ended there. */
static bool arrive(pgm__march *march) {
    const char *other = NULL;
    if (march->script->before != NULL) {
        march->script->before();
    }
    if (march->env->arrived(march->target.index, march->script->place, &other, march->env->data) !=
        PGM_OK) {
        end_as(march, PGM_OUTCOME_FAILED, "read", "out of memory");
        return false;
    }
    if (other != NULL) {
        end_as(march, PGM_OUTCOME_SKIPPED, "read", other);
        return false;
    }
    return true;
}

static bool begin(pgm__march *march) {
    const pgm_event event = {.kind = PGM_EVENT_TARGET_STARTED,
                             .target = march->target.index,
                             .name = march->target.target->name};
    march->env->event(&event, march->env->data);
    if (march->script->crowded) {
        march->env->crowded(march->target.index, march->env->data);
    }
    if (march->script->reached) {
        march->env->reached(march->target.index, march->env->data);
    }
    if (march->script->other_runs) {
        march->env->other_runs(march->target.index, march->env->data);
    }
    return march->script->place == NULL || arrive(march);
}

static void take_turn(pgm__march *march) {
    if (march->turn++ == 0 && !begin(march)) {
        return;
    }
    if (march->stopped) {
        end_as(march, PGM_OUTCOME_CANCELLED, "stop", "stopped on request");
    } else if (march->turn > march->script->turns) {
        end(march, &march->script->result);
    }
}

/* Who starts in this turn has the next one for its first. */
static void on_turn(uv_idle_t *idle) {
    const marches now = *(marches *)idle->data;
    for (size_t i = 0; i < now.count; i++) {
        take_turn(now.items[i]);
    }
}

static void join(pgm__march *march) {
    if (all_running == NULL) {
        all_running = calloc(1, sizeof *all_running);
        assert_non_null(all_running);
        all_running->idle.data = all_running;
        assert_int_equal(uv_idle_init(march->env->loop, &all_running->idle), 0);
        assert_int_equal(uv_idle_start(&all_running->idle, on_turn), 0);
    }
    assert_true(all_running->count < MOST);
    all_running->items[all_running->count++] = march;
}

pgm_status pgm__march_start(pgm__march **out, const pgm__march_env *env,
                            const pgm__march_target *target, pgm_error *err) {
    const fake_march *script = target->index < script_count ? &scripts[target->index] : &zeroed;
    assert_null(err);
    assert_true(target->index < MOST);
    started[target->index] = *target;
    if (script->refused) {
        return PGM_ENOMEM;
    }
    pgm__march *march = calloc(1, sizeof *march);
    assert_non_null(march);
    march->env = env;
    march->target = *target;
    march->script = script;
    join(march);
    note(" +%s", target->target->name);
    if (target->handover.session != NULL) {
        note("<%u", target->handover.session->number);
    }
    *out = march;
    return PGM_OK;
}

void pgm__march_stop(pgm__march *march, bool hard) {
    note(" %s%s", hard ? "!!" : "!", march->target.target->name);
    march->stopped = hard || !march->script->deaf;
}
