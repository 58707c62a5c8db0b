/* The parts of the HTML report that are not in its golden file: escapes, the clock of merged runs,
 * bars and their parts, cells; and every allocation fails once. */
#include "support/cmocka_all.h"

#include <string.h>

#include "report/html/bars.h"
#include "report/html/cells.h"
#include "report/html/html.h"
#include "report/html/mark.h"
#include "support/oom_loop.h"

enum { TARGETS = 3 };

static const char *const versions[] = {"1_a", "2_b", "10_c"};
static const pgm_migration_info folder[] = {
    {"0_old", "0.sql", NULL}, {"1_a", "1.sql", NULL}, {"2_b", "2.sql", NULL}};

typedef struct world {
    pgm_summary summary;
    pgm_result results[TARGETS];
    const pgm_result *pointers[TARGETS];
    pgm__report report;
    pgm__strbuf out;
    pgm__html_sheet sheet;
} world;

/* Of the three, the first did all, the second failed at 2_b, nobody knows about the third. */
static void make(world *w) {
    static const pgm_migration_time times[] = {
        {"1_a", 100, 40000}, {"2_b", 100, 30000}, {"10_c", 200, 50000}};
    static const pgm_failure failure = {
        .phase = "migrate", .version = "2_b", .message = "no", .excerpt = "SELECT 1", .caret = 3};
    *w = (world){.summary = {.id = "r", .command = PGM_COMMAND_UP, .duration_ms = 400}};
    for (size_t i = 0; i < TARGETS; i++) {
        w->results[i] = (pgm_result){.name = i == 0   ? "a"
                                             : i == 1 ? "b"
                                                      : "c",
                                     .outcome = PGM_OUTCOME_APPLIED,
                                     .done = versions,
                                     .done_count = 3,
                                     .times = times,
                                     .time_count = 3,
                                     .started_ms = (int64_t)(2 - i) * 50,
                                     .duration_ms = 210,
                                     .attempts = 1};
        w->pointers[i] = &w->results[i];
    }
    w->results[1].outcome = PGM_OUTCOME_FAILED;
    w->results[1].failure = &failure;
    w->results[1].done_count = w->results[1].time_count = 1;
    w->results[1].pending = versions + 1;
    w->results[1].pending_count = 2;
    w->results[2] = (pgm_result){.name = "c",
                                 .outcome = PGM_OUTCOME_NOT_RUN,
                                 .pending_unknown = true,
                                 .started_ms = -1,
                                 .reason = "too many failed"};
    w->report = (pgm__report){.summary = &w->summary,
                              .results = w->pointers,
                              .result_count = TARGETS,
                              .migrations = folder,
                              .migration_count = 3};
}

static void open_sheet(world *w) {
    assert_int_equal(pgm__html_sheet_init(&w->sheet, &w->out, &w->report), PGM_OK);
}

static void close_world(world *w) {
    pgm__html_sheet_fini(&w->sheet);
    pgm__strbuf_fini(&w->out);
}

static void text_is_no_markup(void **state) {
    (void)state;
    pgm__strbuf out = {0};
    pgm__html_text(&out, "<b a='1' c=\"2\">&amp;\x1b[0m \xff]]>\r\n::x");
    assert_string_equal(pgm__strbuf_text(&out),
                        "&lt;b a=&#39;1&#39; c=&quot;2&quot;&gt;&amp;amp;\xEF\xBF\xBD[0m "
                        "\xEF\xBF\xBD]]&gt;\n&#58;:x");
    pgm__strbuf_clear(&out);
    pgm__html_text(&out, NULL);
    assert_string_equal(pgm__strbuf_text(&out), "");
    pgm__strbuf_fini(&out);
}

static void shares_stay_between_nothing_and_all(void **state) {
    (void)state;
    static const struct {
        int64_t part;
        int64_t whole;
        const char *text;
    } rows[] = {{0, 10, "0%"},    {10, 10, "100%"},   {11, 10, "100%"}, {-1, 10, "0%"},
                {1, 3, "33.33%"}, {1, 1000, "0.10%"}, {5, 0, "0%"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        pgm__strbuf out = {0};
        pgm__html_share(&out, rows[i].part, rows[i].whole);
        assert_string_equal(pgm__strbuf_text(&out), rows[i].text);
        pgm__strbuf_fini(&out);
    }
}

static void migrations_stand_in_their_order(void **state) {
    (void)state;
    world w;
    make(&w);
    open_sheet(&w);
    assert_int_equal(w.sheet.version_count, 4);
    assert_string_equal(w.sheet.versions[0].name, "0_old");
    assert_string_equal(w.sheet.versions[3].name, "10_c");
    assert_int_equal(w.sheet.versions[0].colour, PGM__HTML_COLOURS); /* it took no time */
    assert_int_equal(w.sheet.versions[1].count, 2);
    assert_int_equal(w.sheet.timed, 3);
    assert_int_equal(pgm__html_place(&w.sheet, "no_such"), 4);
    close_world(&w);
}

static void time_between_merged_runs_is_left_out(void **state) {
    (void)state;
    static const pgm__report_run runs[] = {{.started_at_ms = 1000, .duration_ms = 400},
                                           {.started_at_ms = 1100, .duration_ms = 200},
                                           {.started_at_ms = 900000, .duration_ms = 300}};
    static const size_t run_of[] = {0, 2, 1};
    world w;
    make(&w);
    w.report.runs = runs;
    w.report.run_count = 3;
    w.report.run_of = run_of;
    open_sheet(&w);
    assert_int_equal(pgm__html_began(&w.sheet, 0), 100);
    assert_int_equal(pgm__html_began(&w.sheet, 1), 450);
    assert_int_equal(pgm__html_began(&w.sheet, 2), -1);
    assert_int_equal(w.sheet.span_ms, 660);
    close_world(&w);
}

/* The replies of 1_a and 2_b were read at once: one ran before the other all the same. */
static void parts_of_a_bar_do_not_overlap(void **state) {
    (void)state;
    world w;
    pgm__html_bars bars = {0};
    pgm__html_part parts[3];
    make(&w);
    w.results[0].started_ms = 0;
    open_sheet(&w);
    assert_int_equal(pgm__html_bars_init(&bars, &w.sheet), PGM_OK);
    assert_int_equal(bars.count, 2);
    assert_int_equal(bars.items[0].result, 0);
    w.sheet.span_ms = PGM__HTML_UNITS; /* a unit is a millisecond */
    assert_int_equal(pgm__html_parts(&w.sheet, &bars.items[0], 1, parts), 3);
    assert_int_equal(parts[0].from, 30);
    assert_int_equal(parts[0].to, 70);
    assert_int_equal(parts[1].from, 70);
    assert_int_equal(parts[1].to, 100);
    assert_int_equal(parts[2].from, 150);
    assert_int_equal(parts[2].to, 200);
    pgm__html_bars_fini(&bars);
    close_world(&w);
}

static void too_many_parts_are_made_fewer(void **state) {
    (void)state;
    world w;
    pgm__html_bars bars = {0};
    pgm__html_part parts[3];
    make(&w);
    w.results[0].started_ms = 0;
    open_sheet(&w);
    assert_int_equal(pgm__html_bars_init(&bars, &w.sheet), PGM_OK);
    assert_int_equal(pgm__html_grain(&w.sheet, &bars, 4, parts), 1);
    int grain = pgm__html_grain(&w.sheet, &bars, 2, parts);
    assert_true(grain > 1);
    assert_true(pgm__html_parts(&w.sheet, &bars.items[0], grain, parts) +
                    pgm__html_parts(&w.sheet, &bars.items[1], grain, parts) <=
                2);
    pgm__html_bars_fini(&bars);
    close_world(&w);
}

static void cells_say_what_a_target_has(void **state) {
    (void)state;
    static const unsigned char expected[TARGETS][4] = {
        {PGM__HTML_CELL_NOTHING, PGM__HTML_CELL_DONE, PGM__HTML_CELL_DONE, PGM__HTML_CELL_DONE},
        {PGM__HTML_CELL_NOTHING, PGM__HTML_CELL_DONE, PGM__HTML_CELL_FAILED,
         PGM__HTML_CELL_PENDING},
        {PGM__HTML_CELL_UNKNOWN, PGM__HTML_CELL_UNKNOWN, PGM__HTML_CELL_UNKNOWN,
         PGM__HTML_CELL_UNKNOWN}};
    world w;
    unsigned char cells[4];
    make(&w);
    open_sheet(&w);
    for (size_t i = 0; i < TARGETS; i++) {
        pgm__html_cells(&w.sheet, i, cells);
        assert_memory_equal(cells, expected[i], sizeof cells);
    }
    close_world(&w);
}

static void status_has_no_timeline(void **state) {
    (void)state;
    world w;
    const pgm__report_style style = {0};
    make(&w);
    w.summary.command = PGM_COMMAND_STATUS;
    assert_int_equal(pgm__html_run(&w.out, &w.report, &style, NULL), PGM_OK);
    assert_null(strstr(w.out.text, "id=\"timeline\""));
    assert_non_null(strstr(w.out.text, "id=\"matrix\""));
    close_world(&w);
}

static void report_of_no_target_is_whole(void **state) {
    (void)state;
    world w;
    const pgm__report_style style = {0};
    make(&w);
    w.report.result_count = 0;
    assert_int_equal(pgm__html_run(&w.out, &w.report, &style, NULL), PGM_OK);
    assert_non_null(strstr(w.out.text, "</html>\n"));
    close_world(&w);
}

static pgm_status write_report(void *data) {
    world *w = data;
    const pgm__report_style style = {0};
    pgm_error err;
    pgm_status status = pgm__html_run(&w->out, &w->report, &style, &err);
    pgm__strbuf_fini(&w->out);
    w->out = (pgm__strbuf){0};
    return status;
}

static void report_survives_every_failing_allocation(void **state) {
    (void)state;
    world w;
    make(&w);
    assert_true(oom_survives(write_report, &w) > 20);
    close_world(&w);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_is_no_markup),
        cmocka_unit_test(shares_stay_between_nothing_and_all),
        cmocka_unit_test(migrations_stand_in_their_order),
        cmocka_unit_test(time_between_merged_runs_is_left_out),
        cmocka_unit_test(parts_of_a_bar_do_not_overlap),
        cmocka_unit_test(too_many_parts_are_made_fewer),
        cmocka_unit_test(cells_say_what_a_target_has),
        cmocka_unit_test(status_has_no_timeline),
        cmocka_unit_test(report_of_no_target_is_whole),
        cmocka_unit_test(report_survives_every_failing_allocation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
