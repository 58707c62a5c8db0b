/* How well a target ended: every outcome, seen from commands that do and that only look. */
#include "support/cmocka_all.h"

#include "fleet/verdict.h"

enum { WELL = PGM_VERDICT_WELL, LEFT = PGM_VERDICT_UNFINISHED, BAD = PGM_VERDICT_BAD };

static pgm_verdict of(pgm_command command, bool dry_run, pgm_outcome outcome, size_t pending) {
    const pgm_summary summary = {.command = command, .dry_run = dry_run};
    const pgm_result result = {.outcome = outcome, .pending_count = pending};
    return pgm_result_verdict(&summary, &result);
}

static void every_outcome_has_its_verdict(void **state) {
    (void)state;
    static const int expected[PGM_OUTCOME_COUNT] = {
        [PGM_OUTCOME_APPLIED] = WELL,   [PGM_OUTCOME_UP_TO_DATE] = WELL,
        [PGM_OUTCOME_SKIPPED] = WELL,   [PGM_OUTCOME_NOT_RUN] = LEFT,
        [PGM_OUTCOME_FAILED] = BAD,     [PGM_OUTCOME_UNKNOWN] = BAD,
        [PGM_OUTCOME_CANCELLED] = LEFT,
    };
    for (int i = 0; i < PGM_OUTCOME_COUNT; i++) {
        assert_int_equal(of(PGM_COMMAND_UP, false, (pgm_outcome)i, 0), expected[i]);
        assert_int_equal(of(PGM_COMMAND_STATUS, false, (pgm_outcome)i, 0), expected[i]);
    }
    assert_int_equal(of(PGM_COMMAND_UP, false, PGM_OUTCOME_COUNT, 0), BAD);
}

/* What a look found pending is what it was to find; what was not even looked at is left over. */
static void pending_migrations_are_no_fault_of_a_look(void **state) {
    (void)state;
    assert_int_equal(of(PGM_COMMAND_STATUS, false, PGM_OUTCOME_NOT_RUN, 2), WELL);
    assert_int_equal(of(PGM_COMMAND_DOWN, true, PGM_OUTCOME_NOT_RUN, 2), WELL);
    assert_int_equal(of(PGM_COMMAND_DOWN, true, PGM_OUTCOME_NOT_RUN, 0), LEFT);
    assert_int_equal(of(PGM_COMMAND_UP, false, PGM_OUTCOME_NOT_RUN, 2), LEFT);
    assert_int_equal(of(PGM_COMMAND_STATUS, false, PGM_OUTCOME_FAILED, 2), BAD);
    const pgm_result seen = {.outcome = PGM_OUTCOME_NOT_RUN, .pending_count = 1};
    assert_int_equal(pgm__verdict_of(&seen, true), WELL);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_outcome_has_its_verdict),
        cmocka_unit_test(pending_migrations_are_no_fault_of_a_look),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
