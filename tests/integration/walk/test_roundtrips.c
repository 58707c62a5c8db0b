/* What a target costs on the wire, counted by a proxy: connect + 1 round trip when there is nothing
 * to do, connect + 2 whatever number of migrations is pending. */
#include "integration/scene.h"

#include <stdlib.h>
#include <string.h>

#include "support/cmocka_all.h"
#include "support/wire.h"

static void write_migrations(scene *s, int count) {
    for (int i = 1; i <= count; i++) {
        char *version = text_format("%d_m", i);
        char *up = text_format("CREATE TABLE t%d (id int);\nINSERT INTO t%d VALUES (%d);\n", i, i,
                               i);
        char *down = text_format("DROP TABLE t%d;\n", i);
        scene_migration(s, version, up, down);
        free(down);
        free(up);
        free(version);
    }
}

/* Runs a command through a new proxy: one connection, so many round trips after its connecting. */
static void expect_round_trips(scene *s, const char *db, const char *command, unsigned trips) {
    wire *line = wire_open(cluster_port(), NULL);
    shell_result result = march(s, "%s -u 'postgresql://postgres@127.0.0.1:%d/%s?sslmode=disable'",
                                command, wire_port(line), db);
    assert_status(&result, 0);
    shell_free(&result);
    assert_int_equal(wire_connections(line), 1);
    wire_stats stats = wire_connection(line, 1);
    assert_false(stats.opaque);
    assert_int_equal(stats.connect_round_trips, 1);
    if (stats.round_trips != trips || stats.queries != trips) {
        fail_msg("\"%s\" took %u round trips and %u queries, expected %u", command,
                 stats.round_trips, stats.queries, trips);
    }
    wire_close(line);
}

static void one_migration_on_a_fresh_database_is_two_round_trips(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "rt_one");
    write_migrations(s, 1);
    expect_round_trips(s, db, "up", 2);
    assert_ledger(db, "1_m");
}

static void twenty_migrations_on_a_fresh_database_are_two_round_trips(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "rt_twenty");
    write_migrations(s, 20);
    expect_round_trips(s, db, "up", 2);
    assert_psql(db, "SELECT count(*) FROM schema_migrations", "20");
}

static void twenty_more_on_a_known_ledger_are_two_round_trips(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "rt_more");
    write_migrations(s, 1);
    assert_march(s, 0, "up -u %s", scene_url(s, db));
    write_migrations(s, 21);
    expect_round_trips(s, db, "up", 2);
    assert_psql(db, "SELECT count(*) FROM schema_migrations", "21");
}

static void f14_nothing_pending_is_one_round_trip(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "rt_none");
    write_migrations(s, 3);
    assert_march(s, 0, "up -u %s", scene_url(s, db));
    expect_round_trips(s, db, "up", 1);
}

static void status_is_one_round_trip(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "rt_status");
    write_migrations(s, 3);
    expect_round_trips(s, db, "status", 1); /* without a ledger */
    assert_untouched(db);
    assert_march(s, 0, "up -u %s --to 2", scene_url(s, db));
    expect_round_trips(s, db, "status", 1);
}

static void a_dry_run_is_one_round_trip(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "rt_dry");
    write_migrations(s, 3);
    expect_round_trips(s, db, "up --dry-run", 1);
    assert_untouched(db);
}

static void down_is_two_round_trips(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "rt_down");
    write_migrations(s, 5);
    assert_march(s, 0, "up -u %s", scene_url(s, db));
    expect_round_trips(s, db, "down --to 1", 2);
    assert_ledger(db, "1_m");
    expect_round_trips(s, db, "down", 2);
    expect_round_trips(s, db, "down", 1);
}

/* l10: nothing to do takes no lock and writes nothing. */
static void l10_up_to_date_sends_neither_lock_nor_write(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "l10");
    write_migrations(s, 2);
    assert_march(s, 0, "up -u %s", scene_url(s, db));
    wire *line = wire_open(cluster_port(), NULL);
    static const char *const words[] = {"advisory_lock", "INSERT", "CREATE TABLE", "ALTER TABLE"};
    unsigned rules[4];
    for (size_t i = 0; i < 4; i++) {
        rules[i] = wire_add(line, (wire_rule){.direction = WIRE_TO_SERVER,
                                              .type = 'Q',
                                              .contains = words[i],
                                              .action = WIRE_DELAY,
                                              .delay_ms = 1});
    }
    assert_march(s, 0, "up -u 'postgresql://postgres@127.0.0.1:%d/%s?sslmode=disable'",
                 wire_port(line), db);
    assert_int_equal(wire_connections(line), 1);
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(wire_hits(line, rules[i]), 0);
    }
    wire_close(line);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        scene_test(one_migration_on_a_fresh_database_is_two_round_trips),
        scene_test(twenty_migrations_on_a_fresh_database_are_two_round_trips),
        scene_test(twenty_more_on_a_known_ledger_are_two_round_trips),
        scene_test(f14_nothing_pending_is_one_round_trip),
        scene_test(status_is_one_round_trip),
        scene_test(a_dry_run_is_one_round_trip),
        scene_test(down_is_two_round_trips),
        scene_test(l10_up_to_date_sends_neither_lock_nor_write),
    };
    return cmocka_run_group_tests(tests, scene_group_setup, NULL);
}
