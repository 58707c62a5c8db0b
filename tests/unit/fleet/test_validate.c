/* pgm_validate() without a server: what is found in files and folders. */
#include "support/oom_loop.h"
#include "support/scratch.h"

#include <string.h>

#include "base/strbuf.h"
#include "pgmarch/pgmarch.h"

static pgm_validation *look(const char *dir, bool no_warnings) {
    pgm_options options;
    pgm_options_init(&options);
    options.dir = dir;
    pgm_validate_options validate;
    pgm_validate_options_init(&validate);
    validate.no_warnings = no_warnings;
    pgm_validation *validation = NULL;
    pgm_error err = {0};
    if (pgm_validate(&validation, &options, &validate, &err) != PGM_OK) {
        fail_msg("%s", err.msg);
    }
    return validation;
}

/* "severity code file:line" for each; files without their folder. */
static void assert_findings(const char *dir, bool no_warnings, const char *expected) {
    pgm_validation *validation = look(dir, no_warnings);
    pgm__strbuf out = {0};
    for (size_t i = 0; i < pgm_validation_count(validation); i++) {
        const pgm_finding *finding = pgm_validation_finding(validation, i);
        const char *slash = finding->file == NULL ? NULL : strrchr(finding->file, '/');
        pgm__strbuf_addf(&out, "%s %s %s:%u\n", pgm_severity_name(finding->severity), finding->code,
                         slash == NULL ? "-" : slash + 1, finding->line);
        assert_null(finding->target);
    }
    assert_string_equal(pgm__strbuf_text(&out), expected);
    pgm__strbuf_fini(&out);
    pgm_validation_free(validation);
}

static void validate_a_clean_folder_has_no_findings(void **state) {
    scratch_write(*state, "1_a.up.sql", "CREATE TABLE a (id int);\nCREATE INDEX ON a (id);\n");
    scratch_write(*state, "1_a.down.sql", "DROP TABLE a;\n");
    scratch_write(*state, "README.md", "x");
    assert_findings(*state, false, "");
    pgm_validation *validation = look(*state, false);
    const pgm_validation_summary *summary = pgm_validation_summary_of(validation);
    assert_string_equal(summary->dir, *state);
    assert_string_equal(summary->layout, "golang-migrate");
    assert_int_equal(summary->migration_count, 1);
    assert_int_equal(summary->down_count, 1);
    assert_int_equal(summary->target_count, 0);
    assert_false(summary->online_left_out);
    pgm_validation_free(validation);
}

static void validate_names_every_bad_file_and_looks_at_the_others(void **state) {
    scratch_write(*state, "1_a.up.sql", "SELECT 1;\n\nSELECT 'open;\n");
    scratch_write(*state, "2_b.up.sql", "\nDROP TABLE b;\n");
    scratch_write(*state, "2_b.down.sql", "COMMIT;\n");
    scratch_write(*state, "10_c.up.sql", "-- ok\n\\i other.sql\n");
    assert_findings(*state, false,
                    "error file-refused 1_a.up.sql:3\n"
                    "error file-refused 10_c.up.sql:2\n"
                    "warning drop-breaks-clients 2_b.up.sql:2\n"
                    "warning down-refused 2_b.down.sql:1\n");
    pgm_validation *validation = look(*state, false);
    const pgm_finding *first = pgm_validation_finding(validation, 0);
    assert_string_equal(first->message, "a quoted string is never closed");
    const pgm_finding *drop = pgm_validation_finding(validation, 2);
    assert_string_equal(drop->version, "2_b");
    assert_non_null(strstr(drop->message, "the table \"b\" is dropped"));
    assert_non_null(drop->advice);
    assert_int_equal(pgm_validation_summary_of(validation)->counts[PGM_SEVERITY_ERROR], 2);
    assert_int_equal(pgm_validation_summary_of(validation)->counts[PGM_SEVERITY_WARNING], 2);
    pgm_validation_free(validation);
}

/* One file of dbmate's that nothing can be read from must not make a mixture of the folder. */
static void s10_validate_names_each_file_that_is_no_utf_8(void **state) {
    scratch_write(*state, "1_a.sql", "-- migrate:up\nSELECT 1;\n");
    scratch_write(*state, "2_b.sql", "-- migrate:up\n\n-- caf\xe9\n");
    scratch_write(*state, "3_c.sql", "\xff\xfe-\x01");
    assert_findings(*state, true,
                    "error file-refused 2_b.sql:3\n"
                    "error file-refused 3_c.sql:1\n");
}

static void validate_down_files_are_not_warned_of(void **state) {
    scratch_write(*state, "1_a.up.sql", "CREATE TABLE a (id int);");
    scratch_write(*state, "1_a.down.sql", "DROP TABLE a; CREATE INDEX ON b (c);");
    assert_findings(*state, false, "");
}

static void validate_a_migration_without_a_way_down_is_noted(void **state) {
    scratch_write(*state, "1_a.up.sql", "CREATE TABLE a (id int);");
    scratch_write(*state, "2_b.up.sql", "CREATE TABLE b (id int);");
    scratch_write(*state, "2_b.down.sql", "DROP TABLE b;");
    assert_findings(*state, false, "info no-down-file 1_a.up.sql:0\n");
}

/* As `up` and `down` have it; there is a way down, so that none is missing. */
static void validate_a_faulty_way_down_is_a_warning(void **state) {
    scratch_write(*state, "1_a.sql",
                  "-- migrate:up\nSELECT 1;\n-- migrate:down\n\nSELECT 'open;\n");
    assert_findings(*state, false, "warning down-refused 1_a.sql:5\n");
    pgm_validation *validation = look(*state, false);
    const pgm_finding *finding = pgm_validation_finding(validation, 0);
    assert_string_equal(finding->version, "1_a");
    assert_string_equal(finding->message, "a quoted string is never closed");
    assert_non_null(strstr(finding->advice, "`down` stops here"));
    pgm_validation_free(validation);
    assert_findings(*state, true, "");
}

static void validate_a_faulty_down_file_may_be_no_text_at_all(void **state) {
    scratch_write(*state, "1_a.up.sql", "CREATE TABLE a (id int);");
    scratch_write(*state, "1_a.down.sql", "-- caf\xe9\n");
    assert_findings(*state, false, "warning down-refused 1_a.down.sql:1\n");
}

static void validate_a_faulty_down_file_alone_has_no_up_file_either(void **state) {
    scratch_write(*state, "1_a.up.sql", "SELECT 1;");
    scratch_write(*state, "1_a.down.sql", "SELECT 1;");
    scratch_write(*state, "2_b.down.sql", "COMMIT;");
    assert_findings(*state, false,
                    "error no-up-file 2_b.down.sql:0\n"
                    "warning down-refused 2_b.down.sql:1\n");
}

/* Nothing is known of targets, so that what an earlier file makes may be as new as the folder. */
static void validate_what_an_earlier_file_makes_may_be_old(void **state) {
    scratch_write(*state, "1_a.sql",
                  "-- migrate:up\nCREATE TABLE a (x int);\n-- migrate:down\nDROP TABLE a;\n");
    scratch_write(*state, "2_b.sql",
                  "-- migrate:up\nCREATE INDEX ON a (x);\nALTER TABLE a ADD y int NOT NULL;\n"
                  "-- migrate:down\nDROP INDEX a_x_idx;\n");
    scratch_write(*state, "3_c.sql",
                  "-- migrate:up\nALTER TABLE a RENAME x TO z;\nALTER TABLE b DROP x;\n"
                  "-- migrate:down\nSELECT 1;\n");
    assert_findings(*state, false,
                    "warning index-blocks-writes 2_b.sql:2\n"
                    "warning not-null-without-default 2_b.sql:3\n"
                    "warning rename-breaks-clients 3_c.sql:2\n"
                    "warning drop-breaks-clients 3_c.sql:3\n");
}

static void assert_message(const char *dir, size_t index, const char *expected) {
    pgm_validation *validation = look(dir, false);
    assert_true(index < pgm_validation_count(validation));
    assert_string_equal(pgm_validation_finding(validation, index)->message, expected);
    pgm_validation_free(validation);
}

static void validate_names_the_column_and_counts_the_rest_of_the_line(void **state) {
    scratch_write(*state, "1_a.up.sql",
                  "ALTER TABLE s.t DROP a, DROP b, DROP \"c d\";\n"
                  "ALTER TYPE m RENAME VALUE 'x' TO 'y';\n");
    scratch_write(*state, "2_b.up.sql", "VACUUM FULL;\n");
    scratch_write(*state, "1_a.down.sql", "SELECT 1;");
    assert_message(*state, 0,
                   "column \"a\" of \"s.t\" is dropped: programs that still use it fail, and its "
                   "values are gone (and 2 more of this line)");
    assert_message(*state, 1,
                   "value 'x' of \"m\" is renamed: programs that run now fail as they write the "
                   "old one or read the new one");
    assert_message(*state, 2, "VACUUM FULL rewrites everything while nobody can read or write it");
}

static void validate_what_fails_for_certain_is_an_error(void **state) {
    scratch_write(*state, "1_a.up.sql", "ALTER TYPE m ADD VALUE 'x';\nSELECT 'x'::m;\n");
    scratch_write(*state, "1_a.down.sql", "SELECT 1;");
    assert_findings(*state, false, "error enum-value-used 1_a.up.sql:2\n");
    assert_findings(*state, true, "error enum-value-used 1_a.up.sql:2\n");
}

static void validate_a_down_file_without_its_up_file_is_an_error(void **state) {
    scratch_write(*state, "1_a.up.sql", "CREATE TABLE a (id int);");
    scratch_write(*state, "2_gone.down.sql", "DROP TABLE b;");
    scratch_write(*state, "3_gone.down.sql", "DROP TABLE c;");
    assert_findings(*state, false,
                    "info no-down-file 1_a.up.sql:0\n"
                    "error no-up-file 2_gone.down.sql:0\n"
                    "error no-up-file 3_gone.down.sql:0\n");
    scratch_write(*state, "2_gone.up.sql", "COMMIT;");
    scratch_write(*state, "3_gone.up.sql", "SELECT 1;");
    assert_findings(*state, true, "error file-refused 2_gone.up.sql:1\n");
}

static void validate_errors_only_when_warnings_are_not_wanted(void **state) {
    scratch_write(*state, "1_a.up.sql", "DROP TABLE a;");
    assert_findings(*state, true, "");
    scratch_write(*state, "2_b.up.sql", "COMMIT;");
    assert_findings(*state, true, "error file-refused 2_b.up.sql:1\n");
}

static void validate_names_every_culprit_and_looks_at_the_others(void **state) {
    scratch_write(*state, "1_a.up.sql", "SELECT 1;\nCOMMIT;");
    scratch_write(*state, "2_notes.txt", "x");
    scratch_write(*state, "3_c.up.sql", "SELECT 1;");
    scratch_write(*state, "03_c.up.sql", "SELECT 1;");
    assert_findings(*state, false,
                    "error file-refused 1_a.up.sql:2\n"
                    "error folder-refused 2_notes.txt:0\n"
                    "error folder-refused 03_c.up.sql:0\n"
                    "error folder-refused 3_c.up.sql:0\n");
    pgm_validation *validation = look(*state, false);
    const char *message = pgm_validation_finding(validation, 2)->message;
    assert_non_null(strstr(message, "one of several files of its number; give each"));
    assert_string_equal(pgm_validation_summary_of(validation)->layout, "golang-migrate");
    pgm_validation_free(validation);
}

/* The up section is looked at, the down section is not; lines are the file's. */
static void validate_sections_of_one_file_are_told_apart(void **state) {
    scratch_write(*state, "1_a.sql",
                  "-- migrate:up\nCREATE TABLE a (id int);\nDROP TABLE b;\n"
                  "-- migrate:down\nDROP TABLE a;\n");
    scratch_write(*state, "2_b.sql", "-- migrate:up\nCOMMIT;\n-- migrate:down\nDROP TABLE a;\n");
    assert_findings(*state, false,
                    "error file-refused 2_b.sql:2\n"
                    "warning drop-breaks-clients 1_a.sql:3\n");
    pgm_validation *validation = look(*state, false);
    assert_string_equal(pgm_validation_summary_of(validation)->layout, "dbmate");
    pgm_validation_free(validation);
}

/* What silences a warning must not stop a run, whatever it names. */
static void validate_allow_is_a_comment_to_everybody_else(void **state) {
    scratch_write(*state, "1_a.up.sql",
                  "-- pgmarch: allow drop-breaks-clients\nDROP TABLE a;\n"
                  "SELECT 1; -- pgmarch: allow anything\n-- pgmarch: allow\n");
    scratch_write(*state, "1_a.down.sql", "-- pgmarch: allow x\n");
    assert_findings(*state, false, "warning unknown-code 1_a.up.sql:3\n");
    scratch_write(*state, "1_a.down.sql", "-- pgmarch: allowed x\n");
    assert_findings(*state, false,
                    "warning unknown-code 1_a.up.sql:3\n"
                    "warning down-refused 1_a.down.sql:1\n");
}

static void validate_a_file_that_cannot_be_read_is_named(void **state) {
    char path[SCRATCH_PATH];
    scratch_write(*state, "1_a.up.sql", "SELECT 1;");
    scratch_path(*state, "1_a.up.sql", path);
    assert_int_equal(chmod(path, 0), 0);
    if (access(path, R_OK) == 0) {
        skip(); /* root reads everything */
    }
    assert_findings(*state, false, "error file-unreadable -:0\n");
}

static void validate_needs_a_folder_with_migrations(void **state) {
    pgm_options options;
    pgm_options_init(&options);
    options.dir = *state;
    pgm_validation *validation = NULL;
    pgm_error err = {0};
    assert_int_equal(pgm_validate(&validation, &options, NULL, &err), PGM_EUSAGE);
    assert_non_null(strstr(err.msg, "no migration in"));
    options.dir = "/nowhere/migrations";
    assert_int_equal(pgm_validate(&validation, &options, NULL, &err), PGM_EIO);
    assert_non_null(strstr(err.msg, "there is no folder"));
    assert_int_equal(pgm_validate(&validation, &options, NULL, NULL), PGM_EIO);
    options.size = 0;
    assert_int_equal(pgm_validate(&validation, &options, NULL, &err), PGM_EUSAGE);
    assert_null(validation);
    pgm_validation_free(NULL);
}

/* Bad target settings are usage errors of --online, and of nothing else. */
static void validate_online_needs_targets_that_can_be_read(void **state) {
    scratch_write(*state, "1_a.up.sql", "SELECT 1;");
    pgm_options options;
    pgm_options_init(&options);
    options.dir = *state;
    options.url = "postgresql://h/d?nonsense=1";
    pgm_validate_options validate;
    pgm_validate_options_init(&validate);
    pgm_validation *validation = NULL;
    pgm_error err = {0};
    assert_int_equal(pgm_validate(&validation, &options, &validate, &err), PGM_OK);
    pgm_validation_free(validation);
    validation = NULL;
    validate.online = true;
    assert_int_not_equal(pgm_validate(&validation, &options, &validate, &err), PGM_OK);
    assert_non_null(strstr(err.msg, "nonsense"));
    scratch_write(*state, "2_b.up.sql", "COMMIT;");
    assert_int_equal(pgm_validate(&validation, &options, &validate, &err), PGM_OK);
    assert_true(pgm_validation_summary_of(validation)->online_left_out);
    pgm_validation_free(validation);
}

static pgm_status look_once(void *data) {
    pgm_options options;
    pgm_options_init(&options);
    options.dir = data;
    pgm_validation *validation = NULL;
    pgm_status status = pgm_validate(&validation, &options, NULL, NULL);
    pgm_validation_free(validation);
    return status;
}

static void validate_survives_running_out_of_memory(void **state) {
    scratch_write(*state, "1_a.up.sql", "DROP TABLE a; CREATE TABLE b (); DROP TABLE b;");
    scratch_write(*state, "2_b.up.sql", "COMMIT;");
    assert_true(oom_survives(look_once, *state) > 20);
}

static void validate_survives_running_out_of_memory_over_a_refused_folder(void **state) {
    scratch_write(*state, "1_a.up.sql", "SELECT 1;");
    scratch_write(*state, "x.txt", "");
    assert_true(oom_survives(look_once, *state) > 5);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, scratch_setup, scratch_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(validate_a_clean_folder_has_no_findings),
        TEST(validate_names_every_bad_file_and_looks_at_the_others),
        TEST(s10_validate_names_each_file_that_is_no_utf_8),
        TEST(validate_down_files_are_not_warned_of),
        TEST(validate_a_migration_without_a_way_down_is_noted),
        TEST(validate_a_faulty_way_down_is_a_warning),
        TEST(validate_a_faulty_down_file_may_be_no_text_at_all),
        TEST(validate_a_faulty_down_file_alone_has_no_up_file_either),
        TEST(validate_what_an_earlier_file_makes_may_be_old),
        TEST(validate_names_the_column_and_counts_the_rest_of_the_line),
        TEST(validate_what_fails_for_certain_is_an_error),
        TEST(validate_a_down_file_without_its_up_file_is_an_error),
        TEST(validate_errors_only_when_warnings_are_not_wanted),
        TEST(validate_names_every_culprit_and_looks_at_the_others),
        TEST(validate_sections_of_one_file_are_told_apart),
        TEST(validate_allow_is_a_comment_to_everybody_else),
        TEST(validate_a_file_that_cannot_be_read_is_named),
        TEST(validate_needs_a_folder_with_migrations),
        TEST(validate_online_needs_targets_that_can_be_read),
        TEST(validate_survives_running_out_of_memory),
        TEST(validate_survives_running_out_of_memory_over_a_refused_folder),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
