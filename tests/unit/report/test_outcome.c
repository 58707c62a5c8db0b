/* Outcomes, in words. */
#include "support/text_asserts.h"

#include "report/outcome.h"

static pgm__ending ending(pgm_command command, bool dry_run, pgm_outcome outcome, size_t pending) {
    const pgm_summary summary = {.command = command, .dry_run = dry_run};
    const pgm_result result = {.outcome = outcome, .pending_count = pending};
    return pgm__outcome_ending(&summary, &result);
}

static void outcome_applied_is_said_in_the_word_of_the_command(void **state) {
    (void)state;
    static const char *const words[] = {
        [PGM_COMMAND_UP] = "applied",        [PGM_COMMAND_DOWN] = "rolled back",
        [PGM_COMMAND_STATUS] = "applied",    [PGM_COMMAND_BASELINE] = "recorded",
        [PGM_COMMAND_REPAIR] = "repaired",   [PGM_COMMAND_ADOPT] = "recorded",
        [PGM_COMMAND_SQUASH] = "squashed",   [PGM_COMMAND_TARGETS] = "reached",
        [PGM_COMMAND_REHEARSE] = "rehearsed"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        pgm__ending of = ending((pgm_command)i, false, PGM_OUTCOME_APPLIED, 0);
        assert_string_equal(pgm__outcome_look(of).word, words[i]);
        assert_has(pgm__outcome_words((pgm_command)i).would, words[i]);
    }
}

/* All others keep the word that programs read in the JSON form. */
static void outcome_of_every_other_kind_has_its_own_word(void **state) {
    (void)state;
    for (int i = PGM_OUTCOME_APPLIED + 1; i < PGM_OUTCOME_COUNT; i++) {
        pgm__ending of = ending(PGM_COMMAND_UP, false, (pgm_outcome)i, 2);
        assert_string_equal(pgm__outcome_look(of).word, pgm_outcome_name((pgm_outcome)i));
    }
}

static void outcome_of_what_was_only_looked_at_is_pending(void **state) {
    (void)state;
    assert_int_equal(ending(PGM_COMMAND_STATUS, false, PGM_OUTCOME_NOT_RUN, 1),
                     PGM__ENDING_PENDING);
    assert_int_equal(ending(PGM_COMMAND_DOWN, true, PGM_OUTCOME_NOT_RUN, 1), PGM__ENDING_PENDING);
    assert_int_equal(ending(PGM_COMMAND_DOWN, true, PGM_OUTCOME_NOT_RUN, 0), PGM__ENDING_NOT_RUN);
    assert_int_equal(ending(PGM_COMMAND_UP, false, PGM_OUTCOME_NOT_RUN, 1), PGM__ENDING_NOT_RUN);
}

static void outcome_counts_are_in_one_order_and_only_those_there_are(void **state) {
    (void)state;
    pgm__strbuf out = {0};
    size_t counts[PGM__ENDING_COUNT] = {
        [PGM__ENDING_FAILED] = 1, [PGM__ENDING_APPLIED] = 20, [PGM__ENDING_UP_TO_DATE] = 3};
    pgm__outcome_counts(&out, counts);
    assert_string_equal(out.text, ": 20 applied, 3 up-to-date, 1 failed");
    pgm__strbuf_fini(&out);
}

/* ✗ is a failure and nothing else, and what waits does not look like what was never begun. */
static void outcome_marks_have_one_meaning(void **state) {
    (void)state;
    for (int i = PGM__ENDING_PENDING; i < PGM__ENDING_COUNT; i++) {
        for (int j = 0; j < i; j++) {
            assert_string_not_equal(pgm__outcome_look((pgm__ending)i).mark,
                                    pgm__outcome_look((pgm__ending)j).mark);
        }
    }
    assert_string_equal(pgm__outcome_look(PGM__ENDING_FAILED).mark, "✗");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(outcome_applied_is_said_in_the_word_of_the_command),
        cmocka_unit_test(outcome_of_every_other_kind_has_its_own_word),
        cmocka_unit_test(outcome_of_what_was_only_looked_at_is_pending),
        cmocka_unit_test(outcome_marks_have_one_meaning),
        cmocka_unit_test(outcome_counts_are_in_one_order_and_only_those_there_are),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
