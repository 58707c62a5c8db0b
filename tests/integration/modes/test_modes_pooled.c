/* Behind a transaction pooler: nothing of ours may depend on the session, or stay in it. */
#include <stdlib.h>
#include <string.h>

#include "integration/modes/modes.h"
#include "support/cmocka_all.h"
#include "support/wire.h"

static const char LOCKS[] = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND "
                            "database = (SELECT oid FROM pg_database WHERE datname = "
                            "current_database())";

/* The next client of the pooler must not find what a file has set. */
static void assert_as_it_was(const bouncer *pool, const char *db) {
    shell_result next = shell_sh("psql -XAtq -h 127.0.0.1 -p %d -d %s -c 'SHOW search_path' "
                                 "-c 'SELECT current_user' -c 'SHOW lock_timeout'",
                                 pool->port, db);
    assert_status(&next, 0);
    assert_string_equal(next.out, "\"$user\", public\npostgres\n0\n");
    shell_free(&next);
}

/* Behind a pooler no session lock is taken: it would stay on the server connection for ever. */
static void l03_behind_a_pooler_nothing_is_leaked_and_nothing_runs_twice(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "l03");
    bouncer pool = bouncer_start();
    const char *url = scene_text(s, "postgresql://postgres@127.0.0.1:%d/%s", pool.port, db);
    scene_migration(s, "1_a",
                    "SET search_path = pg_catalog;\nSET ROLE pg_monitor;\nRESET ROLE;\n"
                    "CREATE TABLE public.a ();\nSELECT pg_sleep(0.5);\n",
                    "DROP TABLE public.a");
    scene_migration(s, "2_b", "CREATE TABLE public.b ()", NULL);
    shell_process runs[3];
    for (size_t i = 0; i < 3; i++) {
        march_start(s, &runs[i], "up -u %s", url);
    }
    for (size_t i = 0; i < 3; i++) {
        shell_result result = shell_wait(&runs[i]);
        assert_status(&result, 0);
        shell_free(&result);
    }
    assert_psql(db, "SELECT string_agg(version, ',') FROM public.schema_migrations", "1_a,2_b");
    assert_psql(db, LOCKS, "0");
    /* The pooled connections are as they were. */
    assert_as_it_was(&pool, db);
    bouncer_stop(&pool);
}

static void l03_a_lone_migration_behind_a_pooler_is_refused(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "l03_lone");
    free(psql(db, "CREATE TABLE t (a int)"));
    bouncer pool = bouncer_start();
    scene_migration(s, "1_i", "CREATE INDEX CONCURRENTLY i_a ON t (a)", NULL);
    json_t *report;
    json_t *target = failed_target(
        s, scene_text(s, "up -u postgresql://postgres@127.0.0.1:%d/%s", pool.port, db), &report);
    assert_part(json_text(target, "error.message"), "pooler");
    assert_part(json_text(target, "error.hint"), "connect to the server itself");
    json_decref(report);
    assert_ledger(db, "-");
    assert_psql(db, "SELECT to_regclass('i_a') IS NULL", "t");
    assert_psql(db, LOCKS, "0");
    bouncer_stop(&pool);
}

/* l04: nothing of ours goes by the startup parameter `options`; the user's own is told of. */
static void l04_a_pooler_that_refuses_options_is_explained(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "l04");
    bouncer pool = bouncer_start();
    scene_migration(s, "1_a", "CREATE TABLE a ()", NULL);
    const char *url = scene_text(s, "postgresql://postgres@127.0.0.1:%d/%s", pool.port, db);
    json_t *report;
    json_t *target = failed_target(s, scene_text(s, "up -u '%s?options=-cwork_mem%%3D4MB'", url),
                                   &report);
    assert_part(json_text(target, "error.message"), "unsupported startup parameter: options");
    assert_part(json_text(target, "error.hint"), "take \"options\" out");
    assert_int_equal(json_number(target, "attempts"), 1);
    json_decref(report);
    assert_march(s, 0, "up --ddl-lock-timeout 3s --statement-timeout 9s -u %s", url);
    assert_ledger(db, "1_a");
    bouncer_stop(&pool);
}

static const char SETTINGS[] = "SELECT set_config('search_path', '', false);\n"
                               "SET ROLE pg_monitor;\nSET lock_timeout = '3s';\n";

/* Every dump empties search_path; the application behind the same pooler would stand still. */
static void l03_what_the_last_file_set_does_not_stay_in_the_pool(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "l03_set");
    bouncer pool = bouncer_start();
    const char *url = scene_text(s, "postgresql://postgres@127.0.0.1:%d/%s", pool.port, db);
    scene_migration(s, "1_a", SETTINGS, NULL);
    assert_march(s, 0, "up -u %s", url);
    assert_as_it_was(&pool, db);
    /* The one that fails takes back its own settings, not those of the one before. */
    scene_migration(s, "2_b", SETTINGS, NULL);
    scene_migration(s, "3_c", "SELECT 1 / 0", NULL);
    assert_march(s, 1, "up -u %s", url);
    assert_as_it_was(&pool, db);
    /* So does one that the server cannot parse: it goes in a string of its own. */
    scene_migration(s, "3_c", SETTINGS, NULL);
    scene_migration(s, "4_d", "SELEC 1", NULL);
    assert_march(s, 1, "up -u %s", url);
    assert_ledger(db, "1_a,2_b,3_c");
    assert_as_it_was(&pool, db);
    bouncer_stop(&pool);
}

/* RESET ALL takes the encoding away that the pooler had set for us: COPY data, and every string
 * behind the first one, would come in as the database's own. */
static void s10_a_latin_1_server_behind_a_pooler_gets_the_characters_of_the_file(void **state) {
    scene *s = *state;
    char db[DATABASE_NAME]; /* not the scene's: those are used again, by tests that want UTF-8 */
    database_name(db, "s10_pooled");
    free(psql("postgres",
              "CREATE DATABASE \"%s\" TEMPLATE template0 ENCODING LATIN1 LC_COLLATE 'C' "
              "LC_CTYPE 'C'",
              db));
    bouncer pool = bouncer_start();
    const char *url = scene_text(s, "postgresql://postgres@127.0.0.1:%d/%s", pool.port, db);
    scene_migration(s, "1_a", "CREATE TABLE t (a text);\nINSERT INTO t VALUES ('naïve');\n", NULL);
    scene_migration(s, "2_b", "COPY t FROM STDIN;\nnaïve\n\\.\n", NULL);
    /* Too long for the first string. */
    char *line = text_format("%01000000d", 0);
    scene_migration(s, "3_c", scene_text(s, "-- %s%s\n", line, line), NULL);
    free(line);
    scene_migration(s, "4_d", "INSERT INTO t VALUES ('naïve');\n", NULL);
    assert_march(s, 0, "up -u %s", url);
    assert_psql(db, "SELECT count(*), count(DISTINCT a), max(length(a)) FROM t", "3|1|5");
    bouncer_stop(&pool);
    database_drop(db);
}

/* The line to the pooler is gone on our side only: it keeps a client that says nothing any more,
 * and with it a transaction that has the lock and waits for COPY data for ever. */
static void lose_session_inside_copy(scene *s, const char *db) {
    bouncer pool = bouncer_start();
    scene_migration(s, "1_a", "CREATE TABLE a (x int)", NULL);
    scene_migration(s, "2_b", "COPY a FROM STDIN;\n1\n2\n\\.\n", NULL);
    wire *line = wire_open(pool.port, NULL);
    unsigned rule = wire_add(line, (wire_rule){.connection = 1,
                                               .direction = WIRE_TO_CLIENT,
                                               .type = 'G', /* CopyInResponse */
                                               .nth = 1,
                                               .times = 1,
                                               .action = WIRE_RST,
                                               .side = WIRE_CLIENT_SIDE});
    long long start = now_ms();
    assert_march(s, 0, "up --lock-wait 40s -u postgresql://postgres@127.0.0.1:%d/%s",
                 wire_port(line), db);
    assert_true(now_ms() - start < 20000);
    assert_int_equal(wire_hits(line, rule), 1);
    assert_ledger(db, "1_a,2_b");
    assert_psql(db, "SELECT count(*) FROM a", "2");
    wire_close(line);
    bouncer_stop(&pool);
}

static void l11_a_run_behind_a_pooler_ends_its_own_lost_session_inside_a_copy(void **state) {
    scene *s = *state;
    lose_session_inside_copy(s, scene_database(s, "l11_pooled"));
}

/* Its transaction goes through two strings: nothing may stand in front of the second. */
static void l11_and_a_verify_file_still_runs_in_the_transaction_of_its_migration(void **state) {
    scene *s = *state;
    folder_write(s->folder, "migrations/2_b.verify.sql", "SELECT count(*) = 2 AS both FROM a;\n");
    lose_session_inside_copy(s, scene_database(s, "l11_verify"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        scene_test(l03_behind_a_pooler_nothing_is_leaked_and_nothing_runs_twice),
        scene_test(l03_a_lone_migration_behind_a_pooler_is_refused),
        scene_test(l03_what_the_last_file_set_does_not_stay_in_the_pool),
        scene_test(l04_a_pooler_that_refuses_options_is_explained),
        scene_test(l11_a_run_behind_a_pooler_ends_its_own_lost_session_inside_a_copy),
        scene_test(l11_and_a_verify_file_still_runs_in_the_transaction_of_its_migration),
        scene_test(s10_a_latin_1_server_behind_a_pooler_gets_the_characters_of_the_file),
    };
    return cmocka_run_group_tests(tests, scene_group_setup, NULL);
}
