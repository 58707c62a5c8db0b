#include "cli/display/live.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/signals.h"
#include "cli/display/running.h"
#include "cli/display/signs.h"
#include "pgmarch/result.h"

/* Between two frames; how often times are drawn anew where nothing happens; what an estimate is
 * made of. */
enum { FRAME_MS = 100, TICK_MS = 1000, JUDGED = 5, JUDGED_MS = 3000 };

struct pgm__live {
    pgm__live_setup setup;
    pthread_t thread;
    pthread_mutex_t writing; /* held over a write; taken before the other one */
    pthread_mutex_t lock;    /* of all below, held for moments only */
    pthread_cond_t woken;
    bool done;
    bool changed;
    unsigned holds;
    int64_t held_since_ms;
    int64_t held_ms;
    int64_t began_ms;
    int64_t drawn_ms;
    int stops;
    char wave[PGM__RUNNING_NAME];
    size_t wave_number;
    size_t ended;   /* targets */
    size_t marched; /* of them, those that had started */
    size_t failed;
    pgm__running running;
    pgm__strbuf lines; /* to be shown */
    pgm__frame_drawn drawn;
    size_t columns; /* when it was drawn */
};

/* ---- one frame ---- */

static void window(const pgm__live *live, size_t *rows, size_t *columns) {
    enum { ROWS = 24, COLUMNS = 80 };
    struct winsize size = {0};
    bool known = ioctl(live->setup.fd, TIOCGWINSZ, &size) == 0;
    *rows = known && size.ws_row > 0 ? size.ws_row : ROWS;
    *columns = known && size.ws_col > 0 ? size.ws_col : COLUMNS;
}

/* In the background of a shell, the bottom of the terminal is the shell's. */
static bool is_ours(const pgm__live *live) {
    pid_t front = tcgetpgrp(live->setup.fd);
    return front < 0 || front == getpgrp();
}

/* The time that was spent on targets, and not at a question. */
static int64_t busy_ms(const pgm__live *live, int64_t now) {
    int64_t held = live->held_ms + (live->holds > 0 ? now - live->held_since_ms : 0);
    return now - live->began_ms - held;
}

/* As fast as so far; what never started says nothing. */
static int64_t left_ms(const pgm__live *live, int64_t now) {
    int64_t busy = busy_ms(live, now);
    if (live->marched < JUDGED || busy < JUDGED_MS || live->stops > 0) {
        return -1;
    }
    return busy * (int64_t)(live->setup.targets - live->ended) / (int64_t)live->marched;
}

static void add_block(pgm__live *live, pgm__strbuf *out, size_t rows, int64_t now) {
    const pgm__live_setup *setup = &live->setup;
    const pgm__frame frame = {.command = setup->command,
                              .stage = setup->stage,
                              .colour = setup->colour,
                              .wave = live->wave[0] == '\0' ? NULL : live->wave,
                              .wave_number = live->wave_number,
                              .wave_count = setup->waves,
                              .targets = setup->targets,
                              .done = live->ended,
                              .failed = live->failed,
                              .now_ms = now,
                              .elapsed_ms = now - live->began_ms,
                              .left_ms = left_ms(live, now),
                              .stops = live->stops,
                              .running = &live->running};
    pgm__frame_add(out, &frame, rows, live->columns, &live->drawn);
}

/* What was drawn goes, the lines come, and the block again where it is wanted. Nothing is sent
 * where nothing would change. */
static void compose(pgm__live *live, pgm__strbuf *out, bool block, int64_t now) {
    size_t rows;
    size_t columns;
    window(live, &rows, &columns);
    size_t height = pgm__frame_height(&live->drawn, columns);
    bool clears = height > 0 && (!block || live->lines.len > 0 || columns != live->columns);
    if (!block && height == 0 && live->lines.len == 0) {
        return;
    }
    live->columns = columns;
    pgm__strbuf_adds(out, "\033[?2026h\033[?25l\r");
    if (height > 0) {
        pgm__strbuf_addf(out, "\033[%zuA", height < rows ? height : rows);
    }
    pgm__strbuf_adds(out, clears ? "\033[J" : "");
    pgm__strbuf_add(out, live->lines.len == 0 ? "" : live->lines.text, live->lines.len);
    pgm__strbuf_clear(&live->lines);
    live->drawn = (pgm__frame_drawn){0};
    if (block) {
        add_block(live, out, rows, now);
    }
    pgm__strbuf_adds(out, "\033[J\033[?25h\033[?2026l");
    live->changed = false;
    live->drawn_ms = now;
}

/* In one piece, where the terminal takes it; where it is gone, nobody is there to be told. */
static void write_all(int fd, const char *text, size_t len) {
    while (len > 0) {
        ssize_t wrote = write(fd, text, len);
        if (wrote > 0) {
            text += wrote;
            len -= (size_t)wrote;
        } else if (wrote < 0 && errno == EAGAIN) {
            struct pollfd ready = {.fd = fd, .events = POLLOUT};
            (void)poll(&ready, 1, FRAME_MS);
        } else if (wrote == 0 || errno != EINTR) {
            return;
        }
    }
}

static void send(const pgm__live *live, const pgm__strbuf *bytes) {
    if (bytes->failed || bytes->len == 0) {
        return;
    }
    if (!live->setup.ascii) {
        write_all(live->setup.fd, bytes->text, bytes->len);
        return;
    }
    pgm__strbuf shown = {0};
    pgm__signs_add_ascii(&shown, bytes->text, bytes->len);
    if (!shown.failed) {
        write_all(live->setup.fd, shown.text, shown.len);
    }
    pgm__strbuf_fini(&shown);
}

/* With `writing` held. The other lock is not held over the write: the run's thread waits for that
 * one. */
static void draw(pgm__live *live, bool wanted) {
    pgm__strbuf bytes = {0};
    bool ours = is_ours(live);
    (void)pthread_mutex_lock(&live->lock);
    compose(live, &bytes, wanted && ours && live->holds == 0, live->setup.now_ms());
    (void)pthread_mutex_unlock(&live->lock);
    send(live, &bytes);
    pgm__strbuf_fini(&bytes);
}

static void draw_alone(pgm__live *live, bool wanted) {
    (void)pthread_mutex_lock(&live->writing);
    draw(live, wanted);
    (void)pthread_mutex_unlock(&live->writing);
}

/* ---- the thread ---- */

static void later(struct timespec *time, long ms) {
    time->tv_nsec += ms * 1000000L;
    if (time->tv_nsec >= 1000000000L) {
        time->tv_sec++;
        time->tv_nsec -= 1000000000L;
    }
}

/* Waits for the time of the next look, or the end. With `lock` held. */
static void wait_a_moment(pgm__live *live) {
    struct timespec until = {0};
    (void)clock_gettime(CLOCK_MONOTONIC, &until);
    later(&until, FRAME_MS);
    while (!live->done && pthread_cond_timedwait(&live->woken, &live->lock, &until) == 0) {
    }
}

static bool is_due(const pgm__live *live) {
    size_t rows;
    size_t columns;
    window(live, &rows, &columns);
    return live->changed || columns != live->columns ||
           live->setup.now_ms() - live->drawn_ms >= TICK_MS;
}

static void *draw_on(void *data) {
    pgm__live *live = data;
    (void)pthread_mutex_lock(&live->lock);
    while (!live->done) {
        bool due = is_due(live);
        if (due) {
            (void)pthread_mutex_unlock(&live->lock);
            draw_alone(live, true);
            (void)pthread_mutex_lock(&live->lock);
        }
        wait_a_moment(live);
    }
    (void)pthread_mutex_unlock(&live->lock);
    return NULL;
}

static bool make_locks(pgm__live *live) {
    pthread_condattr_t clock;
    if (pthread_condattr_init(&clock) != 0) {
        return false;
    }
    bool made = pthread_condattr_setclock(&clock, CLOCK_MONOTONIC) == 0 &&
                pthread_cond_init(&live->woken, &clock) == 0;
    (void)pthread_condattr_destroy(&clock);
    if (made) {
        (void)pthread_mutex_init(&live->writing, NULL);
        (void)pthread_mutex_init(&live->lock, NULL);
    }
    return made;
}

static void destroy(pgm__live *live) {
    (void)pthread_cond_destroy(&live->woken);
    (void)pthread_mutex_destroy(&live->lock);
    (void)pthread_mutex_destroy(&live->writing);
    pgm__running_fini(&live->running);
    pgm__strbuf_fini(&live->lines);
    pgm__free(live);
}

/* Signals are for the threads that know what to do about them. */
static bool start_thread(pgm__live *live) {
    sigset_t before;
    pgm__signals_block(&before);
    bool started = pthread_create(&live->thread, NULL, draw_on, live) == 0;
    pgm__signals_restore(&before);
    return started;
}

pgm_status pgm__live_start(pgm__live **out, const pgm__live_setup *setup) {
    pgm__live *live = pgm__calloc(1, sizeof *live);
    if (live == NULL || pgm__running_init(&live->running, setup->targets) != PGM_OK ||
        !make_locks(live)) {
        pgm__free(live == NULL ? NULL : live->running.places);
        pgm__free(live);
        return PGM_ENOMEM;
    }
    live->setup = *setup;
    live->began_ms = setup->now_ms();
    live->changed = true;
    if (!start_thread(live)) {
        destroy(live);
        return PGM_EIO;
    }
    *out = live;
    return PGM_OK;
}

void pgm__live_end(pgm__live *live) {
    if (live == NULL) {
        return;
    }
    (void)pthread_mutex_lock(&live->lock);
    live->done = true;
    (void)pthread_cond_signal(&live->woken);
    (void)pthread_mutex_unlock(&live->lock);
    (void)pthread_join(live->thread, NULL);
    draw_alone(live, false);
    destroy(live);
}

/* ---- what happens ---- */

static void leave(pgm__live *live, const pgm_event *event) {
    live->marched += pgm__running_end(&live->running, event->target) ? 1 : 0;
    live->ended++;
}

static void target_finished(pgm__live *live, const pgm_event *event) {
    leave(live, event);
    pgm_outcome outcome = event->result->outcome;
    live->failed += outcome == PGM_OUTCOME_FAILED || outcome == PGM_OUTCOME_UNKNOWN ? 1 : 0;
}

/* "slow, 30.0 s so far: waits for pid 7": the time stands beside it already. */
static const char *reason_of(const char *message) {
    static const char behind[] = " so far: ";
    const char *reason = message == NULL ? NULL : strstr(message, behind);
    return reason == NULL ? message : reason + strlen(behind);
}

static void set_waits(pgm__live *live, size_t target, const char *text) {
    pgm__running_target *item = pgm__running_find(&live->running, target);
    if (item != NULL) {
        pgm__running_text(item->waits, sizeof item->waits, text);
    }
}

static void set_version(pgm__live *live, const pgm_event *event) {
    pgm__running_target *item = pgm__running_find(&live->running, event->target);
    if (item != NULL) {
        pgm__running_text(item->version, sizeof item->version, event->version);
        item->waits[0] = '\0';
    }
}

/* The ends of those before it may not have come yet. */
static void set_slow_version(pgm__live *live, const pgm_event *event) {
    if (event->version != NULL) {
        set_version(live, event);
    }
}

static void take_notice(pgm__live *live, const pgm_event *event) {
    switch (event->kind) {
    case PGM_EVENT_SOURCE_ASKED:
    case PGM_EVENT_TARGET_STARTED:
    case PGM_EVENT_TARGET_BRANCH:
        pgm__running_start(&live->running, event->target, event->name, live->setup.now_ms());
        set_waits(live, event->target, event->message);
        break;
    case PGM_EVENT_MIGRATION_STARTED:
    case PGM_EVENT_MIGRATION_FINISHED:
        set_version(live, event);
        break;
    case PGM_EVENT_TARGET_WAITING:
    case PGM_EVENT_TARGET_SLOW:
        set_slow_version(live, event);
        set_waits(live, event->target, reason_of(event->message));
        break;
    case PGM_EVENT_TARGET_FINISHED:
        target_finished(live, event);
        break;
    case PGM_EVENT_SOURCE_ANSWERED:
        leave(live, event);
        break;
    case PGM_EVENT_WAVE_STARTED:
        pgm__running_text(live->wave, sizeof live->wave,
                          live->setup.waves > 1 ? event->name : NULL);
        live->wave_number++;
        break;
    case PGM_EVENT_NOTICE:
    case PGM_EVENT_WARNING:
    case PGM_EVENT_WAVE_ENDED:
        return;
    }
    live->changed = true;
}

void pgm__live_event(pgm__live *live, const pgm_event *event) {
    (void)pthread_mutex_lock(&live->lock);
    take_notice(live, event);
    (void)pthread_mutex_unlock(&live->lock);
}

void pgm__live_say(pgm__live *live, const char *text, size_t len) {
    (void)pthread_mutex_lock(&live->lock);
    pgm__strbuf_add(&live->lines, text, len);
    live->changed = true;
    (void)pthread_mutex_unlock(&live->lock);
}

void pgm__live_stopping(pgm__live *live, int times) {
    (void)pthread_mutex_lock(&live->lock);
    live->stops = times;
    live->changed = true;
    (void)pthread_mutex_unlock(&live->lock);
}

/* ---- whose the terminal is ---- */

/* A frame that is being written is over in no time, or never. */
static bool lock_writing_soon(pgm__live *live) {
    enum { SOON_MS = 200 };
    struct timespec until = {0};
    (void)clock_gettime(CLOCK_REALTIME, &until);
    later(&until, SOON_MS);
    return pthread_mutex_timedlock(&live->writing, &until) == 0;
}

/* Takes the block away, unless the terminal takes nothing: who hears signals, and who asks, may not
 * hang in it. @return Is `writing` held now? */
static bool clear_soon(pgm__live *live) {
    struct pollfd ready = {.fd = live->setup.fd, .events = POLLOUT};
    if (!lock_writing_soon(live)) {
        return false;
    }
    if (poll(&ready, 1, 0) > 0 && (ready.revents & POLLOUT) != 0) {
        draw(live, false);
    }
    return true;
}

void pgm__live_hold(pgm__live *live) {
    (void)pthread_mutex_lock(&live->lock);
    live->held_since_ms = live->holds == 0 ? live->setup.now_ms() : live->held_since_ms;
    live->holds++;
    (void)pthread_mutex_unlock(&live->lock);
    if (clear_soon(live)) {
        (void)pthread_mutex_unlock(&live->writing);
    }
}

void pgm__live_go_on(pgm__live *live) {
    (void)pthread_mutex_lock(&live->lock);
    live->holds--;
    live->held_ms += live->holds == 0 ? live->setup.now_ms() - live->held_since_ms : 0;
    live->changed = true;
    (void)pthread_mutex_unlock(&live->lock);
}

void pgm__live_forget(pgm__live *live) {
    (void)pthread_mutex_lock(&live->lock);
    live->drawn = (pgm__frame_drawn){0};
    live->changed = true;
    (void)pthread_mutex_unlock(&live->lock);
}

/* Nothing is drawn any more: the lock is kept to the end. */
void pgm__live_leave(pgm__live *live) {
    (void)clear_soon(live);
}
