/* pgm_validate() with `pending`: only what ledgers lack is warned of, by scripted marches. */
#include "support/fake_march.h"
#include "support/fleet_fixture.h"
#include "support/oom_loop.h"

#include "base/strbuf.h"

#define TWO "[a]\nhost = one\ndbname = a\n[b]\nhost = one\ndbname = b\n"

/* 1_a makes a table that 2_b locks; 3_c locks those of both. */
static const size_t none_pending[] = {0}; /* its count is 0 */
static const size_t last[] = {2};
static const size_t last_two[] = {1, 2};
static const size_t all[] = {0, 1, 2};
static const pgm_failure unread = {.phase = "connect", .message = "refused", .hint = "start it"};
static const pgm_failure stopped = {.phase = "plan", .message = "it was edited"};
static const pgm_failure elsewhere = {.phase = "read", .message = "the same place as target a"};
static const pgm__finding edited = {.kind = PGM__FINDING_EDITED,
                                    .stops = true,
                                    .version = "1_a",
                                    .message = "it was edited",
                                    .hint = "put it back"};

#define PENDING(list)                                                                              \
    {                                                                                              \
        .result = {                                                                                \
            .outcome = PGM_OUTCOME_NOT_RUN,                                                        \
            .pending = (list),                                                                     \
            .pending_count = sizeof(list) / sizeof *(list)                                         \
        }                                                                                          \
    }
#define UP_TO_DATE                                                                                 \
    {                                                                                              \
        .result = {.outcome = PGM_OUTCOME_UP_TO_DATE, .pending = none_pending }                    \
    }

static void write_three(fleet *f) {
    scratch_clear(f->migrations);
    scratch_write(f->migrations, "1_a.up.sql", "CREATE TABLE a (x int);\nDROP TABLE old;\n");
    scratch_write(f->migrations, "2_b.up.sql", "CREATE TABLE b (x int);\nCREATE INDEX ON a (x);\n");
    scratch_write(f->migrations, "3_c.up.sql", "CREATE INDEX ON a (x);\nCREATE INDEX ON b (x);\n");
    scratch_write(f->migrations, "pgmarch.conf", "allow.no-down-file = *\n");
    scratch_write(f->folder, "t.conf", TWO);
}

static pgm_validation *look(fleet *f, const char *since) {
    pgm_validate_options validate;
    pgm_validate_options_init(&validate);
    validate.online = true;
    validate.pending = true;
    validate.since = since;
    pgm_validation *validation = NULL;
    if (pgm_validate(&validation, &f->options, &validate, &f->err) != PGM_OK) {
        fail_msg("%s", f->err.msg);
    }
    return validation;
}

/* "severity code file:line" or "severity code target" for each, and what is left out. */
static void assert_findings(pgm_validation *validation, const char *expected) {
    pgm__strbuf out = {0};
    for (size_t i = 0; i < pgm_validation_count(validation); i++) {
        const pgm_finding *finding = pgm_validation_finding(validation, i);
        const char *slash = finding->file == NULL ? NULL : strrchr(finding->file, '/');
        pgm__strbuf_addf(&out, "%s %s ", pgm_severity_name(finding->severity), finding->code);
        if (finding->target != NULL) {
            pgm__strbuf_addf(&out, "%s\n", finding->target);
        } else {
            pgm__strbuf_addf(&out, "%s:%u\n", slash == NULL ? "-" : slash + 1, finding->line);
        }
    }
    const pgm_validation_summary *summary = pgm_validation_summary_of(validation);
    assert_true(summary->pending);
    for (int i = 0; i < PGM_LEFT_OUT_COUNT; i++) {
        if (summary->left_out[i] > 0) {
            pgm__strbuf_addf(&out, "%s %zu\n", pgm_left_out_name((pgm_left_out)i),
                             summary->left_out[i]);
        }
    }
    assert_string_equal(out.len == 0 ? "" : pgm__strbuf_text(&out), expected);
    pgm__strbuf_fini(&out);
    pgm_validation_free(validation);
}

static void assert_told(fleet *f, fake_march a, fake_march b, const char *expected) {
    const fake_march scripts[] = {a, b};
    write_three(f);
    fake_play(scripts, 2);
    assert_findings(look(f, NULL), expected);
}

#define ASSERT_TOLD(f, a, b, expected) assert_told((f), (fake_march)a, (fake_march)b, (expected))

static void what_is_pending_on_one_target_is_warned_of(void **state) {
    ASSERT_TOLD(*state, PENDING(last), UP_TO_DATE,
                "warning index-blocks-writes 3_c.up.sql:1\n"
                "warning index-blocks-writes 3_c.up.sql:2\n"
                "not_pending 2\n");
}

static void what_is_pending_nowhere_is_not(void **state) {
    ASSERT_TOLD(*state, UP_TO_DATE, UP_TO_DATE, "not_pending 4\n");
}

/* New to all of them: what is made there is empty wherever the next file runs. */
static void what_a_file_makes_that_is_pending_everywhere_is_new(void **state) {
    ASSERT_TOLD(*state, PENDING(all), PENDING(all), "warning drop-breaks-clients 1_a.up.sql:2\n");
    ASSERT_TOLD(*state, PENDING(last_two), PENDING(last_two),
                "warning index-blocks-writes 2_b.up.sql:2\n"
                "warning index-blocks-writes 3_c.up.sql:1\n"
                "not_pending 1\n");
}

static void what_a_file_makes_that_is_applied_somewhere_is_old(void **state) {
    fleet *f = *state;
    ASSERT_TOLD(f, PENDING(all), PENDING(last_two),
                "warning drop-breaks-clients 1_a.up.sql:2\n"
                "warning index-blocks-writes 2_b.up.sql:2\n"
                "warning index-blocks-writes 3_c.up.sql:1\n");
    const fake_march scripts[] = {PENDING(all), UP_TO_DATE};
    fake_play(scripts, 2);
    pgm_validation *validation = look(f, NULL);
    assert_int_equal(pgm_validation_count(validation), 4);
    for (size_t i = 0; i < 4; i++) {
        assert_null(strstr(pgm_validation_finding(validation, i)->message, "an earlier file"));
    }
    pgm_validation_free(validation);
}

/* It is told, and what it may have is taken for old. */
static void a_target_that_cannot_be_read_is_an_error(void **state) {
    const fake_march lost = {.result = {.outcome = PGM_OUTCOME_FAILED, .failure = &unread}};
    assert_told(*state, (fake_march)PENDING(last_two), lost,
                "warning index-blocks-writes 2_b.up.sql:2\n"
                "warning index-blocks-writes 3_c.up.sql:1\n"
                "warning index-blocks-writes 3_c.up.sql:2\n"
                "error target-unread b\n"
                "not_pending 1\n");
    assert_told(*state, lost, lost,
                "error target-unread a\n"
                "error target-unread b\n"
                "not_pending 4\n");
}

static void a_target_that_was_not_looked_at_is_not_taken_for_read(void **state) {
    const fake_march passed = {.result = {.outcome = PGM_OUTCOME_NOT_RUN}};
    assert_told(*state, (fake_march)PENDING(last_two), passed,
                "warning index-blocks-writes 2_b.up.sql:2\n"
                "warning index-blocks-writes 3_c.up.sql:1\n"
                "warning index-blocks-writes 3_c.up.sql:2\n"
                "not_pending 1\n");
}

static void a_plan_that_stops_says_what_is_pending(void **state) {
    const fake_march stops = {.result = {.outcome = PGM_OUTCOME_FAILED,
                                         .failure = &stopped,
                                         .findings = &edited,
                                         .finding_count = 1,
                                         .pending = last_two,
                                         .pending_count = 2}};
    assert_told(*state, stops, (fake_march)PENDING(last_two),
                "warning index-blocks-writes 2_b.up.sql:2\n"
                "warning index-blocks-writes 3_c.up.sql:1\n"
                "error edited a\n"
                "not_pending 1\n");
}

static void the_same_place_is_not_asked_twice(void **state) {
    const fake_march skipped = {.result = {.outcome = PGM_OUTCOME_SKIPPED, .failure = &elsewhere}};
    assert_told(*state, (fake_march)PENDING(all), skipped,
                "warning drop-breaks-clients 1_a.up.sql:2\n");
}

static void errors_are_told_of_what_is_applied_too(void **state) {
    fleet *f = *state;
    const fake_march scripts[] = {UP_TO_DATE, UP_TO_DATE};
    write_three(f);
    scratch_write(f->migrations, "2_b.up.sql", "ALTER TYPE m ADD VALUE 'x';\nSELECT 'x'::m;\n");
    fake_play(scripts, 2);
    assert_findings(look(f, NULL), "error enum-value-used 2_b.up.sql:2\nnot_pending 3\n");
}

static void since_and_pending_both_count(void **state) {
    fleet *f = *state;
    const fake_march scripts[] = {PENDING(all), PENDING(last_two)};
    write_three(f);
    fake_play(scripts, 2);
    /* 1_a is applied on one of them, whatever is said; 2_b is not. */
    assert_findings(look(f, "3"), "warning index-blocks-writes 3_c.up.sql:1\n"
                                  "before_since 2\n");
}

/* Nothing is known to be pending then; the errors have to go first. */
static void with_errors_in_the_files_no_warning_is_told(void **state) {
    fleet *f = *state;
    write_three(f);
    scratch_write(f->migrations, "4_d.up.sql", "COMMIT;");
    fake_play(NULL, 0);
    pgm_validation *validation = look(f, NULL);
    assert_true(pgm_validation_summary_of(validation)->online_left_out);
    assert_findings(validation, "error file-refused 4_d.up.sql:1\nnot_pending 4\n");
    assert_string_equal(fake_log(), "");
}

static pgm_status look_once(void *data) {
    fleet *f = data;
    const fake_march scripts[] = {PENDING(last_two), PENDING(all)};
    const pgm_validate_options validate = {
        .size = sizeof validate, .online = true, .pending = true, .since = "2"};
    pgm_validation *validation = NULL;
    fake_play(scripts, 2);
    pgm_status status = pgm_validate(&validation, &f->options, &validate, &f->err);
    pgm_validation_free(validation);
    return status;
}

static void looking_for_what_is_pending_survives_lack_of_memory(void **state) {
    write_three(*state);
    assert_true(oom_survives(look_once, *state) > 30);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        FLEET_TEST(what_is_pending_on_one_target_is_warned_of),
        FLEET_TEST(what_is_pending_nowhere_is_not),
        FLEET_TEST(what_a_file_makes_that_is_pending_everywhere_is_new),
        FLEET_TEST(what_a_file_makes_that_is_applied_somewhere_is_old),
        FLEET_TEST(a_target_that_cannot_be_read_is_an_error),
        FLEET_TEST(a_target_that_was_not_looked_at_is_not_taken_for_read),
        FLEET_TEST(a_plan_that_stops_says_what_is_pending),
        FLEET_TEST(the_same_place_is_not_asked_twice),
        FLEET_TEST(errors_are_told_of_what_is_applied_too),
        FLEET_TEST(since_and_pending_both_count),
        FLEET_TEST(with_errors_in_the_files_no_warning_is_told),
        FLEET_TEST(looking_for_what_is_pending_survives_lack_of_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
