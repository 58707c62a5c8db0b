/* The verify files of migrations in a transaction: what fails one, what is left then, what it costs
 * on the wire, and what happens when the line breaks between looking and committing. */
#include <stdlib.h>
#include <string.h>

#include "integration/modes/modes.h"
#include "support/cmocka_all.h"
#include "support/wire.h"

static void write_verify(scene *s, const char *version, const char *sql) {
    char *name = text_format("migrations/%s.verify.sql", version);
    folder_write(s->folder, name, "%s", sql);
    free(name);
}

/* 1_a, 2_b with a verify file, 3_c. */
static void write_three(scene *s, const char *verify) {
    scene_migration(s, "1_a", "CREATE TABLE a (id int)", "DROP TABLE a");
    scene_migration(s, "2_b", "CREATE TABLE b (id int, n text);\nINSERT INTO b VALUES (7, 'x')",
                    "DROP TABLE b");
    scene_migration(s, "3_c", "CREATE TABLE c AS SELECT * FROM b", "DROP TABLE c");
    write_verify(s, "2_b", verify);
}

/* The first migration is in, the second left nothing, and the third was not begun. */
static void assert_stopped_at_second(const char *db) {
    assert_ledger(db, "1_a");
    assert_psql(db,
                "SELECT to_regclass('a') IS NOT NULL, to_regclass('b') IS NULL, "
                "to_regclass('c') IS NULL",
                "t|t|t");
}

/* Fails at a line of 2_b's verify file; json_decref() what it returns. */
static json_t *refused_at(scene *s, const char *db, int line) {
    json_t *report;
    json_t *target = failed_target(s, scene_text(s, "up -u %s", scene_url(s, db)), &report);
    assert_json(target, "error.phase", "verify");
    assert_json(target, "error.version", "2_b");
    assert_json(target, "error.file", "migrations/2_b.verify.sql");
    assert_int_equal(json_number(target, "error.line"), line);
    assert_json_list(target, "applied", "1_a");
    assert_json_list(target, "pending", "2_b,3_c");
    assert_stopped_at_second(db);
    return report;
}

/* ---- what it finds ---- */

static void true_rows_pass_and_the_work_before_commit_is_seen(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "vf_pass");
    write_three(s, "-- how many\nSELECT count(*) = 1 AS one, max(id) FROM b;\n"
                   "SELECT 'f', 0, NULL;\nVALUES (true), (true);\nSELECT true WHERE false;\n"
                   "DO 'BEGIN ASSERT (SELECT n FROM b) = ''x''; END'\n-- no semicolon");
    assert_march(s, 0, "up -u %s", scene_url(s, db));
    assert_ledger(db, "1_a,2_b,3_c");
    assert_psql(db, "SELECT count(duration_ms) FROM schema_migrations", "3");
}

static void a_false_row_fails_the_migration_alone(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "vf_false");
    write_three(s, "SELECT true;\n\nSELECT n, id, id < v AS small,\n  'long' || repeat('ä', 99)\n"
                   "FROM b, (VALUES (9), (8), (7), (6)) w(v);\nSELECT false;\n");
    json_t *report = refused_at(s, db, 3);
    json_t *error = json_at(report, "targets.0.error");
    assert_json(error, "message", "verification failed: \"small\" is false");
    assert_part(json_text(error, "detail"), "n = x, id = 7, ?column? = longä");
    assert_part(json_text(error, "detail"), "ä…");
    assert_part(json_text(error, "hint"), "rolled back");
    assert_json(error, "sqlstate", "null");
    json_decref(report);
    write_verify(s, "2_b", "SELECT true");
    assert_march(s, 0, "up -u %s", scene_url(s, db));
    assert_ledger(db, "1_a,2_b,3_c");
}

static void null_is_not_true(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "vf_null");
    write_three(s, "SELECT id > NULL AS known FROM b");
    json_t *report = refused_at(s, db, 1);
    assert_json(json_at(report, "targets.0"), "error.message",
                "verification failed: \"known\" is NULL, neither true nor false");
    json_decref(report);
}

static void a_domain_over_boolean_is_a_boolean(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "vf_domain");
    write_three(s, "CREATE DOMAIN yes_no AS boolean;\nSELECT false::yes_no AS x");
    json_decref(refused_at(s, db, 2));
}

static void an_error_is_named_with_its_line(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "vf_error");
    write_three(s, "SELECT 'Grüße';\nSELECT true,\n  wrong FROM b;\n");
    json_t *report = refused_at(s, db, 3);
    assert_json(json_at(report, "targets.0"), "error.sqlstate", "42703");
    json_decref(report);
    db = scene_database(s, "vf_raise");
    write_verify(s, "2_b", "SELECT true;\n\nDO 'BEGIN RAISE ''no %'', 1; END';\n");
    report = refused_at(s, db, 3);
    assert_json(json_at(report, "targets.0"), "error.message", "no 1");
    json_decref(report);
}

/* The server parses the string as a whole: what comes before still goes in. */
static void a_syntax_error_stops_only_its_own_migration(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "vf_syntax");
    write_three(s, "SELECT true;\nSELECT frm FROM FROM b;\n");
    json_t *report = refused_at(s, db, 2);
    assert_json(json_at(report, "targets.0"), "error.sqlstate", "42601");
    json_decref(report);
}

/* Behind the verified one, in the string that also has its COMMIT. */
static void a_syntax_error_behind_it_does_not_take_it_along(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "vf_behind");
    write_three(s, "SELECT true");
    scene_migration(s, "4_d", "CREATE TABLE d ();\nSELECT FROM FROM;\n", NULL);
    scene_migration(s, "5_e", "CREATE TABLE e ()", NULL);
    write_verify(s, "3_c", "SELECT count(*) = 1 FROM c");
    json_t *report;
    json_t *target = failed_target(s, scene_text(s, "up -u %s", scene_url(s, db)), &report);
    assert_json(target, "error.file", "migrations/4_d.up.sql");
    assert_int_equal(json_number(target, "error.line"), 2);
    assert_json(target, "error.phase", "migrate");
    assert_json_list(target, "applied", "1_a,2_b,3_c");
    json_decref(report);
    assert_ledger(db, "1_a,2_b,3_c");
}

static void an_error_at_commit_is_the_up_file_s(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "vf_commit");
    write_three(s, "SELECT true");
    scene_migration(s, "2_b",
                    "CREATE TABLE b (id int UNIQUE DEFERRABLE INITIALLY DEFERRED);\n"
                    "INSERT INTO b VALUES (1), (1)",
                    NULL);
    json_t *report;
    json_t *target = failed_target(s, scene_text(s, "up -u %s", scene_url(s, db)), &report);
    assert_json(target, "error.phase", "commit");
    assert_json(target, "error.file", "migrations/2_b.up.sql");
    json_decref(report);
    assert_stopped_at_second(db);
}

/* ---- what it may do ---- */

static void nothing_that_it_does_stays(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "vf_stays");
    write_three(s, "CREATE TABLE left_over ();\nDELETE FROM b;\nSET search_path = pg_catalog;\n"
                   "SET ROLE pg_monitor;\n");
    assert_march(s, 0, "up -u %s", scene_url(s, db));
    assert_ledger(db, "1_a,2_b,3_c");
    assert_psql(db, "SELECT to_regclass('left_over') IS NULL, (SELECT count(*) FROM c)", "t|1");
}

/* As a migration's own file would begin; but a temporary table can be looked at. */
static void it_starts_with_clean_settings(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "vf_clean");
    write_three(s, "SELECT current_setting('search_path') <> 'pg_catalog' AS path,\n"
                   "  current_user = session_user AS role, count(*) = 1 AS here,\n"
                   "  current_setting('statement_timeout') = '9s' AS timeout,\n"
                   "  current_setting('DateStyle') = 'ISO, MDY' AS date FROM b, kept;\n");
    scene_migration(s, "2_b",
                    "CREATE TABLE b (id int);\nINSERT INTO b VALUES (1);\n"
                    "GRANT SELECT ON b TO pg_monitor;\nCREATE TEMP TABLE kept AS SELECT 1;\n"
                    "SELECT set_config('search_path', 'pg_catalog', false);\n"
                    "SET LOCAL DateStyle = 'German';\nSET statement_timeout = 0;\n"
                    "SET ROLE pg_monitor;\n",
                    NULL);
    assert_march(s, 0, "up --statement-timeout 9s -u %s", scene_url(s, db));
    assert_ledger(db, "1_a,2_b,3_c");
}

static void behind_the_data_of_a_copy_the_lines_are_right(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "vf_copy");
    write_three(s, "SELECT count(*) = 3 FROM b;\n\nSELECT nothing FROM b;\n");
    scene_migration(s, "2_b",
                    "BEGIN;\nCREATE TABLE b (n text);\nCOPY b FROM STDIN;\nä\nö\nü\n\\.\nCOMMIT;\n",
                    NULL);
    json_decref(refused_at(s, db, 3));
    write_verify(s, "2_b", "SELECT count(*) = 3 FROM b");
    assert_march(s, 0, "up -u %s", scene_url(s, db));
    assert_ledger(db, "1_a,2_b,3_c");
}

static void down_runs_no_verify_file_and_the_file_may_change(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "vf_down");
    write_three(s, "SELECT true");
    assert_march(s, 0, "up -u %s", scene_url(s, db));
    write_verify(s, "2_b", "SELECT false");
    assert_march(s, 0, "up -u %s", scene_url(s, db));
    assert_march(s, 0, "down --to 1 -u %s", scene_url(s, db));
    assert_stopped_at_second(db);
    assert_march(s, 1, "up --to 2 -u %s", scene_url(s, db));
    assert_stopped_at_second(db);
}

/* ---- a transaction that was ended ---- */

static void a02_a_transaction_ended_before_or_in_it_is_noticed(void **state) {
    static const char *const puts[] = {"COMMIT;", "COMMIT; BEGIN;", "ROLLBACK AND CHAIN;"};
    scene *s = *state;
    for (size_t i = 0; i < 6; i++) {
        const char *db = scene_database(s, scene_text(s, "vf_a02_%zu", i));
        const char *mark = i < 3 ? "" : "/*here*/";
        write_three(s, scene_text(s, "SELECT true; %s SELECT true;", mark));
        scene_migration(s, "2_b", i < 3 ? "CREATE TABLE b (); /*here*/" : "CREATE TABLE b ();",
                        NULL);
        shell_result result = march_faulty(
            s, scene_text(s, "export FAULT_FIND='/*here*/' FAULT_PUT='%s'", puts[i % 3]),
            "up -u %s --report report.json", scene_url(s, db));
        assert_status(&result, 1);
        shell_free(&result);
        json_t *report = report_file(s, "report.json");
        json_t *target = json_at(report, "targets.0");
        assert_json(target, "error.version", "2_b");
        assert_json_list(target, "applied", "1_a");
        assert_part(json_text(target, "error.message"), "ended the transaction it runs in");
        json_decref(report);
        assert_ledger(db, "1_a");
    }
}

/* ---- the wire ---- */

static const char *wire_url(scene *s, const wire *line, const char *db) {
    return scene_text(s, "'postgresql://postgres@127.0.0.1:%d/%s?sslmode=disable'", wire_port(line),
                      db);
}

static void each_verify_file_costs_one_round_trip_more(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "vf_trips");
    wire *line = wire_open(cluster_port(), NULL);
    write_three(s, "SELECT true");
    for (int i = 4; i < 10; i++) {
        scene_migration(s, scene_text(s, "%d_m", i),
                        scene_text(s, "CREATE TABLE t%d AS SELECT * FROM %s%d", i,
                                   i == 4 ? "c WHERE id <> " : "t", i - 1),
                        NULL);
    }
    write_verify(s, "5_m", "SELECT count(*) = 1 FROM t5");
    write_verify(s, "9_m", "SELECT count(*) = 1 FROM t9");
    assert_march(s, 0, "up -u %s", wire_url(s, line, db));
    wire_stats stats = wire_connection(line, 1);
    assert_int_equal(stats.connect_round_trips, 1);
    assert_int_equal(stats.queries, 2 + 3);
    assert_int_equal(stats.round_trips, 2 + 3);
    assert_psql(db,
                "SELECT string_agg(version, ',' ORDER BY applied_at) FROM schema_migrations "
                "WHERE duration_ms IS NOT NULL",
                "1_a,2_b,3_c,4_m,5_m,6_m,7_m,8_m,9_m");
    wire_close(line);
}

/* The string that brings guard and COMMIT does not arrive, or its answer does not. */
static void a04_a_loss_between_looking_and_committing_is_made_good(void **state) {
    static const wire_rule rules[] = {
        {.direction = WIRE_TO_SERVER, .nth = 3},
        {.direction = WIRE_TO_SERVER, .nth = 3, .side = WIRE_CLIENT_SIDE},
        {.direction = WIRE_TO_SERVER, .nth = 3, .keep = WIRE_WHOLE},
        {.direction = WIRE_TO_CLIENT, .type = 'Z', .nth = 2},
        {.direction = WIRE_TO_CLIENT, .type = 'Z', .nth = 2, .keep = WIRE_WHOLE},
    };
    scene *s = *state;
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        const char *db = scene_database(s, scene_text(s, "vf_a04_%zu", i));
        wire *line = wire_open(cluster_port(), NULL);
        wire_rule rule = rules[i];
        rule.connection = 1;
        rule.phase = WIRE_READY;
        rule.type = rule.type == 0 ? 'Q' : rule.type;
        rule.times = 1;
        rule.action = WIRE_RST;
        unsigned number = wire_add(line, rule);
        write_three(s, "SELECT count(*) = 1 FROM b");
        assert_march(s, 0, "up --lock-wait 20s -u %s", wire_url(s, line, db));
        assert_int_equal(wire_hits(line, number), 1);
        assert_ledger(db, "1_a,2_b,3_c");
        assert_psql(db, "SELECT count(*) FROM c", "1");
        wire_close(line);
    }
}

/* The server says no, and the line breaks before the string has ended: it is asked again. */
static void a04_a_loss_behind_a_false_row_is_no_success(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "vf_lost_no");
    wire *line = wire_open(cluster_port(), NULL);
    unsigned number = wire_add(line, (wire_rule){.connection = 1,
                                                 .direction = WIRE_TO_CLIENT,
                                                 .phase = WIRE_READY,
                                                 .type = 'Z',
                                                 .nth = 2,
                                                 .times = 1,
                                                 .action = WIRE_RST});
    write_three(s, "SELECT false");
    assert_march(s, 1, "up -u %s", wire_url(s, line, db));
    assert_int_equal(wire_hits(line, number), 1);
    assert_stopped_at_second(db);
    wire_close(line);
}

static void a04_a_false_row_of_a_lost_try_is_forgotten(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "vf_forget");
    wire *line = wire_open(cluster_port(), NULL);
    unsigned number = wire_add(line, (wire_rule){.connection = 1,
                                                 .direction = WIRE_TO_CLIENT,
                                                 .phase = WIRE_READY,
                                                 .type = 'Z',
                                                 .nth = 2,
                                                 .times = 1,
                                                 .action = WIRE_RST});
    free(psql(db, "CREATE SEQUENCE tries")); /* no transaction takes a number back */
    write_three(s, "SELECT nextval('tries') > 1");
    assert_march(s, 0, "up -u %s", wire_url(s, line, db));
    assert_int_equal(wire_hits(line, number), 1);
    assert_ledger(db, "1_a,2_b,3_c");
    wire_close(line);
}

static void a_stop_while_it_looks_leaves_nothing(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "vf_stop");
    write_three(s, "SELECT true; SELECT pg_sleep(60);");
    shell_process process;
    march_start(s, &process, "up -u %s --report report.json", scene_url(s, db));
    psql_wait(db,
              "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
              "AND wait_event = 'PgSleep'",
              "1", SHELL_WAIT_MS);
    shell_signal(&process, 2);
    shell_result result = shell_wait(&process);
    assert_status(&result, 130);
    shell_free(&result);
    json_t *report = report_file(s, "report.json");
    assert_json(json_at(report, "targets.0"), "outcome", "cancelled");
    assert_json(json_at(report, "targets.0"), "error.version", "2_b");
    json_decref(report);
    assert_stopped_at_second(db);
}

/* ---- a pooler, and a passing error ---- */

static void behind_a_pooler_it_is_the_same(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "vf_pooled");
    bouncer pool = bouncer_start();
    write_three(s, "SELECT false");
    const char *url = scene_text(s, "postgresql://postgres@127.0.0.1:%d/%s", pool.port, db);
    assert_march(s, 1, "up -u %s", url);
    assert_stopped_at_second(db);
    write_verify(s, "2_b", "SET search_path = pg_catalog; SELECT count(*) = 1 FROM public.b");
    assert_march(s, 0, "up -u %s", url);
    assert_ledger(db, "1_a,2_b,3_c");
    bouncer_stop(&pool);
}

/* The line to the pooler is gone on our side only, between the rows and the COMMIT: the lost
 * session holds the lock until it is ended, and that must not come between the new one's halves. */
static void l11_behind_a_pooler_the_lost_half_is_ended_and_all_begins_anew(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "vf_l11");
    bouncer pool = bouncer_start();
    wire *line = wire_open(pool.port, NULL);
    unsigned rule = wire_add(line, (wire_rule){.connection = 1,
                                               .direction = WIRE_TO_SERVER,
                                               .phase = WIRE_READY,
                                               .type = 'Q',
                                               .nth = 3,
                                               .times = 1,
                                               .action = WIRE_RST,
                                               .side = WIRE_CLIENT_SIDE});
    write_three(s, "SELECT count(*) = 1 FROM b");
    assert_march(s, 0, "up --lock-wait 40s -u %s", wire_url(s, line, db));
    assert_int_equal(wire_hits(line, rule), 1);
    assert_ledger(db, "1_a,2_b,3_c");
    assert_psql(db, "SELECT count(duration_ms) FROM schema_migrations", "3");
    wire_close(line);
    bouncer_stop(&pool);
}

static void r02_a_passing_error_of_it_is_tried_again(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "vf_retry");
    free(psql(db, "CREATE TABLE busy ()"));
    write_three(s, "LOCK TABLE busy IN SHARE MODE; SELECT true");
    shell_process stranger;
    stranger_start(&stranger, db, "BEGIN; LOCK TABLE busy; SELECT pg_sleep(2); COMMIT");
    psql_wait(db,
              "SELECT count(*) FROM pg_locks WHERE mode = 'AccessExclusiveLock'"
              " AND relation = 'busy'::regclass",
              "1", SHELL_WAIT_MS);
    assert_march(s, 0, "up --ddl-lock-timeout 300ms --lock-wait 30s -u %s", scene_url(s, db));
    stranger_end(&stranger);
    assert_ledger(db, "1_a,2_b,3_c");
}

static void a_false_row_counts_whatever_comes_behind_it(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "vf_both");
    write_three(s, "SELECT false AS first;\nSELECT 1/0;\n");
    json_t *report = refused_at(s, db, 1);
    assert_part(json_text(json_at(report, "targets.0"), "error.message"), "\"first\"");
    json_decref(report);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        scene_test(true_rows_pass_and_the_work_before_commit_is_seen),
        scene_test(a_false_row_fails_the_migration_alone),
        scene_test(null_is_not_true),
        scene_test(a_domain_over_boolean_is_a_boolean),
        scene_test(an_error_is_named_with_its_line),
        scene_test(a_syntax_error_stops_only_its_own_migration),
        scene_test(a_syntax_error_behind_it_does_not_take_it_along),
        scene_test(an_error_at_commit_is_the_up_file_s),
        scene_test(nothing_that_it_does_stays),
        scene_test(it_starts_with_clean_settings),
        scene_test(behind_the_data_of_a_copy_the_lines_are_right),
        scene_test(down_runs_no_verify_file_and_the_file_may_change),
        scene_test(a02_a_transaction_ended_before_or_in_it_is_noticed),
        scene_test(each_verify_file_costs_one_round_trip_more),
        scene_test(a04_a_loss_between_looking_and_committing_is_made_good),
        scene_test(a04_a_loss_behind_a_false_row_is_no_success),
        scene_test(a04_a_false_row_of_a_lost_try_is_forgotten),
        scene_test(a_stop_while_it_looks_leaves_nothing),
        scene_test(behind_a_pooler_it_is_the_same),
        scene_test(l11_behind_a_pooler_the_lost_half_is_ended_and_all_begins_anew),
        scene_test(r02_a_passing_error_of_it_is_tried_again),
        scene_test(a_false_row_counts_whatever_comes_behind_it),
    };
    return cmocka_run_group_tests(tests, scene_group_setup, NULL);
}
