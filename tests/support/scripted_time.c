#include "support/scripted_time.h"

#include <uv.h>

#include "support/cmocka_all.h"

enum { TIMERS = 16, CALLS = 32, BEGINNING = 1000000 };

typedef struct timer {
    uv_timer_t *handle; /* NULL = free */
    uv_timer_cb fn;
    uint64_t due;
    unsigned order; /* of their starts: the earlier one fires first */
} timer;

/* What the next turn calls: a close callback, or a function of the test's own. */
typedef struct call {
    uv_handle_t *handle;
    uv_close_cb closed;
    void (*fn)(void *data);
    void *data;
} call;

static struct {
    uint64_t now;
    unsigned starts;
    timer timers[TIMERS];
    call calls[CALLS];
    size_t call_count;
} the_clock = {.now = BEGINNING};

/* The linker sends the calls of the code under test here (--wrap). */
uint64_t __wrap_uv_now(const uv_loop_t *loop);
uint64_t __wrap_uv_hrtime(void);
int __wrap_uv_timer_init(uv_loop_t *loop, uv_timer_t *handle);
int __wrap_uv_timer_start(uv_timer_t *handle, uv_timer_cb fn, uint64_t timeout, uint64_t repeat);
int __wrap_uv_timer_stop(uv_timer_t *handle);
void __wrap_uv_close(uv_handle_t *handle, uv_close_cb closed);

/* ---- in place of libuv ---- */

uint64_t __wrap_uv_now(const uv_loop_t *loop) {
    (void)loop;
    return the_clock.now;
}

/* The same clock, in nanoseconds. */
uint64_t __wrap_uv_hrtime(void) {
    return the_clock.now * 1000000;
}

int __wrap_uv_timer_init(uv_loop_t *loop, uv_timer_t *handle) {
    (void)loop;
    *handle = (uv_timer_t){0};
    return 0;
}

int __wrap_uv_timer_stop(uv_timer_t *handle) {
    for (size_t i = 0; i < TIMERS; i++) {
        if (the_clock.timers[i].handle == handle) {
            the_clock.timers[i].handle = NULL;
        }
    }
    return 0;
}

int __wrap_uv_timer_start(uv_timer_t *handle, uv_timer_cb fn, uint64_t timeout, uint64_t repeat) {
    assert_int_equal(repeat, 0); /* nobody repeats; who does has to be taught here */
    (void)__wrap_uv_timer_stop(handle);
    for (size_t i = 0; i < TIMERS; i++) {
        if (the_clock.timers[i].handle == NULL) {
            the_clock.timers[i] = (timer){handle, fn, the_clock.now + timeout, the_clock.starts++};
            return 0;
        }
    }
    fail_msg("more than %d timers", TIMERS);
    return UV_ENOMEM;
}

static void add_call(call wanted) {
    assert_true(the_clock.call_count < CALLS);
    the_clock.calls[the_clock.call_count++] = wanted;
}

void __wrap_uv_close(uv_handle_t *handle, uv_close_cb closed) {
    (void)__wrap_uv_timer_stop((uv_timer_t *)handle);
    add_call((call){.handle = handle, .closed = closed});
}

/* ---- the test's side ---- */

void clock_reset(void) {
    the_clock.now = BEGINNING;
    the_clock.call_count = 0;
    for (size_t i = 0; i < TIMERS; i++) {
        the_clock.timers[i].handle = NULL;
    }
}

uint64_t clock_now(void) {
    return the_clock.now;
}

static timer *next_timer(void) {
    timer *next = NULL;
    for (size_t i = 0; i < TIMERS; i++) {
        timer *it = &the_clock.timers[i];
        bool sooner = next == NULL || it->due < next->due ||
                      (it->due == next->due && it->order < next->order);
        next = it->handle != NULL && sooner ? it : next;
    }
    return next;
}

uint64_t clock_until_next(void) {
    const timer *next = next_timer();
    return next == NULL ? UINT64_MAX : next->due - the_clock.now;
}

void clock_advance(uint64_t ms) {
    uint64_t end = the_clock.now + ms;
    clock_turn();
    for (timer *next = next_timer(); next != NULL && next->due <= end; next = next_timer()) {
        timer fired = *next;
        next->handle = NULL;
        the_clock.now = fired.due;
        fired.fn(fired.handle);
        clock_turn();
    }
    the_clock.now = end;
}

void clock_later(void (*fn)(void *data), void *data) {
    add_call((call){.fn = fn, .data = data});
}

bool clock_is_due(void) {
    return the_clock.call_count > 0;
}

/* The last one first, as libuv does with what is closed. */
void clock_turn(void) {
    while (the_clock.call_count > 0) {
        call it = the_clock.calls[--the_clock.call_count];
        if (it.closed != NULL) {
            it.closed(it.handle);
        } else if (it.fn != NULL) {
            it.fn(it.data);
        }
    }
}

size_t clock_timers(void) {
    size_t count = 0;
    for (size_t i = 0; i < TIMERS; i++) {
        count += the_clock.timers[i].handle != NULL ? 1 : 0;
    }
    return count;
}
