#include "pg/march/handles.h"

#include <stdio.h>

#include "pg/march/outcome.h"

enum {
    FIRST_LOOK_MS = 1000,    /* a migration that takes so long may be waiting for somebody */
    STILL_RUNNING_MS = 10000 /* how often one that takes long is named */
};

uint64_t pgm__march_now(const pgm__march *march) {
    return uv_now(march->env->loop);
}

uint64_t pgm__march_now_us(void) {
    return uv_hrtime() / 1000;
}

uint32_t pgm__march_random(const pgm__march *march) {
    return march->env->random(march->env->data);
}

/* ---- what is open ---- */

void pgm__march_hold(pgm__march *march) {
    march->handles.open++;
}

void pgm__march_let_go(pgm__march *march) {
    march->handles.open--;
}

/* libuv closes handles later, each in its own turn: the march may be freed only when the last has
 * called back, or its memory would be written to behind its end. */
void pgm__march_release(void *data) {
    pgm__march *march = data;
    if (--march->handles.open == 0) {
        march->machine->feed(march, PGM__EVENT_CLOSED);
    }
}

void pgm__march_open_handles(pgm__march *march) {
    (void)uv_timer_init(march->env->loop, &march->handles.timer);
    (void)uv_timer_init(march->env->loop, &march->handles.deadline);
    march->handles.timer.data = march;
    march->handles.deadline.data = march;
    march->handles.open = 2;
    march->handles.started_ms = pgm__march_now(march);
}

static void on_timer_closed(uv_handle_t *handle) {
    pgm__march_release(handle->data);
}

/* ---- what takes so long ---- */

static void on_blockers(const char *text, void *data) {
    pgm__march *march = data;
    march->handles.blockers = NULL;
    bool running = march->state == PGM__STATE_MARCHING || march->state == PGM__STATE_ALONE;
    if (text != NULL && running) {
        pgm_failure where = {0};
        pgm__march_name_in_flight(march, &where);
        pgm__march_tell(march, PGM_EVENT_TARGET_WAITING, where.version, text, 0);
    }
}

static void drop_blockers(pgm__march *march) {
    pgm__blockers_end(march->handles.blockers);
    march->handles.blockers = NULL;
}

/* Less and less often: each time costs the server a login. Behind a pooler the process is not ours
 * for long enough to be asked about. */
static void ask_for_blockers(pgm__march *march) {
    static const pgm__blockers_events events = {on_blockers, pgm__march_release};
    unsigned times = ++march->handles.running_told;
    drop_blockers(march);
    if (march->context.pooled || (times & (times - 1)) != 0) {
        return;
    }
    if (pgm__blockers_ask(&march->handles.blockers, march->env->loop, march->link.keywords,
                          march->link.values, pgm__session_pid(march->link.session), &events, march,
                          NULL) == PGM_OK) {
        pgm__march_hold(march);
    }
}

/* Both timers close for good; what they would have called is not called any more. */
void pgm__march_close_handles(pgm__march *march) {
    drop_blockers(march);
    uv_close((uv_handle_t *)&march->handles.timer, on_timer_closed);
    uv_close((uv_handle_t *)&march->handles.deadline, on_timer_closed);
}

/* ---- timers ---- */

static void on_timer(uv_timer_t *timer) {
    pgm__march *march = timer->data;
    march->machine->timed_out(march);
}

void pgm__march_set_timer(pgm__march *march, uint64_t ms) {
    (void)uv_timer_stop(&march->handles.timer);
    if (ms > 0) {
        (void)uv_timer_start(&march->handles.timer, on_timer, ms, 0);
    }
}

void pgm__march_set_deadline(pgm__march *march, uint64_t ms, uv_timer_cb passed) {
    (void)uv_timer_start(&march->handles.deadline, passed, ms, 0);
}

/* The first look is for those that wait, and says nothing about those that work. */
void pgm__march_tell_running(pgm__march *march) {
    if (march->handles.running_told == 0) {
        ask_for_blockers(march);
        pgm__march_set_timer(march, STILL_RUNNING_MS - FIRST_LOOK_MS);
        return;
    }
    pgm_failure where = {0};
    pgm__march_name_in_flight(march, &where);
    uint64_t seconds = (pgm__march_now(march) - march->handles.running_since_ms) / 1000;
    char text[64];
    (void)snprintf(text, sizeof text, "still running after %llu s", (unsigned long long)seconds);
    pgm__march_tell(march, PGM_EVENT_TARGET_WAITING, where.version, text, 0);
    ask_for_blockers(march);
    pgm__march_set_timer(march, STILL_RUNNING_MS);
}

/* The clock of the migration that begins now; the one before it is told with its own time. */
void pgm__march_watch_running(pgm__march *march) {
    march->handles.running_since_ms = pgm__march_now(march);
    march->handles.running_told = 0;
    pgm__march_set_timer(march, FIRST_LOOK_MS);
}
