/* What a look at a fleet found, and the waves it would go in. */
#include "support/fleet_world.h"

static const pgm_failure refused = {.phase = "connect",
                                    .sqlstate = "28P01",
                                    .message = "password authentication failed",
                                    .hint = "look at the password"};

static void refuse(world *w, size_t i) {
    w->results[i].outcome = PGM_OUTCOME_FAILED;
    w->results[i].failure = &refused;
    w->results[i].ping = NULL;
}

static void what_was_found_is_told_of_each(void **state) {
    (void)state;
    world w;
    build(&w, 2);
    answer(&w);
    w.pings[1].current_role = "owner";
    w.pings[1].login_us = -1;
    w.pings[1].round_trip_us = 1234567;
    w.pings[1].pooled = true;
    w.pings[1].standby = true;
    w.pings[1].tls = NULL;
    w.pings[1].cipher = NULL;
    assert_string_equal(
        as_text(&w),
        "all targets: server db:5432; database shop; PostgreSQL 15.18; database size 7.2 MB; as "
        "app\n"
        "\n"
        "  target  schema   login  round trip  role   way               state\n"
        "✓ t_0000  t_0000  3.1 ms     0.12 ms         direct            primary\n"
        "    TLS TLSv1.3 TLS_AES_256_GCM_SHA384\n"
        "✓ t_0001  t_0001  shared       1.2 s  owner  through a pooler  standby\n"
        "    TLS none\n"
        "\n"
        "2 targets in 34 ms: 2 reached\n");
    unbuild(&w);
}

static void what_all_have_in_common_is_said_of_those_that_answered(void **state) {
    (void)state;
    world w;
    build(&w, 3);
    answer(&w);
    refuse(&w, 1);
    const char *text = as_text(&w);
    assert_has(text, "all targets: server db:5432; database shop\n"
                     "all that answered: PostgreSQL 15.18; database size 7.2 MB; as app; direct; "
                     "primary; TLS TLSv1.3\n    TLS_AES_256_GCM_SHA384\n\n");
    assert_has(text, "✓ t_0000  t_0000  3.1 ms     0.12 ms\n"
                     "✗ t_0001  t_0001\n"
                     "✓ t_0002  t_0002  3.1 ms     0.14 ms\n");
    assert_has(text, "✗ t_0001 failed\n"
                     "    server    postgresql://app:***@db:5432/shop\n"
                     "    phase     connect\n"
                     "    sqlstate  28P01\n"
                     "    error     password authentication failed\n"
                     "    hint      look at the password\n");
    assert_has(text, "3 targets in 34 ms: 2 reached, 1 failed\n");
    unbuild(&w);
}

static void a_size_that_nobody_may_know_is_unknown(void **state) {
    (void)state;
    world w;
    build(&w, 1);
    answer(&w);
    w.pings[0].database_size = -1;
    assert_has(as_text(&w), "    size        unknown\n");
    w.pings[0].database_size = 1023;
    assert_has(as_text(&w), "    size        0.9 kB\n");
    w.pings[0].database_size = 1048576;
    assert_has(as_text(&w), "    size        1.0 MB\n");
    w.pings[0].database_size = 5368709120;
    assert_has(as_text(&w), "    size        5.0 GB\n");
    unbuild(&w);
}

static void of_a_large_fleet_the_span_is_told(void **state) {
    (void)state;
    world w;
    build(&w, 3000);
    answer(&w);
    for (size_t i = 8; i < 3000; i++) {
        w.pings[i].login_us = -1;
    }
    w.pings[5].login_us = 52000;
    refuse(&w, 2999);
    const char *text = as_text(&w);
    assert_has(text, "✓ t_0000 … t_2998\n"
                     "    targets     2999\n"
                     "    schema      t_0000 … t_2998\n"
                     "    login       3.1 ms … 52 ms\n"
                     "    round trip  0.12 ms … 30 ms\n");
    assert_has(text, "✗ t_2999 failed (connect)\n");
    assert_has(text, "3000 targets in 34 ms: 2999 reached, 1 failed\n");
    unbuild(&w);
}

static void a_fleet_that_nobody_reaches_has_no_table(void **state) {
    (void)state;
    world w;
    build(&w, 60);
    answer(&w);
    for (size_t i = 0; i < 60; i++) {
        refuse(&w, i);
    }
    const char *text = as_text(&w);
    assert_lacks(text, "round trip");
    assert_has(text, "✗ 60 targets failed (connect): t_0000");
    unbuild(&w);
}

static void what_a_server_calls_itself_reaches_no_terminal_raw(void **state) {
    (void)state;
    world w;
    build(&w, 2);
    answer(&w);
    w.pings[0].server_version = "15\033[31m";
    w.pings[0].login_role = "a\nb";
    const char *text = as_text(&w);
    assert_lacks(text, "\033");
    assert_has(text, "a b");
    unbuild(&w);
}

/* ---- waves ---- */

static void wave(world *w, size_t i, const char *name, size_t targets, size_t limit) {
    w->waves[i] = (pgm_wave){
        .name = name, .targets = targets, .at_once = targets < 8 ? targets : 8, .limit = limit};
    w->summary.wave_count = i + 1;
    w->report.planned = true;
}

static void a_plan_tells_who_goes_when_and_how_many_can_fail(void **state) {
    (void)state;
    world w;
    build(&w, 40);
    wave(&w, 0, "canary", 2, 0);
    wave(&w, 1, "wave 1", 18, 3);
    wave(&w, 2, "the rest", 20, PGM_NO_LIMIT);
    for (size_t i = 0; i < 40; i++) {
        w.results[i].wave = i == 7 || i == 3 ? "canary" : i < 20 ? "wave 1" : "the rest";
    }
    assert_string_equal(
        as_text(&w),
        "wave      targets  at once  may fail  can fail  who\n"
        "canary          2        2         0         2  t_0003, t_0007\n"
        "wave 1         18        8         3        11  t_0000 … t_0002 and 15 more\n"
        "the rest       20        8       all        20  t_0020 … t_0039\n"
        "\n"
        "waves go one after the other: the next one starts when no more targets of the one before "
        "have failed\nthan may\n"
        "\n"
        "40 targets on 1 server; at most 32 at once, 8 on one server\n");
    unbuild(&w);
}

static void a_plan_tells_what_stands_between_waves(void **state) {
    (void)state;
    world w;
    build(&w, 2);
    wave(&w, 0, "wave 1", 1, 0);
    wave(&w, 1, "the rest", 1, 0);
    w.results[0].wave = "wave 1";
    w.results[1].wave = "the rest";
    w.style.width = 400;
    assert_has(as_text(&w), "have failed than may\n");
    w.report.wave_delay = 300000;
    w.report.check = "./health -x";
    w.report.pauses = true;
    assert_has(as_text(&w), "have failed than may; in between it waits 5 min 00 s, runs "
                            "\"./health -x\", asks\n");
    w.report.wave_delay = PGM_UNSET;
    w.report.check = NULL;
    assert_has(as_text(&w), "have failed than may; in between it asks\n");
    unbuild(&w);
}

static void one_wave_needs_no_explanation(void **state) {
    (void)state;
    world w;
    build(&w, 3000);
    w.report.planned = true;
    assert_string_equal(as_text(&w), "all\n"
                                     "    targets   3000\n"
                                     "    at once   8\n"
                                     "    may fail  all\n"
                                     "    can fail  3000\n"
                                     "    who       t_0000 … t_2999\n"
                                     "\n"
                                     "3000 targets on 1 server; at most 32 at once, 8 on one "
                                     "server\n");
    unbuild(&w);
}

static void of_many_waves_the_first_and_the_last_are_shown(void **state) {
    (void)state;
    world w;
    build(&w, 60);
    for (size_t i = 0; i < 60; i++) {
        const char *name = pgm__arena_printf(&w.arena, "wave %zu", i);
        wave(&w, i, name, 1, 0);
        w.results[i].wave = name;
    }
    const char *text = as_text(&w);
    assert_has(text, "\nwave 18 ");
    assert_has(text, "\n… 40 more waves       40\n");
    assert_has(text, "\nwave 59 ");
    assert_lacks(text, "\nwave 19 ");
    w.style.verbose = true;
    assert_has(as_text(&w), "\nwave 19 ");
    unbuild(&w);
}

static void a_plan_and_a_look_go_together(void **state) {
    (void)state;
    world w;
    build(&w, 3);
    answer(&w);
    w.report.planned = true;
    const char *text = as_text(&w);
    assert_has(text, "    who       t_0000 … t_0002\n\nall targets: server db:5432");
    assert_has(text, "3 targets in 34 ms: 3 reached\n");
    unbuild(&w);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_found_is_told_of_each),
        cmocka_unit_test(what_all_have_in_common_is_said_of_those_that_answered),
        cmocka_unit_test(a_size_that_nobody_may_know_is_unknown),
        cmocka_unit_test(of_a_large_fleet_the_span_is_told),
        cmocka_unit_test(a_fleet_that_nobody_reaches_has_no_table),
        cmocka_unit_test(what_a_server_calls_itself_reaches_no_terminal_raw),
        cmocka_unit_test(a_plan_tells_who_goes_when_and_how_many_can_fail),
        cmocka_unit_test(a_plan_tells_what_stands_between_waves),
        cmocka_unit_test(one_wave_needs_no_explanation),
        cmocka_unit_test(of_many_waves_the_first_and_the_last_are_shown),
        cmocka_unit_test(a_plan_and_a_look_go_together),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
