/* Lists of globs: what is in them, and what a glob matches. */
#include "support/cmocka_all.h"

#include "model/targets/globs.h"
#include "support/oom_loop.h"

static pgm__globs parsed(pgm__arena *arena, const char *text) {
    pgm__globs globs = {0};
    assert_int_equal(pgm__globs_parse(arena, text, &globs), PGM_OK);
    return globs;
}

static void a_list_is_split_at_commas(void **state) {
    (void)state;
    pgm__arena arena = {0};
    pgm__globs globs = parsed(&arena, " shop_*,\tnot a tag , [ab]? ");
    assert_int_equal(globs.count, 3);
    assert_string_equal(globs.items[0], "shop_*");
    assert_string_equal(globs.items[1], "not a tag");
    assert_string_equal(globs.items[2], "[ab]?");
    pgm__arena_clear(&arena);
}

static void nothing_between_commas_is_refused(void **state) {
    (void)state;
    static const char *const wrong[] = {"", " ", "a,,b", "a,", ",a", "a\x1b[0m"};
    pgm__arena arena = {0};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        pgm__globs globs = {.count = 7};
        assert_int_equal(pgm__globs_parse(&arena, wrong[i], &globs), PGM_EPARSE);
        assert_int_equal(globs.count, 7);
    }
    pgm__arena_clear(&arena);
}

static void a_glob_matches_the_whole_name(void **state) {
    (void)state;
    assert_true(pgm__glob_matches("shop_*", "shop_1"));
    assert_true(pgm__glob_matches("shop_?", "shop_1"));
    assert_true(pgm__glob_matches("shop_[0-9]", "shop_1"));
    assert_true(pgm__glob_matches("shop\\*", "shop*"));
    assert_true(pgm__glob_matches("Shop", "Shop"));
    assert_false(pgm__glob_matches("shop", "Shop"));
    assert_false(pgm__glob_matches("shop_?", "shop_12"));
    assert_false(pgm__glob_matches("hop*", "shop_1"));
    assert_false(pgm__glob_matches("shop\\*", "shop_1"));
}

static void a_plain_glob_is_a_name(void **state) {
    (void)state;
    assert_true(pgm__glob_is_plain("shop_1"));
    assert_false(pgm__glob_is_plain("shop_*"));
    assert_false(pgm__glob_is_plain("shop_?"));
    assert_false(pgm__glob_is_plain("shop_[1]"));
    assert_false(pgm__glob_is_plain("shop\\_1"));
}

static pgm_status parse_two(void *data) {
    (void)data;
    pgm__arena arena = {0};
    pgm__globs globs;
    pgm_status status = pgm__globs_parse(&arena, "a, b", &globs);
    pgm__arena_clear(&arena);
    return status;
}

static void no_memory_is_told(void **state) {
    (void)state;
    assert_true(oom_survives(parse_two, NULL) > 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_list_is_split_at_commas),
        cmocka_unit_test(nothing_between_commas_is_refused),
        cmocka_unit_test(a_glob_matches_the_whole_name),
        cmocka_unit_test(a_plain_glob_is_a_name),
        cmocka_unit_test(no_memory_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
