/* What a survey means, and how much of it is shown, up to 3,000 targets. */
#include "cli/display/ahead.h"
#include "report/text/text.h"

#include <stdlib.h>
#include <string.h>

#include "support/cmocka_all.h"

enum { MANY = 3000, STATES = 300 };

typedef struct fleet {
    pgm_summary summary;
    pgm_result *all;
    const pgm_result **results;
    char (*names)[32];
    char (*versions)[32];
    const char **lists; /* ten for each state */
    pgm__report report;
} fleet;

/* Target i would have what state i % states says; the first, what the last state says. */
static void make(fleet *f, pgm_command command, size_t count, size_t states, size_t versions) {
    *f = (fleet){.summary = {.command = command}};
    f->all = calloc(count, sizeof *f->all);
    f->results = calloc(count, sizeof *f->results);
    f->names = calloc(count, sizeof *f->names);
    f->versions = calloc(states, sizeof *f->versions);
    f->lists = calloc(states * versions, sizeof *f->lists);
    for (size_t i = 0; i < states; i++) {
        (void)snprintf(f->versions[i], sizeof *f->versions, "%zu_m", 1000 + i);
        for (size_t j = 0; j < versions; j++) {
            f->lists[i * versions + j] = f->versions[i];
        }
    }
    for (size_t i = 0; i < count; i++) {
        size_t state = i == 0 ? states - 1 : i % states;
        (void)snprintf(f->names[i], sizeof *f->names, "t%04zu", i);
        f->all[i] = (pgm_result){.name = f->names[i],
                                 .outcome = PGM_OUTCOME_NOT_RUN,
                                 .pending = f->lists + state * versions,
                                 .pending_count = versions};
        f->results[i] = &f->all[i];
    }
    f->report = (pgm__report){.summary = &f->summary, .results = f->results, .result_count = count};
}

static void unmake(fleet *f) {
    free(f->all);
    free((void *)f->results);
    free(f->names);
    free(f->versions);
    free((void *)f->lists);
}

static size_t lines(const char *text) {
    size_t count = 0;
    for (; *text != '\0'; text++) {
        count += *text == '\n' ? 1 : 0;
    }
    return count;
}

/* The caller frees what was written. */
static bool refuses(const fleet *f, const char *to, bool each, char **text) {
    size_t len = 0;
    pgm__cli cli = {.err = open_memstream(text, &len)};
    cli.settings.to = to;
    cli.settings.each = each;
    bool refused = pgm__ahead_refuses_uneven(&cli, &f->report);
    (void)fclose(cli.err);
    return refused;
}

static void a_plain_down_on_uneven_targets_is_refused_with_the_groups(void **state) {
    (void)state;
    fleet f;
    char *text = NULL;
    make(&f, PGM_COMMAND_DOWN, 5, 2, 1);
    f.all[2].outcome = PGM_OUTCOME_UP_TO_DATE;
    f.all[2].pending_count = 0;
    assert_true(refuses(&f, NULL, false, &text));
    assert_string_equal(
        text, "pgmarch: the newest applied migration is not the same on all targets:\n"
              "    1001_m on 3 targets: t0000, t0001, t0003\n"
              "    1000_m on 1 target: t0004\n"
              "    nothing applied on 1 target: t0002\n"
              "pgmarch: nothing was touched: say --to VERSION, or --each for the newest of "
              "each target\n");
    free(text);
    unmake(&f);
}

static void a_down_that_says_how_far_or_is_even_is_not_refused(void **state) {
    (void)state;
    fleet f;
    char *text = NULL;
    make(&f, PGM_COMMAND_DOWN, 5, 2, 1);
    assert_false(refuses(&f, "1", false, &text));
    free(text);
    assert_false(refuses(&f, NULL, true, &text));
    free(text);
    f.summary.command = PGM_COMMAND_UP;
    assert_false(refuses(&f, NULL, false, &text));
    free(text);
    unmake(&f);
    make(&f, PGM_COMMAND_DOWN, 5, 1, 1);
    f.all[2].outcome = PGM_OUTCOME_UP_TO_DATE;
    f.all[2].pending_count = 0;
    assert_false(refuses(&f, NULL, false, &text));
    assert_string_equal(text, "");
    free(text);
    unmake(&f);
}

/* The last row is the same everywhere: what one lacks stands before it. */
static void a_squash_of_rows_that_are_not_the_same_is_refused(void **state) {
    (void)state;
    fleet f;
    char *text = NULL;
    make(&f, PGM_COMMAND_SQUASH, 3, 1, 3);
    assert_false(refuses(&f, NULL, false, &text));
    free(text);
    f.all[1].pending++;
    f.all[1].pending_count = 2;
    assert_true(refuses(&f, NULL, false, &text));
    assert_non_null(strstr(text, "    3 rows, 1000_m to 1000_m, on 2 targets: t0000, t0002\n"
                                 "    2 rows, 1000_m to 1000_m, on 1 target: t0001\n"));
    assert_non_null(strstr(text, "--only"));
    assert_null(strstr(text, "--each"));
    free(text);
    f.all[1].outcome = PGM_OUTCOME_UP_TO_DATE; /* done already */
    f.all[1].pending_count = 0;
    assert_false(refuses(&f, NULL, false, &text));
    free(text);
    f.all[1] = (pgm_result){.name = "t", .outcome = PGM_OUTCOME_FAILED};
    f.all[1].failure = &(pgm_failure){.phase = "plan"};
    assert_int_equal(pgm__ahead_judge(&f.report), PGM__AHEAD_HALF_KNOWN);
    unmake(&f);
}

static void three_thousand_uneven_targets_are_a_few_lines(void **state) {
    (void)state;
    fleet f;
    char *text = NULL;
    make(&f, PGM_COMMAND_DOWN, MANY, STATES, 1);
    assert_true(refuses(&f, NULL, false, &text));
    assert_int_equal(lines(text), 13);
    /* The largest comes first. */
    assert_non_null(strstr(text, ":\n    1299_m on 11 targets: t0000, "));
    assert_non_null(strstr(text, "    … and 290 more on 2899 targets: see `pgmarch status`\n"));
    free(text);
    unmake(&f);
}

static void what_would_be_done_on_three_thousand_targets_can_be_read(void **state) {
    (void)state;
    fleet f;
    pgm__strbuf text = {0};
    const pgm__report_style style = {0};
    make(&f, PGM_COMMAND_UP, MANY, STATES, 10);
    f.all[1].outcome = PGM_OUTCOME_UP_TO_DATE;
    assert_int_equal(pgm__report_ahead(&text, &f.report, &style, NULL), PGM_OK);
    assert_true(lines(text.text) < 24);
    assert_non_null(strstr(text.text, "○ 11 targets: 10 migrations would be applied: 1299_m, "));
    assert_non_null(strstr(text.text, "    on t0000, t0299, "));
    assert_non_null(strstr(
        text.text, " and 292 more kinds of work on 2918 targets: see --dry-run --verbose\n"));
    assert_non_null(strstr(text.text, "✓ t0001: up-to-date\n"));
    pgm__strbuf_fini(&text);
    unmake(&f);
}

static void a_survey_is_judged_by_what_each_target_says(void **state) {
    (void)state;
    static const pgm_failure unread = {.phase = "connect", .message = "refused"};
    static const pgm_failure refused = {.phase = "plan", .message = "edited"};
    static const struct {
        pgm_command command;
        pgm_outcome outcomes[2];
        const pgm_failure *failure; /* of the second */
        pgm__ahead expected;
    } rows[] = {
        {PGM_COMMAND_UP, {PGM_OUTCOME_NOT_RUN, PGM_OUTCOME_NOT_RUN}, NULL, PGM__AHEAD_GO},
        {PGM_COMMAND_UP, {PGM_OUTCOME_UP_TO_DATE, PGM_OUTCOME_NOT_RUN}, NULL, PGM__AHEAD_GO},
        {PGM_COMMAND_UP,
         {PGM_OUTCOME_UP_TO_DATE, PGM_OUTCOME_UP_TO_DATE},
         NULL,
         PGM__AHEAD_NOTHING},
        {PGM_COMMAND_UP, {PGM_OUTCOME_NOT_RUN, PGM_OUTCOME_FAILED}, &unread, PGM__AHEAD_HALF_KNOWN},
        {PGM_COMMAND_UP, {PGM_OUTCOME_NOT_RUN, PGM_OUTCOME_FAILED}, &refused, PGM__AHEAD_GO},
        {PGM_COMMAND_UP,
         {PGM_OUTCOME_UP_TO_DATE, PGM_OUTCOME_FAILED},
         &refused,
         PGM__AHEAD_NOTHING},
        {PGM_COMMAND_DOWN,
         {PGM_OUTCOME_NOT_RUN, PGM_OUTCOME_FAILED},
         &refused,
         PGM__AHEAD_HALF_KNOWN},
        {PGM_COMMAND_REPAIR, {PGM_OUTCOME_NOT_RUN, PGM_OUTCOME_FAILED}, &refused, PGM__AHEAD_GO},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        fleet f;
        make(&f, rows[i].command, 2, 1, 1);
        f.all[0].outcome = rows[i].outcomes[0];
        f.all[1].outcome = rows[i].outcomes[1];
        f.all[1].failure = rows[i].failure;
        assert_int_equal(pgm__ahead_judge(&f.report), rows[i].expected);
        unmake(&f);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_plain_down_on_uneven_targets_is_refused_with_the_groups),
        cmocka_unit_test(a_down_that_says_how_far_or_is_even_is_not_refused),
        cmocka_unit_test(a_squash_of_rows_that_are_not_the_same_is_refused),
        cmocka_unit_test(three_thousand_uneven_targets_are_a_few_lines),
        cmocka_unit_test(what_would_be_done_on_three_thousand_targets_can_be_read),
        cmocka_unit_test(a_survey_is_judged_by_what_each_target_says),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
