/* Two runs tell of one target: which of them counts. */
#include "support/cmocka_all.h"

#include <string.h>

#include "report/merge/settle.h"

/* Failures that say how far the run had come. Without a version the ledger settles nothing. */
static const pgm_failure seeing = {.phase = "migrate"};
static const pgm_failure blind = {.phase = "connect"};

/* Every ending, in the order of the tables below. */
static const struct {
    const char *name;
    pgm_outcome outcome;
    const pgm_failure *failure;
} endings[] = {
    {"applied", PGM_OUTCOME_APPLIED, NULL},
    {"up-to-date", PGM_OUTCOME_UP_TO_DATE, NULL},
    {"failed (seeing)", PGM_OUTCOME_FAILED, &seeing},
    {"failed (blind)", PGM_OUTCOME_FAILED, &blind},
    {"unknown", PGM_OUTCOME_UNKNOWN, NULL},
    {"skipped", PGM_OUTCOME_SKIPPED, NULL},
    {"not-run", PGM_OUTCOME_NOT_RUN, NULL},
    {"cancelled", PGM_OUTCOME_CANCELLED, NULL},
};
enum { ENDINGS = sizeof endings / sizeof *endings };

static const pgm__report_run early = {.id = "r1", .started_at_ms = 1000, .duration_ms = 500};
static const pgm__report_run beside = {.id = "r2", .started_at_ms = 1499, .duration_ms = 500};
static const pgm__report_run behind = {.id = "r3", .started_at_ms = 1500, .duration_ms = 500};

/* A row for each ending of the first run, a character for each of the second: which one counts. */
static void assert_table(const pgm_summary *summary, const pgm__report_run *second,
                         const char *const table[ENDINGS]) {
    for (size_t i = 0; i < ENDINGS; i++) {
        for (size_t j = 0; j < ENDINGS; j++) {
            const pgm_result was = {.outcome = endings[i].outcome, .failure = endings[i].failure};
            const pgm_result is = {.outcome = endings[j].outcome, .failure = endings[j].failure};
            const pgm__account a = {summary, &early, &was};
            const pgm__account b = {summary, second, &is};
            char counts = pgm__settle(&a, &b).second ? '2' : '1';
            if (counts != table[i][j]) {
                fail_msg("%s, then %s: %c counts, and not %c", endings[i].name, endings[j].name,
                         counts, table[i][j]);
            }
        }
    }
}

static void of_runs_at_once_the_one_that_is_done_counts(void **state) {
    (void)state;
    static const pgm_summary up = {.command = PGM_COMMAND_UP};
    static const pgm_summary down = {.command = PGM_COMMAND_DOWN, .to = "1_a"};
    static const char *const table[ENDINGS] = {
        /*                  a u f b ? s n c */
        /* applied */ "22111111",
        /* up-to-date */ "22111111",
        /* failed, seeing */ "22212111",
        /* failed, blind */ "22222111",
        /* unknown */ "22112111",
        /* skipped */ "22222212",
        /* not-run */ "22222222",
        /* cancelled */ "22222112",
    };
    assert_table(&up, &beside, table);
    assert_table(&down, &beside, table);
}

static void of_runs_one_after_the_other_the_last_that_saw_the_target_counts(void **state) {
    (void)state;
    static const pgm_summary summaries[] = {{.command = PGM_COMMAND_UP},
                                            {.command = PGM_COMMAND_UP, .dry_run = true},
                                            {.command = PGM_COMMAND_DOWN},
                                            {.command = PGM_COMMAND_STATUS}};
    static const char *const table[ENDINGS] = {
        /* applied */ "22212111",
        /* up-to-date */ "22212111",
        /* failed, seeing */ "22212111",
        /* failed, blind */ "22222111",
        /* unknown */ "22212111",
        /* skipped */ "22222212",
        /* not-run */ "22222222",
        /* cancelled */ "22222112",
    };
    for (size_t i = 0; i < sizeof summaries / sizeof *summaries; i++) {
        assert_table(&summaries[i], &behind, table);
    }
}

/* A look is not for good, and nor is one migration off each target. */
static void of_what_does_not_last_the_worst_counts(void **state) {
    (void)state;
    static const pgm_summary summaries[] = {{.command = PGM_COMMAND_UP, .dry_run = true},
                                            {.command = PGM_COMMAND_DOWN},
                                            {.command = PGM_COMMAND_STATUS}};
    static const char *const table[ENDINGS] = {
        /* applied */ "22212111",
        /* up-to-date */ "22212111",
        /* failed, seeing */ "11212111",
        /* failed, blind */ "22222111",
        /* unknown */ "11112111",
        /* skipped */ "22222212",
        /* not-run */ "22222222",
        /* cancelled */ "22222112",
    };
    for (size_t i = 0; i < sizeof summaries / sizeof *summaries; i++) {
        assert_table(&summaries[i], &beside, table);
    }
}

static void every_phase_says_whether_the_target_was_seen(void **state) {
    (void)state;
    static const struct {
        const char *phase;
        pgm__evidence evidence;
    } cases[] = {{"resolve", PGM__EVIDENCE_BLIND},  {"connect", PGM__EVIDENCE_BLIND},
                 {"read", PGM__EVIDENCE_BLIND},     {"plan", PGM__EVIDENCE_REFUSED},
                 {"lock", PGM__EVIDENCE_REFUSED},   {"prepare", PGM__EVIDENCE_REFUSED},
                 {"record", PGM__EVIDENCE_REFUSED}, {"migrate", PGM__EVIDENCE_REFUSED},
                 {"verify", PGM__EVIDENCE_REFUSED}, {"commit", PGM__EVIDENCE_REFUSED},
                 {"time", PGM__EVIDENCE_BLIND},     {"stop", PGM__EVIDENCE_BLIND},
                 {"internal", PGM__EVIDENCE_BLIND}, {"yet unheard of", PGM__EVIDENCE_BLIND},
                 {NULL, PGM__EVIDENCE_BLIND}};
    static const pgm_summary up = {.command = PGM_COMMAND_UP};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const pgm_failure failure = {.phase = cases[i].phase};
        const pgm_result result = {.outcome = PGM_OUTCOME_FAILED, .failure = &failure};
        const pgm__account account = {&up, &early, &result};
        assert_int_equal(pgm__settle_evidence(&account), cases[i].evidence);
    }
}

/* A ledger that is filled is refused to whoever comes behind. */
static void what_can_be_done_once_is_done_whoever_comes_behind(void **state) {
    (void)state;
    static const pgm_summary summaries[] = {{.command = PGM_COMMAND_BASELINE, .to = "1_a"},
                                            {.command = PGM_COMMAND_ADOPT}};
    static const char *const table[ENDINGS] = {
        /* applied */ "22111111",
        /* up-to-date */ "22111111",
        /* failed, seeing */ "22212111",
        /* failed, blind */ "22222111",
        /* unknown */ "22212111",
        /* skipped */ "22222212",
        /* not-run */ "22222222",
        /* cancelled */ "22222112",
    };
    for (size_t i = 0; i < 2; i++) {
        assert_table(&summaries[i], &behind, table);
    }
}

/* What is pending is what it was to find out. */
static void a_look_that_saw_the_target_is_as_good_as_done(void **state) {
    (void)state;
    static const pgm_summary status = {.command = PGM_COMMAND_STATUS};
    static const pgm_summary up = {.command = PGM_COMMAND_UP};
    static const char *const pending[] = {"2_b"};
    const pgm_result looked = {
        .outcome = PGM_OUTCOME_NOT_RUN, .pending = pending, .pending_count = 1};
    const pgm_result nothing = {.outcome = PGM_OUTCOME_NOT_RUN};
    assert_int_equal(pgm__settle_evidence(&(pgm__account){&status, &early, &looked}),
                     PGM__EVIDENCE_DONE);
    assert_int_equal(pgm__settle_evidence(&(pgm__account){&status, &early, &nothing}),
                     PGM__EVIDENCE_NEVER);
    assert_int_equal(pgm__settle_evidence(&(pgm__account){&up, &early, &looked}),
                     PGM__EVIDENCE_NEVER);
}

/* ---- the ledger ---- */

static const char *const a_to_c[] = {"1_a", "2_b", "3_c"};

static pgm_result failed_at(pgm_outcome outcome, const pgm_failure *failure, size_t done) {
    return (pgm_result){.outcome = outcome,
                        .failure = failure,
                        .done = a_to_c,
                        .done_count = done,
                        .pending = a_to_c + done,
                        .pending_count = 3 - done};
}

/* One run failed at 2_b, or did not hear of its commit; the other one applied it and was stopped.
 */
static void who_applied_what_the_other_failed_at_came_behind_it(void **state) {
    (void)state;
    static const pgm_summary up = {.command = PGM_COMMAND_UP};
    static const pgm_failure at_b = {.phase = "migrate", .version = "2_b"};
    static const pgm_outcome bad[] = {PGM_OUTCOME_FAILED, PGM_OUTCOME_UNKNOWN};
    const pgm_result stopped = {.outcome = PGM_OUTCOME_CANCELLED,
                                .done = a_to_c + 1,
                                .done_count = 1,
                                .pending = a_to_c + 2,
                                .pending_count = 1};
    for (size_t i = 0; i < 2; i++) {
        const pgm_result lost = failed_at(bad[i], &at_b, 1);
        const pgm__account a = {&up, &early, &lost};
        const pgm__account b = {&up, &beside, &stopped};
        const pgm__account earlier = {&up, &early, &stopped};
        const pgm__account later = {&up, &beside, &lost};
        assert_true(pgm__settle(&a, &b).second);
        assert_int_equal(pgm__settle(&a, &b).by, PGM__SETTLED_LEDGER);
        assert_false(pgm__settle(&earlier, &later).second);
        assert_int_equal(pgm__settle(&earlier, &later).by, PGM__SETTLED_LEDGER);
    }
}

/* It saw it in the ledger, without having applied it: the lost commit has happened. */
static void who_found_applied_what_the_other_does_not_know_of_came_behind_it(void **state) {
    (void)state;
    static const pgm_summary up = {.command = PGM_COMMAND_UP};
    static const pgm_failure at_b = {.phase = "commit", .version = "2_b"};
    static const pgm_failure at_c = {.phase = "migrate", .version = "3_c"};
    const pgm_result lost = failed_at(PGM_OUTCOME_UNKNOWN, &at_b, 1);
    const pgm_result further = {
        .outcome = PGM_OUTCOME_FAILED, .failure = &at_c, .pending = a_to_c + 2, .pending_count = 1};
    const pgm__account a = {&up, &early, &further};
    const pgm__account b = {&up, &beside, &lost};
    assert_false(pgm__settle(&a, &b).second);
    assert_int_equal(pgm__settle(&a, &b).by, PGM__SETTLED_LEDGER);
    /* Where it has looked at nothing, it has found nothing. */
    const pgm_result no_plan = {.outcome = PGM_OUTCOME_FAILED, .failure = &at_c};
    const pgm__account c = {&up, &early, &no_plan};
    assert_true(pgm__settle(&c, &b).second);
    assert_int_equal(pgm__settle(&c, &b).by, PGM__SETTLED_RANK);
}

static void both_at_one_version_is_nothing_that_the_ledger_settles(void **state) {
    (void)state;
    static const pgm_summary up = {.command = PGM_COMMAND_UP};
    static const pgm_failure at_b = {.phase = "migrate", .version = "2_b"};
    const pgm_result failed = failed_at(PGM_OUTCOME_FAILED, &at_b, 1);
    const pgm_result lost = failed_at(PGM_OUTCOME_UNKNOWN, &at_b, 1);
    const pgm__account a = {&up, &early, &lost};
    const pgm__account b = {&up, &beside, &failed};
    const pgm__account c = {&up, &behind, &failed};
    assert_false(pgm__settle(&a, &b).second);
    assert_int_equal(pgm__settle(&a, &b).by, PGM__SETTLED_RANK);
    /* It claimed the version anew, and so the commit that was in flight has not happened. */
    assert_true(pgm__settle(&a, &c).second);
    assert_int_equal(pgm__settle(&a, &c).by, PGM__SETTLED_TIME);
}

/* A dry run lists what is pending, and applies none of it. */
static void a_look_proves_nothing_of_another_look(void **state) {
    (void)state;
    static const pgm_summary dry = {.command = PGM_COMMAND_UP, .dry_run = true};
    static const pgm_failure at_b = {.phase = "plan", .version = "2_b"};
    const pgm_result failed = failed_at(PGM_OUTCOME_FAILED, &at_b, 0);
    const pgm_result looked = {.outcome = PGM_OUTCOME_UP_TO_DATE};
    const pgm__account a = {&dry, &early, &failed};
    const pgm__account b = {&dry, &beside, &looked};
    assert_false(pgm__settle(&a, &b).second);
    assert_int_equal(pgm__settle(&a, &b).by, PGM__SETTLED_RANK);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(of_runs_at_once_the_one_that_is_done_counts),
        cmocka_unit_test(of_runs_one_after_the_other_the_last_that_saw_the_target_counts),
        cmocka_unit_test(of_what_does_not_last_the_worst_counts),
        cmocka_unit_test(what_can_be_done_once_is_done_whoever_comes_behind),
        cmocka_unit_test(every_phase_says_whether_the_target_was_seen),
        cmocka_unit_test(a_look_that_saw_the_target_is_as_good_as_done),
        cmocka_unit_test(who_applied_what_the_other_failed_at_came_behind_it),
        cmocka_unit_test(who_found_applied_what_the_other_does_not_know_of_came_behind_it),
        cmocka_unit_test(both_at_one_version_is_nothing_that_the_ledger_settles),
        cmocka_unit_test(a_look_proves_nothing_of_another_look),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
