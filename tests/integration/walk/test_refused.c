/* A folder that is refused: what people read, what programs read, and that nothing was touched. */
#include "integration/scene.h"

#include <string.h>

#include "support/cmocka_all.h"

/* One file that never closes, one with a COMMIT in it, and a down file that never closes: it stands
 * in the way of `down` alone. */
static void write_folder(scene *s) {
    scene_migration(s, "1_a", "CREATE TABLE a ();", "SELECT 'open");
    scene_migration(s, "2_b", "SELECT 1;\nSELECT 'open;", NULL);
    scene_migration(s, "3_c", "CREATE TABLE c ();\nCOMMIT;\nSELECT 1;", NULL);
}

static void assert_finding(json_t *report, size_t index, const char *code, const char *file,
                           int line, const char *message) {
    json_t *finding = json_array_get(json_object_get(report, "findings"), index);
    bool warns = strcmp(code, "down-refused") == 0;
    assert_non_null(finding);
    assert_json(finding, "severity", warns ? "warning" : "error");
    assert_json(finding, "code", code);
    assert_json(finding, "file", file);
    assert_int_equal(json_number(finding, "line"), line);
    assert_non_null(strstr(json_text(finding, "message"), message));
}

static void assert_refusals(json_t *report, bool goes_down) {
    assert_int_equal(json_number(report, "schema"), 2);
    assert_int_equal(json_array_size(json_object_get(report, "findings")), goes_down ? 3 : 2);
    assert_finding(report, 0, "file-refused", "migrations/2_b.up.sql", 2, "never closed");
    assert_finding(report, 1, "file-refused", "migrations/3_c.up.sql", 2, "COMMIT");
    if (goes_down) {
        assert_finding(report, 2, "down-refused", "migrations/1_a.down.sql", 1, "never closed");
    }
}

typedef struct command {
    const char *name;
    const char *line;
} command;

static const command runs[] = {
    {"up", "up"},
    {"up", "up --dry-run"},
    {"down", "down"},
    {"status", "status"},
    {"repair", "repair"},
    {"baseline", "baseline 1"},
    {"adopt", "adopt --from goose"},
    {"squash", "squash 3"},
};

static void every_command_of_a_run_reports_a_refused_folder(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "refused");
    write_folder(s);
    for (size_t i = 0; i < sizeof runs / sizeof runs[0]; i++) {
        shell_result result = march(s, "%s -u %s --format json", runs[i].line, scene_url(s, db));
        assert_status(&result, 2);
        json_t *report = report_of(&result);
        assert_json(report, "run.command", runs[i].name);
        assert_json(report, "run.id", "null");
        assert_int_equal(json_array_size(json_object_get(report, "targets")), 0);
        assert_non_null(strstr(json_text(report, "refused"), "migrations/2_b.up.sql:2"));
        assert_refusals(report, strcmp(runs[i].name, "down") == 0);
        assert_non_null(strstr(result.err, "migrations/2_b.up.sql:2"));
        json_decref(report);
        shell_free(&result);
    }
    assert_untouched(db);
}

/* As ever: to find out what is wrong is what it is for. */
static void validate_lists_what_is_refused(void **state) {
    scene *s = *state;
    write_folder(s);
    shell_result result = march(s, "validate --format json --no-warnings");
    assert_status(&result, 1);
    json_t *report = report_of(&result);
    assert_int_equal(json_number(report, "validation.counts.error"), 2);
    assert_json(report, "refused", "null");
    assert_refusals(report, false);
    json_decref(report);
    shell_free(&result);
}

/* The names in it, the layout, and that it is not there at all. */
static void a_folder_that_is_refused_as_a_whole_is_one_finding_or_one_for_each_name(void **state) {
    scene *s = *state;
    const char *url = scene_url(s, scene_database(s, "refused_whole"));
    scene_migration(s, "1_a", "CREATE TABLE a ();", NULL);
    folder_write(s->folder, "migrations/notes.sql", "SELECT 1;");
    folder_write(s->folder, "migrations/more.sql", "SELECT 1;");
    shell_result result = march(s, "up -u %s --format json", url);
    assert_status(&result, 2);
    json_t *report = report_of(&result);
    assert_int_equal(json_array_size(json_object_get(report, "findings")), 2);
    assert_json(report, "findings.0.code", "folder-refused");
    assert_json(report, "findings.0.file", "migrations/more.sql");
    assert_json(report, "findings.1.file", "migrations/notes.sql");
    json_decref(report);
    shell_free(&result);
    static const char *const commands[] = {"up", "validate"};
    for (size_t i = 0; i < 2; i++) {
        result = march(s, "%s -u %s -d nowhere --format json", commands[i], url);
        assert_status(&result, 2);
        report = report_of(&result);
        assert_int_equal(json_array_size(json_object_get(report, "findings")), 0);
        assert_non_null(strstr(json_text(report, "refused"), "there is no folder \"nowhere\""));
        json_decref(report);
        shell_free(&result);
    }
}

/* Without --verbose one message names the first of them. */
static void verbose_lists_all_that_is_refused(void **state) {
    scene *s = *state;
    write_folder(s);
    /* Certain to fail, but no reason not to begin: validate says so. */
    scene_migration(s, "4_d", "CREATE TYPE e AS ENUM ('a');", NULL);
    scene_migration(s, "5_e", "ALTER TYPE e ADD VALUE 'b';\nSELECT 'b'::e;", NULL);
    const char *url = scene_url(s, scene_database(s, "refused_verbose"));
    shell_result brief = march(s, "up -u %s", url);
    shell_result all = march(s, "up -v -u %s", url);
    assert_status(&brief, 2);
    assert_status(&all, 2);
    assert_string_equal(brief.out, "");
    assert_string_equal(all.out, "");
    assert_non_null(strstr(brief.err, "pgmarch: migrations/2_b.up.sql:2"));
    assert_nowhere(&brief, "3_c.up.sql");
    assert_non_null(strstr(all.err, "\npgmarch: migrations/2_b.up.sql:2: a quoted string"));
    assert_non_null(strstr(all.err, "\npgmarch: migrations/3_c.up.sql:2: COMMIT"));
    assert_nowhere(&all, "5_e");
    shell_free(&brief);
    shell_free(&all);
}

static void validate_verbose_lists_the_files_and_their_places(void **state) {
    scene *s = *state;
    write_folder(s);
    shell_result result = march(s, "validate -v");
    assert_status(&result, 1);
    assert_out(&result, "migrations/2_b.up.sql:2");
    assert_out(&result, "migrations/3_c.up.sql:2");
    assert_out(&result, "file-refused");
    shell_free(&result);
}

/* The report of the run before would tell of success. */
static void the_file_of_report_tells_of_the_refusal(void **state) {
    scene *s = *state;
    const char *url = scene_url(s, scene_database(s, "refused_file"));
    scene_migration(s, "1_a", "CREATE TABLE a ();", NULL);
    assert_march(s, 0, "up -u %s --report r.json", url);
    write_folder(s);
    shell_result result = march(s, "up -u %s --report r.json", url);
    assert_status(&result, 2);
    assert_string_equal(result.out, "");
    json_t *report = report_file(s, "r.json");
    assert_json(report, "run.id", "null");
    assert_refusals(report, false);
    json_decref(report);
    shell_free(&result);
}

/* What is wrong with the targets or the command line has no findings. */
static void what_else_keeps_a_run_from_beginning_is_reported_too(void **state) {
    scene *s = *state;
    const char *url = scene_url(s, scene_database(s, "refused_else"));
    scene_migration(s, "1_a", "CREATE TABLE a ();", NULL);
    folder_write(s->folder, "t.conf", "[t]\nhots = x\n");
    const char *const lines[] = {"up --format json -t t.conf",
                                 "up --format json",
                                 "validate --online --format json",
                                 scene_text(s, "up --format json -u %s --only nobody", url),
                                 scene_text(s, "up --format json -u %s --to 7", url),
                                 scene_text(s, "up --format json -u %s --report no/r.json", url)};
    static const char *const why[] = {
        "unknown key \"hots\"",      "no target", "--online needs a target", "nobody", "7",
        "there is no folder \"no/\""};
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        shell_result result = march(s, "%s", lines[i]);
        assert_status(&result, 2);
        json_t *report = report_of(&result);
        assert_non_null(strstr(json_text(report, "refused"), why[i]));
        assert_int_equal(json_array_size(json_object_get(report, "findings")), 0);
        json_decref(report);
        shell_free(&result);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        scene_test(every_command_of_a_run_reports_a_refused_folder),
        scene_test(validate_lists_what_is_refused),
        scene_test(a_folder_that_is_refused_as_a_whole_is_one_finding_or_one_for_each_name),
        scene_test(verbose_lists_all_that_is_refused),
        scene_test(validate_verbose_lists_the_files_and_their_places),
        scene_test(the_file_of_report_tells_of_the_refusal),
        scene_test(what_else_keeps_a_run_from_beginning_is_reported_too),
    };
    return cmocka_run_group_tests(tests, scene_group_setup, NULL);
}
