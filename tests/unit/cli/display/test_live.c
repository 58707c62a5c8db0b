/* The block on a terminal of the test's own: what is written to it, by its thread. */
#define _XOPEN_SOURCE 700 /* posix_openpt(3) */
#include "support/text_asserts.h"

#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "base/strbuf.h"
#include "cli/display/live.h"
#include "cli/display/progress.h"

enum { LIMIT_MS = 20000 };

/* A terminal of 24 by 80, and what came out of it. */
typedef struct scene {
    int screen;
    int terminal;
    pgm__strbuf text;
    pgm__live *live;
} scene;

static void open_terminal(scene *s) {
    *s = (scene){.screen = posix_openpt(O_RDWR | O_NOCTTY)};
    assert_true(s->screen >= 0);
    assert_int_equal(grantpt(s->screen), 0);
    assert_int_equal(unlockpt(s->screen), 0);
    s->terminal = open(ptsname(s->screen), O_RDWR | O_NOCTTY);
    assert_true(s->terminal >= 0);
    const struct winsize size = {.ws_row = 24, .ws_col = 80};
    assert_int_equal(ioctl(s->terminal, TIOCSWINSZ, &size), 0);
}

static void begin(scene *s, size_t targets) {
    open_terminal(s);
    const pgm__live_setup setup = {.fd = s->terminal,
                                   .command = "up",
                                   .targets = targets,
                                   .waves = 1,
                                   .now_ms = pgm__progress_clock};
    assert_int_equal(pgm__live_start(&s->live, &setup), PGM_OK);
}

/* Reads what is there within so many milliseconds. */
static bool take(scene *s, int wait_ms) {
    struct pollfd ready = {.fd = s->screen, .events = POLLIN};
    char bytes[65536];
    if (poll(&ready, 1, wait_ms) <= 0) {
        return false;
    }
    ssize_t got = read(s->screen, bytes, sizeof bytes);
    if (got > 0) {
        pgm__strbuf_add(&s->text, bytes, (size_t)got);
    }
    return got > 0;
}

static const char *text_of(const scene *s) {
    return s->text.len == 0 ? "" : pgm__strbuf_text(&s->text);
}

/* Reads until the text has come; what came before it is forgotten. */
static void await(scene *s, const char *text) {
    int64_t end = pgm__progress_clock() + LIMIT_MS;
    while (strstr(text_of(s), text) == NULL) {
        (void)take(s, 100);
        if (pgm__progress_clock() > end) {
            fail_msg("never seen: [%s] in [%s]", text, text_of(s));
        }
    }
    pgm__strbuf_clear(&s->text);
}

static void *drain(void *data) {
    scene *s = data;
    while (take(s, LIMIT_MS)) {
    }
    return NULL;
}

/* The end writes, so that somebody has to read; the terminal's own end then ends the reading. */
static void end(scene *s) {
    pthread_t reader;
    assert_int_equal(pthread_create(&reader, NULL, drain, s), 0);
    pgm__live_end(s->live);
    assert_int_equal(close(s->terminal), 0);
    assert_int_equal(pthread_join(reader, NULL), 0);
}

static void close_scene(scene *s) {
    assert_int_equal(close(s->screen), 0);
    pgm__strbuf_fini(&s->text);
}

static void say(const scene *s, const char *text) {
    pgm__live_say(s->live, text, strlen(text));
}

static void tell(const scene *s, pgm_event event) {
    event.name = "t1";
    pgm__live_event(s->live, &event);
}

static const pgm_result bad = {.name = "t1", .outcome = PGM_OUTCOME_FAILED};

static void live_shows_who_is_under_way_and_lines_above(void **state) {
    (void)state;
    scene s;
    begin(&s, 2);
    await(&s, "up: 0 of 2 done, 0 running, 2 waiting, 0 s\033[K");
    tell(&s, (pgm_event){.kind = PGM_EVENT_TARGET_STARTED});
    await(&s, "\033[1A");
    tell(&s, (pgm_event){.kind = PGM_EVENT_MIGRATION_STARTED, .version = "1_a"});
    await(&s, "0 s  1_a\033[K");
    tell(&s, (pgm_event){.kind = PGM_EVENT_TARGET_SLOW,
                         .version = "1_a",
                         .message = "slow, 30.0 s so far: waits for pid 7"});
    await(&s, "1_a  waits for pid 7\033[K");
    tell(&s, (pgm_event){.kind = PGM_EVENT_MIGRATION_FINISHED, .version = "1_a"});
    tell(&s, (pgm_event){.kind = PGM_EVENT_TARGET_FINISHED, .result = &bad});
    say(&s, "a line\n");
    await(&s, "\033[Ja line\r\nup: 1 of 2 done, 1 failed, 0 running, 1 waiting");
    pgm__live_stopping(s.live, 1);
    await(&s, "stopping, still awaited: 0 targets");
    say(&s, "the last line\n");
    end(&s);
    /* The block is gone, and the cursor is there. */
    const char *last = strstr(text_of(&s), "the last line\r\n");
    assert_non_null(last);
    assert_string_equal(last, "the last line\r\n\033[J\033[?25h\033[?2026l");
    close_scene(&s);
}

/* It has its row from the first request on, and the time of all of it. */
static void live_shows_a_branch_that_is_made_and_deleted(void **state) {
    (void)state;
    scene s;
    begin(&s, 2);
    tell(&s, (pgm_event){.kind = PGM_EVENT_TARGET_BRANCH, .message = "making a branch of it"});
    await(&s, "0 s  making a branch of it\033[K");
    await(&s, "1 running, 1 waiting");
    tell(&s, (pgm_event){.kind = PGM_EVENT_TARGET_STARTED});
    await(&s, "0 s  connecting\033[K");
    tell(&s, (pgm_event){.kind = PGM_EVENT_MIGRATION_STARTED, .version = "1_a"});
    tell(&s, (pgm_event){.kind = PGM_EVENT_TARGET_BRANCH, .message = "deleting its branch"});
    await(&s, "0 s  1_a  deleting its branch\033[K");
    tell(&s, (pgm_event){.kind = PGM_EVENT_TARGET_FINISHED, .result = &bad});
    await(&s, "1 of 2 done, 1 failed, 0 running, 1 waiting");
    end(&s);
    close_scene(&s);
}

/* Whatever ends the program between two writes, the cursor is there. */
static void live_hides_the_cursor_within_a_frame_only(void **state) {
    (void)state;
    scene s;
    begin(&s, 1);
    for (int i = 0; i < 20; i++) {
        tell(&s, (pgm_event){.kind = PGM_EVENT_MIGRATION_STARTED, .version = "1_a"});
        (void)take(&s, 50);
    }
    end(&s);
    assert_true(times(text_of(&s), "\033[?2026h\033[?25l\r") >= 3);
    assert_int_equal(times(text_of(&s), "\033[?2026h\033[?25l\r"),
                     times(text_of(&s), "\033[?25h\033[?2026l"));
    close_scene(&s);
}

static void live_draws_ten_frames_a_second_at_most(void **state) {
    (void)state;
    scene s;
    begin(&s, 1);
    int64_t begun = pgm__progress_clock();
    while (pgm__progress_clock() - begun < 1000) {
        tell(&s, (pgm_event){.kind = PGM_EVENT_TARGET_STARTED});
        (void)take(&s, 1);
    }
    int64_t took = pgm__progress_clock() - begun;
    assert_true((int64_t)times(text_of(&s), "\033[?2026h") <= took / 100 + 1);
    end(&s);
    close_scene(&s);
}

/* Control-S, or a line that hangs: the run goes on, and nothing that was said is lost. */
static void live_never_waits_for_a_terminal_that_takes_nothing(void **state) {
    enum { LINES = 20000 };
    (void)state;
    scene s;
    begin(&s, 1);
    for (int i = 0; i < LINES; i++) {
        tell(&s, (pgm_event){.kind = PGM_EVENT_TARGET_STARTED});
        say(&s, "a line of some length, so that the terminal has no room for all of them\n");
        if (i == LINES / 2) {
            (void)poll(NULL, 0, 300); /* the thread is in the middle of a write by now */
        }
    }
    end(&s);
    assert_int_equal(times(text_of(&s), "a line of some length"), LINES);
    close_scene(&s);
}

static void live_gives_the_terminal_away_while_somebody_is_asked(void **state) {
    (void)state;
    scene s;
    begin(&s, 2);
    await(&s, "2 waiting");
    pgm__live_hold(s.live);
    while (take(&s, 100)) {
    }
    assert_non_null(strstr(text_of(&s), "\033[1A\033[J\033[J\033[?25h\033[?2026l"));
    pgm__strbuf_clear(&s.text);
    say(&s, "meanwhile\n");
    tell(&s, (pgm_event){.kind = PGM_EVENT_TARGET_STARTED});
    while (take(&s, 300)) {
    }
    assert_has(text_of(&s), "meanwhile");
    assert_lacks(text_of(&s), "waiting");
    pgm__live_go_on(s.live);
    await(&s, "1 running, 1 waiting");
    end(&s);
    close_scene(&s);
}

/* The block is where it was not any more: nothing above it is overwritten. */
static void live_forgets_what_was_drawn_where_it_is_told_to(void **state) {
    (void)state;
    scene s;
    begin(&s, 2);
    await(&s, "2 waiting");
    pgm__live_forget(s.live);
    (void)take(&s, 500);
    assert_has(text_of(&s), "\033[?25l\rup: ");
    end(&s);
    close_scene(&s);
}

static void live_cuts_its_lines_where_the_terminal_becomes_narrower(void **state) {
    (void)state;
    scene s;
    begin(&s, 2);
    await(&s, "2 waiting");
    const struct winsize size = {.ws_row = 24, .ws_col = 20};
    assert_int_equal(ioctl(s.terminal, TIOCSWINSZ, &size), 0);
    /* 41 columns stood there: three rows of a terminal of twenty. */
    await(&s, "\033[3A\033[Jup: 0 of 2 done\033[K");
    end(&s);
    close_scene(&s);
}

/* Giving it away, or leaving at once, when the thread hangs in a write, waits for nothing. */
static void live_leaves_without_waiting(void **state) {
    (void)state;
    scene s;
    begin(&s, 1);
    await(&s, "1 waiting");
    for (int i = 0; i < 20000; i++) {
        say(&s, "a line of some length, so that the terminal has no room for all of them\n");
    }
    (void)poll(NULL, 0, 300);
    pgm__live_hold(s.live);
    pgm__live_go_on(s.live);
    pgm__live_leave(s.live);
    end(&s);
    close_scene(&s);
    begin(&s, 1);
    await(&s, "1 waiting");
    say(&s, "the last line\n");
    pgm__live_leave(s.live);
    await(&s, "the last line\r\n\033[J\033[?25h");
    close_scene(&s); /* as where the program ends: the thread is left behind */
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(live_shows_who_is_under_way_and_lines_above),
        cmocka_unit_test(live_shows_a_branch_that_is_made_and_deleted),
        cmocka_unit_test(live_hides_the_cursor_within_a_frame_only),
        cmocka_unit_test(live_draws_ten_frames_a_second_at_most),
        cmocka_unit_test(live_never_waits_for_a_terminal_that_takes_nothing),
        cmocka_unit_test(live_gives_the_terminal_away_while_somebody_is_asked),
        cmocka_unit_test(live_forgets_what_was_drawn_where_it_is_told_to),
        cmocka_unit_test(live_cuts_its_lines_where_the_terminal_becomes_narrower),
        cmocka_unit_test(live_leaves_without_waiting),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
