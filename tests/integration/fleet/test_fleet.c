/* Many targets at once: each fails by itself, and the report tells it all. */
#include "integration/scene.h"

#include <stdlib.h>
#include <string.h>

#include "support/cmocka_all.h"

static void write_five(scene *s) {
    scene_migration(s, "1_a", "CREATE TABLE a (id int)", "DROP TABLE a");
    scene_migration(s, "2_b", "CREATE TABLE b (id int)", "DROP TABLE b");
    scene_migration(s, "3_c", "CREATE TABLE c (id int);\nINSERT INTO c SELECT 1/n FROM divisor;\n",
                    "DROP TABLE c");
    scene_migration(s, "4_d", "CREATE TABLE d (id int)", "DROP TABLE d");
    scene_migration(s, "5_e", "CREATE TABLE e (id int)", "DROP TABLE e");
}

/* ten.conf: [t01] is the database <prefix>_01, and so on. */
static void write_ten(scene *s, const char *prefix) {
    char *text = text_format("%s", "");
    for (int i = 1; i <= 10; i++) {
        char *longer = text_format("%s[t%02d]\nurl = postgresql://postgres@127.0.0.1:%d/%s_%02d\n",
                                   text, i, cluster_port(), prefix, i);
        free(text);
        text = longer;
    }
    folder_write(s->folder, "ten.conf", "%s", text);
    free(text);
}

/* f01, a12: the third of ten stops at its third file of five. */
static void f01_a12_one_of_ten_stops_at_its_file_and_the_others_finish(void **state) {
    scene *s = *state;
    char prefix[DATABASE_NAME];
    database_name(prefix, "f01");
    database_create_many(prefix, 10);
    write_five(s);
    write_ten(s, prefix);
    for (int i = 1; i <= 10; i++) {
        free(psql(scene_text(s, "%s_%02d", prefix, i), "CREATE TABLE divisor AS SELECT %d AS n",
                  i == 3 ? 0 : 1));
    }
    shell_result result = march(s, "up -t ten.conf --report report.json");
    assert_status(&result, 1);
    assert_out(&result, "t03 failed");
    assert_out(&result, "migrations/3_c.up.sql:2");
    assert_out(&result, "22012");
    assert_out(&result, "9 applied, 1 failed");
    shell_free(&result);

    json_t *report = report_file(s, "report.json");
    json_t *failed = report_target(report, "t03");
    assert_json(failed, "outcome", "failed");
    assert_json_list(failed, "applied", "1_a,2_b");
    assert_json_list(failed, "pending", "3_c,4_d,5_e");
    assert_json(failed, "error.version", "3_c");
    assert_json(failed, "error.sqlstate", "22012");
    assert_int_equal(json_number(failed, "error.line"), 2);
    for (int i = 1; i <= 10; i++) {
        const char *db = scene_text(s, "%s_%02d", prefix, i);
        assert_ledger(db, i == 3 ? "1_a,2_b" : "1_a,2_b,3_c,4_d,5_e");
        assert_psql(db, "SELECT to_regclass('c') IS NULL", i == 3 ? "t" : "f");
        if (i != 3) {
            assert_json(report_target(report, scene_text(s, "t%02d", i)), "outcome", "applied");
        }
    }
    json_decref(report);

    /* f14, a07: mended, the second run touches only the unfinished one. */
    free(psql(scene_text(s, "%s_03", prefix), "UPDATE divisor SET n = 1"));
    shell_result again = march(s, "up -t ten.conf --format json");
    assert_status(&again, 0);
    report = report_of(&again);
    shell_free(&again);
    assert_int_equal(json_number(report, "run.counts.applied"), 1);
    assert_int_equal(json_number(report, "run.counts.up-to-date"), 9);
    assert_json_list(report_target(report, "t03"), "applied", "3_c,4_d,5_e");
    for (int i = 1; i <= 10; i++) {
        json_t *target = report_target(report, scene_text(s, "t%02d", i));
        assert_int_equal(json_number(target, "attempts"), 1);
        assert_json_list(target, "pending", "");
    }
    json_decref(report);
    database_drop_many(prefix, 10);
}

/* ---- a hundred ---- */

enum { HUNDRED = 100 };

/* What is wrong with target number i, or NULL: seven of them, in four ways. */
static const char *fault_of(int i) {
    switch (i) {
    case 7:
    case 42:
        return "22012"; /* its own data does not suit the migration */
    case 13:
    case 77:
        return "28P01"; /* wrong password */
    case 21:
        return "3D000"; /* no such database */
    case 58:
    case 99:
        return ""; /* nobody listens */
    default:
        return NULL;
    }
}

static char *hundred_section(const char *db, int i) {
    const char *fault = fault_of(i);
    int port = cluster_port();
    if (fault != NULL && fault[0] == '\0') {
        return text_format("[tenant_%03d]\nurl = postgresql://postgres@127.0.0.1:1/%s\n"
                           "schema = s%03d\n",
                           i, db, i);
    }
    if (fault != NULL && fault[0] == '3') {
        return text_format("[tenant_%03d]\nurl = postgresql://postgres@127.0.0.1:%d/%s_not\n", i,
                           port, db);
    }
    if (fault != NULL && strcmp(fault, "28P01") == 0) {
        return text_format("[tenant_%03d]\nurl = postgresql://pw_user:wr0ng@127.0.0.1:%d/%s\n"
                           "schema = s%03d\n",
                           i, port, db, i);
    }
    return text_format("[tenant_%03d]\nurl = postgresql://postgres@127.0.0.1:%d/%s\n"
                       "schema = s%03d\n",
                       i, port, db, i);
}

static void write_hundred(scene *s, const char *db) {
    char *text = text_format("[defaults]\ncreate_schema = true\nconnect_wait = 100ms\n");
    for (int i = 1; i <= HUNDRED; i++) {
        char *section = hundred_section(db, i);
        char *longer = text_format("%s%s", text, section);
        free(section);
        free(text);
        text = longer;
    }
    folder_write(s->folder, "hundred.conf", "%s", text);
    free(text);
    free(psql(db, "CREATE TABLE public.divisor (schema text, n int);"
                  "INSERT INTO public.divisor SELECT 's' || to_char(i, 'FM000'),"
                  " CASE WHEN i IN (7, 42) THEN 0 ELSE 1 END FROM generate_series(1, 100) i"));
    scene_migration(s, "1_first", "CREATE TABLE first (id int)", NULL);
    scene_migration(s, "2_second",
                    "CREATE TABLE second AS\n"
                    "SELECT 1 / n AS one FROM public.divisor WHERE schema = current_schema()",
                    NULL);
}

static void check_hundred_targets(json_t *report) {
    json_t *targets = json_object_get(report, "targets");
    assert_int_equal(json_array_size(targets), HUNDRED);
    for (int i = 1; i <= HUNDRED; i++) {
        json_t *target = json_array_get(targets, (size_t)i - 1); /* in the file's order */
        char name[32];
        (void)snprintf(name, sizeof name, "tenant_%03d", i);
        assert_json(target, "name", name);
        const char *fault = fault_of(i);
        assert_json(target, "outcome", fault == NULL ? "applied" : "failed");
        if (fault == NULL) {
            assert_json(target, "error", "null");
            assert_json_list(target, "applied", "1_first,2_second");
            continue;
        }
        assert_json(target, "error.sqlstate", fault[0] == '\0' ? "null" : fault);
        bool sql = strcmp(fault, "22012") == 0;
        assert_json(target, "error.phase", sql ? "migrate" : "connect");
        assert_json_list(target, "applied", sql ? "1_first" : "");
        assert_json(target, "error.file", sql ? "migrations/2_second.up.sql" : "null");
    }
}

static void a_hundred_targets_of_which_seven_fail_in_four_ways(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "hundred");
    write_hundred(s, db);
    shell_result result = march(s, "up -t hundred.conf --report report.json");
    assert_status(&result, 1);
    assert_out(&result, "93 targets applied, 186 migrations");
    assert_out(&result, "2 targets failed: tenant_007, tenant_042");
    assert_out(&result, "2 targets failed (connect): tenant_013, tenant_077");
    assert_out(&result, "tenant_021 failed (connect)");
    assert_out(&result, "2 targets failed (connect): tenant_058, tenant_099");
    assert_out(&result, "Connection refused");
    assert_out(&result, "division by zero");
    assert_out(&result, ": 93 applied, 7 failed\n");
    assert_nowhere(&result, "wr0ng");
    assert_nowhere(&result, "\033"); /* no terminal: no control characters */
    assert_err(&result, "up: 100 targets on 2 servers (tenant_001 … tenant_100), 2 migrations in ");
    assert_err(&result, "\ntenant_007  ✗ failed at 2_second: division by zero\n");
    shell_free(&result);

    json_t *report = report_file(s, "report.json");
    assert_int_equal(json_number(report, "run.counts.applied"), 93);
    assert_int_equal(json_number(report, "run.counts.failed"), 7);
    check_hundred_targets(report);
    json_decref(report);
    assert_psql(db, "SELECT count(*) FROM pg_class WHERE relname = 'second'", "93");
    assert_psql(db, "SELECT count(*) FROM pg_class WHERE relname = 'first'", "95");

    /* What was missing comes in the second run; the rest is as it was. */
    free(psql(db, "UPDATE public.divisor SET n = 1"));
    shell_result again = march(s, "up -t hundred.conf --format json");
    assert_status(&again, 1);
    report = report_of(&again);
    shell_free(&again);
    assert_int_equal(json_number(report, "run.counts.applied"), 2);
    assert_int_equal(json_number(report, "run.counts.up-to-date"), 93);
    assert_int_equal(json_number(report, "run.counts.failed"), 5);
    json_decref(report);
}

/* ---- the shape of the report ---- */

static void expect_keys(json_t *object, const char *const *keys, size_t count) {
    assert_true(json_is_object(object));
    for (size_t i = 0; i < count; i++) {
        if (json_object_get(object, keys[i]) == NULL) {
            fail_msg("no \"%s\" in the report", keys[i]);
        }
    }
    assert_int_equal(json_object_size(object), count);
}

#define EXPECT_KEYS(object, ...)                                                                   \
    do {                                                                                           \
        static const char *const expect_keys_list[] = {__VA_ARGS__};                               \
        expect_keys((object), expect_keys_list,                                                    \
                    sizeof expect_keys_list / sizeof expect_keys_list[0]);                         \
    } while (0)

static json_t *json_run(scene *s, int status, const char *arguments) {
    shell_result result = march(s, "%s --format json", arguments);
    assert_status(&result, status);
    json_t *report = report_of(&result);
    shell_free(&result);
    EXPECT_KEYS(report, "schema", "run", "targets", "findings", "refused");
    EXPECT_KEYS(json_at(report, "run"), "id", "pgmarch", "command", "dry_run", "started_at",
                "duration_ms", "counts", "not_sql", "digests", "selected", "shard", "waves",
                "estimate", "to", "retry_of", "sources", "catalogs");
    EXPECT_KEYS(json_at(report, "run.waves.0"), "name", "targets", "at_once", "limit", "failed",
                "state");
    EXPECT_KEYS(json_at(report, "run.digests"), "fleet", "selection", "migrations");
    EXPECT_KEYS(json_at(report, "run.counts"), "applied", "up-to-date", "failed", "unknown",
                "skipped", "not-run", "cancelled");
    return report;
}

static void the_json_report_has_the_documented_shape(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "shape");
    const char *url = scene_url(s, db);
    scene_migration(s, "1_a", "CREATE TABLE a ()", "DROP TABLE a");
    scene_migration(s, "2_b", "SELECT nothing_here", NULL);
    json_t *report = json_run(s, 1, scene_text(s, "up -u %s", url));
    assert_int_equal(json_number(report, "schema"), 2);
    assert_json(report, "run.command", "up");
    assert_false(json_is_true(json_at(report, "run.dry_run")));
    assert_int_equal(strlen(json_text(report, "run.id")), 16);
    assert_int_equal(strlen(json_text(report, "run.started_at")),
                     strlen("2026-01-02T03:04:05.678Z"));
    json_t *target = report_target(report, db);
    EXPECT_KEYS(target, "name", "from", "server", "schema", "tags", "production", "outcome", "wave",
                "reason", "applied", "ended_ms", "took_us", "pending", "slow", "started_ms",
                "duration_ms", "waited_ms", "attempts", "warnings", "error");
    assert_true(json_integer_value(json_at(target, "took_us.0")) > 0);
    EXPECT_KEYS(json_at(target, "error"), "phase", "version", "file", "line", "column", "excerpt",
                "caret", "sqlstate", "message", "detail", "hint", "context");
    assert_json(target, "server", url);
    assert_json(target, "error.message", "column \"nothing_here\" does not exist");
    json_decref(report);

    shell_result looked = march(s, "status -u %s --format json", url);
    assert_status(&looked, 0);
    report = report_of(&looked);
    shell_free(&looked);
    EXPECT_KEYS(report, "schema", "run", "versions", "targets", "findings", "refused");
    assert_json(report, "run.command", "status");
    target = report_target(report, db);
    EXPECT_KEYS(target, "name", "from", "server", "schema", "tags", "production", "outcome", "wave",
                "reason", "applied", "applied_at", "pending", "half_done", "started_ms",
                "duration_ms", "waited_ms", "attempts", "warnings", "error");
    EXPECT_KEYS(json_at(report, "versions.0"), "version", "known");
    assert_json(report, "versions.0.version", "1_a");
    assert_json(report, "versions.1.version", "2_b");
    assert_json_list(target, "applied", "1_a");
    assert_true(json_number(target, "applied_at.0") > 1700000000);
    assert_json_list(target, "pending", "2_b");
    json_decref(report);

    report = json_run(s, 0, scene_text(s, "down -u %s", url));
    assert_json(report, "run.command", "down");
    target = report_target(report, db);
    assert_json_list(target, "rolled_back", "1_a");
    assert_json_list(target, "pending", "");
    json_decref(report);
}

/* ---- what is no fleet ---- */

static void expect_refused(scene *s, const char *arguments, const char *text) {
    shell_result result = march(s, "%s", arguments);
    assert_status(&result, 2);
    assert_err(&result, text);
    assert_string_equal(result.out, "");
    shell_free(&result);
}

static void f02_f03_no_target_is_an_error_not_a_success(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "f02");
    scene_migration(s, "1_a", "CREATE TABLE a ()", NULL);
    folder_write(s->folder, "one.conf", "[acme]\nurl = %s\ntags = eu\n", scene_url(s, db));
    folder_write(s->folder, "empty.conf", "# nobody yet\n");
    folder_write(s->folder, "defaults.conf", "[defaults]\njobs = 2\n");
    folder_write(s->folder, "folder/readme.txt", "no target file here\n");
    expect_refused(s, "up", "no target: set DATABASE_URL, or give --url or --targets");
    expect_refused(s, "up -t missing.conf", "missing.conf");
    expect_refused(s, "up -t empty.conf", "empty.conf");
    expect_refused(s, "up -t defaults.conf", "defaults.conf");
    expect_refused(s, "up -t folder", "folder");
    expect_refused(s, "up -t one.conf --only 'tenat_*'", "tenat_*");
    expect_refused(s, "up -t one.conf --only tag:us", "tag:us");
    expect_refused(s, "up -t one.conf --exclude 'ac*'", "no target is left");
    expect_refused(s, "up -t one.conf --exclude acne",
                   "no target matches \"acne\" (--exclude); the nearest name is \"acme\"");
    expect_refused(s, "up -t one.conf --wave 1", "no target is of wave 1");
    folder_write(s->folder, "names.list", "# tenants\n\nacme\nacne\n");
    expect_refused(s, "up -t one.conf --only @names.list",
                   "no target matches \"acne\" (names.list:4 of --only)");
    expect_refused(s, "up -t one.conf --only @missing.list", "missing.list");
    assert_untouched(db);
    assert_march(s, 0, "up -t one.conf --only tag:eu");
    assert_ledger(db, "1_a");
}

/* 256 failures: the count does not fit an exit status, so the status is not the count. */
static void f04_two_hundred_and_fifty_six_failures_are_exit_status_one(void **state) {
    scene *s = *state;
    scene_migration(s, "1_a", "SELECT 1", NULL);
    char *text = text_format("[defaults]\nconnect_wait = 0\n");
    for (int i = 1; i <= 256; i++) {
        char *longer = text_format("%s[t%d]\nurl = postgresql://x@127.0.0.1:1/d%d\n", text, i, i);
        free(text);
        text = longer;
    }
    folder_write(s->folder, "many.conf", "%s", text);
    free(text);
    shell_result result = march(s, "up -t many.conf");
    assert_status(&result, 1);
    assert_out(&result, ": 256 failed\n");
    assert_out(&result, " targets failed (connect): t1"); /* f10: once, with count and names */
    assert_out(&result, "not tried: other targets of this server had waited for it in vain");
    shell_free(&result);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        scene_test(f01_a12_one_of_ten_stops_at_its_file_and_the_others_finish),
        scene_test(a_hundred_targets_of_which_seven_fail_in_four_ways),
        scene_test(the_json_report_has_the_documented_shape),
        scene_test(f02_f03_no_target_is_an_error_not_a_success),
        scene_test(f04_two_hundred_and_fifty_six_failures_are_exit_status_one),
    };
    return cmocka_run_group_tests(tests, scene_group_setup, NULL);
}
