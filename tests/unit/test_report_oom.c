/* Every allocation of a report fails once: PGM_ENOMEM each time, nothing leaks. */
#include "support/cmocka_all.h"

#include <stdio.h>
#include <string.h>

#include "report/report.h"
#include "support/oom_loop.h"

enum { TARGETS = 3 };

static const char *const versions[] = {"1_a", "2_b"};
static const char *const warnings[] = {"slow"};
static const pgm_ledger_entry rows[] = {{"1_a", NULL, true}, {"9_own", "2024-01-01", false}};
static const pgm_failure failure = {.phase = "migrate", .version = "2_b", .message = "\xff no"};
static const pgm_migration_info folder[] = {{"1_a", "1_a.sql", NULL}, {"2_b", "2_b.sql", NULL}};

static const pgm_result results[TARGETS] = {{.name = "a",
                                             .server = "s",
                                             .outcome = PGM_OUTCOME_FAILED,
                                             .failure = &failure,
                                             .applied = versions,
                                             .applied_count = 1,
                                             .attempts = 1},
                                            {.name = "b",
                                             .server = "s",
                                             .outcome = PGM_OUTCOME_NOT_RUN,
                                             .ledger = rows,
                                             .ledger_count = 2,
                                             .pending = versions + 1,
                                             .pending_count = 1,
                                             .attempts = 1},
                                            {.name = "c",
                                             .server = "s",
                                             .outcome = PGM_OUTCOME_NOT_RUN,
                                             .ledger = rows,
                                             .ledger_count = 1,
                                             .pending = versions + 1,
                                             .pending_count = 1,
                                             .warnings = warnings,
                                             .warning_count = 1,
                                             .attempts = 1}};
static const pgm_result *const pointers[TARGETS] = {&results[0], &results[1], &results[2]};

typedef struct scenario {
    pgm_command command;
    bool json;
    bool verbose;
    size_t width;
} scenario;

static pgm_status write_report(void *data) {
    const scenario *s = data;
    pgm_summary summary = {.id = "r", .command = s->command};
    pgm__report report = {&summary, pointers, TARGETS, folder, 2};
    pgm__report_style style = {.verbose = s->verbose, .width = s->width};
    pgm__strbuf out = {0};
    pgm_error err;
    pgm_status status = s->json ? pgm__report_json(&out, &report, &err)
                                : pgm__report_text(&out, &report, &style, &err);
    pgm__strbuf_fini(&out);
    return status;
}

static void report_survives_every_failing_allocation(void **state) {
    (void)state;
    scenario scenarios[] = {
        {PGM_COMMAND_UP, true, false, 0},      {PGM_COMMAND_STATUS, true, false, 0},
        {PGM_COMMAND_UP, false, false, 0},     {PGM_COMMAND_DOWN, false, true, 0},
        {PGM_COMMAND_STATUS, false, false, 0}, {PGM_COMMAND_STATUS, false, false, 8}, /* letters */
        {PGM_COMMAND_STATUS, false, true, 0}};
    for (size_t i = 0; i < sizeof scenarios / sizeof *scenarios; i++) {
        assert_true(oom_survives(write_report, &scenarios[i]) > 3);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(report_survives_every_failing_allocation)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
