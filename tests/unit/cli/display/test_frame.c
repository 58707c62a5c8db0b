/* One frame of what a terminal shows while a run goes on. */
#include "support/text_asserts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/display/frame.h"
#include "report/page/paint.h"

/* A run of 3,000 targets, of which so many are under way. */
static void begin(pgm__running *running, size_t count) {
    assert_int_equal(pgm__running_init(running, 3000), PGM_OK);
    for (size_t i = 0; i < count; i++) {
        char name[32];
        (void)snprintf(name, sizeof name, "t_%04zu", i);
        pgm__running_start(running, i, name, (int64_t)i * 1000);
        pgm__running_target *item = pgm__running_find(running, i);
        pgm__running_text(item->version, sizeof item->version, "20260101000000_add_orders");
    }
}

static pgm__frame frame_of(const pgm__running *running) {
    return (pgm__frame){.command = "up",
                        .targets = 3000,
                        .done = 1200,
                        .failed = 3,
                        .now_ms = 65000,
                        .elapsed_ms = 65000,
                        .left_ms = 97000,
                        .running = running};
}

/* The frame as it stands on the terminal: a column that is named becomes spaces. */
static char *drawn(const pgm__frame *frame, size_t rows, size_t columns, pgm__frame_drawn *out) {
    pgm__strbuf bytes = {0};
    pgm__strbuf plain = {0};
    pgm__frame_add(&bytes, frame, rows, columns, out);
    size_t row = 0;
    const char *line = bytes.len == 0 ? "" : bytes.text;
    for (const char *at = line; *at != '\0'; at++) {
        char *end = NULL;
        unsigned long column = at[0] == '\033' && at[1] == '[' ? strtoul(at + 2, &end, 10) : 0;
        if (strncmp(at, "\033[K\r\n", 5) == 0) {
            pgm__strbuf_addc(&plain, '\n');
            row = plain.len;
            at += 4;
        } else if (end != NULL && *end == 'G') {
            size_t used = pgm__paint_width(pgm__strbuf_text(&plain) + row);
            pgm__paint_spaces(&plain, column - 1 > used ? column - 1 - used : 0);
            at = end;
        } else {
            assert_true(*at != '\033');
            pgm__strbuf_addc(&plain, *at);
        }
    }
    char *text = strdup(plain.len == 0 ? "" : pgm__strbuf_text(&plain));
    pgm__strbuf_fini(&bytes);
    pgm__strbuf_fini(&plain);
    return text;
}

static void shows(const pgm__frame *frame, size_t rows, size_t columns, const char *expected) {
    pgm__frame_drawn out;
    char *text = drawn(frame, rows, columns, &out);
    assert_string_equal(text, expected);
    free(text);
}

static void frame_counts_targets_and_names_those_under_way(void **state) {
    (void)state;
    pgm__running running;
    begin(&running, 3);
    pgm__frame frame = frame_of(&running);
    pgm__running_text(pgm__running_find(&running, 1)->waits, PGM__RUNNING_WAITS,
                      "waits for pid 7 (psql, idle in transaction for 5 min)");
    shows(&frame, 24, 100,
          "up: 1200 of 3000 done, 3 failed, 3 running, 1797 waiting, 1 min 05 s, about 1 min 37 s "
          "left\n"
          "  t_0000  1 min 05 s  20260101000000_add_orders\n"
          "  t_0001  1 min 04 s  20260101000000_add_orders  waits for pid 7 (psql, idle in "
          "transaction for 5 …\n"
          "  t_0002  1 min 03 s  20260101000000_add_orders\n");
    frame.wave = "canary";
    frame.wave_number = 1;
    frame.wave_count = 4;
    frame.stage = PGM__STAGE_LOOK;
    frame.left_ms = -1;
    frame.failed = 0;
    frame.elapsed_ms = 999;
    pgm__running_text(pgm__running_find(&running, 0)->version, PGM__RUNNING_NAME, "");
    shows(&frame, 3, 80,
          "up, looking: canary (1 of 4 waves), 1200 of 3000 done, 3 running, 1797 waiting\n"
          "  0 s\n");
    shows(&frame, 24, 200,
          "up, looking: canary (1 of 4 waves), 1200 of 3000 done, 3 running, 1797 waiting, 0 s\n"
          "  t_0000  1 min 05 s  connecting\n"
          "  t_0001  1 min 04 s  20260101000000_add_orders  waits for pid 7 (psql, idle in "
          "transaction for 5 min)\n"
          "  t_0002  1 min 03 s  20260101000000_add_orders\n");
    pgm__running_fini(&running);
}

static void frame_of_a_search_counts_sources(void **state) {
    (void)state;
    pgm__running running;
    begin(&running, 2);
    pgm__running_text(pgm__running_find(&running, 0)->version, PGM__RUNNING_NAME, "");
    pgm__running_text(pgm__running_find(&running, 1)->version, PGM__RUNNING_NAME, "");
    pgm__frame frame = frame_of(&running);
    frame.stage = PGM__STAGE_SEARCH;
    frame.targets = 3;
    frame.done = 1;
    frame.failed = 0;
    frame.left_ms = -1;
    frame.stops = 1;
    shows(&frame, 24, 80,
          "up, finding targets: 1 of 3 sources answered, 2 asked, 1 min 05 s\n"
          "stopping, still awaited: 2 sources\n"
          "  once more to cancel what is asked\n"
          "  t_0000  1 min 05 s  asked\n"
          "  t_0001  1 min 04 s  asked\n");
    pgm__running_fini(&running);
}

static void frame_fits_forty_columns(void **state) {
    (void)state;
    pgm__running running;
    begin(&running, 2);
    pgm__frame frame = frame_of(&running);
    pgm__running_text(pgm__running_find(&running, 0)->waits, PGM__RUNNING_WAITS,
                      "waits for pid 7 (psql)");
    shows(&frame, 12, 40,
          "up: 1200 of 3000 done, 3 failed\n"
          "  2 running, 1798 waiting, 1 min 05 s\n"
          "  about 1 min 37 s left\n"
          "  t_0000  1 min 05 s  waits for pid 7 …\n"
          "  t_0001  1 min 04 s  20260101000000_a…\n");
    pgm__running_fini(&running);
}

/* A stop is a question of minutes: who waits for it is told what for, and what he can do. */
static void frame_says_what_is_still_awaited_and_what_a_second_time_does(void **state) {
    (void)state;
    pgm__running running;
    begin(&running, 1);
    pgm__frame frame = frame_of(&running);
    pgm__frame_drawn out;
    frame.stops = 1;
    char *text = drawn(&frame, 24, 80, &out);
    assert_has(text, "\nstopping, still awaited: 1 target\n"
                     "  once more to cancel what cannot be rolled back too\n  t_0000 ");
    free(text);
    frame.stops = 2;
    text = drawn(&frame, 24, 80, &out);
    assert_has(text, "\ncancelling, still awaited: 1 target\n"
                     "  what hangs is left as it is in 12 s at the latest\n  t_0000 ");
    free(text);
    pgm__running_fini(&running);
}

/* Whatever the terminal and the fleet, a frame fits: one row and one column are left free. */
static void frame_never_leaves_its_terminal(void **state) {
    (void)state;
    static const char *const names[] = {"漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字", "t",
                                        "x\033]0;evil\007y", "a\u202Eb",
                                        "👨‍👩‍👧👨‍👩‍👧👨‍👩‍👧"};
    for (size_t under_way = 0; under_way <= 300; under_way += 75) {
        pgm__running running;
        begin(&running, under_way);
        for (size_t i = 0; i < sizeof names / sizeof *names && i < under_way; i++) {
            pgm__running_text(pgm__running_find(&running, i)->name, PGM__RUNNING_NAME, names[i]);
        }
        pgm__frame frame = frame_of(&running);
        frame.wave = "the rest";
        frame.stops = under_way == 75 ? 1 : 0;
        for (size_t rows = 1; rows < 90; rows += 4) {
            for (size_t columns = 1; columns < 200; columns += 7) {
                pgm__frame_drawn out;
                char *text = drawn(&frame, rows, columns, &out);
                assert_int_equal(times(text, "\n"), out.rows);
                assert_true(out.rows < rows || out.rows == 0);
                assert_true(out.rows <= PGM__FRAME_ROWS);
                for (size_t i = 0; i < out.rows; i++) {
                    assert_true(out.widths[i] < columns);
                }
                for (const char *line = text; *line != '\0'; line += strcspn(line, "\n") + 1) {
                    char one[1024];
                    (void)snprintf(one, sizeof one, "%.*s", (int)strcspn(line, "\n"), line);
                    assert_true(pgm__paint_width(one) < columns);
                }
                free(text);
            }
        }
        pgm__running_fini(&running);
    }
}

/* Of hundreds, the longest and how many more there are; what scrolled away above stays in sight. */
static void frame_of_many_targets_shows_the_longest(void **state) {
    (void)state;
    pgm__running running;
    begin(&running, 300);
    pgm__frame frame = frame_of(&running);
    pgm__frame_drawn out;
    char *text = drawn(&frame, 24, 80, &out);
    assert_int_equal(out.rows, 14);
    assert_has(text, "\n  t_0010  55 s ");
    assert_lacks(text, "t_0011");
    assert_has(text, "\n  … and 289 more\n");
    free(text);
    pgm__running_fini(&running);
}

static void frame_height_counts_rows_that_a_narrower_terminal_breaks(void **state) {
    (void)state;
    const pgm__frame_drawn out = {.rows = 4, .widths = {0, 40, 41, 120}};
    assert_int_equal(pgm__frame_height(&out, 120), 4);
    assert_int_equal(pgm__frame_height(&out, 40), 1 + 1 + 2 + 3);
    assert_int_equal(pgm__frame_height(&out, 0), 4);
}

static void frame_is_coloured_where_it_is_wanted(void **state) {
    (void)state;
    pgm__running running;
    begin(&running, 1);
    pgm__frame frame = frame_of(&running);
    frame.colour = true;
    pgm__frame_drawn out;
    pgm__strbuf bytes = {0};
    pgm__frame_add(&bytes, &frame, 24, 80, &out);
    assert_has(bytes.text, "\033[31m3 failed\033[0m");
    assert_has(bytes.text, "\033[32m1200 of 3000 done\033[0m");
    pgm__strbuf_fini(&bytes);
    pgm__running_fini(&running);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(frame_counts_targets_and_names_those_under_way),
        cmocka_unit_test(frame_of_a_search_counts_sources),
        cmocka_unit_test(frame_fits_forty_columns),
        cmocka_unit_test(frame_says_what_is_still_awaited_and_what_a_second_time_does),
        cmocka_unit_test(frame_never_leaves_its_terminal),
        cmocka_unit_test(frame_of_many_targets_shows_the_longest),
        cmocka_unit_test(frame_height_counts_rows_that_a_narrower_terminal_breaks),
        cmocka_unit_test(frame_is_coloured_where_it_is_wanted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
