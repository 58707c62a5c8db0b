/* r12: a real standby. It cannot be migrated, and says so at once; status can read it. */
#include "integration/scene.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "support/cmocka_all.h"

/* Starts a server of this test's own, which ends with it, and makes it the one psql() talks to. */
static void start_server(scene *s) {
    shell_result started = march_sh(s,
                                    "\"$PGMARCH_TEST_CLUSTER_TOOL\" start \"$PWD/server\" "
                                    "--watch %ld --set wal_level=replica && cat server/env",
                                    (long)getpid());
    assert_status(&started, 0);
    const char *port = strstr(started.out, "\nPGPORT=");
    assert_non_null(port);
    char number[16];
    (void)snprintf(number, sizeof number, "%ld", strtol(port + strlen("\nPGPORT="), NULL, 10));
    (void)setenv("PGPORT", number, 1);
    shell_free(&started);
}

/* A server that finds this file when it starts stays in recovery: it waits for more of the log. */
static void make_it_a_standby(scene *s) {
    shell_result result = march_sh(s, ". server/env && touch \"$PGMARCH_TEST_DATA/standby.signal\" "
                                      "&& chmod 644 \"$PGMARCH_TEST_DATA/standby.signal\" && "
                                      "\"$PGMARCH_TEST_CLUSTER_TOOL\" restart \"$PWD/server\"");
    assert_status(&result, 0);
    shell_free(&result);
    assert_psql("postgres", "SELECT pg_is_in_recovery()", "t");
}

static void expect_read_only(scene *s, const char *command, const char *url) {
    long long before = now_ms();
    shell_result result = march(s, "%s -u %s --format json", command, url);
    assert_true(now_ms() - before < 5000); /* no retry storm */
    assert_status(&result, 1);
    json_t *report = report_of(&result);
    shell_free(&result);
    assert_json(report, "targets.0.outcome", "failed");
    assert_int_equal(json_number(report, "targets.0.attempts"), 1);
    const char *message = json_text(report, "targets.0.error.message");
    if (strstr(message, "standby") == NULL && strstr(message, "read-only") == NULL) {
        fail_msg("\"%s\" does not say that it is a standby", message);
    }
    json_decref(report);
}

static void r12_a_standby_is_refused_by_up_and_down_and_read_by_status(void **state) {
    scene *s = *state;
    start_server(s);
    free(psql("postgres", "CREATE DATABASE town"));
    const char *url = scene_url(s, "town");
    const char *fresh = scene_url(s, "postgres");
    scene_migration(s, "1_a", "CREATE TABLE a ()", "DROP TABLE a");
    assert_march(s, 0, "up -u %s", url);
    make_it_a_standby(s);

    assert_march(s, 0, "up -u %s", url); /* l10: nothing pending writes nothing */
    scene_migration(s, "2_b", "CREATE TABLE b ()", NULL);
    shell_result status = march(s, "status -u %s", url);
    assert_status(&status, 0);
    assert_out(&status, "✓ 1_a (applied ");
    assert_out(&status, "○ 2_b (pending)");
    shell_free(&status);
    assert_march(s, 0, "status -u %s", fresh); /* without a ledger */
    assert_march(s, 0, "up --dry-run -u %s", url);

    expect_read_only(s, "up", url);
    expect_read_only(s, "up", fresh);
    expect_read_only(s, "down", url);
    assert_ledger("town", "1_a");
}

/* target_session_attrs is honoured: of two hosts only the one that can be written to will do. */
static void r12_target_session_attrs_is_honoured(void **state) {
    scene *s = *state;
    scene_migration(s, "1_a", "CREATE TABLE a ()", "DROP TABLE a");
    char name[DATABASE_NAME];
    database_name(name, "r12_attrs"); /* on both servers: libpq stops at one without it */
    start_server(s);
    free(psql("postgres", "CREATE DATABASE %s", name));
    make_it_a_standby(s);
    const char *standby = scene_text(s, "%d", cluster_port());
    cluster_load_env();
    const char *db = scene_database(s, "r12_attrs");
    assert_march(s, 0,
                 "up -u 'postgresql://postgres@127.0.0.1:%s,127.0.0.1:%d/%s"
                 "?target_session_attrs=read-write'",
                 standby, cluster_port(), db);
    assert_ledger(db, "1_a");
    shell_result none = march(s,
                              "up --connect-wait 0 -u 'postgresql://postgres@127.0.0.1:%s/postgres"
                              "?target_session_attrs=read-write'",
                              standby);
    assert_status(&none, 1);
    assert_out(&none, "session is read-only");
    shell_free(&none);
}

static int stop_server(void **state) {
    scene *s = *state;
    shell_result stopped = march_sh(s, "\"$PGMARCH_TEST_CLUSTER_TOOL\" stop \"$PWD/server\"");
    shell_free(&stopped);
    cluster_load_env();
    return scene_teardown(state);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(r12_a_standby_is_refused_by_up_and_down_and_read_by_status,
                                        scene_setup, stop_server),
        cmocka_unit_test_setup_teardown(r12_target_session_attrs_is_honoured, scene_setup,
                                        stop_server),
    };
    return cmocka_run_group_tests(tests, scene_group_setup, NULL);
}
