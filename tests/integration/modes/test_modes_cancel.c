/* a cancel request reaches its own backend, is awaited, and hits nothing that comes after. */
#include <libpq-fe.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "integration/modes/modes.h"
#include "support/cmocka_all.h"
#include "support/wire.h"

static const char SLEEPING[] = "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep' "
                               "AND datname = current_database()";

/* Of the connections behind the first ones: a run that takes a second also asks, beside its
 * session, whom that waits for. */
static unsigned count_cancels(wire *line, unsigned before) {
    unsigned found = 0;
    for (unsigned i = before + 1; i <= wire_connections(line); i++) {
        found += wire_connection(line, i).cancel ? 1 : 0;
    }
    return found;
}

/* r06: two targets in one database: the one that is late is cancelled, the other goes on. */
static void r06_cancel_reaches_its_own_backend_and_the_rollback_is_awaited(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "r06");
    wire *line = wire_open(cluster_port(), NULL);
    unsigned rolled_back = wire_add(line, (wire_rule){.direction = WIRE_TO_CLIENT,
                                                      .phase = WIRE_READY,
                                                      .type = 'C',
                                                      .contains = "ROLLBACK",
                                                      .action = WIRE_DELAY});
    folder_write(s->folder, "targets.conf",
                 "[late]\nurl = postgresql://postgres@127.0.0.1:%d/%s\nschema = late\n"
                 "create_schema = yes\ntarget_timeout = 3s\n"
                 "[steady]\nurl = %s\nschema = steady\ncreate_schema = yes\n",
                 wire_port(line), db, scene_url(s, db));
    /* The ledgers first: making both at once is a race of its own, and may end in a ROLLBACK. */
    scene_migration(s, "0_begin", "SELECT 1", NULL);
    assert_march(s, 0, "up -t targets.conf");
    unsigned earlier = wire_hits(line, rolled_back);
    unsigned connections = wire_connections(line);
    scene_migration(s, "1_a",
                    "CREATE TABLE a ();\n"
                    "SELECT pg_sleep(60) WHERE current_schema = 'late';\n",
                    NULL);
    shell_result result = march(s, "up -t targets.conf --report report.json");
    assert_status(&result, 1);
    shell_free(&result);
    assert_psql(db,
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
                "AND application_name LIKE 'pgmarch%'",
                "0");
    json_t *report = report_file(s, "report.json");
    json_t *late = report_target(report, "late");
    assert_json(late, "error.phase", "time");
    assert_json(late, "error.version", "1_a");
    assert_in_range((unsigned long)json_number(late, "duration_ms"), 2900, 60000);
    assert_json(report_target(report, "steady"), "outcome", "applied");
    json_decref(report);
    assert_int_equal(count_cancels(line, connections), 1);
    assert_int_equal(wire_hits(line, rolled_back), earlier + 1);
    wire_close(line);
    assert_psql(db, "SELECT to_regclass('late.a') IS NULL, to_regclass('steady.a') IS NOT NULL",
                "t|t");
}

/* One target behind a line that keeps the cancel request, its timeout in 3 s. */
static wire *hold_the_cancel(scene *s, const char *db, unsigned *held) {
    wire *line = wire_open(cluster_port(), NULL);
    *held = wire_add(
        line,
        (wire_rule){.direction = WIRE_TO_SERVER, .type = WIRE_CANCEL_REQUEST, .action = WIRE_HOLD});
    folder_write(s->folder, "targets.conf",
                 "[late]\nurl = postgresql://postgres@127.0.0.1:%d/%s?sslmode=disable\n"
                 "target_timeout = 3s\n",
                 wire_port(line), db);
    return line;
}

/* r06: the statement ends by itself while the request is on its way: it must not hit what comes
 * next. */
static void r06_nothing_is_sent_before_the_cancel_has_arrived(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "r06_order");
    const char *aborted = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                          " AND state = 'idle in transaction (aborted)'";
    unsigned held;
    wire *line = hold_the_cancel(s, db, &held);
    scene_gate(db);
    scene_migration(s, "1_a", "CREATE TABLE a ();\nSELECT until_go();\nSELECT 1/0;\n", NULL);
    shell_process process;
    march_start(s, &process, "up -t targets.conf --report report.json");
    assert_true(wire_wait(line, held, 1, SHELL_WAIT_MS));
    scene_go(db);
    psql_wait(db, aborted, "1", SHELL_WAIT_MS);
    sleep_ms(400);
    assert_psql(db, aborted, "1");
    assert_int_equal(wire_hits(line, held), 1);
    wire_release(line);
    shell_result result = shell_wait(&process);
    assert_status(&result, 1);
    shell_free(&result);
    json_t *report = report_file(s, "report.json");
    assert_json(report_target(report, "late"), "error.phase", "time");
    json_decref(report);
    wire_close(line);
    assert_psql(db, "SELECT to_regclass('a') IS NULL", "t");
}

/* r06: a pooler forgets the request of a client that has left. */
static void r06_a_session_stays_until_its_cancel_has_arrived(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "r06_stay");
    const char *sessions = "SELECT count(*) FROM pg_stat_activity WHERE state = 'idle' "
                           "AND datname = current_database() AND application_name LIKE 'pgmarch/%'";
    unsigned held;
    wire *line = hold_the_cancel(s, db, &held);
    scene_gate(db);
    scene_migration(s, "1_a", "SELECT until_go();\n", NULL);
    shell_process process;
    march_start(s, &process, "up -t targets.conf");
    assert_true(wire_wait(line, held, 1, SHELL_WAIT_MS));
    scene_go(db);
    psql_wait(db, sessions, "1", SHELL_WAIT_MS); /* the migration is done */
    sleep_ms(400);
    assert_psql(db, sessions, "1");
    wire_release(line);
    shell_result result = shell_wait(&process);
    shell_free(&result);
    wire_close(line);
    assert_ledger(db, "1_a");
    psql_wait(db, sessions, "0", SHELL_WAIT_MS);
}

/* r06: the session is gone while the request is on its way: it is waited for, but no longer than
 * the grace that its effect has. */
static void r06_a_cancel_on_its_way_is_awaited_for_its_grace(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "r06_grace");
    unsigned held;
    wire *line = hold_the_cancel(s, db, &held);
    scene_migration(s, "1_a", "SELECT pg_sleep(60);\n", NULL);
    long long before = now_ms();
    shell_process process;
    march_start(s, &process, "up -t targets.conf");
    assert_true(wire_wait(line, held, 1, SHELL_WAIT_MS));
    free(psql(db, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                  "WHERE datname = current_database() AND application_name LIKE 'pgmarch/%%'"));
    shell_result result = shell_wait(&process);
    assert_status(&result, 1);
    shell_free(&result);
    assert_in_range((unsigned long)(now_ms() - before), 3000 + 5000, 60000);
    wire_close(line);
}

/* r06: a role that may not log in without TLS; from libpq 17 on the request is encrypted, too. */
static void r06_a_session_over_tls_is_cancelled(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "r06_tls");
    free(
        psql("postgres",
             "DO $$BEGIN IF to_regrole('tls_only') IS NULL THEN CREATE ROLE tls_only LOGIN;"
             "END IF; END$$; GRANT tls_users TO tls_only; GRANT ALL ON DATABASE \"%s\" TO tls_only",
             db));
    free(psql(db, "GRANT ALL ON SCHEMA public TO tls_only"));
    wire *line = wire_open(cluster_port(), &(wire_options){.pass_tls = true});
    scene_migration(s, "1_a", "CREATE TABLE a ();\nSELECT pg_sleep(60);\n", NULL);
    long long before = now_ms();
    shell_result result = march(s,
                                "up --target-timeout 3s -u 'postgresql://tls_only@127.0.0.1:%d/"
                                "%s?sslmode=require'",
                                wire_port(line), db);
    assert_status(&result, 1);
    shell_free(&result);
    assert_in_range((unsigned long)(now_ms() - before), 3000, 60000);
    assert_true(wire_connection(line, 1).opaque);
    assert_int_equal(count_cancels(line, 1), PQlibVersion() >= 170000 ? 0 : 1);
    wire_close(line);
    assert_psql(db, SLEEPING, "0");
    assert_psql(db, "SELECT to_regclass('a') IS NULL", "t");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        scene_test(r06_cancel_reaches_its_own_backend_and_the_rollback_is_awaited),
        scene_test(r06_nothing_is_sent_before_the_cancel_has_arrived),
        scene_test(r06_a_session_stays_until_its_cancel_has_arrived),
        scene_test(r06_a_cancel_on_its_way_is_awaited_for_its_grace),
        scene_test(r06_a_session_over_tls_is_cancelled),
    };
    return cmocka_run_group_tests(tests, scene_group_setup, NULL);
}
