/* Targets that are asked for by the names that a report has of them. */
#include "support/selection_fixture.h"

static int names_setup(void **state) {
    int failed = scene_setup(state);
    have(*state, "[b]\nhost = b\ntags = eu\n[a1]\nhost = a1\nwave = 1\n[a2]\nhost = a2\n");
    return failed;
}

/* Names, and patterns of --only and --exclude (NULL = none). */
static void ask(scene *s, const char *const *names, size_t count, const char *const *only,
                const char *const *exclude) {
    s->options.names = names;
    s->options.name_count = count;
    s->options.names_origin = "\"r.json\"";
    s->options.only = only;
    s->options.only_count = only == NULL ? 0 : 1;
    s->options.exclude = exclude;
    s->options.exclude_count = exclude == NULL ? 0 : 1;
}

#define NAMES(...)    (const char *const[]){__VA_ARGS__}, COUNT_OF(__VA_ARGS__)
#define COUNT_OF(...) sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *)
#define ONE(pattern)                                                                               \
    (const char *const[]) {                                                                        \
        pattern                                                                                    \
    }

static void names_choose_those_targets_in_the_order_of_the_files(void **state) {
    scene *s = *state;
    ask(s, NAMES("a2", "b", "a2"), NULL, NULL);
    chooses(s, "b a2");
    assert_int_equal(s->selection.in_all_shards, 2);
}

static void names_are_taken_as_they_are_and_are_no_patterns(void **state) {
    scene *s = *state;
    ask(s, NAMES("a*"), NULL, NULL);
    refuses(s,
            "none of the targets that \"r.json\" names is in this fleet: \"a*\"; it is of another "
            "one");
}

static void names_choose_among_what_patterns_have_left(void **state) {
    scene *s = *state;
    ask(s, NAMES("a1", "b"), ONE("a*"), NULL);
    chooses(s, "a1");
    ask(s, NAMES("a1", "b"), NULL, ONE("a1"));
    chooses(s, "b");
    ask(s, NAMES("b"), ONE("a*"), NULL);
    refuses(s, "no target is left: --only and --retry-failed left out all 3");
}

static void names_choose_among_the_waves_that_are_left(void **state) {
    scene *s = *state;
    static const int64_t first[] = {1};
    ask(s, NAMES("a1", "b"), NULL, NULL);
    s->options.waves = first;
    s->options.wave_count = 1;
    chooses(s, "a1");
}

/* All shards of it have one digest: that of the names, and not of the fleet. */
static void shards_are_taken_of_what_the_names_have_left(void **state) {
    scene *s = *state;
    ask(s, NAMES("a1", "a2"), NULL, NULL);
    size_t found = 0;
    char digest[PGM__SHA256_HEX] = "";
    for (size_t i = 0; i < 4; i++) {
        s->options.shard_index = i;
        s->options.shard_count = 4;
        s->selection = (pgm__selection){0};
        assert_int_equal(choose(s), PGM_OK);
        assert_int_equal(s->selection.in_all_shards, 2);
        assert_true(i == 0 || strcmp(digest, s->selection.digest) == 0);
        memcpy(digest, s->selection.digest, sizeof digest);
        found += s->selection.count;
    }
    assert_int_equal(found, 2);
    ask(s, NULL, 0, ONE("a*"), NULL);
    s->options.shard_index = s->options.shard_count = 0;
    assert_int_equal(choose(s), PGM_OK);
    assert_string_equal(s->selection.digest, digest);
}

/* Nothing to retry is no error; nothing asked for is everything. */
static void a_list_of_no_names_is_not_no_list(void **state) {
    scene *s = *state;
    static const char *const none[] = {NULL};
    ask(s, none, 0, NULL, NULL);
    chooses(s, "");
    ask(s, NULL, 0, NULL, NULL);
    chooses(s, "b a1 a2");
}

static void a_name_that_no_target_has_is_named(void **state) {
    scene *s = *state;
    ask(s, NAMES("b", "gone", "lost"), NULL, NULL);
    refuses(s, "2 of the 3 targets that \"r.json\" names are no longer in the fleet: \"gone\", "
               "\"lost\"; leave them out with --exclude");
    ask(s, NAMES("b", "g1", "g2", "g3", "g4", "g5"), NULL, NULL);
    refuses(s,
            "5 of the 6 targets that \"r.json\" names are no longer in the fleet: \"g1\", \"g2\", "
            "\"g3\" and 2 more; leave them out with --exclude");
    s->options.names_origin = NULL;
    refuses(s, "5 of the 6 targets that the list names are no longer in the fleet: \"g1\", \"g2\", "
               "\"g3\" and 2 more; leave them out with --exclude");
}

static void a_target_that_is_gone_can_be_left_out_by_its_name(void **state) {
    scene *s = *state;
    ask(s, NAMES("b", "gone"), NULL, ONE("gone"));
    chooses(s, "b");
    ask(s, NAMES("b", "gone"), NULL, ONE("go*"));
    chooses(s, "b");
    ask(s, NAMES("b", "gone"), NULL, ONE("else"));
    refuses(s, "no target matches \"else\" (--exclude)");
    ask(s, NAMES("b", "gone"), ONE("b"), NULL);
    chooses(s, "b");
    /* Whether it had the tag nobody knows. */
    ask(s, NAMES("b", "gone"), ONE("tag:eu"), NULL);
    refuses(s,
            "1 of the 2 targets that \"r.json\" names is no longer in the fleet: \"gone\"; leave "
            "it out with --exclude");
}

int main(void) {
#define TEST(name) cmocka_unit_test_setup_teardown(name, names_setup, scene_teardown)
    const struct CMUnitTest tests[] = {
        TEST(names_choose_those_targets_in_the_order_of_the_files),
        TEST(names_are_taken_as_they_are_and_are_no_patterns),
        TEST(names_choose_among_what_patterns_have_left),
        TEST(names_choose_among_the_waves_that_are_left),
        TEST(shards_are_taken_of_what_the_names_have_left),
        TEST(a_list_of_no_names_is_not_no_list),
        TEST(a_name_that_no_target_has_is_named),
        TEST(a_target_that_is_gone_can_be_left_out_by_its_name),
    };
#undef TEST
    return cmocka_run_group_tests(tests, NULL, NULL);
}
