/* What differs over a fleet, for people: what is said, and that it can be read. */
#include "support/drift_world.h"

#include "report/page/paint.h"

static const pgm_failure refused = {
    .phase = "connect",
    .message = "connection to server at \"10.0.0.7\", port 5432 failed: FATAL:  password "
               "authentication failed for user \"app\"",
    .hint = "look at the target's password: PGPASSWORD, a password file or password_command"};

/* 3 alike, 1 other. */
static void build_one_differs(drift_world *w) {
    drift_build(w);
    pgm_drift_cohort *cohort = drift_cohort(w);
    drift_group(w, cohort, drift_names(w, 1, 3), 3);
    drift_differs(drift_group(w, cohort, drift_names(w, 9, 1), 1), three_differences, 3);
}

static void assert_no_line_is_wider(const char *text, size_t columns) {
    while (*text != '\0') {
        size_t len = strcspn(text, "\n");
        char line[1024];
        assert_true(len < sizeof line);
        memcpy(line, text, len);
        line[len] = '\0';
        if (pgm__paint_width(line) > columns) {
            fail_msg("wider than %zu columns: [%s]", columns, line);
        }
        text += text[len] == '\n' ? len + 1 : len;
    }
}

/* ---- what is said ---- */

static void a_fleet_that_is_alike_takes_three_lines(void **state) {
    (void)state;
    drift_world w;
    drift_build(&w);
    drift_group(&w, drift_cohort(&w), drift_names(&w, 1, 3), 3);
    assert_string_equal(drift_as(&w, "text"),
                        "✓ 3 targets are alike, the norm (7 objects, at 3_views, PostgreSQL 15):\n"
                        "    tenant_0001 … tenant_0003\n"
                        "\n"
                        "3 targets: 3 alike\n"
                        "The norm is what most targets have, which is a guess; --against names "
                        "another\n");
    drift_unbuild(&w);
}

static void what_differs_is_told_object_by_object(void **state) {
    (void)state;
    drift_world w;
    build_one_differs(&w);
    assert_has(drift_as(&w, "text"),
               "\n✗ 1 target differs from the norm: tenant_0009\n"
               "    extra      column users.note\n"
               "        + text\n"
               "        no migration of the folder names it\n"
               "    missing    index users_email\n"
               "        - CREATE INDEX users_email ON users USING btree (email)\n"
               "        mentioned in 2_email\n"
               "    different  view people\n"
               "          SELECT users.id,\n"
               "        -     users.email\n"
               "        +     lower(users.email) AS email\n"
               "             FROM users\n"
               "        mentioned in 3_views\n"
               "\n"
               "4 targets: 3 alike, 1 differs\n");
    drift_unbuild(&w);
}

static void a_table_is_told_with_its_parts_and_not_part_by_part(void **state) {
    (void)state;
    drift_world w;
    build_one_differs(&w);
    const pgm_drift_difference table = {
        .change = PGM_DRIFT_EXTRA, .kind = "table", .name = "users_bak", .here = "", .parts = 12};
    w.groups[0][1].differences = &table;
    w.groups[0][1].difference_count = 1;
    assert_has(drift_as(&w, "text"), "    extra      table users_bak, with 12 parts\n"
                                     "        no migration of the folder names it\n");
    drift_unbuild(&w);
}

static void a_tie_is_said_to_be_one(void **state) {
    (void)state;
    drift_world w;
    drift_build(&w);
    pgm_drift_cohort *cohort = drift_cohort(&w);
    drift_group(&w, cohort, drift_names(&w, 1, 1), 1);
    drift_differs(drift_group(&w, cohort, drift_names(&w, 9, 1), 1), three_differences, 1);
    assert_lacks(drift_as(&w, "text"), "no kind is more frequent");
    cohort->tie = true;
    const char *text = drift_as(&w, "text");
    assert_has(text,
               "✓ 1 target is the norm (7 objects, at 3_views, PostgreSQL 15): tenant_0001\n");
    assert_has(text, "\nThe norm is a guess: no kind is more frequent than another, and the one "
                     "with the\nfirst name was taken; --against names another\n");
    drift_unbuild(&w);
}

/* Of two kinds of catalogs nobody knows which is right: their targets are one list. */
static void what_was_not_compared_is_named_with_the_reason(void **state) {
    (void)state;
    drift_world w;
    drift_build(&w);
    pgm_drift_cohort *cohort = drift_cohort(&w);
    cohort->server_version = 16;
    drift_group(&w, cohort, drift_names(&w, 1, 2), 2);
    drift_group(&w, cohort, drift_names(&w, 3, 1), 1);
    drift_apart(&w, cohort,
                "the norm is on PostgreSQL 15, and another version prints definitions differently");
    assert_string_equal(drift_as(&w, "text"),
                        "! 3 targets not compared, at 3_views, PostgreSQL 16: tenant_0001 … "
                        "tenant_0003\n"
                        "    the norm is on PostgreSQL 15, and another version prints definitions\n"
                        "    differently\n"
                        "\n"
                        "3 targets: 3 not compared\n");
    drift_unbuild(&w);
}

static void what_could_not_be_read_is_told_once_for_each_reason(void **state) {
    (void)state;
    drift_world w;
    drift_build(&w);
    drift_unread(&w, "b", &refused);
    drift_unread(&w, "c", NULL);
    drift_unread(&w, "a", &refused);
    assert_string_equal(
        drift_as(&w, "text"),
        "✗ 2 targets could not be read: a, b\n"
        "    connection to server at \"10.0.0.7\", port 5432 failed: FATAL: password\n"
        "    authentication failed for user \"app\"\n"
        "    → look at the target's password: PGPASSWORD, a password file or\n"
        "      password_command\n"
        "\n"
        "✗ 1 target could not be read: c\n"
        "    stopped on request\n"
        "\n"
        "3 targets: 3 could not be read\n");
    drift_unbuild(&w);
}

static void objects_that_could_not_be_read_are_said_to_be_unknown(void **state) {
    (void)state;
    drift_world w;
    build_one_differs(&w);
    drift_differs(&w.groups[0][1], NULL, 0);
    assert_has(drift_as(&w, "text"),
               "✗ 1 target differs from the norm: tenant_0009\n"
               "    what differs is not known: its objects, or those of the norm, could not be\n"
               "    read; run it again\n");
    const pgm_failure failure = {.message = "terminating connection"};
    w.groups[0][1].failure = &failure;
    assert_has(drift_as(&w, "text"), "    what differs is not known: terminating connection\n");
    drift_unbuild(&w);
}

static void a_file_is_the_norm_also_where_no_target_is_like_it(void **state) {
    (void)state;
    drift_world w;
    drift_build(&w);
    w.drift.summary.norm = PGM_DRIFT_NORM_FILE;
    w.drift.summary.norm_name = "norm.json";
    pgm_drift_cohort *cohort = drift_cohort(&w);
    drift_group(&w, cohort, NULL, 0);
    drift_differs(drift_group(&w, cohort, drift_names(&w, 1, 2), 2), three_differences, 1);
    const char *text = drift_as(&w, "text");
    assert_has(text, "! no target is like the norm (7 objects, at 3_views, PostgreSQL 15)\n");
    assert_has(text, "2 targets: 2 differ\nThe norm is what is in the file norm.json\n");
    drift_unbuild(&w);
}

static void what_counts_beside_the_default_is_said_at_the_end(void **state) {
    (void)state;
    static const char *const counted[] = {"comments", "not *_bak"};
    drift_world w;
    drift_build(&w);
    drift_group(&w, drift_cohort(&w), drift_names(&w, 1, 3), 3);
    w.drift.summary.counted = counted;
    w.drift.summary.counted_count = 2;
    assert_has(drift_as(&w, "text"), "names another\nCompared with: comments, not *_bak\n");
    drift_unbuild(&w);
}

/* ---- how much ---- */

static void quiet_leaves_out_what_is_as_it_should_be(void **state) {
    (void)state;
    drift_world w;
    build_one_differs(&w);
    w.style.quiet = true;
    const char *text = drift_as(&w, "text");
    assert_memory_equal(text, "✗ 1 target differs", strlen("✗ 1 target differs"));
    assert_lacks(text, "The norm is");
    assert_has(text, "\n\n4 targets: 3 alike, 1 differs\n");
    drift_unbuild(&w);
}

static void many_names_are_ranges_below_the_words(void **state) {
    (void)state;
    drift_world w;
    drift_build(&w);
    drift_group(&w, drift_cohort(&w), drift_names(&w, 0, 3000), 3000);
    assert_has(drift_as(&w, "text"),
               "✓ 3000 targets are alike, the norm (7 objects, at 3_views, PostgreSQL 15):\n"
               "    tenant_0000 … tenant_2999\n");
    drift_unbuild(&w);
}

/* 3,000 that are no range: nothing is wider than the terminal, and all of them come with
 * --verbose. */
static void many_names_are_cut_at_the_width_and_wrapped_when_all_are_asked_for(void **state) {
    (void)state;
    drift_world w;
    drift_build(&w);
    pgm_drift_cohort *cohort = drift_cohort(&w);
    drift_group(&w, cohort, drift_odd_names(&w, 3000), 3000);
    drift_differs(drift_group(&w, cohort, drift_odd_names(&w, 2999), 2999), three_differences, 3);
    const char *text = drift_as(&w, "text");
    assert_has(text, "\n✗ 2999 targets differ from the norm, all alike:\n"
                     "    tenant_0001, tenant_0003, tenant_0005, tenant_0007 and 2995 more\n"
                     "    extra ");
    assert_no_line_is_wider(text, 80);
    w.style.width = 40;
    assert_no_line_is_wider(strstr(drift_as(&w, "text"), "✗"), 63); /* a definition is not broken */
    w.style.width = 80;
    w.style.verbose = true;
    text = drift_as(&w, "text");
    assert_int_equal(times(text, "tenant_"), 5999);
    assert_no_line_is_wider(text, 80);
    drift_unbuild(&w);
}

static void colour_takes_no_columns(void **state) {
    (void)state;
    drift_world w;
    drift_build(&w);
    drift_group(&w, drift_cohort(&w), drift_names(&w, 1, 2), 2);
    w.cohorts[0].version_count = 0;
    w.style.width = 111; /* of the line that is expected */
    assert_has(drift_as(&w, "text"), "PostgreSQL 15): tenant_0001, tenant_0002\n");
    w.style.colour = true;
    const char *text = drift_as(&w, "text");
    assert_has(text, "PostgreSQL 15): tenant_0001, tenant_0002\n");
    assert_has(text, "\033[32m✓\033[0m 2 targets are alike");
    drift_unbuild(&w);
}

static void long_lists_are_cut_unless_all_are_asked_for(void **state) {
    (void)state;
    drift_world w;
    drift_build(&w);
    pgm_drift_difference many[20];
    for (size_t i = 0; i < 20; i++) {
        many[i] = three_differences[0];
    }
    pgm_drift_cohort *cohort = drift_cohort(&w);
    drift_group(&w, cohort, drift_names(&w, 0, 40), 40);
    for (size_t i = 1; i < 13; i++) {
        drift_differs(drift_group(&w, cohort, drift_names(&w, 100 * i, 2), 2), many, 20);
    }
    const char *text = drift_as(&w, "text");
    assert_int_equal(times(text, "extra "), 8 * 12);
    assert_int_equal(times(text, "    … and 8 more objects: see --verbose\n"), 8);
    assert_has(text, "\n… and 4 more kinds of catalogs, of 8 targets: see --verbose\n");
    w.style.verbose = true;
    text = drift_as(&w, "text");
    assert_int_equal(times(text, "extra "), 12 * 20);
    assert_lacks(text, "see --verbose");
    drift_unbuild(&w);
}

/* A body of 40 lines of which the second and the last are others. */
static void unchanged_lines_are_left_out_unless_all_are_asked_for(void **state) {
    (void)state;
    drift_world w;
    build_one_differs(&w);
    pgm_drift_line body[42];
    for (size_t i = 0; i < 42; i++) {
        body[i] = (pgm_drift_line){' ', pgm__arena_printf(&w.arena, "line %zu", i)};
    }
    body[1].mark = body[40].mark = '-';
    body[2].mark = body[41].mark = '+';
    pgm_drift_difference function = three_differences[2];
    function.lines = body;
    function.line_count = 42;
    drift_differs(&w.groups[0][1], &function, 1);
    const char *text = drift_as(&w, "text");
    assert_has(text, "          line 4\n          …\n          line 38\n          line 39\n"
                     "        - line 40\n        + line 41\n");
    assert_lacks(text, "line 5\n");
    w.style.verbose = true;
    text = drift_as(&w, "text");
    assert_has(text, "          line 5\n");
    assert_lacks(text, "…\n");
    drift_unbuild(&w);
}

/* ---- what others have written ---- */

static void nothing_of_a_server_moves_the_cursor(void **state) {
    (void)state;
    static const char *const names[] = {"a\033[2Jb\nc\rd"};
    static const char *const versions[] = {"1\033[31m"};
    const pgm_failure failure = {.message = "no\033[1A\033[K such\007 thing", .hint = "\033c try"};
    const pgm_drift_difference differences[] = {
        {.change = PGM_DRIFT_EXTRA,
         .kind = "table\033",
         .name = "x\033]0;title\007\ny",
         .here = "t\033[8mext\rover",
         .mentioned = versions,
         .mentioned_count = 1},
        {.change = PGM_DRIFT_DIFFERENT,
         .kind = "view",
         .name = "v",
         .norm = "a",
         .here = "b",
         .lines = (const pgm_drift_line[]){{'-', "\033[30ma\tb\rc"}},
         .line_count = 1}};
    drift_world w;
    drift_build(&w);
    pgm_drift_cohort *cohort = drift_cohort(&w);
    cohort->versions = versions;
    cohort->version_count = 1;
    drift_group(&w, cohort, names, 1);
    drift_differs(drift_group(&w, cohort, names, 1), differences, 2);
    drift_unread(&w, "u\033\n", &failure);
    const char *text = drift_as(&w, "text");
    for (const char *at = text; *at != '\0'; at++) {
        assert_true((unsigned char)*at >= ' ' || *at == '\n');
    }
    assert_has(text, "✗ 1 target differs from the norm: a[2Jb c d\n");
    assert_has(text, "    extra      table x]0;title y\n        + t[8mext over\n"
                     "        mentioned in 1[31m\n");
    assert_has(text, "        - [30ma b c\n");
    drift_unbuild(&w);
}

/* ---- memory ---- */

static void every_allocation_that_fails_is_told(void **state) {
    (void)state;
    drift_world w;
    build_one_differs(&w);
    pgm_drift_cohort *apart = drift_cohort(&w);
    drift_group(&w, apart, drift_names(&w, 20, 1), 1);
    drift_apart(&w, apart, "there is no other");
    drift_unread(&w, "u", &refused);
    assert_true(drift_survives(&w, "text") > 10);
    drift_unbuild(&w);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_fleet_that_is_alike_takes_three_lines),
        cmocka_unit_test(what_differs_is_told_object_by_object),
        cmocka_unit_test(a_table_is_told_with_its_parts_and_not_part_by_part),
        cmocka_unit_test(a_tie_is_said_to_be_one),
        cmocka_unit_test(what_was_not_compared_is_named_with_the_reason),
        cmocka_unit_test(what_could_not_be_read_is_told_once_for_each_reason),
        cmocka_unit_test(objects_that_could_not_be_read_are_said_to_be_unknown),
        cmocka_unit_test(a_file_is_the_norm_also_where_no_target_is_like_it),
        cmocka_unit_test(what_counts_beside_the_default_is_said_at_the_end),
        cmocka_unit_test(quiet_leaves_out_what_is_as_it_should_be),
        cmocka_unit_test(many_names_are_ranges_below_the_words),
        cmocka_unit_test(many_names_are_cut_at_the_width_and_wrapped_when_all_are_asked_for),
        cmocka_unit_test(colour_takes_no_columns),
        cmocka_unit_test(long_lists_are_cut_unless_all_are_asked_for),
        cmocka_unit_test(unchanged_lines_are_left_out_unless_all_are_asked_for),
        cmocka_unit_test(nothing_of_a_server_moves_the_cursor),
        cmocka_unit_test(every_allocation_that_fails_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
