/* Every allocation of a report fails once: PGM_ENOMEM each time, nothing leaks. */
#include "support/cmocka_all.h"

#include <stdio.h>
#include <string.h>

#include "pgmarch/event.h"
#include "report/form.h"
#include "report/json/lines.h"
#include "report/json/refusal.h"
#include "report/text/text.h"
#include "support/oom_loop.h"

enum { TARGETS = 3 };

static const char *const versions[] = {"1_a", "2_b"};
static const char *const warnings[] = {"slow"};
static const pgm_ledger_entry rows[] = {{"1_a", NULL, true, NULL, 0},
                                        {"9_own", "2024-01-01", false, NULL, 0}};
static const pgm_failure failure = {.phase = "migrate", .version = "2_b", .message = "\xff no"};
static const pgm_migration_info folder[] = {{"1_a", "1_a.sql", NULL}, {"2_b", "2_b.sql", NULL}};

static const pgm_result results[TARGETS] = {{.name = "a",
                                             .wave = "wave 1",
                                             .server = "s",
                                             .outcome = PGM_OUTCOME_FAILED,
                                             .failure = &failure,
                                             .done = versions,
                                             .done_count = 1,
                                             .attempts = 1},
                                            {.name = "b",
                                             .wave = "wave 1",
                                             .server = "s",
                                             .outcome = PGM_OUTCOME_NOT_RUN,
                                             .ledger = rows,
                                             .ledger_count = 2,
                                             .pending = versions + 1,
                                             .pending_count = 1,
                                             .attempts = 1},
                                            {.name = "c",
                                             .wave = "the rest",
                                             .reason = "too many",
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
    const char *form;
    bool verbose;
    size_t width;
    bool ahead;
} scenario;

static pgm_status write_report(void *data) {
    const scenario *s = data;
    static const pgm_wave waves[] = {{"wave 1", 2, 1, 0, 1, PGM_WAVE_STOPPED},
                                     {"the rest", 1, 1, PGM_NO_LIMIT, 0, PGM_WAVE_NOT_RUN}};
    pgm_summary summary = {.id = "r", .command = s->command, .waves = waves, .wave_count = 2};
    pgm__report report = {.summary = &summary,
                          .results = pointers,
                          .result_count = TARGETS,
                          .migrations = folder,
                          .migration_count = 2};
    pgm__report_style style = {.verbose = s->verbose, .width = s->width};
    pgm__strbuf out = {0};
    pgm_error err;
    if (s->ahead) {
        pgm_status status = pgm__report_ahead(&out, &report, &style, &err);
        pgm__strbuf_fini(&out);
        return status;
    }
    pgm_status status = pgm__form_by_name(s->form)->run(&out, &report, &style, &err);
    pgm__strbuf_fini(&out);
    return status;
}

static void report_survives_every_failing_allocation(void **state) {
    (void)state;
    scenario scenarios[] = {{PGM_COMMAND_DOWN, "text", true, 0, false},
                            {PGM_COMMAND_STATUS, "text", false, 8, false}, /* letters */
                            {PGM_COMMAND_STATUS, "text", true, 0, false},
                            {PGM_COMMAND_UP, "text", false, 0, true}};
    for (size_t i = 0; i < sizeof scenarios / sizeof *scenarios; i++) {
        assert_true(oom_survives(write_report, &scenarios[i]) > 3);
    }
}

static void every_form_survives_every_failing_allocation(void **state) {
    (void)state;
    size_t count;
    const pgm__form *forms = pgm__forms(&count);
    for (size_t i = 0; i < count; i++) {
        scenario up = {PGM_COMMAND_UP, forms[i].name, false, 0, false};
        scenario status = {PGM_COMMAND_STATUS, forms[i].name, false, 0, false};
        print_message("%s\n", forms[i].name);
        assert_true(oom_survives(write_report, &up) > 0);
        assert_true(oom_survives(write_report, &status) > 0);
    }
}

static const pgm_event events[] = {
    {.kind = PGM_EVENT_TARGET_STARTED, .name = "a"},
    {.kind = PGM_EVENT_WARNING, .name = "a", .message = "\xff slow"},
    {.kind = PGM_EVENT_TARGET_FINISHED, .name = "a", .result = &results[0]},
};

/* What is written while a run goes on. */
static pgm_status write_lines(void *data) {
    (void)data;
    const pgm_summary summary = {.id = "r", .command = PGM_COMMAND_UP};
    pgm__strbuf out = {0};
    pgm_error err;
    pgm_status status = pgm__lines_begin(&out, &summary, &err);
    for (size_t i = 0; i < sizeof events / sizeof *events && status == PGM_OK; i++) {
        status = pgm__lines_event(&out, &summary, &events[i], 7, &err);
    }
    if (status == PGM_OK) {
        status = pgm__lines_end(&out, &summary, &err);
    }
    pgm__strbuf_fini(&out);
    return status;
}

static void lines_survive_every_failing_allocation(void **state) {
    (void)state;
    assert_true(oom_survives(write_lines, NULL) > 3);
}

static pgm_status write_refusal(void *data) {
    (void)data;
    const pgm_finding finding = {.code = "file-refused", .message = "wrong"};
    const pgm_finding *const findings[] = {&finding};
    const pgm_summary run = {.command = PGM_COMMAND_UP};
    const pgm__refusal refusal = {
        .why = "wrong", .run = &run, .findings = findings, .finding_count = 1};
    pgm__strbuf out = {0};
    pgm_error err;
    pgm_status status = pgm__refusal_json(&out, &refusal, &err);
    pgm__strbuf_fini(&out);
    return status;
}

static void a_refusal_survives_every_failing_allocation(void **state) {
    (void)state;
    assert_true(oom_survives(write_refusal, NULL) > 3);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(report_survives_every_failing_allocation),
        cmocka_unit_test(every_form_survives_every_failing_allocation),
        cmocka_unit_test(lines_survive_every_failing_allocation),
        cmocka_unit_test(a_refusal_survives_every_failing_allocation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
