/* What a plan says of sixty schemas, beside what their ledgers hold. */
#include "integration/scene.h"

#include <stdlib.h>
#include <string.h>

#include "support/cmocka_all.h"

enum { TENANTS = 60 };

/* t_00 … t_59, schemas of one database. */
static const char *make_tenants(scene *s, const char *name, const char *defaults) {
    const char *db = scene_database(s, name);
    char *text = text_format("[defaults]\ncreate_schema = true\n%s", defaults);
    for (int i = 0; i < TENANTS; i++) {
        char *longer = text_format("%s[t_%02d]\nurl = %s\nschema = t_%02d\n", text, i,
                                   scene_url(s, db), i);
        free(text);
        text = longer;
    }
    folder_write(s->folder, "fleet.conf", "%s", text);
    free(text);
    return db;
}

static void set_duration(const char *db, int from, int to, const char *version, int ms) {
    for (int i = from; i < to; i++) {
        free(psql(db, "UPDATE t_%02d.schema_migrations SET duration_ms = %d WHERE version = '%s'",
                  i, ms, version));
    }
}

/* 0 to 9 have all, 10 to 49 the first two, 50 to 58 nothing, and 59 something newer. */
static const char *make_uneven(scene *s, const char *name) {
    const char *db = make_tenants(s, name, "jobs = 4\nper_server = 4\n");
    scene_migration(s, "1_a", "CREATE TABLE a ()", "DROP TABLE a");
    scene_migration(s, "2_b", "CREATE TABLE b ()", "DROP TABLE b");
    scene_migration(s, "3_c", "CREATE TABLE c ()", "DROP TABLE c");
    scene_migration(s, "4_d", "CREATE TABLE d ()", "DROP TABLE d");
    assert_march(s, 0, "up -q -t fleet.conf --only 't_0?'");
    assert_march(s, 0, "up -q -t fleet.conf --only 't_[1-4]?' --to 2");
    assert_march(s, 0, "up -q -t fleet.conf --only t_59");
    free(psql(db, "INSERT INTO t_59.schema_migrations(version, applied_at) "
                  "VALUES ('9_x', now())"));
    return db;
}

static void a_plan_puts_sixty_tenants_together(void **state) {
    scene *s = *state;
    const char *db = make_uneven(s, "plan_groups");
    shell_result result = march(s, "plan -t fleet.conf --canary t_10,t_50");
    assert_status(&result, 1);
    assert_out(&result, "○ 40 targets: 2 migrations would be applied: 3_c, 4_d\n"
                        "    on t_10 … t_49\n"
                        "○ 9 targets: 4 migrations would be applied: 1_a, 2_b, 3_c, 4_d\n"
                        "    on t_50, t_51, t_52, t_53, t_54, t_55, t_56, t_57, t_58\n"
                        "✗ t_59: stops: ahead of the migrations folder\n"
                        "✓ 10 targets: up-to-date\n"
                        "    on t_00, t_01, t_02, t_03, t_04, t_05, t_06, t_07, t_08, t_09\n");
    assert_out(&result, "    canary    2 targets, all can fail (0 + 2 under way): t_10, t_50\n");
    assert_out(&result, "(dry run: nothing changed)");
    shell_free(&result);
    assert_psql(db, "SELECT count(*) FROM t_10.schema_migrations", "2");
    assert_psql(db, "SELECT count(*) FROM pg_namespace WHERE nspname = 't_50'", "0");
}

static json_t *plan_of(scene *s, const char *arguments) {
    shell_result result = march(s, "plan -t fleet.conf --format json %s", arguments);
    json_t *report = report_of(&result);
    shell_free(&result);
    return report;
}

/* 40 targets in 4 places, each of which needs 100 + 300 ms; and 9 more, 1,010 ms each. */
static void the_time_is_what_the_ledgers_say_over_the_caps(void **state) {
    scene *s = *state;
    const char *db = make_uneven(s, "plan_time");
    set_duration(db, 0, 50, "1_a", 600);
    set_duration(db, 0, 50, "2_b", 10);
    set_duration(db, 0, 10, "3_c", 100);
    set_duration(db, 0, 9, "4_d", 300);
    set_duration(db, 9, 10, "4_d", 60000);
    set_duration(db, 59, 60, "1_a", 0);
    set_duration(db, 59, 60, "2_b", 0);
    set_duration(db, 59, 60, "3_c", 0);
    set_duration(db, 59, 60, "4_d", 0);
    json_t *report = plan_of(s, "");
    assert_int_equal(json_number(report, "run.estimate.migrations"), 4);
    assert_int_equal(json_number(report, "run.estimate.unknown"), 0);
    assert_int_equal(json_number(report, "run.estimate.judged_least"), 10);
    assert_int_equal(json_number(report, "run.estimate.judged_most"), 50);
    /* 40 × 0.4 s + 9 × 1.01 s = 25.09 s of work in four places; looking comes on top. */
    long long likely = json_number(report, "run.estimate.likely_ms");
    assert_in_range(likely, 6272, 6272 + 1010 + 15000);
    long long longest = json_number(report, "run.estimate.longest_ms");
    assert_in_range(longest, 49LL * 60000 / 4, 14LL * 61000);
    json_decref(report);
    report = plan_of(s, "--jobs 1 --only 't_5[0-3]'");
    assert_int_equal(json_number(report, "run.estimate.migrations"), 4);
    /* The others are not selected, so that no ledger says anything. */
    assert_int_equal(json_number(report, "run.estimate.unknown"), 4);
    assert_true(json_is_null(json_at(report, "run.estimate.likely_ms")));
    json_decref(report);
    report = plan_of(s, "--only t_00");
    assert_true(json_is_null(json_at(report, "run.estimate")));
    json_decref(report);
    shell_result text = march(s, "up --dry-run -t fleet.conf");
    assert_out(&text, "\ntime: about ");
    assert_out(&text, ": judged by 10 to 50 targets that have them\n");
    shell_free(&text);
}

/* What was recorded only, and what was another file then, took no time that counts. */
static void rows_that_were_not_run_tell_no_time(void **state) {
    scene *s = *state;
    const char *db = make_tenants(s, "plan_recorded", "");
    scene_migration(s, "1_a", "CREATE TABLE a ()", NULL);
    assert_march(s, 0, "baseline 1 -q -t fleet.conf --only 't_0?'");
    shell_result text = march(s, "plan -t fleet.conf");
    assert_status(&text, 0);
    assert_out(&text, "time: not known: no ledger says how long the migration takes\n");
    shell_free(&text);
    set_duration(db, 0, 10, "1_a", 50);
    text = march(s, "plan -t fleet.conf");
    assert_out(&text, ": judged by 10 targets that have them\n");
    shell_free(&text);
    free(psql(db, "UPDATE t_03.schema_migrations SET checksum = repeat('0', 64)"));
    text = march(s, "plan -t fleet.conf");
    assert_out(&text, ": judged by 9 targets that have them\n");
    shell_free(&text);
    /* A run that ended, and a way back, have no estimate. */
    json_t *report = NULL;
    shell_result down = march(s, "up --format json -t fleet.conf --only 't_1?'");
    report = report_of(&down);
    shell_free(&down);
    assert_true(json_is_null(json_at(report, "run.estimate")));
    json_decref(report);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        scene_test(a_plan_puts_sixty_tenants_together),
        scene_test(the_time_is_what_the_ledgers_say_over_the_caps),
        scene_test(rows_that_were_not_run_tell_no_time),
    };
    return cmocka_run_group_tests(tests, scene_group_setup, NULL);
}
