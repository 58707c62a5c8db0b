/* The runs that ledgers remember, over several databases, as real runs have written them. */
#include "integration/scene.h"

#include "support/cmocka_all.h"

/* Two databases, two runs: the second one's migration slower on b. */
static void march_twice(scene *s, const char *a, const char *b) {
    folder_write(s->folder, "t.conf", "[a]\nurl = %s\n[b]\nurl = %s\n", scene_url(s, a),
                 scene_url(s, b));
    scene_migration(s, "1_a", "CREATE TABLE a (id int);", "DROP TABLE a;");
    assert_march(s, 0, "up -t t.conf");
    scene_migration(
        s, "2_b", "SELECT pg_sleep(CASE WHEN current_database() LIKE '%\\_b' THEN 0.5 ELSE 0 END);",
        "SELECT 1;");
    scene_migration(s, "3_c", "CREATE TABLE c (id int);", "DROP TABLE c;");
    assert_march(s, 0, "up -t t.conf --report up.json");
}

static void runs_are_told_as_the_ledgers_have_them(void **state) {
    scene *s = *state;
    march_twice(s, scene_database(s, "hist_a"), scene_database(s, "hist_b"));
    json_t *up = report_file(s, "up.json");
    shell_result result = march(s, "history -t t.conf --format json");
    assert_status(&result, 0);
    json_t *report = report_of(&result);
    assert_json(report, "runs.0.id", json_text(up, "run.id"));
    assert_json(report, "runs.0.versions.0", "2_b");
    assert_json(report, "runs.0.versions.1", "3_c");
    assert_int_equal(json_number(report, "runs.0.rows"), 4);
    assert_json(report, "runs.0.targets.1", "b");
    assert_json(report, "runs.0.slowest.target", "b");
    assert_true(json_number(report, "runs.0.slowest.took_ms") >= 500);
    assert_json(report, "runs.1.versions.0", "1_a");
    assert_json(report, "runs.2", "<absent>");
    json_decref(report);
    json_decref(up);
    shell_free(&result);
}

static void rows_of_other_hands_are_told_apart(void **state) {
    scene *s = *state;
    const char *a = scene_database(s, "hist_c");
    march_twice(s, a, scene_database(s, "hist_b2"));
    free(psql(a, "INSERT INTO schema_migrations(version) VALUES ('9_hand')"));
    shell_result result = march(s, "history -t t.conf");
    assert_status(&result, 0);
    assert_out(&result, "2_b … 3_c (2)");
    assert_out(&result, "(unsigned)");
    assert_out(&result, "9_hand");
    assert_out(&result, "2 runs in the ledgers of 2 targets\n");
    shell_free(&result);
}

static void a_ledger_that_is_not_read_is_named(void **state) {
    scene *s = *state;
    march_twice(s, scene_database(s, "hist_d"), scene_database(s, "hist_b3"));
    folder_write(s->folder, "u.conf",
                 "[gone]\nurl = postgresql://postgres@127.0.0.1:%d/nowhere_at_all\n",
                 cluster_port());
    shell_result result = march(s, "history -t t.conf -t u.conf");
    assert_status(&result, 1);
    assert_out(&result, "nowhere_at_all");
    assert_out(&result, "2 runs in the ledgers of 2 targets; 1 could not be read\n");
    shell_free(&result);
}

static void what_was_rolled_back_is_in_no_ledger_any_more(void **state) {
    scene *s = *state;
    march_twice(s, scene_database(s, "hist_e"), scene_database(s, "hist_b4"));
    assert_march(s, 0, "down -t t.conf --to 1 --yes");
    shell_result result = march(s, "history -t t.conf");
    assert_status(&result, 0);
    assert_out(&result, "1 run in the ledgers of 2 targets\n");
    shell_free(&result);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        scene_test(runs_are_told_as_the_ledgers_have_them),
        scene_test(rows_of_other_hands_are_told_apart),
        scene_test(a_ledger_that_is_not_read_is_named),
        scene_test(what_was_rolled_back_is_in_no_ledger_any_more),
    };
    return cmocka_run_group_tests(tests, scene_group_setup, NULL);
}
