/* A rollout of several runs, shards, shards that ran twice, and retries: the one report tells what
 * psql finds. */
#include "integration/scene.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "support/cmocka_all.h"

enum { TENANTS = 24, SHARDS = 4 };

/* 2_b fails in schema t07 and t20, until it is mended. */
#define FAILS_IN_TWO                                                                               \
    "CREATE TABLE b ();\n"                                                                         \
    "SELECT 1 / CASE WHEN CURRENT_SCHEMA IN ('t07', 't20') THEN 0 ELSE 1 END"

static void write_fleet(scene *s, const char *file, const char *db, int first, int last) {
    char *text = text_format("[defaults]\nurl = %s\ncreate_schema = true\nper_server = 4\n",
                             scene_url(s, db));
    for (int i = first; i <= last; i++) {
        char *longer = text_format("%s[tenant_%02d]\nschema = t%02d\n", text, i, i);
        free(text);
        text = longer;
    }
    folder_write(s->folder, file, "%s", text);
    free(text);
}

/* Tenants, a schema each, whose first migration counts how often it ran. */
static const char *make_fleet(scene *s, const char *name) {
    const char *db = scene_database(s, name);
    write_fleet(s, "fleet.conf", db, 1, TENANTS);
    free(psql(db, "CREATE TABLE public.ran (schema text)"));
    scene_migration(s, "1_a", "INSERT INTO public.ran SELECT CURRENT_SCHEMA", NULL);
    return db;
}

/* Versions that the report says were applied, target by target: as the ledgers have them. */
static void assert_report_is_true(scene *s, const char *db, json_t *report) {
    json_t *targets = json_object_get(report, "targets");
    assert_int_equal(json_array_size(targets), TENANTS);
    for (int i = 1; i <= TENANTS; i++) {
        json_t *target = report_target(report, scene_text(s, "tenant_%02d", i));
        char *rows = psql(db,
                          "SELECT coalesce(string_agg(version || '@' || run_id, ',' ORDER BY "
                          "version), '') FROM t%02d.schema_migrations",
                          i);
        size_t count = json_array_size(json_object_get(target, "applied"));
        size_t found = 0;
        for (const char *at = strchr(rows, '@'); at != NULL; at = strchr(at + 1, '@')) {
            found++;
        }
        if (found != count) {
            fail_msg("tenant_%02d: %zu applied in the report, and in the ledger [%s]", i, count,
                     rows);
        }
        free(rows);
    }
}

static void shards_are_merged_to_what_is_there(void **state) {
    scene *s = *state;
    const char *db = make_fleet(s, "merge");
    scene_migration(s, "2_b", FAILS_IN_TWO, NULL);
    shell_result result = march_sh(
        s,
        "for i in 1 2 3 4; do \"$PGMARCH_BIN\" up -q -t fleet.conf --shard $i/4 --report s$i.json "
        ">/dev/null & done; wait");
    shell_free(&result);
    result = march(s, "report merge s1.json s2.json s3.json s4.json --report all.json");
    assert_status(&result, 1);
    assert_out(&result, "2 targets failed: tenant_07, tenant_20\n");
    assert_out(&result, "merged: 4 shards\n");
    assert_out(&result, "24 targets in ");
    assert_out(&result, ": 22 applied, 2 failed\n");
    shell_free(&result);
    json_t *report = report_file(s, "all.json");
    assert_report_is_true(s, db, report);
    assert_json(report, "run.shard", "null");
    assert_int_equal(json_array_size(json_at(report, "run.runs")), SHARDS);
    assert_json(report_target(report, "tenant_07"), "error.sqlstate", "22012");
    assert_json_list(report_target(report, "tenant_07"), "applied", "1_a");
    json_decref(report);
    /* What was merged is a report as any other. */
    assert_march(s, 1, "report merge all.json --format json");
    assert_march(s, 2, "report merge all.json s1.json");
    assert_march(s, 2, "report merge s1.json s2.json s4.json");
}

/* Mended, retried on another number of machines, and told as a whole. */
static void what_failed_is_retried_and_the_whole_story_told(void **state) {
    scene *s = *state;
    const char *db = make_fleet(s, "retry");
    scene_migration(s, "2_b", FAILS_IN_TWO, NULL);
    for (int i = 1; i <= 2; i++) {
        assert_march(s, 1, "up -q -t fleet.conf --shard %d/2 --report s%d.json", i, i);
    }
    assert_march(s, 1, "report merge -q s1.json s2.json --report all.json");
    scene_migration(s, "2_b", "CREATE TABLE b (mended int)", NULL);
    shell_result result = march(s, "up -t fleet.conf --retry-failed all.json --dry-run");
    assert_status(&result, 0);
    assert_err(&result, "retrying 2 of the 24 targets of \"all.json\", run ");
    assert_err(&result, ": 2 failed\nthe migrations folder has changed since: ");
    assert_out(&result, "2 targets in ");
    shell_free(&result);
    result = march_sh(
        s,
        "for i in 1 2 3; do \"$PGMARCH_BIN\" up -q -t fleet.conf --retry-failed all.json --shard "
        "$i/3 --report r$i.json || exit; done");
    assert_status(&result, 0);
    shell_free(&result);
    assert_sql("2", db,
               "SELECT count(*) FROM information_schema.columns WHERE column_name = 'mended'");
    assert_march(s, 2, "report merge s1.json s2.json r1.json r3.json");
    result = march(s, "report merge s1.json s2.json r1.json r2.json r3.json --report story.json");
    assert_status(&result, 0);
    assert_out(&result, "merged: 2 shards, and 3 runs that retried what was left\n");
    assert_out(&result, ": 24 applied\n");
    shell_free(&result);
    assert_march(s, 0, "report merge r3.json all.json r1.json r2.json --report story2.json");
    json_t *report = report_file(s, "story.json");
    json_t *other = report_file(s, "story2.json");
    assert_report_is_true(s, db, report);
    assert_true(json_equal(report, other));
    json_decref(report);
    json_decref(other);
    result = march(s, "up -t fleet.conf --retry-failed story.json --report none.json");
    assert_status(&result, 0);
    assert_err(&result, "nothing to retry: all of the 24 targets of \"story.json\" ended well\n");
    shell_free(&result);
    report = report_file(s, "none.json");
    assert_int_equal(json_array_size(json_object_get(report, "targets")), 0);
    json_decref(report);
}

static void shards_that_ran_twice_at_once_are_settled(void **state) {
    scene *s = *state;
    const char *db = make_fleet(s, "merge_twice");
    scene_migration(s, "2_b", "CREATE TABLE b ()", NULL);
    shell_result result =
        march_sh(s, "for j in x y; do for i in 0 1 2 3; do \"$PGMARCH_BIN\" up -q -t fleet.conf "
                    "--shard-index $i "
                    "--shard-count 4 --report $j$i.json >/dev/null & done; done; wait");
    shell_free(&result);
    result = march(s, "report merge x?.json y?.json --report all.json");
    assert_status(&result, 0);
    assert_out(&result, "merged: 4 shards in 8 runs\n");
    assert_out(&result, ": 24 applied\n");
    shell_free(&result);
    json_t *report = report_file(s, "all.json");
    assert_report_is_true(s, db, report);
    json_decref(report);
    assert_sql("24,24", db, "SELECT count(*) || ',' || count(DISTINCT schema) FROM public.ran");
}

/* A task that is stopped in the middle leaves a report, and the one that is queued again another.
 */
static void a_shard_that_was_stopped_and_ran_again_is_settled(void **state) {
    scene *s = *state;
    const char *db = make_fleet(s, "merge_stop");
    free(psql(db, "CREATE TABLE public.stalls ()"));
    scene_migration(s, "2_b",
                    "SELECT pg_sleep(30) WHERE CURRENT_SCHEMA = 't05' AND "
                    "to_regclass('public.stalls') IS NOT NULL",
                    NULL);
    shell_process process;
    march_start(s, &process, "up -t fleet.conf --report first.json -j 2");
    shell_wait_text(&process, "tenant_06  ✓ 2_b", SHELL_WAIT_MS);
    shell_signal(&process, SIGTERM);
    shell_result result = shell_wait(&process);
    assert_status(&result, 143);
    shell_free(&result);
    free(psql(db, "DROP TABLE public.stalls"));
    assert_march(s, 2,
                 "report merge first.json"
                 " missing.json");
    assert_march(s, 0, "up -q -t fleet.conf --retry-failed first.json --report second.json");
    result = march(s, "report merge first.json second.json --report all.json");
    assert_status(&result, 0);
    assert_out(&result, ": 24 applied\n");
    assert_out(&result, ": cancelled in run ");
    shell_free(&result);
    json_t *report = report_file(s, "all.json");
    assert_report_is_true(s, db, report);
    json_decref(report);
}

static void a_report_of_another_fleet_or_folder_is_not_retried(void **state) {
    scene *s = *state;
    const char *db = make_fleet(s, "other_one");
    const char *elsewhere = scene_database(s, "other_two");
    scene_migration(s, "2_b", FAILS_IN_TWO, NULL);
    assert_march(s, 1, "up -q -t fleet.conf --report r.json");
    write_fleet(s, "elsewhere.conf", elsewhere, 1, TENANTS);
    shell_result result = march(s, "up -t elsewhere.conf --retry-failed r.json");
    assert_status(&result, 2);
    assert_err(&result, "\"r.json\" is of another fleet: target \"tenant_07\" was at ");
    shell_free(&result);
    write_fleet(s, "strangers.conf", elsewhere, 50, 60);
    result = march(s, "up -t strangers.conf --retry-failed r.json");
    assert_status(&result, 2);
    assert_err(&result,
               "none of the targets that \"r.json\" names is in this fleet: \"tenant_07\", "
               "\"tenant_20\"; it is of another one");
    shell_free(&result);
    write_fleet(s, "smaller.conf", db, 1, 12);
    result = march(s, "up -t smaller.conf --retry-failed r.json");
    assert_status(&result, 2);
    assert_err(&result, "1 of the 2 targets that \"r.json\" names is no longer in the fleet: "
                        "\"tenant_20\"; leave it out with --exclude");
    shell_free(&result);
    result = march(s, "status -t smaller.conf --retry-failed r.json --exclude tenant_20");
    assert_status(&result, 0);
    assert_err(&result, "retrying 2 of the 24 targets of \"r.json\", run ");
    assert_err(&result, "the fleet has changed since: targets came or went\n");
    shell_free(&result);
    folder_write(s->folder, "others/1_z.up.sql", "SELECT 1;\n");
    result = march(s, "up -t fleet.conf -d others --retry-failed r.json");
    assert_status(&result, 2);
    assert_err(&result, "\"r.json\" is of another migrations folder: \"1_a\" is not in this one");
    shell_free(&result);
    result = march(s, "down -t fleet.conf --to 1_a --retry-failed r.json");
    assert_status(&result, 2);
    assert_err(&result, "\"r.json\" is a report of `up`, and its targets cannot be retried with "
                        "`down`");
    shell_free(&result);
    assert_untouched(elsewhere);
}

static void reports_of_two_rollouts_are_not_merged(void **state) {
    scene *s = *state;
    const char *db = make_fleet(s, "two_a");
    assert_march(s, 0, "up -q -t fleet.conf --report one.json");
    write_fleet(s, "other.conf", db, 2, TENANTS);
    assert_march(s, 0, "up -q -t other.conf --report two.json");
    shell_result result = march(s, "report merge one.json two.json --report all.json");
    assert_status(&result, 2);
    assert_err(&result, "\"one.json\" and \"two.json\" are not of one rollout: they differ in the "
                        "fleet (");
    assert_err(&result, "), the selection (");
    shell_free(&result);
    assert_march(s, 0, "status -q -t fleet.conf --report look.json");
    result = march(s, "report merge one.json look.json");
    assert_status(&result, 2);
    assert_err(&result, "they differ in the command (up and status)");
    shell_free(&result);
    result = march(s, "report merge one.json --report one.json");
    assert_status(&result, 2);
    assert_err(&result, "--report \"one.json\" would overwrite one of the reports");
    shell_free(&result);
    result = march_sh(s, "head -c 900 one.json > cut.json; \"$PGMARCH_BIN\" report merge cut.json");
    assert_status(&result, 2);
    assert_err(&result, "report \"cut.json\" is cut off");
    shell_free(&result);
    result = march_sh(s, "test ! -e all.json");
    assert_status(&result, 0);
    shell_free(&result);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        scene_test(shards_are_merged_to_what_is_there),
        scene_test(what_failed_is_retried_and_the_whole_story_told),
        scene_test(shards_that_ran_twice_at_once_are_settled),
        scene_test(a_shard_that_was_stopped_and_ran_again_is_settled),
        scene_test(a_report_of_another_fleet_or_folder_is_not_retried),
        scene_test(reports_of_two_rollouts_are_not_merged),
    };
    return cmocka_run_group_tests(tests, scene_group_setup, NULL);
}
