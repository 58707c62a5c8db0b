/* A dead, broken or hostile server ends in bounded time, and holds nobody else up. */
#include <stdlib.h>
#include <string.h>

#include "integration/modes/modes.h"
#include "support/cmocka_all.h"
#include "support/wire.h"

static void write_fleet(scene *s, int port, const char *db, unsigned count) {
    char *text = calloc(1, 200 * (size_t)count);
    assert_non_null(text);
    for (unsigned i = 0; i < count; i++) {
        (void)snprintf(
            text + strlen(text), 200,
            "[t%03u]\nhost = 127.0.0.1\nport = %d\nuser = postgres\ndbname = %s\nschema = s%u\n", i,
            port, db, i);
    }
    folder_write(s->folder, "fleet.conf", "%s", text);
    free(text);
}

/* A port where nobody listens: bound and closed again. */
static int dead_port(void) {
    wire *line = wire_open(cluster_port(), NULL);
    int port = wire_port(line);
    wire_close(line);
    return port;
}

static void a_hundred_targets_on_a_dead_port_take_one_wait(void **state) {
    scene *s = *state;
    write_fleet(s, dead_port(), "nowhere", 100);
    scene_migration(s, "1_a", "SELECT 1", NULL);
    long long before = now_ms();
    shell_result result = march(s, "status --connect-wait 2s -t fleet.conf --format json");
    long long took = now_ms() - before;
    assert_status(&result, 1);
    json_t *report = report_of(&result);
    shell_free(&result);
    assert_int_equal(json_number(report, "run.counts.failed"), 100);
    for (size_t i = 0; i < 100; i++) {
        json_t *target = json_at(report, scene_text(s, "targets.%zu", i % 100));
        assert_part(json_text(target, "error.message"), "Connection refused");
        assert_json(target, "error.phase", "connect");
    }
    assert_part(json_text(report, "targets.99.error.detail"), "not tried: other targets");
    assert_int_equal(json_number(report, "targets.99.attempts"), 0);
    json_decref(report);
    assert_in_range((unsigned long)took, 1900, 20000); /* quiet: 2.1 s; without it 26 s */
}

static void a_server_that_is_there_is_not_given_up_for_one_bad_target(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "servers_bad");
    folder_write(s->folder, "fleet.conf",
                 "[defaults]\nhost = 127.0.0.1\nport = %d\nuser = postgres\ncreate_schema = true\n"
                 "[a]\ndbname = no_such_1\n[b]\ndbname = no_such_2\n[c]\ndbname = no_such_3\n"
                 "[d]\ndbname = no_such_4\n[e]\ndbname = %s\nschema = e\n",
                 cluster_port(), db);
    scene_migration(s, "1_a", "SELECT 1", NULL);
    shell_result result = march(s, "up --jobs 1 -t fleet.conf --format json");
    assert_status(&result, 1);
    json_t *report = report_of(&result);
    shell_free(&result);
    assert_json(report_target(report, "e"), "outcome", "applied");
    json_decref(report);
}

/* A pooler whose database is gone: it lets one log in, and closes at the first question. */
static void a_server_that_closes_at_the_first_question_is_given_up(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "servers_closes");
    scene_migration(s, "1_a", "SELECT 1", NULL);
    wire *line = wire_open(cluster_port(), NULL);
    (void)wire_add(line, (wire_rule){.direction = WIRE_TO_SERVER,
                                     .phase = WIRE_READY,
                                     .type = 'Q',
                                     .action = WIRE_RST});
    write_fleet(s, wire_port(line), db, 20);
    long long before = now_ms();
    shell_result result = march(s, "status -q --connect-wait 2s -t fleet.conf --format json");
    long long took = now_ms() - before;
    wire_close(line);
    assert_status(&result, 1);
    json_t *report = report_of(&result);
    shell_free(&result);
    assert_int_equal(json_number(report, "run.counts.failed"), 20);
    assert_json(report, "targets.0.error.phase", "read");
    json_decref(report);
    assert_in_range((unsigned long)took, 1900, 15000);
}

/* The migration ends its own session, five times; the lock then says that nothing is at it any
 * more, and the ledger that it is not applied: that is known, and not in doubt. */
static void a_migration_that_ends_its_session_has_failed_and_that_is_known(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "servers_suicide");
    scene_migration(s, "1_a", "CREATE TABLE a (); SELECT pg_terminate_backend(pg_backend_pid())",
                    NULL);
    json_t *report;
    json_t *target = failed_target(s, scene_text(s, "up -u %s", scene_url(s, db)), &report);
    assert_json(target, "outcome", "failed");
    assert_part(json_text(target, "error.message"), "the connection was lost 5 times");
    json_decref(report);
    assert_psql(db, "SELECT to_regclass('a') IS NULL", "t");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        scene_test(a_hundred_targets_on_a_dead_port_take_one_wait),
        scene_test(a_server_that_is_there_is_not_given_up_for_one_bad_target),
        scene_test(a_server_that_closes_at_the_first_question_is_given_up),
        scene_test(a_migration_that_ends_its_session_has_failed_and_that_is_known),
    };
    return cmocka_run_group_tests(tests, scene_group_setup, NULL);
}
