/* What is known of a rollout before anything starts: canary, limits, caps. */
#include "support/rollout_fixture.h"

/* ---- the canary ---- */

static void a_canary_goes_first_and_is_the_same_one_each_time(void **state) {
    fleet *f = *state;
    f->options.canary = "1";
    fleet_open(f, targets(5, "wave = 1\n", ""));
    fake_play(NULL, 0);
    fleet_execute(f);
    assert_waves(f, "canary: ended 1/0/0, wave 1: ended 4/0/-");
    assert_string_equal(fake_log(), " +t1 -t1 +t0 +t2 +t3 +t4 -t0 -t2 -t3 -t4");
    fleet_open(f, targets(5, "", ""));
    fake_play(NULL, 0);
    fleet_execute(f);
    assert_waves(f, "canary: ended 1/0/0, the rest: ended 4/0/-");
    assert_string_equal(pgm_run_result(f->run, 1)->wave, "canary");
}

static void f09_a_canary_that_fails_keeps_all_others_from_starting(void **state) {
    fleet *f = *state;
    f->options.canary = "tag:first";
    f->options.max_failures = "100%";
    fleet_open(f, "[a]\nhost = a\n[b]\nhost = b\ntags = first\n[c]\nhost = c\ntags = first\n");
    const fake_march scripts[] = {goes_well, fails, goes_well};
    fake_play(scripts, COUNT(scripts));
    fleet_execute(f);
    assert_string_equal(fake_log(), " +b +c -b -c");
    assert_waves(f, "canary: stopped 2/1/0, the rest: not-run 1/0/1");
    assert_reason(f, 0, "canary: 1 of 2 failed, where nothing may fail");
    assert_reason(f, 1, NULL);
}

static void sizes_of_canaries(void **state) {
    fleet *f = *state;
    static const struct {
        const char *canary;
        size_t targets;
        size_t expected;
    } cases[] = {{"3", 9, 3},    {"10%", 1, 1}, {"10%", 9, 1},  {"10%", 29, 2},
                 {"100%", 5, 5}, {"1%", 30, 1}, {"t1*", 12, 3}, {"t1, t2 ,t1", 9, 2}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        f->options.canary = cases[i].canary;
        fleet_open(f, targets(cases[i].targets, "", ""));
        const pgm_summary *summary = pgm_run_summary(f->run);
        assert_string_equal(summary->waves[0].name, "canary");
        assert_int_equal(summary->waves[0].targets, cases[i].expected);
        assert_int_equal(summary->wave_count, cases[i].expected == cases[i].targets ? 1 : 2);
    }
}

static void f09_a_canary_larger_than_the_fleet_is_all_of_it(void **state) {
    fleet *f = *state;
    f->options.canary = "99";
    f->options.jobs = 1;
    fleet_open(f, targets(3, "wave = 1\n", ""));
    assert_waves(f, "canary: not-run 3/0/0");
    const fake_march scripts[] = {goes_well, fails};
    fake_play(scripts, COUNT(scripts));
    fleet_execute(f);
    assert_string_equal(fake_log(), " +t0 -t0 +t1 -t1");
    assert_reason(f, 2, "canary: 1 of 3 failed, where nothing may fail");
}

static void the_canary_of_the_flag_wins_over_the_files(void **state) {
    fleet *f = *state;
    const char *in_file = "[rollout]\ncanary = t1, t2\n";
    fleet_open(f, targets(5, "", in_file));
    assert_waves(f, "canary: not-run 2/0/0, the rest: not-run 3/0/-");
    f->options.canary = "t4";
    fleet_open(f, targets(5, "", in_file));
    assert_waves(f, "canary: not-run 1/0/0, the rest: not-run 4/0/-");
    assert_string_equal(pgm_run_result(f->run, 4)->wave, "canary");
    f->options.canary = "0";
    fleet_open(f, targets(5, "", in_file));
    assert_waves(f, "all: not-run 5/0/-");
}

/* A file is about all of its targets; a flag about this run. */
static void a_canary_that_is_not_selected_is_an_error_of_the_flag_alone(void **state) {
    fleet *f = *state;
    const char *only[] = {"t4"};
    f->options.only = only;
    f->options.only_count = 1;
    fleet_open(f, targets(5, "", "[rollout]\ncanary = t1\n"));
    assert_waves(f, "all: not-run 1/0/-");
    f->options.canary = "t4, t1";
    fleet_refused(f, targets(5, "", ""), "no selected target matches \"t1\" (--canary)");
    assert_int_equal(f->err.status, PGM_EUSAGE);
    f->options.command = PGM_COMMAND_STATUS;
    fleet_open(f, targets(5, "", ""));
    assert_waves(f, "canary: not-run 1/0/0");
}

/* All shards are started with the same words, and one of them has the target. */
static void a_canary_may_be_of_another_shard(void **state) {
    fleet *f = *state;
    size_t canaries = 0;
    f->options.canary = "t3";
    f->options.shard_count = 4;
    for (f->options.shard_index = 0; f->options.shard_index < 4; f->options.shard_index++) {
        fleet_open(f, targets(20, "", ""));
        const pgm_summary *summary = pgm_run_summary(f->run);
        canaries += summary->wave_count > 0 && strcmp(summary->waves[0].name, "canary") == 0;
    }
    assert_int_equal(canaries, 1);
    f->options.shard_index = 0;
    f->options.canary = "nobody";
    fleet_refused(f, targets(20, "", ""), "no selected target matches \"nobody\"");
}

/* More machines than targets: what is left is a run without waves. */
static void an_empty_shard_has_no_wave(void **state) {
    fleet *f = *state;
    size_t empty = 0;
    f->options.canary = "10%";
    f->options.max_failures = "5%";
    f->options.shard_count = 9;
    for (f->options.shard_index = 0; f->options.shard_index < 9; f->options.shard_index++) {
        fleet_open(f, targets(2, "wave = 1\n", ""));
        fake_play(NULL, 0);
        fleet_execute(f);
        empty += pgm_run_summary(f->run)->wave_count == 0;
    }
    assert_true(empty >= 7);
}

static void bad_options_are_refused(void **state) {
    fleet *f = *state;
    static const struct {
        const char *canary;
        const char *max_failures;
        const char *part;
    } cases[] = {
        {"101%", NULL, "--canary: is too large"},     {"", NULL, "--canary: names of targets"},
        {"a,,b", NULL, "--canary: names of targets"}, {NULL, "", "--max-failures must be"},
        {NULL, "-1", "--max-failures must be"},       {NULL, "150%", "--max-failures must be"},
        {NULL, "some", "--max-failures must be"}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        f->options.canary = cases[i].canary;
        f->options.max_failures = cases[i].max_failures;
        fleet_refused(f, targets(2, "", ""), cases[i].part);
        assert_int_equal(f->err.status, PGM_EUSAGE);
    }
}

/* ---- caps ---- */

#define TWO_SERVERS                                                                                \
    "[a]\nhost = One\ndbname = a\n[b]\nhost = One\ndbname = b\n[c]\nhost = One\ndbname = c\n"      \
    "[d]\nhost = two\ndbname = d\n[e]\nhost = two\ndbname = e\nport = 6000\n"                      \
    "[f]\nhost = two\ndbname = f\nport = 6000\n"

static void a_server_may_have_a_cap_of_its_own(void **state) {
    fleet *f = *state;
    fleet_open(f, "[rollout]\nserver.one = 1\nserver.two:6000 = 1\n" TWO_SERVERS);
    assert_int_equal(pgm_run_summary(f->run)->waves[0].at_once, 3);
    fake_play(NULL, 0);
    fleet_execute(f);
    assert_string_equal(fake_log(), " +a +d +e -a +b -d -e +f -b +c -f -c");
}

static void a_line_with_the_port_wins_over_one_without(void **state) {
    fleet *f = *state;
    f->options.jobs = 99;
    fleet_open(f, "[rollout]\nserver.two = 1\nserver.two:6000 = 2\n" TWO_SERVERS);
    assert_int_equal(pgm_run_summary(f->run)->waves[0].at_once, 3 + 1 + 2);
}

static void of_flag_and_line_the_lower_one_counts(void **state) {
    fleet *f = *state;
    f->options.per_server = 3;
    fleet_open(f, "[rollout]\nserver.one = 2\n" TWO_SERVERS);
    assert_int_equal(pgm_run_summary(f->run)->waves[0].at_once, 2 + 1 + 2);
    f->options.per_server = 1;
    fleet_open(f, "[rollout]\nserver.one = 2\n" TWO_SERVERS);
    assert_int_equal(pgm_run_summary(f->run)->waves[0].at_once, 1 + 1 + 1);
    f->options.per_server = PGM_UNSET;
    fleet_open(f, "[defaults]\nper_server = 1\n[rollout]\nserver.one = 3\n" TWO_SERVERS);
    assert_int_equal(pgm_run_summary(f->run)->waves[0].at_once, 3 + 1 + 1);
}

static void a_line_of_no_server_is_refused(void **state) {
    fleet *f = *state;
    fleet_refused(f, "[rollout]\nserver.one = 1\nserver.tow = 2\n" TWO_SERVERS,
                  "t.conf:3: no target is on server \"tow\"");
    assert_int_equal(f->err.status, PGM_EUSAGE);
    fleet_refused(f, "[rollout]\nserver.one:6000 = 1\n" TWO_SERVERS, "\"one:6000\"");
}

/* Of a target that is not chosen, and perhaps cannot be, as nobody has its password here. */
static void a_line_of_a_server_that_is_not_selected_is_none_of_this_run(void **state) {
    fleet *f = *state;
    const char *only[] = {"a"};
    f->options.only = only;
    f->options.only_count = 1;
    fleet_open(f, "[rollout]\nserver.two = 2\n" TWO_SERVERS);
    fleet_refused(f, "[rollout]\nserver.three = 2\n" TWO_SERVERS, "\"three\"");
    fleet_open(f, "[rollout]\nserver.three = 2\n" TWO_SERVERS
                  "[g]\nhost = ${PGMARCH_TESTS_NEVER_SET}\ndbname = g\n");
}

static void as_many_go_at_once_as_caps_and_waves_allow(void **state) {
    fleet *f = *state;
    static const struct {
        int64_t jobs;
        int64_t per_server;
        size_t expected[2];
    } cases[] = {{99, 99, {4, 2}}, {99, 1, {2, 1}}, {3, 99, {3, 2}}, {1, 9, {1, 1}}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        f->options.jobs = cases[i].jobs;
        f->options.per_server = cases[i].per_server;
        fleet_open(f, "[rollout]\nwave.1 = a, b, c, d\n[a]\nhost = x\ndbname = a\n[b]\nhost = x\n"
                      "dbname = b\n[c]\nhost = x\ndbname = c\n[d]\nhost = y\ndbname = d\n"
                      "[e]\nhost = x\ndbname = e\n[f]\nhost = x\ndbname = f\n");
        for (size_t wave = 0; wave < 2; wave++) {
            assert_int_equal(pgm_run_summary(f->run)->waves[wave].at_once, cases[i].expected[wave]);
        }
    }
}

/* What `targets --plan` shows: of each group no more than its cap, whatever servers it is on. */
static void groups_count_into_how_many_go_at_once(void **state) {
    fleet *f = *state;
    fleet_open(f, "[defaults]\nper_group = 2\ngroup = g\n[a]\nhost = a\n[b]\nhost = b\n"
                  "[c]\nhost = c\n[d]\nhost = d\nwave = 1\n[e]\nhost = e\ngroup =\n");
    const pgm_summary *summary = pgm_run_summary(f->run);
    assert_int_equal(summary->waves[0].at_once, 1);
    assert_int_equal(summary->waves[1].at_once, 3);
    f->options.per_server = 1;
    fleet_open(f, "[defaults]\nper_group = 5\ngroup = g\n[a]\nhost = a\ndbname = a\n"
                  "[b]\nhost = a\ndbname = b\n");
    assert_int_equal(pgm_run_summary(f->run)->waves[0].at_once, 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        FLEET_TEST(a_canary_goes_first_and_is_the_same_one_each_time),
        FLEET_TEST(f09_a_canary_that_fails_keeps_all_others_from_starting),
        FLEET_TEST(sizes_of_canaries),
        FLEET_TEST(f09_a_canary_larger_than_the_fleet_is_all_of_it),
        FLEET_TEST(the_canary_of_the_flag_wins_over_the_files),
        FLEET_TEST(a_canary_that_is_not_selected_is_an_error_of_the_flag_alone),
        FLEET_TEST(a_canary_may_be_of_another_shard),
        FLEET_TEST(an_empty_shard_has_no_wave),
        FLEET_TEST(bad_options_are_refused),
        FLEET_TEST(a_server_may_have_a_cap_of_its_own),
        FLEET_TEST(a_line_with_the_port_wins_over_one_without),
        FLEET_TEST(of_flag_and_line_the_lower_one_counts),
        FLEET_TEST(a_line_of_no_server_is_refused),
        FLEET_TEST(a_line_of_a_server_that_is_not_selected_is_none_of_this_run),
        FLEET_TEST(as_many_go_at_once_as_caps_and_waves_allow),
        FLEET_TEST(groups_count_into_how_many_go_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
