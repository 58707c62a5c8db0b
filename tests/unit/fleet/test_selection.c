/* Which of all targets a run takes: names, tags, waves, shards. */
#include "support/selection_fixture.h"

#include "base/strbuf.h"
#include "engine/name_hash.h"

#define FLEET                                                                                      \
    "[b]\nhost = b\ntags = eu\nwave = 2\n[a1]\nhost = a1\ntags = eu canary\nwave = 1\n"            \
    "[a2]\nhost = a2\ntags = region=us\n[odd,name]\nhost = o\n"

#define ONLY(s, ...)                                                                               \
    do {                                                                                           \
        static const char *const only[] = {__VA_ARGS__};                                           \
        (s)->options.only = only;                                                                  \
        (s)->options.only_count = sizeof only / sizeof *only;                                      \
    } while (0)

#define EXCLUDE(s, ...)                                                                            \
    do {                                                                                           \
        static const char *const exclude[] = {__VA_ARGS__};                                        \
        (s)->options.exclude = exclude;                                                            \
        (s)->options.exclude_count = sizeof exclude / sizeof *exclude;                             \
    } while (0)

#define WAVES(s, ...)                                                                              \
    do {                                                                                           \
        static const int64_t waves[] = {__VA_ARGS__};                                              \
        (s)->options.waves = waves;                                                                \
        (s)->options.wave_count = sizeof waves / sizeof *waves;                                    \
    } while (0)

/* ---- only and exclude ---- */

static void nothing_said_is_everything_in_the_order_of_the_files(void **state) {
    scene *s = *state;
    have(s, FLEET);
    chooses(s, "b a1 a2 odd,name");
    assert_int_equal(s->selection.in_all_shards, 4);
}

static void several_patterns_choose_what_any_of_them_matches(void **state) {
    scene *s = *state;
    have(s, FLEET);
    ONLY(s, "a?", "b");
    chooses(s, "b a1 a2");
    ONLY(s, "tag:canary", "tag:region=*");
    chooses(s, "a1 a2");
    ONLY(s, "a1", "a1", "a*");
    chooses(s, "a1 a2");
}

static void a_backslash_takes_a_character_as_it_is(void **state) {
    scene *s = *state;
    have(s, FLEET "[@star*]\nhost = s\n");
    ONLY(s, "odd\\,name");
    chooses(s, "odd,name");
    ONLY(s, "odd,name");
    chooses(s, "odd,name");
    ONLY(s, "\\@star\\*");
    chooses(s, "@star*");
}

static void exclude_wins_over_only(void **state) {
    scene *s = *state;
    have(s, FLEET);
    ONLY(s, "a*", "b");
    EXCLUDE(s, "tag:canary", "b");
    chooses(s, "a2");
}

static void a_pattern_that_matches_no_target_is_refused_in_both_options(void **state) {
    scene *s = *state;
    have(s, FLEET);
    ONLY(s, "a*", "x*");
    refuses(s, "no target matches \"x*\" (--only)");
    s->options.only_count = 0;
    EXCLUDE(s, "b", "nobody");
    refuses(s, "no target matches \"nobody\" (--exclude)");
}

/* It is no typing error: the target is there, and was not wanted anyway. */
static void exclude_may_name_what_only_does_not_choose(void **state) {
    scene *s = *state;
    have(s, FLEET);
    ONLY(s, "a*");
    EXCLUDE(s, "b");
    chooses(s, "a1 a2");
}

static void a_message_says_where_the_pattern_was_said(void **state) {
    scene *s = *state;
    static const char *const only_origins[] = {"names.txt:3 of --only", "PGMARCH_ONLY"};
    static const char *const exclude_origins[] = {"PGMARCH_EXCLUDE"};
    have(s, FLEET);
    ONLY(s, "a*", "zzzz");
    s->options.only_origins = only_origins;
    refuses(s, "no target matches \"zzzz\" (PGMARCH_ONLY)");
    ONLY(s, "zzzz", "a*");
    refuses(s, "no target matches \"zzzz\" (names.txt:3 of --only)");
    ONLY(s, "a*", "b");
    EXCLUDE(s, "zzzz");
    s->options.exclude_origins = exclude_origins;
    refuses(s, "no target matches \"zzzz\" (PGMARCH_EXCLUDE)");
}

static void what_leaves_nobody_is_refused_by_the_options_that_were_given(void **state) {
    scene *s = *state;
    have(s, FLEET);
    EXCLUDE(s, "*");
    refuses(s, "no target is left: --exclude left out all 4");
    ONLY(s, "a*");
    EXCLUDE(s, "a*");
    refuses(s, "no target is left: --only and --exclude left out all 4");
    EXCLUDE(s, "a1");
    WAVES(s, 1);
    refuses(s, "no target is left: --only and --exclude and --wave left out all 4");
}

/* A list of ten thousand names against as many targets must not take a minute. */
static void ten_thousand_names_are_looked_up_and_not_compared_one_by_one(void **state) {
    enum { MANY = 10000 };
    scene *s = *state;
    pgm__strbuf text = {0};
    const char **names = pgm__arena_calloc(&s->arena, MANY, sizeof *names);
    for (size_t i = 0; i < MANY; i++) {
        names[i] = pgm__arena_printf(&s->arena, "tenant_%zu", i);
        pgm__strbuf_addf(&text, "[%s]\nhost = h%zu\n", names[i], i);
    }
    have(s, pgm__strbuf_text(&text));
    pgm__strbuf_fini(&text);
    s->options.only = names;
    s->options.only_count = MANY;
    assert_int_equal(choose(s), PGM_OK);
    assert_int_equal(s->selection.count, MANY);
    assert_string_equal(s->selection.targets[4711]->name, "tenant_4711");
}

/* ---- waves ---- */

static void waves_are_chosen_by_number_and_the_others_as_the_rest(void **state) {
    scene *s = *state;
    have(s, FLEET);
    WAVES(s, 1);
    chooses(s, "a1");
    WAVES(s, 2, 1);
    chooses(s, "b a1");
    WAVES(s, PGM_WAVE_REST);
    chooses(s, "a2 odd,name");
    WAVES(s, 1, PGM_WAVE_REST);
    EXCLUDE(s, "a2");
    chooses(s, "a1 odd,name");
}

static void a_wave_may_be_zero_or_below(void **state) {
    scene *s = *state;
    have(s, "[a]\nhost = a\nwave = 0\n[b]\nhost = b\nwave = -3\n[c]\nhost = c\n");
    WAVES(s, 0);
    chooses(s, "a");
    WAVES(s, -3);
    chooses(s, "b");
}

static void where_nobody_has_a_wave_all_are_the_rest(void **state) {
    scene *s = *state;
    have(s, "[a]\nhost = a\n[b]\nhost = b\n");
    WAVES(s, PGM_WAVE_REST);
    chooses(s, "a b");
    WAVES(s, 1);
    refuses(s, "no target is of wave 1 (--wave); there are rest");
}

static void a_wave_that_no_target_has_is_refused_with_those_there_are(void **state) {
    scene *s = *state;
    have(s, FLEET);
    WAVES(s, 1, 7);
    refuses(s, "no target is of wave 7 (--wave); there are 1, 2 and rest");
    /* Of all targets, as patterns are. */
    WAVES(s, 2);
    ONLY(s, "a1");
    refuses(s, "no target is left: --only and --wave left out all 4");
}

/* ---- shards ---- */

static void shard(scene *s, size_t index, size_t count) {
    s->options.shard_index = index;
    s->options.shard_count = count;
}

static void every_target_is_in_one_shard(void **state) {
    enum { TARGETS = 100, SHARDS = 8 };
    scene *s = *state;
    pgm__strbuf text = {0};
    for (size_t i = 0; i < TARGETS; i++) {
        pgm__strbuf_addf(&text, "[t%zu]\nhost = h%zu\n", i, i);
    }
    have(s, pgm__strbuf_text(&text));
    pgm__strbuf_fini(&text);
    size_t total = 0;
    for (size_t index = 0; index < SHARDS; index++) {
        shard(s, index, SHARDS);
        assert_int_equal(choose(s), PGM_OK);
        assert_int_equal(s->selection.in_all_shards, TARGETS);
        for (size_t i = 0; i < s->selection.count; i++) {
            assert_int_equal(pgm__name_shard(s->selection.targets[i]->name, SHARDS), index);
        }
        total += s->selection.count;
    }
    assert_int_equal(total, TARGETS);
}

/* Each shard finds out by itself who is there, at a moment of its own. */
static void a_target_stays_in_its_shard_when_another_one_comes(void **state) {
    scene *s = *state;
    have(s, "[a]\nhost = a\n[b]\nhost = b\n[foobar]\nhost = f\n");
    shard(s, 2, 8); /* by the vectors of test_name_hash */
    chooses(s, "foobar");
    write_bytes(s->f, "more.conf", "[prod]\nhost = p\n", 16);
    char path[160];
    (void)snprintf(path, sizeof path, "%s/more.conf", s->f->dir);
    assert_int_equal(load_path(s->f, path), PGM_OK);
    chooses(s, "foobar");
    shard(s, 6, 8);
    chooses(s, "prod");
}

static void an_empty_shard_is_no_error(void **state) {
    scene *s = *state;
    have(s, "[a]\nhost = a\n[b]\nhost = b\n");
    shard(s, 3, 8);
    chooses(s, "");
    assert_int_equal(s->selection.in_all_shards, 2);
    assert_int_equal(strlen(s->selection.digest), 64);
}

static void the_only_shard_has_all(void **state) {
    scene *s = *state;
    have(s, FLEET);
    shard(s, 0, 1);
    chooses(s, "b a1 a2 odd,name");
}

static void shards_are_taken_of_what_is_selected(void **state) {
    scene *s = *state;
    have(s, "[a]\nhost = a\n[b]\nhost = b\n[foobar]\nhost = f\n");
    EXCLUDE(s, "foobar");
    shard(s, 2, 8);
    chooses(s, "");
    assert_int_equal(s->selection.in_all_shards, 2);
}

/* The fault is told, and not hidden behind a shard that would be empty anyway. */
static void a_selection_of_nothing_is_refused_in_every_shard(void **state) {
    scene *s = *state;
    have(s, FLEET);
    shard(s, 3, 8);
    ONLY(s, "zzzz");
    refuses(s, "no target matches \"zzzz\" (--only)");
}

static void a_shard_out_of_range_is_refused(void **state) {
    scene *s = *state;
    have(s, FLEET);
    shard(s, 4, 4);
    refuses(s, "there is no shard 4, counted from 0, of 4 shards");
    shard(s, 1, 0);
    refuses(s, "there is no shard 1, counted from 0, of 0 shards");
}

/* ---- digests ---- */

/* printf 'a\0b\0' | sha256sum */
#define OF_A_AND_B "8fb20ef63ced4145fc2e983ffe597d1dcff39154c3bf21f0fa9dde6a0c50fdc9"

static void digests_are_of_the_names_sorted_and_the_same_in_every_shard(void **state) {
    scene *s = *state;
    have(s, "[b]\nhost = b\n[c]\nhost = c\n[a]\nhost = a\n");
    EXCLUDE(s, "c");
    shard(s, 0, 8);
    assert_int_equal(choose(s), PGM_OK);
    assert_string_equal(s->selection.digest, OF_A_AND_B);
    pgm__selection first = s->selection;
    shard(s, 5, 8);
    assert_int_equal(choose(s), PGM_OK);
    assert_string_equal(s->selection.digest, first.digest);
    assert_string_equal(s->selection.fleet_digest, first.fleet_digest);
    assert_string_not_equal(s->selection.fleet_digest, OF_A_AND_B);
    s->options.exclude_count = 0;
    assert_int_equal(choose(s), PGM_OK);
    assert_string_equal(s->selection.digest, s->selection.fleet_digest);
}

static void digests_do_not_depend_on_the_order_of_the_files(void **state) {
    scene *s = *state;
    have(s, "[a]\nhost = a\n[b]\nhost = b\n");
    assert_int_equal(choose(s), PGM_OK);
    assert_string_equal(s->selection.fleet_digest, OF_A_AND_B);
}

static pgm_status choose_once(void *data) {
    scene *s = data;
    pgm_status status = choose(s);
    pgm__arena_clear(&s->arena);
    return status;
}

static void choosing_survives_running_out_of_memory(void **state) {
    scene *s = *state;
    have(s, FLEET);
    ONLY(s, "a*", "tag:eu");
    shard(s, 0, 1);
    assert_true(oom_survives(choose_once, s) > 0);
}

#define S(test) cmocka_unit_test_setup_teardown(test, scene_setup, scene_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        S(nothing_said_is_everything_in_the_order_of_the_files),
        S(several_patterns_choose_what_any_of_them_matches),
        S(a_backslash_takes_a_character_as_it_is),
        S(exclude_wins_over_only),
        S(a_pattern_that_matches_no_target_is_refused_in_both_options),
        S(exclude_may_name_what_only_does_not_choose),
        S(a_message_says_where_the_pattern_was_said),
        S(what_leaves_nobody_is_refused_by_the_options_that_were_given),
        S(ten_thousand_names_are_looked_up_and_not_compared_one_by_one),
        S(waves_are_chosen_by_number_and_the_others_as_the_rest),
        S(a_wave_may_be_zero_or_below),
        S(where_nobody_has_a_wave_all_are_the_rest),
        S(a_wave_that_no_target_has_is_refused_with_those_there_are),
        S(every_target_is_in_one_shard),
        S(a_target_stays_in_its_shard_when_another_one_comes),
        S(an_empty_shard_is_no_error),
        S(the_only_shard_has_all),
        S(shards_are_taken_of_what_is_selected),
        S(a_selection_of_nothing_is_refused_in_every_shard),
        S(a_shard_out_of_range_is_refused),
        S(digests_are_of_the_names_sorted_and_the_same_in_every_shard),
        S(digests_do_not_depend_on_the_order_of_the_files),
        S(choosing_survives_running_out_of_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
