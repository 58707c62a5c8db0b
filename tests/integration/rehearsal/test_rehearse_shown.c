/* `pgmarch rehearse` on a real server, as its user sees it: text, exit code, report. */
#include <stdlib.h>
#include <string.h>

#include "integration/scene.h"
#include "support/cmocka_all.h"

/* So many rows that their rewrite takes longer than what hurts nobody. */
static const char *orders(scene *s, const char *name, int rows) {
    const char *db = scene_database(s, name);
    free(psql(db,
              "CREATE TABLE orders (id int PRIMARY KEY, price int);"
              "INSERT INTO orders SELECT g, g FROM generate_series(1, %d) g; ANALYZE orders",
              rows));
    return db;
}

static void rewriting_migration(scene *s) {
    scene_migration(s, "1_token", "ALTER TABLE orders ADD COLUMN token text DEFAULT random()::text",
                    NULL);
}

static void who_waits_is_said_and_nothing_stays(void **state) {
    scene *s = *state;
    const char *db = orders(s, "shown", 1000);
    rewriting_migration(s);
    scene_migration(s, "2_notes", "CREATE TABLE notes (id int);\nINSERT INTO notes VALUES (1)",
                    NULL);
    shell_result result = march(s, "rehearse -u %s", scene_url(s, db));
    assert_status(&result, 0);
    assert_out(&result, "2 migrations ran and were taken back, ");
    assert_out(&result, "      blocks    reads and writes of orders (1000 rows, ");
    assert_out(&result, "      rewrites  table orders (1000 rows, ");
    assert_out(&result, "      blocks    nobody who reads or writes\n");
    assert_out(&result, "1 rehearsed\n");
    assert_err(&result, "1_token rehearsed  ");
    shell_free(&result);
    assert_psql(db,
                "SELECT to_regclass('notes') IS NULL AND to_regclass('schema_migrations') IS NULL",
                "t");
}

static void a_passed_bound_exits_with_3_and_a_failed_statement_with_1(void **state) {
    scene *s = *state;
    const char *db = orders(s, "gate", 1000);
    rewriting_migration(s);
    assert_march(s, 0, "rehearse -u %s --fail-on 'rewrite>1GB,time>1h'", scene_url(s, db));
    shell_result result = march(s, "rehearse -u %s --fail-on rewrite,access-exclusive",
                                scene_url(s, db));
    assert_status(&result, 3);
    assert_out(&result, "✗ rewrite is passed by 1_token, line 1, on ");
    assert_out(&result, "✗ access-exclusive is passed by 1_token, line 1, on ");
    assert_out(&result, "1 rehearsed; 1 passed a bound\n");
    shell_free(&result);
    scene_migration(s, "2_wrong", "ALTER TABLE ordres ADD COLUMN x int", NULL);
    result = march(s, "rehearse -u %s --fail-on rewrite", scene_url(s, db));
    assert_status(&result, 1);
    assert_out(&result, "1 of 2 migrations ran and was taken back, ");
    assert_out(&result, "relation \"ordres\" does not exist");
    shell_free(&result);
}

/* Before anything is connected to: the address is nowhere. */
static void a_misspelt_bound_is_refused_before_anything_is_touched(void **state) {
    scene *s = *state;
    rewriting_migration(s);
    shell_result result =
        march(s, "rehearse -u postgresql://app@nowhere.invalid/x --fail-on acess-exclusive");
    assert_status(&result, 2);
    assert_err(&result, "--fail-on: \"acess-exclusive\" is no bound; did you mean "
                        "\"access-exclusive\"?");
    shell_free(&result);
}

static void a_report_is_shown_as_the_run_showed_it(void **state) {
    scene *s = *state;
    const char *db = orders(s, "again", 1000);
    rewriting_migration(s);
    scene_migration(s, "2_index", "CREATE INDEX CONCURRENTLY ON orders (price)", NULL);
    shell_result result = march(s, "rehearse -u %s --fail-on alone --report r.json",
                                scene_url(s, db));
    assert_status(&result, 3);
    assert_out(&result, "    2_index    it cannot run in a transaction, and was only looked at\n");
    shell_result again = march(s, "report show r.json");
    assert_status(&again, 0);
    assert_string_equal(again.out, result.out);
    shell_free(&again);
    again = march_sh(s, "\"$PGMARCH_BIN\" report merge r.json --report r.md && cat r.md");
    assert_status(&again, 3);
    assert_string_equal(again.out, result.out);
    shell_free(&again);
    shell_free(&result);
}

/* On a busy machine three rows may take as long as hurts somebody, but not always. */
static bool is_quick_once(scene *s, const char *db) {
    enum { TRIES = 20 };
    bool quick = false;
    for (int i = 0; i < TRIES && !quick; i++) {
        shell_result result = march(s, "rehearse -u %s", scene_url(s, db));
        assert_status(&result, 0);
        assert_out(&result, "true: rewrote orders (3 rows, ");
        quick = strstr(result.out, "did not come true: ") != NULL;
        shell_free(&result);
    }
    return quick;
}

static void warnings_of_validate_come_true_where_there_are_rows(void **state) {
    scene *s = *state;
    const char *large = orders(s, "large", 200000);
    const char *small = orders(s, "small", 3);
    rewriting_migration(s);
    shell_result result = march(s, "rehearse -u %s", scene_url(s, large));
    assert_status(&result, 0);
    assert_out(&result, "warned    new-column-rewrites, line 1, came true: rewrote orders (200000 "
                        "rows, ");
    shell_free(&result);
    assert_true(is_quick_once(s, small));
}

/* Neither `validate` nor a rehearsal tells it; a bound is passed all the same. */
static void what_is_allowed_is_not_told_and_measured_all_the_same(void **state) {
    scene *s = *state;
    const char *db = orders(s, "allowed", 20000);
    rewriting_migration(s);
    folder_write(s->folder, "migrations/pgmarch.conf", "allow.new-column-rewrites = 1_*.up.sql\n");
    shell_result result = march(s, "rehearse -u %s --verbose --fail-on rewrite", scene_url(s, db));
    assert_status(&result, 3);
    assert_nowhere(&result, "warned ");
    assert_out(&result, "      rewrites  table orders (20 k rows, ");
    assert_out(&result, "✗ rewrite is passed by 1_token, line 1, on ");
    shell_free(&result);
    result = march(s, "validate --strict");
    assert_status(&result, 0);
    assert_out(&result, "left out: 1 warning that pgmarch.conf allows\n");
    shell_free(&result);
}

/* A copy of production has its name; the file says what it is. */
static void production_is_refused_and_a_copy_of_it_is_not(void **state) {
    scene *s = *state;
    const char *db = orders(s, "origin", 10);
    const char *copy = orders(s, "copied", 10);
    const char *marked = orders(s, "marked", 10);
    rewriting_migration(s);
    folder_write(s->folder, "fleet.conf",
                 "[prod]\nurl = %s\n[prod_copy]\nurl = %s\nrehearsal = true\n"
                 "[marked]\nurl = %s\nrehearsal = true\nproduction = true\n",
                 scene_url(s, db), scene_url(s, copy), scene_url(s, marked));
    shell_result result = march(s, "rehearse -t fleet.conf --yes");
    assert_status(&result, 2);
    assert_err(&result, "warning: production target \"prod\"");
    assert_err(&result, "warning: production target \"marked\"");
    assert_nowhere(&result, "production target \"prod_copy\"");
    assert_err(&result, "production targets need --yes-on-production; nothing was touched");
    shell_free(&result);
    result = march(s, "rehearse -t fleet.conf --only prod --yes-on-production");
    assert_status(&result, 0);
    assert_err(&result, "○ prod: 1 migration would be rehearsed: 1_token\n");
    assert_err(&result, "rehearsing on 1 production target: each lock that these migrations take");
    assert_out(&result, "✓ prod: 1 migration ran and was taken back, ");
    shell_free(&result);
    assert_psql(db, "SELECT to_regclass('schema_migrations') IS NULL", "t");
    result = march(s, "rehearse -t fleet.conf --only prod_copy");
    assert_status(&result, 0);
    assert_out(&result, "✓ prod_copy: 1 migration ran and was committed, on a copy, ");
    shell_free(&result);
    assert_psql(copy, "SELECT version FROM schema_migrations", "1_token");
}

/* The largest is rehearsed, and stands for the others. */
static void a_sample_stands_for_targets_with_the_same_plan(void **state) {
    scene *s = *state;
    const char *large = orders(s, "sample_large", 20000);
    const char *small = orders(s, "sample_small", 10);
    /* A database that another test has had may have kept its size. */
    free(psql(small, "VACUUM FULL"));
    rewriting_migration(s);
    folder_write(s->folder, "fleet.conf", "[small]\nurl = %s\n[large]\nurl = %s\n",
                 scene_url(s, small), scene_url(s, large));
    shell_result result = march(s, "rehearse -t fleet.conf --sample 1 --report r.json");
    assert_status(&result, 0);
    assert_out(&result, "✓ large: 1 migration ran and was taken back, ");
    assert_out(&result, "    stands for 1 target with the same plan: by size about ");
    assert_out(&result, "    not rehearsed: small\n");
    assert_out(&result, "1 rehearsed, 1 estimated\n");
    shell_result again = march(s, "report show r.json");
    assert_status(&again, 0);
    assert_string_equal(again.out, result.out);
    shell_free(&again);
    shell_free(&result);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        scene_test(who_waits_is_said_and_nothing_stays),
        scene_test(a_passed_bound_exits_with_3_and_a_failed_statement_with_1),
        scene_test(a_misspelt_bound_is_refused_before_anything_is_touched),
        scene_test(a_report_is_shown_as_the_run_showed_it),
        scene_test(warnings_of_validate_come_true_where_there_are_rows),
        scene_test(what_is_allowed_is_not_told_and_measured_all_the_same),
        scene_test(production_is_refused_and_a_copy_of_it_is_not),
        scene_test(a_sample_stands_for_targets_with_the_same_plan),
    };
    return cmocka_run_group_tests(tests, scene_group_setup, NULL);
}
