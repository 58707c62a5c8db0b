/* pgm_validate() with `online`: what ledgers say, by scripted marches. */
#include "support/fake_march.h"
#include "support/fleet_fixture.h"
#include "support/oom_loop.h"

#include "base/strbuf.h"

#define TWO "[a]\nhost = one\ndbname = a\n[b]\nhost = one\ndbname = b\n"

static const pgm__finding edited = {.kind = PGM__FINDING_EDITED,
                                    .stops = true,
                                    .version = "1_a",
                                    .message = "it was edited",
                                    .hint = "put it back"};
static const char *const warnings[] = {"it was edited", "by hand"};
static const pgm_failure plan_failure = {.phase = "plan", .message = "it was edited"};
static const pgm_failure unread = {.phase = "connect", .message = "refused", .hint = "start it"};
static const pgm_failure elsewhere = {.phase = "read", .message = "the same place as target a"};

static const pgm_validate_options online = {.size = sizeof online, .online = true};

/* "severity code target: message" for each finding of a target. */
static void assert_told(fleet *f, const fake_march *scripts, size_t count, const char *expected) {
    scratch_write(f->folder, "t.conf", TWO);
    fake_play(scripts, count);
    pgm_validation *validation = NULL;
    if (pgm_validate(&validation, &f->options, &online, &f->err) != PGM_OK) {
        fail_msg("%s", f->err.msg);
    }
    pgm__strbuf out = {0};
    for (size_t i = 0; i < pgm_validation_count(validation); i++) {
        const pgm_finding *finding = pgm_validation_finding(validation, i);
        pgm__strbuf_addf(&out, "%s %s %s: %s\n", pgm_severity_name(finding->severity),
                         finding->code, finding->target, finding->message);
    }
    assert_string_equal(out.len == 0 ? "" : pgm__strbuf_text(&out), expected);
    assert_int_equal(pgm_validation_summary_of(validation)->target_count, 2);
    pgm__strbuf_fini(&out);
    pgm_validation_free(validation);
}

static void ledgers_in_step_have_nothing_to_say(void **state) {
    assert_told(*state, NULL, 0, "");
    assert_string_equal(fake_log(), " +a +b -a -b");
}

/* The failure of a plan, and the warning of a finding, say the finding again. */
static void what_is_found_is_told_once(void **state) {
    const fake_march scripts[] = {{.result = {.outcome = PGM_OUTCOME_FAILED,
                                              .failure = &plan_failure,
                                              .findings = &edited,
                                              .finding_count = 1,
                                              .warnings = warnings,
                                              .warning_count = 2}}};
    assert_told(*state, scripts, 1,
                "error edited a: it was edited\n"
                "warning target-warning a: by hand\n");
}

static void a_target_that_cannot_be_read_is_an_error(void **state) {
    const fake_march scripts[] = {
        {.result = {.outcome = PGM_OUTCOME_FAILED, .failure = &unread}},
        {.result = {.outcome = PGM_OUTCOME_SKIPPED, .failure = &elsewhere}}};
    assert_told(*state, scripts, 2, "error target-unread a: refused\n");
}

static void a_look_does_nothing_and_knows_no_bound(void **state) {
    fleet *f = *state;
    f->options.command = PGM_COMMAND_DOWN;
    f->options.to = "no such version";
    assert_told(f, NULL, 0, "");
}

static void errors_in_the_files_leave_the_ledgers_out(void **state) {
    fleet *f = *state;
    scratch_write(f->folder, "t.conf", TWO);
    scratch_write(f->migrations, "3_c.up.sql", "COMMIT;");
    fake_play(NULL, 0);
    pgm_validation *validation = NULL;
    assert_int_equal(pgm_validate(&validation, &f->options, &online, &f->err), PGM_OK);
    assert_true(pgm_validation_summary_of(validation)->online_left_out);
    assert_int_equal(pgm_validation_summary_of(validation)->counts[PGM_SEVERITY_ERROR], 1);
    assert_string_equal(fake_log(), "");
    pgm_validation_free(validation);
}

/* Each target says it of what is pending there; the files have said it once. */
static void a_faulty_way_down_does_not_leave_the_ledgers_out(void **state) {
    static const pgm__finding down = {.kind = PGM__FINDING_DOWN_REFUSED, .message = "no COMMIT"};
    static const fake_march scripts[] = {
        {.result = {.outcome = PGM_OUTCOME_NOT_RUN, .findings = &down, .finding_count = 1}}};
    fleet *f = *state;
    scratch_write(f->folder, "t.conf", TWO);
    scratch_write(f->migrations, "3_c.up.sql", "SELECT 1;");
    scratch_write(f->migrations, "3_c.down.sql", "COMMIT;");
    fake_play(scripts, 1);
    pgm_validation *validation = NULL;
    assert_int_equal(pgm_validate(&validation, &f->options, &online, &f->err), PGM_OK);
    assert_false(pgm_validation_summary_of(validation)->online_left_out);
    assert_int_equal(pgm_validation_summary_of(validation)->target_count, 2);
    assert_int_equal(pgm_validation_count(validation), 1);
    assert_string_equal(pgm_validation_finding(validation, 0)->code, "down-refused");
    assert_null(pgm_validation_finding(validation, 0)->target);
    pgm_validation_free(validation);
}

static const fake_march rich = {.result = {.outcome = PGM_OUTCOME_FAILED,
                                           .failure = &unread,
                                           .findings = &edited,
                                           .finding_count = 1,
                                           .warnings = warnings,
                                           .warning_count = 2}};

static pgm_status look_once(void *data) {
    fleet *f = data;
    pgm_validation *validation = NULL;
    fake_play(&rich, 1);
    pgm_status status = pgm_validate(&validation, &f->options, &online, &f->err);
    pgm_validation_free(validation);
    return status;
}

static void looking_online_survives_running_out_of_memory(void **state) {
    fleet *f = *state;
    scratch_write(f->folder, "t.conf", TWO);
    assert_true(oom_survives(look_once, f) > 30);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        FLEET_TEST(ledgers_in_step_have_nothing_to_say),
        FLEET_TEST(what_is_found_is_told_once),
        FLEET_TEST(a_target_that_cannot_be_read_is_an_error),
        FLEET_TEST(a_look_does_nothing_and_knows_no_bound),
        FLEET_TEST(errors_in_the_files_leave_the_ledgers_out),
        FLEET_TEST(a_faulty_way_down_does_not_leave_the_ledgers_out),
        FLEET_TEST(looking_online_survives_running_out_of_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
