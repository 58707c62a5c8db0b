/* The word that somebody may have meant. */
#include "support/cmocka_all.h"

#include <string.h>

#include "base/suggest.h"

static const char *const words[] = {"up", "down", "status", "no-warnings", "lock-wait", "url"};

#define COUNT (sizeof words / sizeof words[0])

static void meant(const char *wrong, pgm__suggest_rule rule, const char *expected) {
    const char *found = pgm__suggest(wrong, words, COUNT, rule);
    if (expected == NULL) {
        assert_null(found);
    } else {
        assert_non_null(found);
        assert_string_equal(found, expected);
    }
}

static void suggest_one_letter_wrong_missing_too_many_or_swapped_is_near(void **state) {
    (void)state;
    static const char *const pairs[][2] = {{"dowm", "down"},     {"dow", "down"},
                                           {"downn", "down"},    {"donw", "down"},
                                           {"statsu", "status"}, {"lock_wiat", "lock-wait"},
                                           {"u", "up"},          {"ulr", "url"}};
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        meant(pairs[i][0], PGM__SUGGEST_MISSPELT, pairs[i][1]);
    }
}

static void suggest_another_word_is_not_near(void **state) {
    (void)state;
    static const char *const far[] = {"", "zzz", "side", "help", "warn", "STATUS"};
    for (size_t i = 0; i < sizeof far / sizeof far[0]; i++) {
        meant(far[i], PGM__SUGGEST_MISSPELT, NULL);
    }
}

static void suggest_the_beginning_of_a_word_is_near_only_where_words_are_shortened(void **state) {
    (void)state;
    meant("no-warn", PGM__SUGGEST_SHORTENED, "no-warnings");
    meant("no-warn", PGM__SUGGEST_MISSPELT, NULL);
    meant("no", PGM__SUGGEST_SHORTENED, NULL);
}

static void suggest_of_two_that_are_equally_near_the_first_is_meant(void **state) {
    (void)state;
    static const char *const twins[] = {"tag", "tap"};
    assert_ptr_equal(pgm__suggest("tas", twins, 2, PGM__SUGGEST_MISSPELT), twins[0]);
}

/* The number of edits that is allowed grows with the length, and must not reach every word. */
static void suggest_nothing_is_near_to_what_is_longer_than_all_words(void **state) {
    (void)state;
    char wrong[300];
    for (size_t len = 64; len < sizeof wrong; len++) {
        memset(wrong, 'x', len);
        wrong[len] = '\0';
        assert_null(pgm__suggest(wrong, words, COUNT, PGM__SUGGEST_SHORTENED));
    }
    static const char *const wide[] = {
        "a_word_that_is_longer_than_the_sixty_three_bytes_of_an_identifier", "b"};
    assert_null(pgm__suggest("a_word_that_is_longer_than_the_sixty_three_bytes_of_an_identifies",
                             wide, 2, PGM__SUGGEST_MISSPELT));
    assert_null(pgm__suggest("a_word_that_is_longer_than_the_sixty_three_bytes_of_an_identi", wide,
                             2, PGM__SUGGEST_MISSPELT));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(suggest_one_letter_wrong_missing_too_many_or_swapped_is_near),
        cmocka_unit_test(suggest_another_word_is_not_near),
        cmocka_unit_test(suggest_the_beginning_of_a_word_is_near_only_where_words_are_shortened),
        cmocka_unit_test(suggest_of_two_that_are_equally_near_the_first_is_meant),
        cmocka_unit_test(suggest_nothing_is_near_to_what_is_longer_than_all_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
