/* [rollout] of target files: waves by pattern, canary, limits, caps of servers. */
#include "support/targets_fixture.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

#define FLEET                                                                                      \
    "[dev]\ndbname = a\ntags = x\n[stage_1]\ndbname = b\ntags = x canary\n[stage_2]\n"             \
    "dbname = c\n[prod]\ndbname = d\ntags = eu\n"

static void finish(fixture *f) {
    if (pgm__targets_finish(f->targets, &f->err) != PGM_OK) {
        fail_msg("%s", f->err.msg);
    }
}

static void load_all(fixture *f, const char *text) {
    (void)load_one(f, text);
    finish(f);
}

/* The waves of all targets, in their order; "-" where there is none. */
static void assert_waves(const fixture *f, const char *expected) {
    char got[256] = "";
    for (size_t i = 0; i < pgm__targets_count(f->targets); i++) {
        const pgm__target *target = pgm__targets_at(f->targets, i);
        size_t len = strlen(got);
        if (pgm__common_of(target)->has_wave) {
            (void)snprintf(got + len, sizeof got - len, " %lld",
                           (long long)pgm__common_of(target)->wave);
        } else {
            assert_int_equal(pgm__common_of(target)->wave, 0);
            (void)snprintf(got + len, sizeof got - len, " -");
        }
    }
    assert_string_equal(got, expected);
}

static const pgm__rollout_rules *rules_of(const fixture *f) {
    return pgm__targets_rollout(f->targets);
}

/* ---- waves by pattern ---- */

static void patterns_give_waves(void **state) {
    fixture *f = *state;
    load_all(f, "[rollout]\nwave.1 = dev*\nwave.3 = tag:e*, stage_2\n" FLEET);
    assert_waves(f, " 1 - 3 3");
}

static void without_it_nobody_has_a_wave(void **state) {
    fixture *f = *state;
    load_all(f, FLEET);
    assert_waves(f, " - - - -");
    assert_null(rules_of(f)->canary_origin);
    assert_null(rules_of(f)->max_failures_origin);
    assert_int_equal(rules_of(f)->server_count, 0);
}

static void a_wave_of_the_targets_own_wins(void **state) {
    fixture *f = *state;
    load_all(f, "[defaults]\nwave = 9\n[a]\ndbname = a\n[b]\ndbname = b\nwave = 7\n"
                "[c]\ndbname = c\nwave =\n[rollout]\nwave.1 = *\n");
    assert_waves(f, " 9 7 1");
}

static void of_several_lines_the_lowest_wave_counts(void **state) {
    fixture *f = *state;
    load_all(f, "[rollout]\nwave.2 = *\nwave.1 = tag:canary\nwave.-4 = prod\n" FLEET);
    assert_waves(f, " 2 1 2 -4");
}

static void a_pattern_that_matches_no_target_is_refused(void **state) {
    fixture *f = *state;
    (void)load_one(f, "[rollout]\nwave.1 = dev\nwave.2 = stage*, pord\n" FLEET);
    assert_int_equal(pgm__targets_finish(f->targets, &f->err), PGM_EPARSE);
    assert_has(f->err.msg, "t.conf:3: no target matches \"pord\"");
}

static void a_pattern_of_the_canary_has_to_match_too(void **state) {
    fixture *f = *state;
    (void)load_one(f, "[rollout]\ncanary = dev, tag:none\n" FLEET);
    assert_int_equal(pgm__targets_finish(f->targets, &f->err), PGM_EPARSE);
    assert_has(f->err.msg, "t.conf:2: no target matches \"tag:none\"");
}

/* ---- canary, limits, servers ---- */

static void a_canary_is_a_number_a_percentage_or_patterns(void **state) {
    fixture *f = *state;
    static const struct {
        const char *text;
        bool by_amount;
        uint32_t number;
        bool percent;
        size_t globs;
    } cases[] = {{"5", true, 5, false, 0},
                 {"0", true, 0, false, 0},
                 {"10%", true, 10, true, 0},
                 {"dev*", false, 0, false, 1},
                 {"tag:canary , stage_1", false, 0, false, 2},
                 {"5a", false, 0, false, 1},
                 {"1,2", false, 0, false, 2}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        pgm__arena arena = {0};
        pgm__canary canary = {.globs = {NULL, 99}};
        assert_int_equal(pgm__canary_parse(&arena, cases[i].text, &canary, &f->err), PGM_OK);
        assert_int_equal(canary.by_amount, cases[i].by_amount);
        assert_int_equal(canary.amount.number, cases[i].number);
        assert_int_equal(canary.amount.percent, cases[i].percent);
        assert_int_equal(canary.globs.count, cases[i].globs);
        pgm__arena_clear(&arena);
    }
    load_all(f, "[rollout]\ncanary = tag:canary , stage_1\n" FLEET);
    assert_string_equal(rules_of(f)->canary.globs.items[0], "tag:canary");
    assert_string_equal(rules_of(f)->canary.globs.items[1], "stage_1");
    assert_has(rules_of(f)->canary_origin, "t.conf:2");
}

static void limits_and_caps_are_read(void **state) {
    fixture *f = *state;
    load_all(f, "[rollout]\nmax_failures = 5%\nserver.DB1.Example = 3\nserver.[::1]:5433 = 4\n"
                "server./run/PG = 5\nserver.[local]:5432 = 6\nserver.::1 = 7\n" FLEET);
    const pgm__rollout_rules *rules = rules_of(f);
    assert_int_equal(rules->max_failures.number, 5);
    assert_true(rules->max_failures.percent);
    static const struct {
        const char *server;
        size_t cap;
    } expected[] = {
        {"db1.example", 3}, {"::1:5433", 4}, {"/run/PG", 5}, {"[local]:5432", 6}, {"::1", 7}};
    assert_int_equal(rules->server_count, COUNT(expected));
    for (size_t i = 0; i < COUNT(expected); i++) {
        assert_string_equal(rules->servers[i].server, expected[i].server);
        assert_int_equal(rules->servers[i].cap, expected[i].cap);
    }
}

static void values_are_expanded_and_a_missing_variable_is_an_error(void **state) {
    fixture *f = *state;
    assert_refused(f, "[rollout]\ncanary = ${NOT_SET}\n" FLEET, 2, "NOT_SET");
    load_all(f, "[rollout]\nwave.1 = ${HOST}\n[db1.example]\ndbname = x\n");
    assert_waves(f, " 1");
}

static void bad_values_are_refused_with_their_line(void **state) {
    fixture *f = *state;
    static const struct {
        const char *line;
        const char *part;
    } cases[] = {
        {"wave.1 =", "\"wave.1\" has no value"},
        {"wave. = x", "whole number"},
        {"wave.x = x", "whole number"},
        {"wave.99999999999 = x", "whole number"},
        {"wave.1 = a,,b", "\"wave.1\": names of targets"},
        {"wave.1 = a,", "names of targets"},
        {"wave.1 = a\x1b[2J", "names of targets"},
        {"canary =", "\"canary\" has no value"},
        {"canary = 150%", "\"canary\": is too large"},
        {"canary = 99999999999", "too large"},
        {"canary = ,", "names of targets"},
        {"max_failures = -1", "\"max_failures\" must be"},
        {"max_failures = 101%", "must be"},
        {"max_failures = few", "must be"},
        {"server. = 3", "has no host"},
        {"server.db1 = 0", "1 or more"},
        {"server.db1 = many", "1 or more"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        char text[512];
        (void)snprintf(text, sizeof text, FLEET "[rollout]\n%s\n", cases[i].line);
        assert_refused(f, text, 13, cases[i].part);
    }
}

/* ---- sections and keys ---- */

static void unknown_keys_name_the_nearest(void **state) {
    fixture *f = *state;
    static const struct {
        const char *key;
        const char *part;
    } cases[] = {
        {"wave1", "did you mean \"wave.N\"?"},
        {"Wave-1", "did you mean \"wave.N\"?"},
        {"waves.1", "did you mean \"wave.N\"?"},
        {"wvae.1", "did you mean \"wave.N\"?"},
        {"canery", "did you mean \"canary\"?"},
        {"max-failures", "did you mean \"max_failures\"?"},
        {"max_failure", "did you mean \"max_failures\"?"},
        {"servers.db1", "did you mean \"server.HOST\"?"},
        {"jobs", "belongs in [defaults]"},
        {"per_server", "belongs in [defaults]"},
        {"wave", "belongs in the target's section"},
        {"url", "belongs in the target's section"},
        {"s3cret/ofsomebody", "[rollout] knows wave.N, canary, max_failures and server.HOST"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        char text[512];
        (void)snprintf(text, sizeof text, "[rollout]\n%s = 1\n" FLEET, cases[i].key);
        assert_refused(f, text, 2, cases[i].part);
    }
    assert_null(strstr(f->err.msg, "s3cret"));
}

static void its_keys_belong_nowhere_else(void **state) {
    fixture *f = *state;
    static const char *const keys[] = {"wave.1", "canary", "max_failures", "server.db1"};
    for (size_t i = 0; i < COUNT(keys); i++) {
        char text[128];
        (void)snprintf(text, sizeof text, "[a]\n%s = 1\n", keys[i]);
        assert_refused(f, text, 2, "it belongs in [rollout]");
        (void)snprintf(text, sizeof text, "[defaults]\n%s = 1\n[a]\ndbname = a\n", keys[i]);
        assert_refused(f, text, 2, "it belongs in [rollout]");
    }
}

static void it_stands_once_in_a_file_and_is_no_target(void **state) {
    fixture *f = *state;
    assert_refused(f, "[rollout]\ncanary = 1\n" FLEET "[rollout]\n", 14,
                   "[rollout] is given twice, first in line 1");
    assert_refused(f, "[Rollout]\n" FLEET, 1, "write [rollout]");
    assert_refused(f, "[rollout]\ncanary = 1\ncanary = 1\n" FLEET, 3, "given twice");
    load_all(f, "[rollout]\n[a]\ndbname = a\n");
    assert_int_equal(pgm__targets_count(f->targets), 1);
}

/* ---- several files ---- */

static void add_file(fixture *f, const char *name, const char *text) {
    char path[256];
    write_bytes(f, name, text, strlen(text));
    (void)snprintf(path, sizeof path, "%s/%s", f->dir, name);
    if (load_path(f, path) != PGM_OK) {
        fail_msg("%s", f->err.msg);
    }
}

static void it_is_about_the_targets_of_all_files(void **state) {
    fixture *f = *state;
    add_file(f, "a.conf", "[dev]\ndbname = a\n");
    add_file(f, "b.conf", "[rollout]\nwave.1 = dev\nwave.2 = prod\n");
    add_file(f, "c.conf", "[prod]\ndbname = b\n");
    finish(f);
    assert_waves(f, " 1 2");
}

static void waves_of_several_files_add_up(void **state) {
    fixture *f = *state;
    add_file(f, "a.conf", "[rollout]\nwave.1 = dev\n[dev]\ndbname = a\n[x]\ndbname = d\n");
    add_file(f, "b.conf",
             "[rollout]\nwave.1 = canary\nwave.2 = prod\n"
             "[prod]\ndbname = b\n[canary]\ndbname = c\n");
    finish(f);
    assert_waves(f, " 1 - 2 1");
}

/* "*" was said in a file that knows of no other. */
static void files_that_put_a_target_into_different_waves_are_refused(void **state) {
    fixture *f = *state;
    add_file(f, "a.conf", "[rollout]\nwave.1 = dev\n[dev]\ndbname = a\n");
    add_file(f, "b.conf", "[rollout]\nwave.2 = *\n[prod]\ndbname = b\n");
    assert_int_equal(pgm__targets_finish(f->targets, &f->err), PGM_EPARSE);
    assert_has(f->err.msg, "b.conf:2: target \"dev\" is in another wave here than in ");
    assert_has(f->err.msg, "a.conf:2; say");
}

static void of_each_file_the_lowest_wave_is_compared(void **state) {
    fixture *f = *state;
    add_file(f, "a.conf", "[rollout]\nwave.2 = *\nwave.1 = dev\n[dev]\ndbname = a\n");
    add_file(f, "b.conf", "[rollout]\nwave.3 = dev\nwave.1 = d*\n[d]\ndbname = b\nwave = 8\n");
    finish(f);
    assert_waves(f, " 1 8");
}

static void files_may_agree(void **state) {
    fixture *f = *state;
    const char *both = "[rollout]\nwave.1 = dev\nwave.2 = *\ncanary = 10%\nmax_failures = 3\n"
                       "server.db1 = 4\n";
    add_file(f, "a.conf", both);
    add_file(f, "b.conf", both);
    add_file(f, "c.conf", "[dev]\ndbname = a\n[prod]\ndbname = b\n");
    finish(f);
    assert_waves(f, " 1 2");
}

static void files_that_contradict_each_other_are_refused_with_both_places(void **state) {
    fixture *f = *state;
    static const struct {
        const char *first;
        const char *second;
    } cases[] = {{"canary = 5", "canary = 5%"},
                 {"canary = dev", "canary = prod"},
                 {"canary = dev", "canary = dev, prod"},
                 {"max_failures = 1", "max_failures = 2"},
                 {"server.db1 = 1", "server.DB1 = 2"}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        char text[128];
        (void)snprintf(text, sizeof text, "[rollout]\n\n%s\n", cases[i].first);
        add_file(f, "a.conf", text);
        size_t servers = rules_of(f)->server_count;
        (void)snprintf(text, sizeof text, "[rollout]\n%s\n[x]\ndbname = x\n", cases[i].second);
        assert_int_equal(load(f, text), PGM_EPARSE);
        assert_has(f->err.msg, "t.conf:2: ");
        assert_has(f->err.msg, "is not what ");
        assert_has(f->err.msg, "a.conf:3 says");
        assert_int_equal(pgm__targets_count(f->targets), 0);
        assert_int_equal(rules_of(f)->server_count, servers);
        pgm__targets_free(f->targets);
        f->targets = pgm__targets_new();
        assert_non_null(f->targets);
    }
}

static void f02_files_without_a_target_are_refused(void **state) {
    fixture *f = *state;
    add_file(f, "a.conf", "[rollout]\ncanary = 1\n");
    assert_int_equal(pgm__targets_finish(f->targets, &f->err), PGM_EUSAGE);
    assert_has(f->err.msg, "no target: ");
}

/* What was added is given back when a later line of the same file is wrong. */
static void a_refused_file_leaves_nothing_behind(void **state) {
    fixture *f = *state;
    assert_refused(f, "[rollout]\nwave.1 = a\nserver.x = 1\ncanary = 1\nmax_failures = no\n", 5,
                   "must be");
    assert_int_equal(rules_of(f)->wave_count, 0);
    assert_int_equal(rules_of(f)->server_count, 0);
    assert_null(rules_of(f)->canary_origin);
}

/* ---- the samples ---- */

static void all_samples_together_are_read(void **state) {
    fixture *f = *state;
    if (load_path(f, PGM_SAMPLES) != PGM_OK) {
        fail_msg("%s", f->err.msg);
    }
    finish(f);
    assert_true(pgm__targets_count(f->targets) >= 16);
}

static void the_sample_goes_from_development_over_staging_to_production(void **state) {
    fixture *f = *state;
    if (load_path(f, PGM_SAMPLES "/rollout.conf") != PGM_OK) {
        fail_msg("%s", f->err.msg);
    }
    finish(f);
    assert_waves(f, " 1 2 2 3 3 3");
}

/* ---- memory ---- */

static pgm_status load_and_finish(void *data) {
    fixture *f = data;
    pgm__targets *targets = pgm__targets_new();
    if (targets == NULL) {
        return PGM_ENOMEM;
    }
    pgm_status status = pgm__targets_add_path(targets, f->path, fake_getenv, fake_keyword, &f->err);
    if (status == PGM_OK) {
        status = pgm__targets_finish(targets, &f->err);
    }
    pgm__targets_free(targets);
    return status;
}

static void every_failed_allocation_is_reported(void **state) {
    fixture *f = *state;
    const char *text = "[rollout]\nwave.1 = dev, tag:x\nwave.2 = *\ncanary = tag:canary, dev\n"
                       "max_failures = 5%\nserver.[::1]:5 = 3\nserver.db1 = 3\n" FLEET;
    write_bytes(f, "t.conf", text, strlen(text));
    assert_true(oom_survives(load_and_finish, f) > 10);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        T(patterns_give_waves),
        T(without_it_nobody_has_a_wave),
        T(a_wave_of_the_targets_own_wins),
        T(of_several_lines_the_lowest_wave_counts),
        T(a_pattern_that_matches_no_target_is_refused),
        T(a_pattern_of_the_canary_has_to_match_too),
        T(a_canary_is_a_number_a_percentage_or_patterns),
        T(limits_and_caps_are_read),
        T(values_are_expanded_and_a_missing_variable_is_an_error),
        T(bad_values_are_refused_with_their_line),
        T(unknown_keys_name_the_nearest),
        T(its_keys_belong_nowhere_else),
        T(it_stands_once_in_a_file_and_is_no_target),
        T(it_is_about_the_targets_of_all_files),
        T(waves_of_several_files_add_up),
        T(files_that_put_a_target_into_different_waves_are_refused),
        T(of_each_file_the_lowest_wave_is_compared),
        T(files_may_agree),
        T(files_that_contradict_each_other_are_refused_with_both_places),
        T(f02_files_without_a_target_are_refused),
        T(a_refused_file_leaves_nothing_behind),
        T(all_samples_together_are_read),
        T(the_sample_goes_from_development_over_staging_to_production),
        T(every_failed_allocation_is_reported),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
