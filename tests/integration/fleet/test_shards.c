/* A fleet in parts: several processes that know nothing of each other march it together. */
#include "integration/scene.h"

#include <stdlib.h>
#include <string.h>

#include "support/cmocka_all.h"

enum { TENANTS = 40, SHARDS = 4 };

/* Forty tenants, a schema each, whose migration counts how often it ran. */
static const char *make_fleet(scene *s, const char *name) {
    const char *db = scene_database(s, name);
    char *text = text_format("[defaults]\nurl = %s\ncreate_schema = true\nper_server = 4\n",
                             scene_url(s, db));
    for (int i = 1; i <= TENANTS; i++) {
        char *longer = text_format("%s[tenant_%02d]\nschema = t%02d\n", text, i, i);
        free(text);
        text = longer;
    }
    folder_write(s->folder, "fleet.conf", "%s", text);
    free(text);
    free(psql(db, "CREATE TABLE public.ran (schema text)"));
    scene_migration(s, "1_a", "INSERT INTO public.ran SELECT CURRENT_SCHEMA", NULL);
    scene_migration(s, "2_b", "CREATE TABLE b ()", NULL);
    return db;
}

static void assert_each_once(const char *db) {
    assert_sql("40,40", db, "SELECT count(*) || ',' || count(DISTINCT schema) FROM public.ran");
    assert_sql("40", db,
               "SELECT count(*) FROM pg_class WHERE relname = 'b' AND relnamespace <> "
               "'public'::regnamespace");
}

static void every_shard_marches_its_own_and_together_they_march_all(void **state) {
    scene *s = *state;
    const char *db = make_fleet(s, "shards");
    char fleet[65] = "";
    size_t seen = 0;
    for (int i = 1; i <= SHARDS; i++) {
        assert_march(s, 0, "up -t fleet.conf --shard %d/%d --report s%d.json", i, SHARDS, i);
        json_t *report = report_file(s, scene_text(s, "s%d.json", i));
        assert_int_equal(json_number(report, "run.shard.index"), i - 1);
        assert_int_equal(json_number(report, "run.shard.count"), SHARDS);
        assert_int_equal(json_number(report, "run.selected"), TENANTS);
        size_t targets = json_array_size(json_object_get(report, "targets"));
        assert_int_equal(json_number(report, "run.counts.applied"), targets);
        assert_in_range(targets, 1, TENANTS / 2);
        seen += targets;
        const char *digest = json_text(report, "run.digests.fleet");
        assert_int_equal(strlen(digest), 64);
        assert_string_equal(i == 1 ? digest : fleet, digest);
        memcpy(fleet, digest, sizeof fleet);
        assert_json(report, "run.digests.selection", fleet);
        json_decref(report);
    }
    assert_int_equal(seen, TENANTS);
    assert_each_once(db);
}

/* A scheduler may start a part of its jobs twice, and both at once. */
static void shards_that_overlap_apply_everything_once(void **state) {
    scene *s = *state;
    const char *db = make_fleet(s, "overlap");
    shell_result result = march_sh(
        s, "codes=; pids=; for i in 0 1 2 3 0 1 2 3; do \"$PGMARCH_BIN\" up -q -t fleet.conf "
           "--shard-index $i --shard-count 4 >/dev/null & pids=\"$pids $!\"; done; "
           "for p in $pids; do wait $p; codes=\"$codes$?\"; done; echo $codes");
    assert_string_equal(result.out, "00000000\n");
    shell_free(&result);
    assert_each_once(db);
}

static void an_empty_shard_leaves_a_report_and_touches_nothing(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "empty_shard");
    folder_write(s->folder, "one.conf", "[a]\nurl = %s\n", scene_url(s, db));
    scene_migration(s, "1_a", "CREATE TABLE a ()", NULL);
    shell_result result = march(s, "up -t one.conf --shard 3/8 --report empty.json");
    assert_status(&result, 0);
    assert_out(&result, "no target of this fleet belongs to shard 3/8: 0 of 1 target in ");
    shell_free(&result);
    json_t *report = report_file(s, "empty.json");
    assert_int_equal(json_array_size(json_object_get(report, "targets")), 0);
    assert_int_equal(json_number(report, "run.shard.index"), 2);
    assert_int_equal(json_number(report, "run.selected"), 1);
    json_decref(report);
    assert_untouched(db);
    assert_march(s, 0, "up -t one.conf --shard 1/8"); /* where "a" is, by test_name_hash */
    assert_ledger(db, "1_a");
}

static void a_wrong_shard_touches_nothing(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "wrong_shard");
    folder_write(s->folder, "one.conf", "[a]\nurl = %s\n", scene_url(s, db));
    scene_migration(s, "1_a", "CREATE TABLE a ()", NULL);
    static const char *const wrong[] = {"--shard 0/1",
                                        "--shard 2/1",
                                        "--shard 1/",
                                        "--shard a/b",
                                        "--shard 1/0",
                                        "--shard-index 0",
                                        "--shard-count 1",
                                        "--shard-index 1 --shard-count 1",
                                        "--shard 1/1 --shard-index 0 --shard-count 1"};
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        assert_march(s, 2, "up -t one.conf %s", wrong[i]);
    }
    assert_untouched(db);
    shell_result result = march_sh(s, "PGMARCH_SHARD_COUNT=8 \"$PGMARCH_BIN\" up -t one.conf");
    assert_status(&result, 2);
    assert_err(&result, "--shard-count 8 needs --shard-index (or PGMARCH_SHARD_INDEX)");
    shell_free(&result);
    assert_untouched(db);
}

/* None of them is read: in a job that runs again by itself they say something else. */
static void the_variables_of_schedulers_are_not_read(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "unasked");
    folder_write(s->folder, "one.conf", "[a]\nurl = %s\n", scene_url(s, db));
    scene_migration(s, "1_a", "CREATE TABLE a ()", NULL);
    shell_result result = march_sh(
        s, "SLURM_ARRAY_TASK_ID=3 SLURM_ARRAY_TASK_COUNT=8 JOB_COMPLETION_INDEX=3 CI_NODE_INDEX=4 "
           "CI_NODE_TOTAL=8 \"$PGMARCH_BIN\" up -t one.conf -q");
    assert_status(&result, 0);
    assert_out(&result, "1 target in ");
    shell_free(&result);
    assert_ledger(db, "1_a");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        scene_test(every_shard_marches_its_own_and_together_they_march_all),
        scene_test(shards_that_overlap_apply_everything_once),
        scene_test(an_empty_shard_leaves_a_report_and_touches_nothing),
        scene_test(a_wrong_shard_touches_nothing),
        scene_test(the_variables_of_schedulers_are_not_read),
    };
    return cmocka_run_group_tests(tests, scene_group_setup, NULL);
}
