/* status --drift, plan --drift: who has another catalog than the others is warned of, beside all
 * that these commands tell anyway. */
#include "integration/scene.h"

#include <stdlib.h>
#include <string.h>

#include "support/cmocka_all.h"

/* Targets t_1 … of the schemas of one database, where two migrations are applied. */
static const char *town(scene *s, const char *name, size_t count) {
    const char *db = scene_database(s, name);
    const char *text = "";
    scene_migration(s, "1_users", "CREATE TABLE users (id int PRIMARY KEY, email text);", NULL);
    scene_migration(s, "2_email", "CREATE INDEX users_email ON users (email);", NULL);
    for (size_t i = 0; i < count; i++) {
        text = scene_text(s, "%s[t_%zu]\nurl = %s\nschema = s_%zu\ncreate_schema = true\n", text,
                          i + 1, scene_url(s, db), i + 1);
    }
    shell_result made = march_sh(s, "cat >fleet.conf <<'END'\n%s\nEND", text);
    assert_status(&made, 0);
    shell_free(&made);
    assert_march(s, 0, "up --targets fleet.conf");
    return db;
}

static json_t *looked(scene *s, int expected, const char *command) {
    shell_result result = march(s, "%s --targets fleet.conf --drift --format json", command);
    assert_status(&result, expected);
    json_t *report = report_of(&result);
    shell_free(&result);
    return report;
}

static void expect_counts(json_t *report, int compared, int differing, int apart, int unread) {
    assert_int_equal(json_number(report, "run.catalogs.compared"), compared);
    assert_int_equal(json_number(report, "run.catalogs.differing"), differing);
    assert_int_equal(json_number(report, "run.catalogs.apart"), apart);
    assert_int_equal(json_number(report, "run.catalogs.unread"), unread);
}

static void expect_warning(json_t *report, int target, const char *text) {
    char path[32];
    (void)snprintf(path, sizeof path, "targets.%d.warnings", target);
    const json_t *warnings = json_at(report, path);
    assert_int_equal(json_array_size(warnings), text == NULL ? 0 : 1);
    if (text != NULL) {
        assert_non_null(strstr(json_string_value(json_array_get(warnings, 0)), text));
    }
}

static void who_differs_from_most_is_warned_of(void **state) {
    scene *s = *state;
    const char *db = town(s, "c_most", 4);
    json_t *report = looked(s, 0, "status --exit-code");
    expect_counts(report, 4, 0, 0, 0);
    json_decref(report);
    free(psql(db, "DROP INDEX s_3.users_email"));
    report = looked(s, 3, "status --exit-code");
    expect_counts(report, 4, 1, 0, 0);
    expect_warning(report, 0, NULL);
    expect_warning(report, 2,
                   "its catalog differs from what 3 of the 4 targets with the same "
                   "migrations have, t_1 among them");
    json_decref(report);
    assert_march(s, 0, "status --targets fleet.conf --drift"); /* as with what is pending */
    shell_result text = march(s, "status --targets fleet.conf --drift");
    assert_out(&text, "! t_3: its catalog differs from what 3 of the 4");
    assert_out(&text, "catalogs: 4 compared, 1 differs\n");
    shell_free(&text);
    text = march(s, "status --targets fleet.conf");
    assert_null(strstr(text.out, "catalog"));
    shell_free(&text);
}

/* What is pending is no drift; and who stands alone is not said to be well. */
static void a_plan_compares_those_with_the_same_migrations(void **state) {
    scene *s = *state;
    const char *db = town(s, "c_plan", 4);
    scene_migration(s, "3_more", "CREATE TABLE more ();", NULL);
    assert_march(s, 0, "up --targets fleet.conf --only t_4");
    free(psql(db, "ALTER TABLE s_2.users ADD note text"));
    json_t *report = looked(s, 0, "plan");
    expect_counts(report, 3, 1, 1, 0);
    expect_warning(report, 1, "what 2 of the 3 targets");
    expect_warning(report, 3, NULL);
    assert_json_list(report, "targets.0.pending", "3_more");
    assert_json(report, "targets.3.outcome", "up-to-date");
    json_decref(report);
}

static void without_a_majority_all_are_warned_of(void **state) {
    scene *s = *state;
    const char *db = town(s, "c_tie", 2);
    free(psql(db, "DROP INDEX s_1.users_email"));
    json_t *report = looked(s, 0, "status");
    expect_counts(report, 2, 2, 0, 0);
    for (int i = 0; i < 2; i++) {
        expect_warning(report, i,
                       "the 2 targets with the same migrations have 2 different "
                       "catalogs, and no majority has one");
    }
    json_decref(report);
}

/* The ledgers were read: what is pending is known all the same. */
static void a_catalog_that_may_not_be_read_is_a_warning(void **state) {
    scene *s = *state;
    const char *db = town(s, "c_denied", 2);
    scene_migration(s, "3_more", "CREATE TABLE more ();", NULL);
    const char *role = scene_text(s, "%s_looker", db);
    free(psql(db,
              "CREATE ROLE \"%s\" LOGIN; GRANT USAGE ON SCHEMA s_1, s_2 TO \"%s\"; GRANT SELECT ON "
              "ALL TABLES IN SCHEMA s_1, s_2 TO \"%s\"; REVOKE SELECT ON pg_catalog.pg_policy "
              "FROM PUBLIC",
              role, role, role));
    shell_result made = march_sh(s, "sed -i 's/postgres@/%s@/' fleet.conf", role);
    assert_status(&made, 0);
    shell_free(&made);
    shell_result result = march(s, "status --targets fleet.conf --drift --format json");
    /* At once: the next test may be given this database. */
    free(psql(db,
              "GRANT SELECT ON pg_catalog.pg_policy TO PUBLIC; DROP OWNED BY \"%s\"; DROP ROLE "
              "\"%s\"",
              role, role));
    assert_status(&result, 0);
    json_t *report = report_of(&result);
    shell_free(&result);
    expect_counts(report, 0, 0, 0, 2);
    assert_json(report, "targets.0.outcome", "not-run");
    assert_json_list(report, "targets.0.pending", "3_more");
    expect_warning(report, 0,
                   "its catalog could not be read: permission denied for table pg_policy");
    json_decref(report);
}

/* It says so itself, and nobody knows of its catalog. */
static void a_target_that_is_not_read_is_not_compared(void **state) {
    scene *s = *state;
    const char *db = town(s, "c_gone", 3);
    free(psql(db, "DROP SCHEMA s_2 CASCADE"));
    shell_result made = march_sh(s, "sed -i /create_schema/d fleet.conf");
    assert_status(&made, 0);
    shell_free(&made);
    json_t *report = looked(s, 1, "status");
    expect_counts(report, 2, 0, 0, 1);
    assert_json(report, "targets.1.outcome", "failed");
    expect_warning(report, 1, NULL);
    json_decref(report);
}

static void what_changes_something_does_not_compare(void **state) {
    scene *s = *state;
    (void)town(s, "c_refused", 1);
    static const char *const commands[] = {"up", "down", "baseline 2", "rehearse", "repair"};
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        shell_result result = march(s, "%s --targets fleet.conf --drift", commands[i]);
        assert_status(&result, 2);
        assert_err(&result, "catalogs are compared where nothing is changed");
        shell_free(&result);
    }
    json_t *report = looked(s, 0, "up --dry-run");
    expect_counts(report, 0, 0, 1, 0);
    json_decref(report);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        scene_test(who_differs_from_most_is_warned_of),
        scene_test(a_plan_compares_those_with_the_same_migrations),
        scene_test(without_a_majority_all_are_warned_of),
        scene_test(a_catalog_that_may_not_be_read_is_a_warning),
        scene_test(a_target_that_is_not_read_is_not_compared),
        scene_test(what_changes_something_does_not_compare),
    };
    return cmocka_run_group_tests(tests, scene_group_setup, NULL);
}
