/* What differs over a fleet, for an issue or a pull request: nothing in it is markup that is not
 * ours, and it has a place on GitHub. */
#include "support/drift_world.h"

/* What a comment of GitHub holds. */
enum { COMMENT = 65536 };

static void build_one_differs(drift_world *w) {
    drift_build(w);
    pgm_drift_cohort *cohort = drift_cohort(w);
    drift_group(w, cohort, drift_names(w, 1, 3), 3);
    drift_differs(drift_group(w, cohort, drift_names(w, 9, 1), 1), three_differences, 3);
}

static void a_fleet_that_is_alike_is_a_row(void **state) {
    (void)state;
    drift_world w;
    drift_build(&w);
    drift_group(&w, drift_cohort(&w), drift_names(&w, 1, 3), 3);
    assert_string_equal(drift_as(&w, "markdown"),
                        "## ✅ drift: 3 targets: 3 alike\n"
                        "\n"
                        "The norm is what most targets have, which is a guess; --against names "
                        "another.\n"
                        "\n"
                        "| targets | names | objects | where | |\n"
                        "|---:|---|---:|---|---|\n"
                        "| 3 | tenant\\_0001 … tenant\\_0003 | 7 | at 3\\_views, PostgreSQL 15 | "
                        "norm |\n");
    drift_unbuild(&w);
}

static void what_differs_is_a_diff_for_each_object(void **state) {
    (void)state;
    drift_world w;
    build_one_differs(&w);
    const char *text = drift_as(&w, "markdown");
    assert_has(text, "## ❌ drift: 4 targets: 3 alike, 1 differs\n");
    assert_has(text, "| 1 | tenant\\_0009 | 7 | at 3\\_views, PostgreSQL 15 | differs |\n"
                     "\n### 1 target differs: tenant\\_0009\n"
                     "\n**extra** column users.note\n"
                     "\n```diff\n+ text\n```\n"
                     "\n**missing** index users\\_email, mentioned in 2\\_email\n"
                     "\n```diff\n- CREATE INDEX users_email ON users USING btree (email)\n```\n"
                     "\n**different** view people, mentioned in 3\\_views\n"
                     "\n```diff\n"
                     "  SELECT users.id,\n"
                     "-     users.email\n"
                     "+     lower(users.email) AS email\n"
                     "     FROM users\n"
                     "```\n");
    drift_unbuild(&w);
}

static void a_tie_is_said_to_be_one(void **state) {
    (void)state;
    drift_world w;
    build_one_differs(&w);
    w.cohorts[0].tie = true;
    assert_has(drift_as(&w, "markdown"), "\nThe norm is a guess: no kind is more frequent than "
                                         "another, and the one with the first name was taken;");
    drift_unbuild(&w);
}

static void what_was_not_compared_has_its_reason_and_there_is_no_norm(void **state) {
    (void)state;
    drift_world w;
    drift_build(&w);
    pgm_drift_cohort *cohort = drift_cohort(&w);
    drift_group(&w, cohort, drift_names(&w, 1, 1), 1);
    drift_apart(&w, cohort, "there is no other");
    const char *text = drift_as(&w, "markdown");
    assert_has(text, "## ✅ drift: 1 target: 1 not compared\n\n| targets |");
    assert_has(text, " | at 3\\_views, PostgreSQL 15 | there is no other |\n");
    drift_unbuild(&w);
}

static void what_could_not_be_read_is_told_once_for_each_reason(void **state) {
    (void)state;
    const pgm_failure refused = {.message = "no *such* <b>role</b>"};
    drift_world w;
    drift_build(&w);
    drift_unread(&w, "b_1", &refused);
    drift_unread(&w, "c", NULL);
    drift_unread(&w, "a", &refused);
    const char *text = drift_as(&w, "markdown");
    assert_has(text, "## ❌ drift: 3 targets: 3 could not be read\n");
    assert_has(text, "\n### Could not be read\n\n"
                     "- a, b\\_1: no \\*such\\* \\<b\\>role\\</b\\>\n"
                     "- c: stopped on request\n");
    drift_unbuild(&w);
}

static void objects_that_could_not_be_read_are_said_to_be_unknown(void **state) {
    (void)state;
    drift_world w;
    build_one_differs(&w);
    drift_differs(&w.groups[0][1], NULL, 0);
    assert_has(
        drift_as(&w, "markdown"),
        "### 1 target differs: tenant\\_0009\n\nWhat differs is not known: the objects could "
        "not be read.\n");
    drift_unbuild(&w);
}

static void what_counts_beside_the_default_is_said(void **state) {
    (void)state;
    static const char *const counted[] = {"comments", "not *_bak"};
    drift_world w;
    build_one_differs(&w);
    w.drift.summary.counted = counted;
    w.drift.summary.counted_count = 2;
    assert_has(drift_as(&w, "markdown"),
               "--against names another. Compared with: comments, not \\*\\_bak.\n");
    drift_unbuild(&w);
}

static void names_and_definitions_are_no_markup(void **state) {
    (void)state;
    static const char *const names[] = {"a|b`c<img>@you\033[2J"};
    const pgm_drift_difference difference = {
        .change = PGM_DRIFT_DIFFERENT,
        .kind = "function",
        .name = "f_*[x](http://y)\n# z",
        .norm = "a",
        .here = "b",
        .lines = (const pgm_drift_line[]){{'-', "````"}, {'+', "```diff\033[1m </pre>"}},
        .line_count = 2};
    drift_world w;
    drift_build(&w);
    pgm_drift_cohort *cohort = drift_cohort(&w);
    drift_group(&w, cohort, names, 1);
    drift_differs(drift_group(&w, cohort, names, 1), &difference, 1);
    const char *text = drift_as(&w, "markdown");
    assert_has(text, "| 1 | a\\|b\\`c\\<img\\>@\xE2\x81\xA0you\\[2J | 7 |");
    assert_has(text, "\n**different** function f\\_\\*\\[x\\](http://y) \\# z\n");
    /* The fence is longer than any in the text; and there is no escape. */
    assert_has(text, "\n`````diff\n- ````\n+ ```diff\xEF\xBF\xBD[1m </pre>\n`````\n");
    assert_lacks(text, "\033");
    drift_unbuild(&w);
}

static void many_names_are_cut(void **state) {
    (void)state;
    drift_world w;
    drift_build(&w);
    pgm_drift_cohort *cohort = drift_cohort(&w);
    drift_group(&w, cohort, drift_names(&w, 0, 3000), 3000);
    drift_differs(drift_group(&w, cohort, drift_odd_names(&w, 300), 300), three_differences, 3);
    const char *text = drift_as(&w, "markdown");
    assert_has(text, "| 3000 | tenant\\_0000 … tenant\\_2999 | 7 |");
    assert_has(text, "\n### 300 targets differ, all alike: tenant\\_0001, tenant\\_0003, ");
    assert_has(text, " and 292 more\n");
    drift_unbuild(&w);
}

/* What has no place is counted, wherever the room ends: in a group, and in the table. */
static void more_than_a_comment_holds_is_cut_and_counted(void **state) {
    (void)state;
    enum { OBJECTS = 2000 };
    drift_world w;
    drift_build(&w);
    pgm_drift_difference *many = pgm__arena_calloc(&w.arena, OBJECTS, sizeof *many);
    for (size_t i = 0; i < OBJECTS; i++) {
        many[i] = three_differences[1];
    }
    pgm_drift_cohort *cohort = drift_cohort(&w);
    for (size_t i = 0; i < 5; i++) {
        drift_differs(drift_group(&w, cohort, drift_names(&w, i, 1), 1), i == 0 ? NULL : many,
                      i == 0 ? 0 : OBJECTS);
    }
    const char *text = drift_as(&w, "markdown");
    assert_true(w.out.len < COMMENT);
    size_t told = times(text, "**missing**");
    assert_true(told > 100);
    char rest[80];
    (void)snprintf(rest, sizeof rest,
                   "\n… and %zu more objects\n\n… and 3 more kinds of catalogs\n", OBJECTS - told);
    assert_has(text, rest);
    drift_unbuild(&w);
}

static void a_table_that_is_too_long_says_how_many_rows_are_missing(void **state) {
    (void)state;
    static char reason[4000];
    memset(reason, 'x', sizeof reason - 1);
    drift_world w;
    drift_build(&w);
    pgm_drift_cohort *cohort = drift_cohort(&w);
    for (size_t i = 0; i < DRIFT_GROUPS; i++) {
        drift_group(&w, cohort, drift_names(&w, i, 1), 1);
    }
    drift_apart(&w, cohort, reason);
    const char *text = drift_as(&w, "markdown");
    size_t rows = times(text, "| 1 | tenant");
    assert_int_equal(rows, 7);
    assert_has(text, "|\n\n… and 9 more kinds of catalogs\n");
    drift_unbuild(&w);
}

static void every_allocation_that_fails_is_told(void **state) {
    (void)state;
    drift_world w;
    build_one_differs(&w);
    drift_unread(&w, "u", NULL);
    assert_true(drift_survives(&w, "markdown") > 10);
    drift_unbuild(&w);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_fleet_that_is_alike_is_a_row),
        cmocka_unit_test(what_differs_is_a_diff_for_each_object),
        cmocka_unit_test(a_tie_is_said_to_be_one),
        cmocka_unit_test(what_was_not_compared_has_its_reason_and_there_is_no_norm),
        cmocka_unit_test(what_could_not_be_read_is_told_once_for_each_reason),
        cmocka_unit_test(objects_that_could_not_be_read_are_said_to_be_unknown),
        cmocka_unit_test(what_counts_beside_the_default_is_said),
        cmocka_unit_test(names_and_definitions_are_no_markup),
        cmocka_unit_test(many_names_are_cut),
        cmocka_unit_test(more_than_a_comment_holds_is_cut_and_counted),
        cmocka_unit_test(a_table_that_is_too_long_says_how_many_rows_are_missing),
        cmocka_unit_test(every_allocation_that_fails_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
