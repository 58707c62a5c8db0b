/* The verify files of migrations that run without a transaction: nothing can be rolled back there,
 * so that the migration stays unrecorded, and only the verify file is run again. */
#include <stdlib.h>
#include <string.h>

#include "integration/modes/modes.h"
#include "support/cmocka_all.h"
#include "support/wire.h"

static const char progress[] = "SELECT statement, running FROM pgmarch_progress";

static void write_two(scene *s, const char *verify) {
    scene_migration(s, "1_a",
                    "-- pgmarch: no-transaction\nCREATE TABLE a (id int);\n"
                    "CREATE TABLE log (line text);\nINSERT INTO log VALUES ('a');\n",
                    NULL);
    scene_migration(s, "2_b", "CREATE TABLE b ()", NULL);
    folder_write(s->folder, "migrations/1_a.verify.sql", "%s", verify);
}

static void a_true_row_records_it_and_nothing_stays(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "va_pass");
    write_two(s, "INSERT INTO log VALUES ('x');\nSET search_path = '';\n"
                 "SELECT count(*) = 2 FROM public.log;\n");
    assert_march(s, 0, "up -u %s", scene_url(s, db));
    assert_ledger(db, "1_a,2_b");
    assert_psql(db, "SELECT string_agg(line, ',') FROM log", "a");
    assert_psql(db, "SELECT count(*) FROM pgmarch_progress", "0");
}

static json_t *refused_at(scene *s, const char *db, int line) {
    json_t *report;
    json_t *target = failed_target(s, scene_text(s, "up -u %s", scene_url(s, db)), &report);
    assert_json(target, "error.phase", "verify");
    assert_json(target, "error.version", "1_a");
    assert_json(target, "error.file", "migrations/1_a.verify.sql");
    assert_int_equal(json_number(target, "error.line"), line);
    assert_part(json_text(target, "error.hint"), "only the verify file is run again");
    assert_json_list(target, "applied", "");
    assert_json_list(target, "pending", "1_a,2_b");
    assert_ledger(db, "");
    assert_psql(db, progress, "3|f");
    return report;
}

static void a_false_row_keeps_it_unrecorded_until_it_is_true(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "va_false");
    write_two(s, "SELECT true;\nSELECT count(*) = 1 AS filled FROM a;\n");
    json_t *report = refused_at(s, db, 2);
    assert_json(json_at(report, "targets.0"), "error.message",
                "verification failed: \"filled\" is false");
    json_decref(report);
    json_decref(refused_at(s, db, 2));
    free(psql(db, "INSERT INTO a VALUES (1)"));
    assert_march(s, 0, "up -u %s", scene_url(s, db));
    assert_ledger(db, "1_a,2_b");
    assert_psql(db, "SELECT string_agg(line, ',') FROM log", "a");
}

static void errors_are_named_and_the_progress_is_kept(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "va_error");
    write_two(s, "SELECT 'ä';\n\nSELECT FROM FROM;\n"); /* not even parsed */
    json_t *report = refused_at(s, db, 3);
    assert_json(json_at(report, "targets.0"), "error.sqlstate", "42601");
    json_decref(report);
    folder_write(s->folder, "migrations/1_a.verify.sql", "SELECT 1;\nSELECT 1/0;\n");
    report = refused_at(s, db, 2);
    assert_json(json_at(report, "targets.0"), "error.sqlstate", "22012");
    json_decref(report);
    folder_write(s->folder, "migrations/1_a.verify.sql", "SELECT 1;\nSELECT\n'ü', b.y FROM a b;\n");
    json_decref(refused_at(s, db, 3));
    folder_write(s->folder, "migrations/1_a.verify.sql", "SELECT true");
    assert_march(s, 0, "up -u %s", scene_url(s, db));
    assert_ledger(db, "1_a,2_b");
    assert_psql(db, "SELECT string_agg(line, ',') FROM log", "a");
}

static void repair_lets_the_file_begin_anew(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "va_repair");
    write_two(s, "SELECT false");
    json_decref(refused_at(s, db, 1));
    assert_march(s, 0, "repair --yes -u %s", scene_url(s, db));
    free(psql(db, "DROP TABLE a, log"));
    folder_write(s->folder, "migrations/1_a.verify.sql", "SELECT true");
    assert_march(s, 0, "up -u %s", scene_url(s, db));
    assert_ledger(db, "1_a,2_b");
}

static void n05_a_loss_while_it_looks_is_made_good(void **state) {
    scene *s = *state;
    static const unsigned sides[] = {WIRE_TO_SERVER, WIRE_TO_CLIENT};
    for (size_t i = 0; i < 2; i++) {
        const char *db = scene_database(s, scene_text(s, "va_lost_%zu", i));
        wire *line = wire_open(cluster_port(), NULL);
        unsigned number = wire_add(
            line,
            (wire_rule){.connection = 1,
                        .direction = (wire_direction)sides[i],
                        .phase = WIRE_READY,
                        .contains = sides[i] == WIRE_TO_SERVER ? "pgmarch_verify" : "ROLLBACK",
                        .times = 1,
                        .action = WIRE_RST});
        write_two(s, "SELECT true");
        assert_march(s, 0, "up -u 'postgresql://postgres@127.0.0.1:%d/%s?sslmode=disable'",
                     wire_port(line), db);
        assert_int_equal(wire_hits(line, number), 1);
        assert_ledger(db, "1_a,2_b");
        assert_psql(db, "SELECT string_agg(line, ',') FROM log", "a");
        wire_close(line);
    }
}

static void an_index_built_concurrently_can_be_looked_at(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "va_index");
    free(psql(db, "CREATE TABLE t (a int)"));
    scene_migration(s, "1_i", "CREATE INDEX CONCURRENTLY i_a ON t (a)",
                    "DROP INDEX CONCURRENTLY i_a");
    static const char looks[] = "SELECT indisvalid FROM pg_index "
                                "WHERE indexrelid = 'i_a'::regclass;\n%s";
    folder_write(s->folder, "migrations/1_i.verify.sql", looks, "SELECT false");
    assert_march(s, 1, "up -u %s", scene_url(s, db));
    assert_ledger(db, "");
    assert_psql(db, progress, "1|f");
    folder_write(s->folder, "migrations/1_i.verify.sql", looks, "");
    assert_march(s, 0, "up -u %s", scene_url(s, db));
    assert_ledger(db, "1_i");
    assert_march(s, 0, "down -u %s", scene_url(s, db));
    assert_ledger(db, "");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        scene_test(a_true_row_records_it_and_nothing_stays),
        scene_test(a_false_row_keeps_it_unrecorded_until_it_is_true),
        scene_test(errors_are_named_and_the_progress_is_kept),
        scene_test(repair_lets_the_file_begin_anew),
        scene_test(n05_a_loss_while_it_looks_is_made_good),
        scene_test(an_index_built_concurrently_can_be_looked_at),
    };
    return cmocka_run_group_tests(tests, scene_group_setup, NULL);
}
