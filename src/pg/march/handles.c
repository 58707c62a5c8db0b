#include "pg/march/handles.h"

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

/* Both timers close for good; what they would have called is not called any more. */
void pgm__march_close_handles(pgm__march *march) {
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
