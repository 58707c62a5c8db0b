/* Rollouts on a server: what was touched, as psql sees it, and what the report says of it. */
#include "integration/scene.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/cmocka_all.h"

#define COUNT(list) (sizeof(list) / sizeof *(list))

static const char *const names[] = {"dev_1",  "dev_2",  "stage_1", "stage_2", "stage_3",
                                    "live_1", "live_2", "live_3",  "live_4"};

/* Schemas of one database in three waves: two, three and four of them. */
static void write_fleet(scene *s, const char *db, const char *rollout) {
    char sections[2048] = "";
    for (size_t i = 0; i < COUNT(names); i++) {
        size_t len = strlen(sections);
        (void)snprintf(sections + len, sizeof sections - len, "[%s]\nschema = %s\n", names[i],
                       names[i]);
    }
    folder_write(s->folder, "fleet.conf",
                 "[defaults]\nurl = %s\ncreate_schema = yes\n"
                 "[rollout]\nwave.1 = dev*\nwave.2 = stage*\n%s\n%s",
                 scene_url(s, db), rollout, sections);
}

/* The schemas whose ledger lists so many migrations, "dev_1,dev_2"; "" when none does. */
static void assert_at(const char *db, int migrations, const char *expected) {
    free(psql(db,
              "CREATE OR REPLACE FUNCTION public.listed(s text) RETURNS bigint LANGUAGE plpgsql "
              "AS $$ DECLARE n bigint; BEGIN EXECUTE format('SELECT count(*) FROM "
              "%%I.schema_migrations', s) INTO n; RETURN n; "
              "EXCEPTION WHEN undefined_table OR invalid_schema_name THEN RETURN 0; END $$"));
    assert_sql(expected, db,
               "SELECT coalesce(string_agg(t, ',' ORDER BY o), '') FROM unnest(ARRAY['dev_1',"
               "'dev_2','stage_1','stage_2','stage_3','live_1','live_2','live_3','live_4']) "
               "WITH ORDINALITY AS u(t, o) WHERE public.listed(t) = %d",
               migrations);
}

static void assert_wave(json_t *report, size_t index, const char *name, const char *state,
                        long long failed) {
    char path[32];
    (void)snprintf(path, sizeof path, "run.waves.%zu", index);
    json_t *wave = json_at(report, path);
    assert_non_null(wave);
    assert_json(wave, "name", name);
    assert_json(wave, "state", state);
    assert_int_equal(json_number(wave, "failed"), failed);
}

/* ---- the canary ---- */

static void f09_behind_a_canary_that_fails_nothing_else_is_touched(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "rollout_canary");
    write_fleet(s, db, "canary = stage_3");
    scene_migration(s, "1_a", "CREATE TABLE a (); SELECT 1/0", NULL);
    shell_result result = march(s, "up -t fleet.conf --report report.json");
    assert_status(&result, 1);
    assert_err(&result, "4 waves, one after the other:");
    assert_out(&result, "– 8 targets did not start: canary: 1 of 1 failed, where nothing may fail");
    shell_free(&result);
    assert_at(db, 0, "dev_1,dev_2,stage_1,stage_2,stage_3,live_1,live_2,live_3,live_4");
    assert_psql(db,
                "SELECT string_agg(nspname, ',') FROM pg_namespace WHERE nspname ~ "
                "'^(dev|stage|live)_'",
                "stage_3");
    json_t *report = report_file(s, "report.json");
    assert_wave(report, 0, "canary", "stopped", 1);
    assert_wave(report, 1, "wave 1", "not-run", 0);
    assert_wave(report, 3, "the rest", "not-run", 0);
    assert_json(report_target(report, "stage_3"), "wave", "canary");
    assert_json(report_target(report, "stage_3"), "outcome", "failed");
    assert_json(report_target(report, "stage_3"), "reason", "null");
    assert_json(report_target(report, "live_1"), "wave", "the rest");
    assert_json(report_target(report, "live_1"), "outcome", "not-run");
    assert_json(report_target(report, "live_1"), "reason",
                "canary: 1 of 1 failed, where nothing may fail");
    json_decref(report);
}

/* ---- the threshold ---- */

/* Of stage_1 and stage_2 the migration fails, and one of a wave may: with one at a time stage_3 is
 * the first that does not start. */
static void f09_the_threshold_is_reached_in_the_middle_and_the_rest_follows_the_mend(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "rollout_middle");
    write_fleet(s, db, "max_failures = 1");
    scene_migration(s, "1_a", "CREATE TABLE a (x int)", "DROP TABLE a");
    scene_migration(s, "2_b",
                    "CREATE TABLE b (x int);"
                    "SELECT 1 / (CASE WHEN current_schema ~ '^stage_[12]' AND to_regclass("
                    "'public.mended') IS NULL THEN 0 ELSE 1 END)",
                    "DROP TABLE b");
    shell_result result = march(s, "up -t fleet.conf -j 1 --report report.json");
    assert_status(&result, 1);
    assert_err(&result, "wave 2    3 targets, at most 2 can fail (1 + 1 under way)");
    assert_out(&result, "– 5 targets did not start: wave 2: 2 of 3 failed, --max-failures 1");
    shell_free(&result);
    assert_at(db, 2, "dev_1,dev_2");
    assert_at(db, 1, "stage_1,stage_2");
    assert_at(db, 0, "stage_3,live_1,live_2,live_3,live_4");
    json_t *report = report_file(s, "report.json");
    assert_wave(report, 0, "wave 1", "ended", 0);
    assert_wave(report, 1, "wave 2", "stopped", 2);
    assert_wave(report, 2, "the rest", "not-run", 0);
    assert_json(report_target(report, "stage_3"), "reason",
                "wave 2: 2 of 3 failed, --max-failures 1");
    assert_int_equal(json_number(report_target(report, "stage_3"), "attempts"), 0);
    json_decref(report);

    free(psql(db, "CREATE TABLE public.mended ()"));
    assert_march(s, 0, "up -t fleet.conf");
    assert_at(db, 2, "dev_1,dev_2,stage_1,stage_2,stage_3,live_1,live_2,live_3,live_4");
}

/* ---- and back ---- */

static const char *const when_gone = "INSERT INTO public.gone (who) VALUES (current_schema)";

static void f09_a_rollout_is_taken_back_in_reverse(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "rollout_back");
    free(psql(db, "CREATE TABLE public.gone (at serial, who text)"));
    write_fleet(s, db, "");
    scene_migration(s, "1_a", "CREATE TABLE a (x int)", when_gone);
    assert_march(s, 0, "up -t fleet.conf");
    assert_at(db, 1, "dev_1,dev_2,stage_1,stage_2,stage_3,live_1,live_2,live_3,live_4");
    shell_result result = march(s, "down --to 0 --reverse -t fleet.conf --yes");
    assert_status(&result, 0);
    assert_err(&result, "▸ the rest: 4 targets");
    shell_free(&result);
    assert_at(db, 0, "dev_1,dev_2,stage_1,stage_2,stage_3,live_1,live_2,live_3,live_4");
    assert_psql(db,
                "SELECT string_agg(wave, ',') FROM (SELECT split_part(who, '_', 1) AS wave FROM "
                "public.gone GROUP BY 1 ORDER BY min(at)) AS w",
                "live,stage,dev");
    assert_psql(db,
                "SELECT (SELECT max(at) FROM public.gone WHERE who ~ '^live') < "
                "(SELECT min(at) FROM public.gone WHERE who ~ '^stage')",
                "t");
}

/* ---- what is wrong is said before anything is touched ---- */

static void bad_rollouts_touch_nothing(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "rollout_bad");
    scene_migration(s, "1_a", "CREATE TABLE a ()", NULL);
    static const struct {
        const char *rollout;
        const char *words;
        const char *said;
    } cases[] = {
        {"wave.3 = pord*", "", "fleet.conf:7: no target matches \"pord*\""},
        {"canery = 1", "", "did you mean \"canary\"?"},
        {"max_failures = most", "", "fleet.conf:7: \"max_failures\" must be"},
        {"server.db9 = 2", "", "fleet.conf:7: no target is on server \"db9\""},
        {"", "--canary 101%", "--canary: is too large"},
        {"", "--canary 'x*'", "no selected target matches \"x*\" (--canary)"},
        {"", "--max-failures few", "--max-failures must be a whole number"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        write_fleet(s, db, cases[i].rollout);
        shell_result result = march(s, "up -t fleet.conf %s", cases[i].words);
        assert_status(&result, 2);
        assert_err(&result, cases[i].said);
        shell_free(&result);
    }
    assert_untouched(db);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        scene_test(f09_behind_a_canary_that_fails_nothing_else_is_touched),
        scene_test(f09_the_threshold_is_reached_in_the_middle_and_the_rest_follows_the_mend),
        scene_test(f09_a_rollout_is_taken_back_in_reverse),
        scene_test(bad_rollouts_touch_nothing),
    };
    return cmocka_run_group_tests(tests, scene_group_setup, NULL);
}
