/* `pgmarch rehearse`, in this process, over the scripted run of support/fake_run.c. */
#include "support/cli_shell.h"

#include <string.h>

static void a_rehearsal_that_went_well_exits_with_0(void **state) {
    (void)state;
    EXPECT(0, "✓ small: 2 of 3 migrations ran and were taken back, ", "rehearse: 1 target",
           "rehearse", "-u", "fake://rehearsed/small");
}

static void a_bound_that_is_passed_exits_with_3(void **state) {
    (void)state;
    EXPECT(3, "✗ access-exclusive>1s is passed by 1_add_total, line 1, on large: orders, 3.2 s\n",
           "rehearse: 1 target", "rehearse", "-u", "fake://rehearsed/large");
    EXPECT(3, "1 target in 1.2 s: 1 rehearsed; 1 passed a bound\n", NULL, "rehearse", "-q", "-u",
           "fake://rehearsed/large");
}

/* Nobody knows whether it can go: that decides before what is known. */
static void a_statement_that_failed_exits_with_1_whatever_passed_a_bound(void **state) {
    (void)state;
    EXPECT(1, "3 targets in 1.2 s: 2 rehearsed, 1 failed; 1 passed a bound\n",
           "broken  ✗ failed at 2_unique", "rehearse", "-u", "fake://rehearsed");
}

static void production_is_refused_without_a_question(void **state) {
    (void)state;
    for (int terminal = 0; terminal < 2; terminal++) {
        shell s = {.typed = "yes\n", .tty = terminal == 1};
        assert_int_equal(RUN(&s, "rehearse", "--yes", "-u", "fake://rehearsed/production"), 2);
        assert_string_equal(s.out, "");
        assert_has(s.err, "warning: production target \"small\"  postgresql://app:***@db.example/");
        assert_has(s.err, "production targets need --yes-on-production; nothing was touched");
        assert_lacks(s.err, "Type \"yes\"");
        close_shell(&s);
    }
}

static void who_insists_on_production_sees_the_plan_and_what_is_held(void **state) {
    (void)state;
    shell s = {0};
    assert_int_equal(
        RUN(&s, "rehearse", "--yes-on-production", "-u", "fake://rehearsed/production"), 0);
    assert_has(s.err, "warning: production target \"small\"");
    assert_has(s.err, "○ small: 3 migrations would be rehearsed: 1_add_total, 2_unique, 3_index\n");
    assert_has(s.err, "rehearsing on 1 production target: each lock that these migrations take is "
                      "held until the last of them has run there, and all is taken back\n");
    assert_has(s.out, "✓ small: 2 of 3 migrations ran and were taken back, ");
    close_shell(&s);
}

/* What only looks needs no permission. */
static void the_help_says_which_bounds_there_are(void **state) {
    (void)state;
    EXPECT(0, "access-exclusive[>TIME], wal>SIZE, time>TIME, rows>ROWS, alone,", NULL, "help",
           "rehearse");
    EXPECT(0, "--yes-on-production", NULL, "rehearse", "--help");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_rehearsal_that_went_well_exits_with_0),
        cmocka_unit_test(a_bound_that_is_passed_exits_with_3),
        cmocka_unit_test(a_statement_that_failed_exits_with_1_whatever_passed_a_bound),
        cmocka_unit_test(production_is_refused_without_a_question),
        cmocka_unit_test(who_insists_on_production_sees_the_plan_and_what_is_held),
        cmocka_unit_test(the_help_says_which_bounds_there_are),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
