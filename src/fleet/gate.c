/*
 * First the delay, then the question. Neither blocks the loop, so that a stop signal ends both at
 * once: the timer and the answer, which comes from any thread, wake the run, and it asks again.
 */
#include "fleet/gate.h"

#include <stdio.h>

#include "pgmarch/run.h"

/* What stands in `answer`. GIVING: a thread has taken it upon itself to answer, and writes why. */
enum { UNASKED, ASKED, GIVING, YES, NO };

void pgm__gate_open(pgm_run *run, const pgm_options *options) {
    pgm__gatekeeper *keeper = &run->gatekeeper;
    keeper->delay = options->wave_delay;
    keeper->fn = options->gate;
    keeper->data = options->gate_data;
    atomic_init(&keeper->answer, UNASKED);
    (void)uv_timer_init(&run->loop, &keeper->timer);
    keeper->timer.data = run;
    keeper->timer_ready = true;
}

void pgm__gate_close(pgm_run *run) {
    if (run->gatekeeper.timer_ready) {
        run->gatekeeper.timer_ready = false;
        uv_close((uv_handle_t *)&run->gatekeeper.timer, NULL);
    }
}

/* ---- the delay ---- */

static void on_delay_over(uv_timer_t *timer) {
    pgm_run *run = timer->data;
    (void)uv_async_send(&run->wake);
}

static bool is_delayed(pgm__gatekeeper *keeper) {
    if (!keeper->delayed && keeper->delay > 0) {
        (void)uv_timer_start(&keeper->timer, on_delay_over, (uint64_t)keeper->delay, 0);
    }
    keeper->delayed = true;
    return uv_is_active((uv_handle_t *)&keeper->timer) != 0;
}

/* ---- the question ---- */

/* Of two answers the first one counts, so that what it says is never half of each. */
void pgm_run_answer(pgm_run *run, bool go_on, const char *why) {
    pgm__gatekeeper *keeper = &run->gatekeeper;
    int expected = ASKED;
    if (!atomic_compare_exchange_strong(&keeper->answer, &expected, GIVING)) {
        return;
    }
    (void)snprintf(keeper->why, sizeof keeper->why, "%s", why == NULL ? "" : why);
    atomic_store(&keeper->answer, go_on ? YES : NO);
    (void)uv_async_send(&run->wake);
}

/* Where the caller asks nobody, the answer is there. */
static int answer_of(pgm_run *run) {
    pgm__gatekeeper *keeper = &run->gatekeeper;
    if (keeper->fn == NULL) {
        return YES;
    }
    if (!keeper->asked) {
        size_t wave = pgm__scheduler_wave(run->scheduler);
        keeper->asked = true;
        atomic_store(&keeper->answer, ASKED);
        keeper->fn(&run->wave_states[wave], &run->wave_states[wave + 1], keeper->data);
    }
    return atomic_load(&keeper->answer);
}

static void forget(pgm__gatekeeper *keeper) {
    keeper->delayed = false;
    keeper->asked = false;
    atomic_store(&keeper->answer, UNASKED);
}

static const char *words_of(pgm_run *run) {
    const char *why = run->gatekeeper.why;
    return pgm__arena_strdup(&run->arena, why[0] == '\0' ? "the next wave was not allowed" : why);
}

pgm__gate pgm__gate_ask(pgm_run *run, const char **why) {
    if (is_delayed(&run->gatekeeper)) {
        return PGM__GATE_WAITS;
    }
    int answer = answer_of(run);
    if (answer == NO) {
        *why = words_of(run);
    }
    if (answer != YES && answer != NO) {
        return PGM__GATE_WAITS;
    }
    forget(&run->gatekeeper);
    return answer == YES ? PGM__GATE_OPEN : PGM__GATE_SHUT;
}

void pgm__gate_leave(pgm_run *run) {
    pgm__gatekeeper *keeper = &run->gatekeeper;
    (void)uv_timer_stop(&keeper->timer);
    bool asked = keeper->asked;
    forget(keeper);
    if (asked) {
        keeper->fn(NULL, NULL, keeper->data);
    }
}
