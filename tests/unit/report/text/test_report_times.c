/* Where a fleet's time went. */
#include "support/report_world.h"

enum { FLEET = 60 };

static pgm_migration_time times_of[FLEET][2];

/* Each target takes its number in tenths of a second for 1_a, and one second more for 2_b. */
static void build_times(world *w, size_t count) {
    build(w, PGM_COMMAND_UP, count);
    for (size_t i = 0; i < count; i++) {
        int64_t took_us = (int64_t)i * 100000;
        times_of[i][0] = (pgm_migration_time){.version = "1_a", .took_us = took_us};
        times_of[i][1] = (pgm_migration_time){.version = "2_b", .took_us = took_us + 1000000};
        w->results[i].times = times_of[i];
        w->results[i].time_count = 2;
        w->results[i].duration_ms = 2 * took_us / 1000 + 1000;
    }
}

static void the_slowest_targets_and_migrations_of_a_fleet_are_told(void **state) {
    (void)state;
    world w;
    build_times(&w, FLEET);
    w.results[58].waited_ms = 6000;
    w.results[57].waited_ms = 20; /* nothing to speak of */
    assert_has(as_text(&w), "\n\nslowest targets: t00059 12.8 s, t00058 12.6 s (6.0 s of it "
                            "waiting), t00057 12.4 s\n"
                            "slowest migrations: 2_b 4.0 s in the middle of 60 targets, 6.9 s on "
                            "t00059; 1_a 3.0 s in the middle of 60 targets, 5.9 s on t00059\n\n");
    w.style.quiet = true;
    assert_lacks(as_text(&w), "slowest");
    unbuild(&w);
}

static void what_took_less_than_a_second_is_not_told(void **state) {
    (void)state;
    world w;
    build_times(&w, FLEET);
    for (size_t i = 0; i < FLEET; i++) {
        w.results[i].time_count = i == 3 ? 2 : 0; /* 0.3 s and 1.3 s */
        w.results[i].duration_ms = 999;
    }
    const char *text = as_text(&w);
    assert_lacks(text, "slowest targets");
    assert_has(text, "slowest migrations: 2_b 1.3 s on t00003\n\n");
    w.results[3].time_count = 1;
    assert_lacks(as_text(&w), "slowest");
    unbuild(&w);
}

static void few_targets_and_looks_have_no_such_section(void **state) {
    (void)state;
    world w;
    build_times(&w, 50);
    assert_lacks(as_text(&w), "slowest");
    unbuild(&w);
    build_times(&w, FLEET);
    w.summary.command = PGM_COMMAND_STATUS;
    assert_lacks(as_text(&w), "slowest");
    w.summary.command = PGM_COMMAND_UP;
    w.summary.dry_run = true;
    assert_lacks(as_text(&w), "slowest");
    unbuild(&w);
}

/* Three are kept of many, whatever the order in which they come. */
static void of_many_migrations_the_three_slowest_are_told(void **state) {
    (void)state;
    static const pgm_migration_time many[] = {{.version = "a", .took_us = 2000000},
                                              {.version = "b", .took_us = 5000000},
                                              {.version = "c", .took_us = 4000000},
                                              {.version = "d", .took_us = 3000000},
                                              {.version = "e", .took_us = 1500000}};
    static const pgm_migration_time later[] = {{.version = "a", .took_us = 9000000},
                                               {.version = "d", .took_us = 3000000}};
    world w;
    build(&w, PGM_COMMAND_UP, FLEET);
    w.results[1].times = many;
    w.results[1].time_count = 5;
    w.results[2].times = later;
    w.results[2].time_count = 2;
    assert_has(as_text(&w), "slowest migrations: a 9.0 s in the middle of 2 targets, 9.0 s on "
                            "t00002; b 5.0 s on t00001; c 4.0 s on t00001\n\n");
    unbuild(&w);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_slowest_targets_and_migrations_of_a_fleet_are_told),
        cmocka_unit_test(what_took_less_than_a_second_is_not_told),
        cmocka_unit_test(few_targets_and_looks_have_no_such_section),
        cmocka_unit_test(of_many_migrations_the_three_slowest_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
