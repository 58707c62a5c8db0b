/* A fleet as people see it: listed, looked at, and in waves. */
#include "support/fleet_world.h"

static const char *const tags[] = {"eu", "tier=gold"};

static void trio(world *w) {
    static const char *const names[] = {"dev", "staging", "prod"};
    static const char *const hosts[] = {"localhost:5432", "staging-db:5432", "prod-db:6432"};
    build(w, 3);
    w->fleet.server_count = 3;
    w->fleet.production_count = 1;
    for (size_t i = 0; i < 3; i++) {
        w->details[i].name = names[i];
        w->results[i].name = names[i];
        w->details[i].host = hosts[i];
        w->details[i].schema = NULL;
    }
    w->details[0].database = "shop_dev";
    w->details[1].tags = tags;
    w->details[1].tag_count = 1;
    w->details[2].tags = tags;
    w->details[2].tag_count = 2;
    w->details[2].role = "owner";
    w->details[2].production = true;
    w->details[2].production_by = "name";
}

static void what_is_the_same_everywhere_is_said_once(void **state) {
    (void)state;
    world w;
    trio(&w);
    assert_string_equal(
        as_text(&w),
        "all targets: user app\n"
        "\n"
        "target   server           database  role   production   tags           from\n"
        "dev      localhost:5432   shop_dev                                     targets/t.conf:3\n"
        "staging  staging-db:5432  shop                          eu             targets/t.conf:5\n"
        "prod     prod-db:6432     shop      owner  by its name  eu, tier=gold  targets/t.conf:7\n"
        "\n"
        "3 targets on 3 servers, 1 of them production; at most 32 at once, 8 on one server\n");
    unbuild(&w);
}

/* Thousands of rows are not thousands of places. A file may be called as it likes. */
static void what_a_source_has_found_comes_from_its_section(void **state) {
    (void)state;
    static const char *const sections[] = {"a, row 7.conf:1", "f.conf:9"};
    static const char *const kinds[] = {"row", "line"};
    for (size_t kind = 0; kind < 2; kind++) {
        world w;
        build(&w, 200);
        for (size_t i = 0; i < 200; i++) {
            w.details[i].origin = pgm__arena_printf(&w.arena, "%s, %s %zu", sections[kind],
                                                    kinds[kind], i + 1);
        }
        char expected[80];
        (void)snprintf(expected, sizeof expected, "; from %s\n", sections[kind]);
        assert_has(as_text(&w), expected);
        unbuild(&w);
    }
}

static void no_line_is_wider_than_the_terminal(void **state) {
    (void)state;
    world w;
    trio(&w);
    for (size_t width = 40; width < 100; width += 20) {
        w.style.width = width;
        const char *text = as_text(&w);
        for (const char *line = text; *line != '\0';) {
            size_t len = strcspn(line, "\n");
            assert_true(len <= width);
            line += len + 1;
        }
        assert_has(text, "tier=gold");
        assert_has(text, "targets/t.conf:7");
    }
    w.style.width = 40;
    assert_has(as_text(&w), "prod     prod-db:6432     shop\n"
                            "    role owner; production by its name;\n"
                            "    tags eu, tier=gold; from\n"
                            "    targets/t.conf:7\n");
    unbuild(&w);
}

static void one_target_is_a_list_of_all_that_is_known(void **state) {
    (void)state;
    world w;
    build(&w, 1);
    w.fleet.known_count = 24;
    w.details[0].limits.lock_wait = 120000;
    w.details[0].limits.statement_timeout = 1500;
    w.details[0].limits.ddl_lock_timeout = 0;
    w.details[0].limits.target_timeout = 7200000;
    w.details[0].ledger = "ops.marches";
    assert_string_equal(as_text(&w), "t_0000\n"
                                     "    server      db:5432\n"
                                     "    database    shop\n"
                                     "    schema      t_0000\n"
                                     "    user        app\n"
                                     "    ledger      ops.marches\n"
                                     "    limits      lock_wait=2m ddl_lock_timeout=0 "
                                     "statement_timeout=1500ms target_timeout=2h\n"
                                     "    from        targets/t.conf:3\n"
                                     "\n"
                                     "1 target (of 24) on 1 server; at most 32 at once, 8 on one "
                                     "server\n");
    unbuild(&w);
}

static void why_it_is_no_production_is_told_where_somebody_says_so(void **state) {
    (void)state;
    world w;
    build(&w, 1);
    w.details[0].production_by = "file";
    assert_has(as_text(&w), "    production  no, by its file\n");
    unbuild(&w);
}

static void waves_are_told_where_there_are_any(void **state) {
    (void)state;
    world w;
    build(&w, 3);
    assert_lacks(as_text(&w), "wave");
    w.results[0].wave = "canary";
    w.results[1].wave = "wave 3";
    w.results[2].wave = "the rest";
    assert_has(as_text(&w), "target  schema      wave  from\n"
                            "t_0000  t_0000    canary  targets/t.conf:3\n"
                            "t_0001  t_0001         3  targets/t.conf:5\n"
                            "t_0002  t_0002  the rest  targets/t.conf:7\n");
    unbuild(&w);
}

/* ---- a large fleet ---- */

static void three_thousand_schemas_are_a_few_lines(void **state) {
    (void)state;
    world w;
    build(&w, 3000);
    assert_string_equal(
        as_text(&w), "all targets: server db:5432; database shop; user app; from targets/t.conf\n"
                     "\n"
                     "t_0000 … t_2999\n"
                     "    targets  3000\n"
                     "    schema   t_0000 … t_2999\n"
                     "\n"
                     "3000 targets on 1 server; at most 32 at once, 8 on one server\n");
    w.style.verbose = true;
    assert_has(as_text(&w), "t_2998  t_2998  targets/t.conf:5999\n"
                            "t_2999  t_2999  targets/t.conf:6001\n");
    unbuild(&w);
}

static void targets_that_differ_are_groups(void **state) {
    (void)state;
    world w;
    build(&w, 60);
    for (size_t i = 0; i < 60; i++) {
        w.details[i].host = i % 3 == 0 ? "db2:5432" : "db:5432";
        w.details[i].role = i < 6 ? "owner" : NULL;
    }
    w.details[7].schema = NULL;
    assert_has(as_text(&w), "\nt_0000, t_0003                            2  db2:5432  "
                            "t_0000, t_0003                      owner\n");
    assert_int_equal(times(w.out.text, "db2:5432"), 2);
    unbuild(&w);
}

static void groups_without_number_are_counted(void **state) {
    (void)state;
    world w;
    build(&w, 400);
    for (size_t i = 0; i < 400; i++) {
        w.details[i].host = pgm__arena_printf(&w.arena, "db%zu:5432", i % 20);
        w.details[i].database = pgm__arena_printf(&w.arena, "shop%zu", i / 20);
    }
    assert_has(as_text(&w), "… and 380 more kinds in 380 targets: see --only or --verbose\n");
    unbuild(&w);
}

/* ---- flaws ---- */

static void flaw(world *w, size_t i, const char *text) {
    w->details[i].flaw = text;
    w->details[i].server = NULL;
    w->details[i].host = NULL;
    w->details[i].database = NULL;
    w->details[i].user = NULL;
    w->details[i].server_cap = 0;
    w->results[i].server = "";
    w->fleet.flaw_count++;
}

static void a_flaw_is_marked_and_told(void **state) {
    (void)state;
    world w;
    trio(&w);
    flaw(&w, 2, "t.conf:9: \"password\": environment variable \"PW\" is not set");
    const char *text = as_text(&w);
    assert_has(text, "\n✗ prod ");
    assert_has(text, "\n  dev ");
    assert_has(text, "\n✗ prod cannot be used\n"
                     "    t.conf:9: \"password\": environment variable \"PW\" is not set\n");
    assert_has(text, "1 cannot be used; at most 32 at once, 8 on one server\n");
    unbuild(&w);
}

static void the_same_flaw_is_told_once(void **state) {
    (void)state;
    world w;
    build(&w, 3000);
    for (size_t i = 0; i < 3000; i++) {
        flaw(&w, i, "t.conf:2: variable");
    }
    assert_has(as_text(&w), "✗ 3000 targets cannot be used: t_0000 … t_2999\n"
                            "    t.conf:2: variable\n");
    unbuild(&w);
}

static void quiet_tells_flaws_and_the_closing_sentence_only(void **state) {
    (void)state;
    world w;
    trio(&w);
    w.style.quiet = true;
    assert_string_equal(as_text(&w), "3 targets on 3 servers, 1 of them production; at most 32 at "
                                     "once, 8 on one server\n");
    flaw(&w, 0, "why");
    assert_has(as_text(&w), "✗ dev cannot be used\n    why\n\n3 targets");
    unbuild(&w);
}

static void warnings_about_connections_are_told(void **state) {
    (void)state;
    static const char *const warnings[] = {"libpq before 16 takes it for a file name"};
    world w;
    build(&w, 2);
    w.results[1].warnings = warnings;
    w.results[1].warning_count = 1;
    w.results[1].connection_warning_count = 1;
    assert_has(as_text(&w), "! t_0001: libpq before 16 takes it for a file name\n");
    unbuild(&w);
}

static void servers_with_a_cap_of_their_own_are_named(void **state) {
    (void)state;
    world w;
    trio(&w);
    w.details[1].server_cap = 2;
    w.style.width = 120;
    assert_has(as_text(&w), "at most 32 at once, 8 on one server, 2 on staging-db:5432\n");
    unbuild(&w);
}

static void groups_and_servers_that_sleep_have_columns_and_a_word_at_the_end(void **state) {
    (void)state;
    world w;
    build(&w, 3);
    w.details[0].group = w.details[1].group = "shops";
    w.details[0].group_cap = w.details[1].group_cap = 5;
    w.details[0].sleeps = true;
    w.details[2].group = "alone";
    w.fleet.sleep_count = 1;
    w.fleet.wake = 20;
    const char *text = as_text(&w);
    assert_has(text, "shops (5)");
    assert_has(text, "alone");
    assert_has(text, "until connected");
    assert_has(text, "8 on one server, 5 of shops; servers of 1 sleep, 20 are\nwoken at once\n");
    unbuild(&w);
}

static void a_shard_says_of_how_many_it_is(void **state) {
    (void)state;
    world w;
    build(&w, 3);
    w.fleet.known_count = 99;
    w.summary.selected_count = 24;
    w.summary.shard_index = 2;
    w.summary.shard_count = 8;
    assert_has(as_text(&w), "\nshard 3/8: 3 of 24 targets on 1 server; at most 32 at once");
    answer(&w);
    assert_has(as_text(&w), "\nshard 3/8: 3 of 24 targets in 34 ms: 3 reached\n");
    unbuild(&w);
}

static void an_empty_shard_is_a_sentence(void **state) {
    (void)state;
    world w;
    build(&w, 0);
    w.summary.wave_count = 0;
    w.summary.selected_count = 24;
    w.summary.shard_count = 8;
    w.fleet.server_count = 0;
    static const char sentence[] = "no target of this fleet belongs to shard 1/8: 0 of 24 targets "
                                   "on 0 servers; at most 32 at once, 8 on\none server\n";
    assert_string_equal(as_text(&w), sentence);
    w.report.planned = true;
    assert_string_equal(as_text(&w), sentence);
    unbuild(&w);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_the_same_everywhere_is_said_once),
        cmocka_unit_test(what_a_source_has_found_comes_from_its_section),
        cmocka_unit_test(no_line_is_wider_than_the_terminal),
        cmocka_unit_test(one_target_is_a_list_of_all_that_is_known),
        cmocka_unit_test(why_it_is_no_production_is_told_where_somebody_says_so),
        cmocka_unit_test(waves_are_told_where_there_are_any),
        cmocka_unit_test(three_thousand_schemas_are_a_few_lines),
        cmocka_unit_test(targets_that_differ_are_groups),
        cmocka_unit_test(groups_without_number_are_counted),
        cmocka_unit_test(a_flaw_is_marked_and_told),
        cmocka_unit_test(the_same_flaw_is_told_once),
        cmocka_unit_test(quiet_tells_flaws_and_the_closing_sentence_only),
        cmocka_unit_test(warnings_about_connections_are_told),
        cmocka_unit_test(servers_with_a_cap_of_their_own_are_named),
        cmocka_unit_test(groups_and_servers_that_sleep_have_columns_and_a_word_at_the_end),
        cmocka_unit_test(a_shard_says_of_how_many_it_is),
        cmocka_unit_test(an_empty_shard_is_a_sentence),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
