/* pgmarch validate --online: what ledgers and files contradict each other in. */
#include "integration/scene.h"

#include <stdio.h>
#include <string.h>

#include "support/cmocka_all.h"

/* The finding of this code (and target) in a report; fails when there is none. Borrowed. */
static json_t *finding(json_t *report, const char *code, const char *target) {
    size_t i;
    json_t *each;
    json_array_foreach(json_object_get(report, "findings"), i, each) {
        if (strcmp(json_text(each, "code"), code) == 0 &&
            strcmp(json_text(each, "target"), target) == 0) {
            return each;
        }
    }
    fail_msg("no finding %s of %s", code, target);
    return NULL;
}

static json_t *validate(scene *s, int expected, const char *url, const char *options) {
    shell_result result = march(s, "validate --online --format json -u %s %s", url, options);
    assert_status(&result, expected);
    json_t *report = report_of(&result);
    shell_free(&result);
    return report;
}

static void validate_online_is_content_with_a_target_that_fits(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "v_fits");
    const char *url = scene_url(s, db);
    scene_migration(s, "1_a", "CREATE TABLE a ()", "DROP TABLE a");
    scene_migration(s, "2_b", "CREATE TABLE b ()", "DROP TABLE b");
    json_decref(validate(s, 0, url, "--strict"));
    assert_untouched(db);
    assert_march(s, 0, "up -u %s --to 1", url);
    json_t *report = validate(s, 0, url, "--strict");
    assert_int_equal(json_number(report, "validation.targets"), 1);
    assert_int_equal(json_array_size(json_object_get(report, "findings")), 0);
    json_decref(report);
    assert_ledger(db, "1_a");
}

static void h01_validate_online_names_an_edited_file(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "v_edited");
    const char *url = scene_url(s, db);
    scene_migration(s, "1_a", "CREATE TABLE a ()", "DROP TABLE a");
    assert_march(s, 0, "up -u %s", url);
    scene_migration(s, "1_a", "CREATE TABLE a (id int)", "DROP TABLE a");
    json_t *report = validate(s, 1, url, "");
    json_t *edited = finding(report, "edited", db);
    assert_json(edited, "severity", "error");
    assert_json(edited, "version", "1_a");
    assert_json(edited, "file", "migrations/1_a.up.sql");
    assert_non_null(strstr(json_text(edited, "message"), "checksum"));
    assert_non_null(strstr(json_text(edited, "advice"), "restore the file"));
    json_decref(report);
    json_decref(validate(s, 1, url, "--no-warnings"));
}

static void h02_validate_online_warns_of_a_file_that_is_gone(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "v_gone");
    const char *url = scene_url(s, db);
    scene_migration(s, "1_a", "CREATE TABLE a ()", "DROP TABLE a");
    scene_migration(s, "2_b", "CREATE TABLE b ()", "DROP TABLE b");
    assert_march(s, 0, "up -u %s", url);
    shell_result gone = march_sh(s, "rm migrations/1_a.*");
    assert_status(&gone, 0);
    shell_free(&gone);
    json_t *report = validate(s, 0, url, "");
    assert_json(finding(report, "missing-file", db), "severity", "warning");
    assert_json(finding(report, "missing-file", db), "version", "1_a");
    json_decref(report);
    json_decref(validate(s, 1, url, "--strict"));
}

static void h03_validate_online_names_a_target_that_is_ahead(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "v_ahead");
    const char *url = scene_url(s, db);
    scene_migration(s, "1_a", "CREATE TABLE a ()", "DROP TABLE a");
    scene_migration(s, "2_b", "CREATE TABLE b ()", "DROP TABLE b");
    assert_march(s, 0, "up -u %s", url);
    shell_result gone = march_sh(s, "rm migrations/2_b.*");
    assert_status(&gone, 0);
    shell_free(&gone);
    json_t *report = validate(s, 1, url, "");
    assert_json(finding(report, "target-ahead", db), "version", "2_b");
    json_decref(report);
}

static void h04_validate_online_names_what_is_out_of_order(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "v_order");
    const char *url = scene_url(s, db);
    scene_migration(s, "2_b", "CREATE TABLE b ()", "DROP TABLE b");
    assert_march(s, 0, "up -u %s", url);
    scene_migration(s, "1_a", "CREATE TABLE a ()", "DROP TABLE a");
    json_t *report = validate(s, 1, url, "");
    assert_json(finding(report, "out-of-order", db), "version", "1_a");
    json_decref(report);
    report = validate(s, 0, url, "--out-of-order");
    assert_json(finding(report, "out-of-order", db), "severity", "warning");
    json_decref(report);
    assert_ledger(db, "2_b");
}

/* What several targets say is told once, and one that cannot be reached does not hide the rest. */
static void validate_online_tells_a_fleet_together(void **state) {
    scene *s = *state;
    const char *one = scene_database(s, "v_one");
    const char *two = scene_database(s, "v_two");
    scene_migration(s, "1_a", "CREATE TABLE a ()", "DROP TABLE a");
    assert_march(s, 0, "up -u %s", scene_url(s, one));
    assert_march(s, 0, "up -u %s", scene_url(s, two));
    scene_migration(s, "1_a", "CREATE TABLE a (id int)", "DROP TABLE a");
    folder_write(s->folder, "fleet.conf",
                 "[one]\nurl = %s\n[two]\nurl = %s\n[lost]\nurl = %s_missing\n", scene_url(s, one),
                 scene_url(s, two), scene_url(s, one));
    shell_result result = march(s, "validate --online -t fleet.conf");
    assert_status(&result, 1);
    assert_out(&result, "targets: one, two");
    assert_out(&result, "target-unread");
    assert_out(&result, "target: lost");
    assert_out(&result, "3 errors");
    shell_free(&result);
}

/* The report's warnings, as "code version", each with a comma; errors are none. */
static void assert_warnings(json_t *report, const char *expected) {
    char found[400] = "";
    size_t used = 0;
    size_t i;
    json_t *each;
    json_array_foreach(json_object_get(report, "findings"), i, each) {
        if (strcmp(json_text(each, "severity"), "warning") == 0) {
            used += (size_t)snprintf(found + used, sizeof found - used, "%s %s,",
                                     json_text(each, "code"), json_text(each, "version"));
        }
    }
    assert_string_equal(found, expected);
}

static json_t *validate_fleet(scene *s, int expected, const char *options) {
    shell_result result = march(s, "validate --online --format json -t fleet.conf %s", options);
    assert_status(&result, expected);
    json_t *report = report_of(&result);
    shell_free(&result);
    return report;
}

static void validate_pending_warns_of_what_a_target_lacks(void **state) {
    scene *s = *state;
    const char *one = scene_database(s, "v_pending_one");
    const char *two = scene_database(s, "v_pending_two");
    scene_migration(s, "1_a", "CREATE TABLE a (x int)", "SELECT 1");
    scene_migration(s, "2_b", "CREATE INDEX ON a (x)", "SELECT 1");
    scene_migration(s, "3_c", "CREATE TABLE c (x int)", "SELECT 1");
    scene_migration(s, "4_d", "CREATE INDEX ON c (x)", "SELECT 1");
    folder_write(s->folder, "fleet.conf", "[one]\nurl = %s\n[two]\nurl = %s\n", scene_url(s, one),
                 scene_url(s, two));
    json_t *report = validate_fleet(s, 0, "--pending --strict"); /* nothing is applied anywhere */
    assert_warnings(report, "");
    json_decref(report);
    assert_march(s, 0, "up -u %s --to 2", scene_url(s, one));
    assert_march(s, 0, "up -u %s --to 1", scene_url(s, two));
    report = validate_fleet(s, 1, "--pending --strict");
    assert_warnings(report, "index-blocks-writes 2_b,");
    json_decref(report);
    assert_march(s, 0, "up -u %s --to 3", scene_url(s, one));
    report = validate_fleet(s, 0, "--pending --only one");
    assert_warnings(report, "index-blocks-writes 4_d,");
    assert_int_equal(json_number(report, "validation.left_out.not_pending"), 1);
    json_decref(report);
    report = validate_fleet(s, 0, "--pending"); /* 3_c is old on one of them */
    assert_warnings(report, "index-blocks-writes 2_b,index-blocks-writes 4_d,");
    json_decref(report);
    assert_march(s, 0, "up -t fleet.conf");
    report = validate_fleet(s, 0, "--pending --strict");
    assert_warnings(report, "");
    assert_int_equal(json_number(report, "validation.left_out.not_pending"), 2);
    json_decref(report);
}

static void validate_pending_does_without_no_target_in_silence(void **state) {
    scene *s = *state;
    const char *one = scene_database(s, "v_pending_lost");
    scene_migration(s, "1_a", "DROP TABLE IF EXISTS old", "SELECT 1");
    assert_march(s, 0, "up -u %s", scene_url(s, one));
    folder_write(s->folder, "fleet.conf", "[one]\nurl = %s\n[lost]\nurl = %s_missing\n",
                 scene_url(s, one), scene_url(s, one));
    json_t *report = validate_fleet(s, 1, "--pending");
    assert_json(finding(report, "target-unread", "lost"), "severity", "error");
    json_decref(report);
}

/* In the file itself a comment would change what was applied, and `up` would stop. */
static void what_pgmarch_conf_allows_changes_no_checksum(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "v_allow");
    const char *url = scene_url(s, db);
    scene_migration(s, "1_a", "CREATE TABLE a (); DROP TABLE IF EXISTS old", "SELECT 1");
    assert_march(s, 0, "up -u %s", url);
    json_decref(validate(s, 1, url, "--strict"));
    folder_write(s->folder, "migrations/pgmarch.conf", "%s",
                 "allow.drop-breaks-clients = 1_a\nsince = 1\n");
    json_t *report = validate(s, 0, url, "--strict");
    assert_int_equal(json_number(report, "validation.left_out.allowed"), 1);
    json_decref(report);
    shell_result again = march(s, "up -u %s", url);
    assert_status(&again, 0);
    assert_out(&again, "1 up-to-date");
    shell_free(&again);
    scene_migration(s, "1_a", "CREATE TABLE a (); DROP TABLE IF EXISTS old -- pgmarch: allow x",
                    "SELECT 1");
    assert_march(s, 1, "up -u %s", url);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        scene_test(validate_online_is_content_with_a_target_that_fits),
        scene_test(h01_validate_online_names_an_edited_file),
        scene_test(h02_validate_online_warns_of_a_file_that_is_gone),
        scene_test(h03_validate_online_names_a_target_that_is_ahead),
        scene_test(h04_validate_online_names_what_is_out_of_order),
        scene_test(validate_online_tells_a_fleet_together),
        scene_test(validate_pending_warns_of_what_a_target_lacks),
        scene_test(validate_pending_does_without_no_target_in_silence),
        scene_test(what_pgmarch_conf_allows_changes_no_checksum),
    };
    return cmocka_run_group_tests(tests, scene_group_setup, NULL);
}
