/* Behind a transaction pooler: nothing of ours may depend on the session, or stay in it. */
#include <stdlib.h>
#include <string.h>

#include "modes.h"
#include "support/cmocka_all.h"

static const char LOCKS[] = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND "
                            "database = (SELECT oid FROM pg_database WHERE datname = "
                            "current_database())";

typedef struct bouncer {
    char *dir;
    int port;
} bouncer;

static bouncer bouncer_start(void) {
    bouncer pool = {.dir = folder_make()};
    shell_result result = shell_sh("exec \"%s/tests/support/bouncer\" start \"%s/pool\" "
                                   "--cluster \"%s\" --watch parent --set default_pool_size=2",
                                   env_need("PGMARCH_SOURCE_DIR"), pool.dir,
                                   env_need("PGMARCH_TEST_CLUSTER"));
    assert_status(&result, 0);
    shell_free(&result);
    char *env = folder_read(pool.dir, "pool/env");
    const char *port = strstr(env, "PGPORT=");
    assert_non_null(port);
    pool.port = (int)strtol(port + strlen("PGPORT="), NULL, 10);
    free(env);
    return pool;
}

static void bouncer_stop(bouncer *pool) {
    shell_result result = shell_sh("exec \"%s/tests/support/bouncer\" stop \"%s/pool\"",
                                   env_need("PGMARCH_SOURCE_DIR"), pool->dir);
    assert_status(&result, 0);
    shell_free(&result);
    folder_remove(pool->dir);
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
    shell_result next = shell_sh(
        "psql -XAtq -h 127.0.0.1 -p %d -d %s -c 'SHOW search_path' -c 'SELECT current_user' "
        "-c 'SHOW lock_timeout'",
        pool.port, db);
    assert_status(&next, 0);
    assert_string_equal(next.out, "\"$user\", public\npostgres\n0\n");
    shell_free(&next);
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

int main(void) {
    const struct CMUnitTest tests[] = {
        scene_test(l03_behind_a_pooler_nothing_is_leaked_and_nothing_runs_twice),
        scene_test(l03_a_lone_migration_behind_a_pooler_is_refused),
        scene_test(l04_a_pooler_that_refuses_options_is_explained),
    };
    return cmocka_run_group_tests(tests, scene_group_setup, NULL);
}
