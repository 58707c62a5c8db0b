/* pgm_validate() without a server: --since, and what the folder's pgmarch.conf says of warnings. */
#include "support/oom_loop.h"
#include "support/scratch.h"

#include <string.h>

#include "base/strbuf.h"
#include "pgmarch/pgmarch.h"

static pgm_status try(const char *dir, const char *since, pgm_validation **out, pgm_error *err) {
    pgm_options options;
    pgm_options_init(&options);
    options.dir = dir;
    pgm_validate_options validate;
    pgm_validate_options_init(&validate);
    validate.since = since;
    return pgm_validate(out, &options, &validate, err);
}

static pgm_validation *look(const char *dir, const char *since) {
    pgm_validation *validation = NULL;
    pgm_error err = {0};
    if (try(dir, since, &validation, &err) != PGM_OK) {
        fail_msg("%s", err.msg);
    }
    return validation;
}

/* "severity code file:line" for each; then how many warnings are left out, by reason. */
static void assert_findings(const char *dir, const char *since, const char *expected) {
    pgm_validation *validation = look(dir, since);
    pgm__strbuf out = {0};
    for (size_t i = 0; i < pgm_validation_count(validation); i++) {
        const pgm_finding *finding = pgm_validation_finding(validation, i);
        const char *slash = finding->file == NULL ? NULL : strrchr(finding->file, '/');
        pgm__strbuf_addf(&out, "%s %s %s:%u\n", pgm_severity_name(finding->severity), finding->code,
                         slash == NULL ? "-" : slash + 1, finding->line);
    }
    const pgm_validation_summary *summary = pgm_validation_summary_of(validation);
    for (int i = 0; i < PGM_LEFT_OUT_COUNT; i++) {
        if (summary->left_out[i] > 0) {
            pgm__strbuf_addf(&out, "%s %zu\n", pgm_left_out_name((pgm_left_out)i),
                             summary->left_out[i]);
        }
    }
    if (strcmp(pgm__strbuf_text(&out), expected) != 0) {
        fail_msg("since %s:\n%s", since == NULL ? "-" : since, pgm__strbuf_text(&out));
    }
    pgm__strbuf_fini(&out);
    pgm_validation_free(validation);
}

static void assert_usage(const char *dir, const char *since, const char *part) {
    pgm_validation *validation = NULL;
    pgm_error err = {0};
    assert_int_equal(try(dir, since, &validation, &err), PGM_EUSAGE);
    assert_null(validation);
    if (strstr(err.msg, part) == NULL) {
        fail_msg("%s", err.msg);
    }
}

/* With ways down, so that nothing is said but of the up files. */
static void write_pair(const char *dir, const char *name, const char *up) {
    char file[64];
    (void)snprintf(file, sizeof file, "%s.up.sql", name);
    scratch_write(dir, file, up);
    (void)snprintf(file, sizeof file, "%s.down.sql", name);
    scratch_write(dir, file, "SELECT 1;");
}

static void write_three(const char *dir) {
    write_pair(dir, "0001_a", "DROP TABLE a;\nDROP TABLE b;\n");
    write_pair(dir, "0002_b", "DROP TABLE c;\n");
    write_pair(dir, "0010_c", "DROP TABLE d;\n");
}

static void warnings_are_told_from_a_version_on(void **state) {
    write_three(*state);
    assert_findings(*state, NULL,
                    "warning drop-breaks-clients 0001_a.up.sql:1\n"
                    "warning drop-breaks-clients 0001_a.up.sql:2\n"
                    "warning drop-breaks-clients 0002_b.up.sql:1\n"
                    "warning drop-breaks-clients 0010_c.up.sql:1\n");
    static const char *const same[] = {"0002_b", "0002", "2"};
    for (size_t i = 0; i < 3; i++) {
        assert_findings(*state, same[i],
                        "warning drop-breaks-clients 0002_b.up.sql:1\n"
                        "warning drop-breaks-clients 0010_c.up.sql:1\n"
                        "before_since 2\n");
    }
    assert_findings(*state, "9",
                    "warning drop-breaks-clients 0010_c.up.sql:1\n"
                    "before_since 3\n");
    assert_findings(*state, "11", "before_since 4\n");
}

static void from_the_newest_on_only_that_is_told(void **state) {
    write_three(*state);
    assert_findings(*state, "0010_c",
                    "warning drop-breaks-clients 0010_c.up.sql:1\n"
                    "before_since 3\n");
}

static void the_summary_says_since_when(void **state) {
    write_three(*state);
    pgm_validation *validation = look(*state, "2");
    assert_string_equal(pgm_validation_summary_of(validation)->since, "2");
    assert_false(pgm_validation_summary_of(validation)->pending);
    assert_int_equal(pgm_validation_summary_of(validation)->migration_count, 3);
    assert_int_equal(pgm_validation_summary_of(validation)->counts[PGM_SEVERITY_WARNING], 2);
    pgm_validation_free(validation);
    validation = look(*state, "0");
    assert_null(pgm_validation_summary_of(validation)->since);
    assert_int_equal(pgm_validation_summary_of(validation)->counts[PGM_SEVERITY_WARNING], 4);
    pgm_validation_free(validation);
}

static void notes_of_what_is_history_are_left_out_too(void **state) {
    scratch_write(*state, "1_a.up.sql", "SELECT 1;");
    scratch_write(*state, "2_b.up.sql", "SELECT 1;");
    assert_findings(*state, "2", "info no-down-file 2_b.up.sql:0\n");
    scratch_write(*state, "pgmarch.conf", "allow.no-down-file = 2\n");
    assert_findings(*state, NULL, "info no-down-file 1_a.up.sql:0\n");
}

static void flyway_and_dotted_versions_count_by_their_parts(void **state) {
    static const char *const names[] = {"V1__a.sql", "V1_9__b.sql", "V1.10__c.sql", "V2__d.sql"};
    for (size_t i = 0; i < 4; i++) {
        scratch_write(*state, names[i], "DROP TABLE t;");
    }
    scratch_write(*state, "R__v.sql", "DROP TABLE t;");
    scratch_write(*state, "pgmarch.conf", "allow.no-down-file = *\n");
    static const char *const same[] = {"1.10", "V1.10", "V1.10__c"};
    for (size_t i = 0; i < 3; i++) {
        assert_findings(*state, same[i],
                        "warning drop-breaks-clients V1.10__c.sql:1\n"
                        "warning drop-breaks-clients V2__d.sql:1\n"
                        "warning drop-breaks-clients R__v.sql:1\n"
                        "before_since 2\n");
    }
    assert_findings(*state, "V1_9__b",
                    "warning drop-breaks-clients V1_9__b.sql:1\n"
                    "warning drop-breaks-clients V1.10__c.sql:1\n"
                    "warning drop-breaks-clients V2__d.sql:1\n"
                    "warning drop-breaks-clients R__v.sql:1\n"
                    "before_since 1\n");
    /* What runs again whenever it changes is of today. */
    assert_findings(*state, "3",
                    "warning drop-breaks-clients R__v.sql:1\n"
                    "before_since 4\n");
    assert_usage(*state, "R__v", "--since: \"R__v\" runs again whenever it changes");
}

static void errors_are_told_of_every_file(void **state) {
    write_pair(*state, "1_a", "ALTER TYPE m ADD VALUE 'x';\nSELECT 'x'::m;\nDROP TABLE a;\n");
    write_pair(*state, "2_b", "COMMIT;");
    write_pair(*state, "3_c", "DROP TABLE a;");
    scratch_write(*state, "4_d.down.sql", "SELECT 1;");
    assert_findings(*state, "3",
                    "error file-refused 2_b.up.sql:1\n"
                    "error enum-value-used 1_a.up.sql:2\n"
                    "warning drop-breaks-clients 3_c.up.sql:1\n"
                    "before_since 1\n");
    write_pair(*state, "2_b", "SELECT 1;");
    assert_findings(*state, "5",
                    "error enum-value-used 1_a.up.sql:2\n"
                    "error no-up-file 4_d.down.sql:0\n"
                    "before_since 2\n");
}

/* What is made from VERSION on is applied nowhere, says who gives it for this call. */
static void what_is_made_from_there_on_is_new(void **state) {
    write_pair(*state, "1_a", "CREATE TABLE a (x int);\n");
    write_pair(*state, "2_b", "CREATE TABLE b (x int);\nCREATE INDEX ON a (x);\n");
    write_pair(*state, "3_c", "CREATE INDEX ON a (x);\nCREATE INDEX ON b (x);\n");
    assert_findings(*state, "2",
                    "warning index-blocks-writes 2_b.up.sql:2\n"
                    "warning index-blocks-writes 3_c.up.sql:1\n");
    assert_findings(*state, "1", "");
    assert_findings(*state, "3",
                    "warning index-blocks-writes 3_c.up.sql:1\n"
                    "warning index-blocks-writes 3_c.up.sql:2\n"
                    "before_since 1\n");
    pgm_validation *validation = look(*state, "3");
    assert_null(strstr(pgm_validation_finding(validation, 1)->message, "an earlier file"));
    pgm_validation_free(validation);
}

/* The same version in the folder was written down once, and what it calls new gets old. */
static void what_the_folder_says_does_not_make_anything_new(void **state) {
    write_pair(*state, "1_a", "CREATE TABLE a (x int);\nDROP TABLE z;\n");
    write_pair(*state, "2_b", "CREATE TABLE b (x int);\n");
    write_pair(*state, "3_c", "CREATE INDEX ON a (x);\nCREATE INDEX ON b (x);\n");
    scratch_write(*state, "pgmarch.conf", "since = 2\n");
    assert_findings(*state, NULL,
                    "warning index-blocks-writes 3_c.up.sql:1\n"
                    "warning index-blocks-writes 3_c.up.sql:2\n"
                    "before_since 1\n");
    pgm_validation *validation = look(*state, NULL);
    assert_null(strstr(pgm_validation_finding(validation, 0)->message, "an earlier file"));
    assert_non_null(strstr(pgm_validation_finding(validation, 1)->message, "an earlier file"));
    assert_string_equal(pgm_validation_summary_of(validation)->since, "2");
    pgm_validation_free(validation);
}

static void what_is_asked_for_wins_over_the_folder(void **state) {
    write_three(*state);
    scratch_write(*state, "pgmarch.conf", "since = 10\n");
    assert_findings(*state, NULL,
                    "warning drop-breaks-clients 0010_c.up.sql:1\n"
                    "before_since 3\n");
    assert_findings(*state, "2",
                    "warning drop-breaks-clients 0002_b.up.sql:1\n"
                    "warning drop-breaks-clients 0010_c.up.sql:1\n"
                    "before_since 2\n");
    assert_findings(*state, "0",
                    "warning drop-breaks-clients 0001_a.up.sql:1\n"
                    "warning drop-breaks-clients 0001_a.up.sql:2\n"
                    "warning drop-breaks-clients 0002_b.up.sql:1\n"
                    "warning drop-breaks-clients 0010_c.up.sql:1\n");
    /* Then it is not judged either. */
    scratch_write(*state, "pgmarch.conf", "since = gone\n");
    assert_findings(*state, "11", "before_since 4\n");
}

static void a_version_that_is_none_is_a_usage_error(void **state) {
    write_three(*state);
    assert_usage(*state, "0002_x", "--since: no migration \"0002_x\"; did you mean \"0002_b\"?");
    assert_usage(*state, "20240101", "--since: \"20240101\" is no version of this folder");
    assert_usage(*state, "newest", "--since: no migration \"newest\"");
}

/* A run goes on with it, so that it is told like what else is wrong, and hides nothing. */
static void a_version_of_the_folder_that_is_none_is_an_error(void **state) {
    write_three(*state);
    scratch_write(*state, "pgmarch.conf", "# once there was one\nsince = 0002_x\n");
    assert_findings(*state, NULL,
                    "error unknown-since pgmarch.conf:2\n"
                    "warning drop-breaks-clients 0001_a.up.sql:1\n"
                    "warning drop-breaks-clients 0001_a.up.sql:2\n"
                    "warning drop-breaks-clients 0002_b.up.sql:1\n"
                    "warning drop-breaks-clients 0010_c.up.sql:1\n");
    pgm_validation *validation = look(*state, NULL);
    const pgm_finding *finding = pgm_validation_finding(validation, 0);
    assert_string_equal(finding->message, "no migration \"0002_x\"; did you mean \"0002_b\"?");
    assert_null(pgm_validation_summary_of(validation)->since);
    pgm_validation_free(validation);
    /* The file may be one that is refused. */
    write_pair(*state, "0002_x", "COMMIT;");
    scratch_write(*state, "0002_b.up.sql", "");
    assert_findings(*state, NULL,
                    "error folder-refused 0002_b.up.sql:0\n"
                    "error folder-refused 0002_x.up.sql:0\n"
                    "error folder-refused 0002_b.down.sql:0\n"
                    "error folder-refused 0002_x.down.sql:0\n"
                    "warning drop-breaks-clients 0010_c.up.sql:1\n"
                    "before_since 2\n");
}

static void the_folder_allows_codes_of_files(void **state) {
    write_three(*state);
    write_pair(*state, "0011_d", "CREATE INDEX ON a (x); DROP TABLE z;\n");
    scratch_write(
        *state, "pgmarch.conf",
        "allow.drop-breaks-clients = 0001_*, 0010_c.up.sql\nallow.index-blocks-writes = 11\n");
    assert_findings(*state, NULL,
                    "warning drop-breaks-clients 0002_b.up.sql:1\n"
                    "warning drop-breaks-clients 0011_d.up.sql:1\n"
                    "allowed 4\n");
    scratch_write(*state, "pgmarch.conf", "allow.* = *\n");
    assert_findings(*state, NULL, "allowed 6\n");
    assert_findings(*state, "2", "before_since 2\nallowed 4\n");
}

static void an_error_is_allowed_by_its_code_only(void **state) {
    write_pair(*state, "1_a", "ALTER TYPE m ADD VALUE 'x';\nSELECT 'x'::m;\n");
    scratch_write(*state, "pgmarch.conf", "allow.* = 1\n");
    assert_findings(*state, NULL, "error enum-value-used 1_a.up.sql:2\n");
    scratch_write(*state, "pgmarch.conf", "allow.enum-value-used = 1\n");
    assert_findings(*state, NULL, "");
}

static void a_mistake_in_what_is_allowed_is_told(void **state) {
    write_pair(*state, "1_a", "DROP TABLE a;\n-- pgmarch: allow drop-breaks-client\n");
    scratch_write(*state, "pgmarch.conf",
                  "allow.drop-breaks-client = 1, 2\nallow.zzz = 1\nallow.lock-held = 1, 2_*, 3\n");
    assert_findings(*state, NULL,
                    "warning unknown-code pgmarch.conf:1\n"
                    "warning unknown-code pgmarch.conf:2\n"
                    "warning allow-without-file pgmarch.conf:3\n"
                    "warning allow-without-file pgmarch.conf:3\n"
                    "warning drop-breaks-clients 1_a.up.sql:1\n"
                    "warning unknown-code 1_a.up.sql:2\n");
    pgm_validation *validation = look(*state, NULL);
    assert_string_equal(pgm_validation_finding(validation, 0)->message,
                        "there is no warning \"drop-breaks-client\" to allow");
    assert_string_equal(pgm_validation_finding(validation, 0)->advice,
                        "did you mean \"drop-breaks-clients\"?");
    assert_non_null(strstr(pgm_validation_finding(validation, 1)->advice, "docs/users/linting.md"));
    assert_string_equal(pgm_validation_finding(validation, 2)->message,
                        "no migration matches \"2_*\"");
    assert_string_equal(pgm_validation_finding(validation, 5)->advice,
                        "did you mean \"drop-breaks-clients\"?");
    pgm_validation_free(validation);
    /* The file may be one that is refused. */
    write_pair(*state, "2_b", "COMMIT;");
    scratch_write(*state, "pgmarch.conf", "allow.* = 1, 2, 3\n");
    assert_findings(*state, NULL, "error file-refused 2_b.up.sql:1\nallowed 2\n");
}

static void pending_is_nothing_without_ledgers(void **state) {
    write_three(*state);
    pgm_options options;
    pgm_options_init(&options);
    options.dir = *state;
    pgm_validate_options validate;
    pgm_validate_options_init(&validate);
    validate.pending = true;
    pgm_validation *validation = NULL;
    pgm_error err = {0};
    assert_int_equal(pgm_validate(&validation, &options, &validate, &err), PGM_EUSAGE);
    assert_non_null(strstr(err.msg, "--pending needs --online"));
    assert_null(validation);
}

static void warnings_that_are_not_wanted_are_not_counted(void **state) {
    write_three(*state);
    pgm_options options;
    pgm_options_init(&options);
    options.dir = *state;
    pgm_validate_options validate;
    pgm_validate_options_init(&validate);
    validate.no_warnings = true;
    validate.since = "2";
    pgm_validation *validation = NULL;
    assert_int_equal(pgm_validate(&validation, &options, &validate, NULL), PGM_OK);
    assert_int_equal(pgm_validation_count(validation), 0);
    assert_int_equal(pgm_validation_summary_of(validation)->left_out[PGM_LEFT_OUT_BEFORE_SINCE], 0);
    pgm_validation_free(validation);
}

/* A folder that is refused as a whole has no versions. */
static void a_refused_folder_says_why_and_no_more(void **state) {
    write_three(*state);
    scratch_write(*state, "pgmarch.conf", "ignroe = x\n");
    assert_findings(*state, "newest", "error folder-refused -:0\n");
}

static pgm_status look_once(void *data) {
    pgm_validation *validation = NULL;
    pgm_status status = try(data, NULL, &validation, NULL);
    pgm_validation_free(validation);
    return status;
}

static void leaving_out_survives_lack_of_memory(void **state) {
    write_pair(*state, "1_a", "DROP TABLE a; CREATE TABLE b (x int);");
    write_pair(*state, "2_b", "CREATE INDEX ON b (x);\n-- pgmarch: allow drop-breaks-client\n");
    scratch_write(*state, "pgmarch.conf", "since = 1_x\nallow.drop = 1\nallow.* = 3\n");
    assert_true(oom_survives(look_once, *state) > 30);
    scratch_write(*state, "pgmarch.conf", "since = 1_a\nallow.lock-held = 1\n");
    assert_true(oom_survives(look_once, *state) > 30);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, scratch_setup, scratch_teardown)

static void a_faulty_way_down_may_be_history(void **state) {
    scratch_write(*state, "1_a.up.sql", "SELECT 1;");
    scratch_write(*state, "1_a.down.sql", "COMMIT;");
    scratch_write(*state, "2_b.up.sql", "SELECT 1;");
    scratch_write(*state, "2_b.down.sql", "COMMIT;");
    assert_findings(*state, "2", "warning down-refused 2_b.down.sql:1\nbefore_since 1\n");
    scratch_write(*state, "pgmarch.conf", "allow.down-refused = 2\n");
    assert_findings(*state, NULL, "warning down-refused 1_a.down.sql:1\nallowed 1\n");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(warnings_are_told_from_a_version_on),
        TEST(from_the_newest_on_only_that_is_told),
        TEST(the_summary_says_since_when),
        TEST(notes_of_what_is_history_are_left_out_too),
        TEST(a_faulty_way_down_may_be_history),
        TEST(flyway_and_dotted_versions_count_by_their_parts),
        TEST(errors_are_told_of_every_file),
        TEST(what_is_made_from_there_on_is_new),
        TEST(what_the_folder_says_does_not_make_anything_new),
        TEST(what_is_asked_for_wins_over_the_folder),
        TEST(a_version_that_is_none_is_a_usage_error),
        TEST(a_version_of_the_folder_that_is_none_is_an_error),
        TEST(the_folder_allows_codes_of_files),
        TEST(an_error_is_allowed_by_its_code_only),
        TEST(a_mistake_in_what_is_allowed_is_told),
        TEST(pending_is_nothing_without_ledgers),
        TEST(warnings_that_are_not_wanted_are_not_counted),
        TEST(a_refused_folder_says_why_and_no_more),
        TEST(leaving_out_survives_lack_of_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
