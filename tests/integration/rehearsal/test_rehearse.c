/* A rehearsal on a real server: what it tells, and that nothing of it stays. */
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "integration/rehearsal/rehearsed_text.h"
#include "support/cmocka_all.h"

static const char *orders(scene *s, const char *name) {
    const char *db = scene_database(s, name);
    free(psql(db, "CREATE TABLE orders (id bigserial PRIMARY KEY, total int, note text);"
                  "INSERT INTO orders (total) SELECT g FROM generate_series(1, 20000) g;"
                  "ANALYZE orders"));
    return db;
}

static void assert_failed(const rehearsed *of, const char *version, const char *sqlstate,
                          pgm_rehearsed state) {
    assert_int_equal(of->result->outcome, PGM_OUTCOME_FAILED);
    assert_non_null(of->result->failure);
    assert_string_equal(of->result->failure->sqlstate, sqlstate);
    assert_string_equal(of->result->failure->version, version);
    assert_int_equal(rehearsed_migration(of, version)->state, state);
}

/* ---- nothing stays ---- */

static void nothing_of_a_rehearsal_stays(void **state) {
    scene *s = *state;
    const char *db = orders(s, "stays");
    scene_migration(s, "1_a",
                    "CREATE TABLE lines (id int PRIMARY KEY, order_id bigint REFERENCES orders);\n"
                    "INSERT INTO lines SELECT id, id FROM orders;\n"
                    "ALTER TABLE orders ALTER COLUMN total TYPE bigint;",
                    NULL);
    scene_migration(s, "2_b",
                    "DELETE FROM lines;\nTRUNCATE orders CASCADE;\n"
                    "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1; SELECT 2';\n"
                    "CREATE TYPE mood AS ENUM ('good');\nSET search_path = pg_catalog;\n"
                    "DROP TABLE public.orders CASCADE;\nCREATE TABLE public.orders ();",
                    NULL);
    char *before = database_dump(db);
    rehearsed of = rehearse(s, db, NULL);
    char *after = database_dump(db);
    assert_int_equal(of.result->outcome, PGM_OUTCOME_APPLIED);
    assert_int_equal(rehearsed_migration(&of, "2_b")->state, PGM_REHEARSED_RAN);
    assert_string_equal(before, after);
    assert_ledger(db, "-");
    assert_int_equal(of.result->done_count, 0);
    assert_int_equal(of.result->pending_count, 2);
    free(before);
    free(after);
    rehearsed_free(&of);
}

/* All that SQL knows to end a transaction with, from inside of code. */
static void code_that_commits_fails_and_leaves_nothing(void **state) {
    static const char *const files[] = {
        "CREATE TABLE a (x int);\nDO $$BEGIN INSERT INTO a VALUES (1); COMMIT; END$$;",
        ("CREATE TABLE a (x int);\nCREATE PROCEDURE p() LANGUAGE plpgsql AS 'BEGIN COMMIT; END';\n"
         "CALL p();"),
        "CREATE TABLE a (x int);\nCREATE PROCEDURE p() LANGUAGE sql AS 'COMMIT';\nCALL p();",
        "CREATE TABLE a (x int);\nDO $$BEGIN EXECUTE 'COMMIT'; END$$;",
        "CREATE TABLE a (x int);\nDO $$BEGIN ROLLBACK; END$$;",
        "CREATE TABLE a (x int);\nPREPARE q AS SELECT 1;\nEXECUTE q;\nDO 'BEGIN COMMIT; END';",
    };
    scene *s = *state;
    const char *db = scene_database(s, "commits");
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        scene_migration(s, "1_a", files[i], NULL);
        rehearsed of = rehearse(s, db, NULL);
        assert_int_equal(of.result->outcome, PGM_OUTCOME_FAILED);
        assert_int_equal(rehearsed_migration(&of, "1_a")->state, PGM_REHEARSED_FAILED);
        assert_untouched(db);
        rehearsed_free(&of);
    }
}

/* What the guard stands on: of a string in the extended protocol the server runs one statement or
 * none, also where a statement ends that our scanner did not see. */
static void the_server_takes_no_second_statement_behind_one_that_is_sent_alone(void **state) {
    static const char *const strings[] = {"SELECT 1; COMMIT", "SELECT 1;;COMMIT;",
                                          "COMMIT; SELECT 1", "SELECT 1;\n-- x\nROLLBACK"};
    scene *s = *state;
    PGconn *conn = PQconnectdb(scene_url(s, scene_database(s, "alone")));
    assert_int_equal(PQstatus(conn), CONNECTION_OK);
    PQclear(PQexec(conn, "BEGIN"));
    for (size_t i = 0; i < sizeof strings / sizeof *strings; i++) {
        PQclear(PQexec(conn, "SAVEPOINT s"));
        PGresult *result = PQexecParams(conn, strings[i], 0, NULL, NULL, NULL, NULL, 0);
        assert_string_equal(PQresultErrorField(result, PG_DIAG_SQLSTATE), "42601");
        PQclear(result);
        assert_int_equal(PQtransactionStatus(conn), PQTRANS_INERROR);
        PQclear(PQexec(conn, "ROLLBACK TO s"));
        assert_int_equal(PQtransactionStatus(conn), PQTRANS_INTRANS);
    }
    PQfinish(conn);
}

/* ---- what is told ---- */

static void each_statement_is_told_with_what_it_did(void **state) {
    scene *s = *state;
    const char *db = orders(s, "tells");
    scene_migration(s, "2_b",
                    "BEGIN;\nCREATE INDEX i ON orders (total);\n"
                    "ALTER TABLE orders ALTER COLUMN total TYPE bigint;\n"
                    "UPDATE orders SET note = 'x' WHERE id <= 5000;\n"
                    "SELECT nextval('orders_id_seq');\nCOMMIT;",
                    NULL);
    scene_migration(s, "3_c",
                    "-- pgmarch: no-transaction\nCREATE INDEX CONCURRENTLY j ON orders (note);",
                    NULL);
    scene_migration(s, "4_d",
                    "ALTER TABLE orders ADD CONSTRAINT c CHECK (total > 0) NOT VALID;\n"
                    "ALTER TABLE orders VALIDATE CONSTRAINT c;\n"
                    "COPY orders (total) FROM STDIN;\n5\n6\n\\.\nDROP INDEX i;",
                    NULL);
    rehearsed of = rehearse(s, db, NULL);
    assert_string_equal(rehearsed_text(s, &of),
                        "2_b ran\n"
                        "  CREATE INDEX i ON orders (total)\n"
                        "share table orders\n"
                        "reads orders 20000\n"
                        "  ALTER TABLE orders ALTER COLUMN total TYPE bigint\n"
                        "access-exclusive table orders\n"
                        "access-exclusive index orders_pkey\n"
                        "rewrites table orders\n"
                        "rewrites index orders_pkey\n"
                        "reads orders 60000\n"
                        "  UPDATE orders SET note = 'x' WHERE id <= 5000\n"
                        "row-exclusive table orders\n"
                        "row-exclusive index orders_pkey\n"
                        "updates orders 5000\n"
                        "  SELECT nextval('orders_id_seq')\n"
                        "row-exclusive sequence orders_id_seq\n"
                        "3_c alone\n"
                        "  CREATE INDEX CONCURRENTLY j ON orders (note)\n"
                        "share-update-exclusive table orders\n"
                        "4_d ran\n"
                        "  ALTER TABLE orders ADD CONSTRAINT c CHECK (total > 0) NOT VALID\n"
                        "perhaps access-exclusive table orders\n"
                        "  ALTER TABLE orders VALIDATE CONSTRAINT c\n"
                        "share-update-exclusive table orders\n"
                        "reads orders 20000\n"
                        "  COPY orders (total) FROM STDIN\n"
                        "inserts orders 2\n"
                        "  DROP INDEX i\n");
    const pgm_rehearsal *all = of.rehearsal;
    assert_int_equal(all->leave_count, 2);
    assert_string_equal(all->leaves[0],
                        "sequence orders_id_seq goes on behind what the rehearsal drew");
    assert_string_equal(all->leaves[1], "orders has 5002 dead rows more, which vacuum will remove");
    rehearsed_free(&of);
}

static void figures_are_of_the_statement_and_of_the_table_as_it_was(void **state) {
    scene *s = *state;
    const char *db = orders(s, "figures");
    char *size = psql(db, "SELECT pg_table_size('orders')");
    scene_migration(s, "1_a",
                    "UPDATE orders SET note = 'x';\nSELECT pg_sleep(0.2);\n"
                    "ALTER TABLE orders ALTER COLUMN total TYPE bigint;",
                    NULL);
    rehearsed of = rehearse(s, db, NULL);
    const pgm_rehearsed_migration *migration = rehearsed_migration(&of, "1_a");
    const pgm_rehearsed_statement *update = &migration->statements[0];
    const pgm_rehearsed_statement *alter = &migration->statements[2];
    const pgm_rehearsed_lock *writes = rehearsed_lock(update, "orders");
    const pgm_rehearsed_lock *all = rehearsed_lock(alter, "orders");
    assert_int_equal(update->line, 1);
    assert_int_equal(update->rows, 20000);
    assert_true(update->wal_bytes > 20000);
    assert_true(migration->statements[1].took_us >= 150000);
    assert_int_equal(writes->rows, 20000);
    assert_int_equal(writes->bytes, strtoll(size, NULL, 10));
    assert_int_equal(all->bytes, strtoll(size, NULL, 10));
    assert_int_equal(alter->rewrites[0].bytes >= 8192, 1);
    /* To the end of its migration; and what is taken last is held for its own time alone. */
    assert_true(writes->held_us >= 200000);
    assert_true(writes->held_us <= migration->took_us);
    assert_true(all->held_us < writes->held_us);
    assert_int_equal(of.rehearsal->took_us, migration->took_us);
    free(size);
    rehearsed_free(&of);
}

/* Names that only the file's own search path finds, a cascade, and a name that has to be quoted. */
static void what_is_dropped_is_told_by_its_name(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "drops");
    free(psql(db, "CREATE SCHEMA old; CREATE TABLE old.\"Odd name\" (id int PRIMARY KEY);"
                  "CREATE TABLE child (id int REFERENCES old.\"Odd name\");"
                  "CREATE VIEW v AS SELECT * FROM old.\"Odd name\""));
    scene_migration(s, "1_a", "DROP SCHEMA old CASCADE;", NULL);
    rehearsed of = rehearse(s, db, NULL);
    const pgm_rehearsed_statement *drop = &rehearsed_migration(&of, "1_a")->statements[0];
    assert_int_equal(rehearsed_lock(drop, "old.Odd name")->mode, PGM_LOCK_ACCESS_EXCLUSIVE);
    assert_int_equal(rehearsed_lock(drop, "child")->mode, PGM_LOCK_ACCESS_EXCLUSIVE);
    assert_string_equal(rehearsed_lock(drop, "v")->kind, "view");
    assert_string_equal(rehearsed_lock(drop, "old.Odd name_pkey")->kind, "index");
    rehearsed_free(&of);
}

static void what_the_rehearsal_made_itself_blocks_nobody(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "made");
    scene_migration(s, "1_a",
                    "CREATE TABLE a (id serial PRIMARY KEY);\nINSERT INTO a DEFAULT VALUES;", NULL);
    scene_migration(s, "2_b", "ALTER TABLE a ALTER COLUMN id TYPE bigint;\nDROP TABLE a;", NULL);
    rehearsed of = rehearse(s, db, NULL);
    assert_string_equal(rehearsed_text(s, &of),
                        "1_a ran\n  CREATE TABLE a (id serial PRIMARY KEY)\n"
                        "  INSERT INTO a DEFAULT VALUES\ninserts a 1\n"
                        "2_b ran\n"
                        "  ALTER TABLE a ALTER COLUMN id TYPE bigint\n"
                        "reads a 2\n  DROP TABLE a\n");
    assert_int_equal(of.rehearsal->leave_count, 0);
    rehearsed_free(&of);
}

static const char *objects_of(scene *s, const pgm_rehearsed_statement *statement) {
    const char *text = "";
    for (size_t i = 0; i < statement->object_count; i++) {
        const pgm_rehearsed_object *object = &statement->objects[i];
        text = scene_text(s, "%s%s %s %s;", text, pgm_object_change_name(object->change),
                          object->kind, object->name);
    }
    return text;
}

static void objects_that_a_statement_changes_are_told(void **state) {
    scene *s = *state;
    const char *db = orders(s, "objects");
    scene_migration(s, "1_a",
                    "ALTER TABLE orders ADD COLUMN x int;\nUPDATE orders SET x = 1;\n"
                    "ALTER TABLE orders ALTER COLUMN total TYPE bigint;\nDO $$BEGIN\n"
                    "CREATE INDEX i ON orders (total); ALTER TABLE orders DROP COLUMN note; END$$;",
                    NULL);
    scene_migration(s, "2_b", "DROP INDEX i;\nSELECT 1;", NULL);
    rehearsed of = rehearse(s, db, NULL);
    const pgm_rehearsed_statement *first = rehearsed_migration(&of, "1_a")->statements;
    const pgm_rehearsed_statement *second = rehearsed_migration(&of, "2_b")->statements;
    assert_string_equal(objects_of(s, &first[0]), "created column orders.x;");
    assert_string_equal(objects_of(s, &first[1]), "");
    assert_string_equal(objects_of(s, &first[2]), "altered column orders.total;");
    assert_string_equal(objects_of(s, &first[3]), "dropped column orders.note;created index i;");
    assert_string_equal(objects_of(s, &second[0]), "dropped index i;");
    assert_string_equal(objects_of(s, &second[1]), "");
    rehearsed_free(&of);
}

/* ---- failures ---- */

static void a_statement_that_fails_is_named_by_line_and_column(void **state) {
    scene *s = *state;
    const char *db = orders(s, "fails");
    scene_migration(s, "1_a", "CREATE TABLE a (x int);\n\nSELECT 1 FROM\n  nowhere;", NULL);
    scene_migration(s, "2_b", "CREATE TABLE b (x int);", NULL);
    rehearsed of = rehearse(s, db, NULL);
    assert_failed(&of, "1_a", "42P01", PGM_REHEARSED_FAILED);
    assert_int_equal(of.result->failure->line, 4);
    assert_int_equal(of.result->failure->column, 3);
    assert_true(rehearsed_migration(&of, "1_a")->statements[0].ran);
    assert_false(rehearsed_migration(&of, "1_a")->statements[1].ran);
    assert_int_equal(rehearsed_migration(&of, "2_b")->state, PGM_REHEARSED_NOT_REACHED);
    assert_int_equal(pgm_result_verdict(pgm_run_summary(of.run), of.result), PGM_VERDICT_BAD);
    assert_psql(db, "SELECT to_regclass('a') IS NULL", "t");
    rehearsed_free(&of);
}

static void a_value_of_an_enum_that_is_not_committed_yet_cannot_be_told(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "enum");
    free(psql(db, "CREATE TYPE mood AS ENUM ('good'); CREATE TABLE a (m mood)"));
    scene_migration(s, "1_a", "ALTER TYPE mood ADD VALUE 'bad';", NULL);
    scene_migration(s, "2_b", "INSERT INTO a VALUES ('bad');", NULL);
    scene_migration(s, "3_c", "CREATE TABLE c ();", NULL);
    rehearsed of = rehearse(s, db, NULL);
    assert_failed(&of, "2_b", "55P04", PGM_REHEARSED_UNTOLD);
    assert_int_equal(rehearsed_migration(&of, "1_a")->state, PGM_REHEARSED_RAN);
    assert_int_equal(rehearsed_migration(&of, "2_b")->note_count, 1);
    assert_non_null(strstr(of.result->failure->hint, "rehearsal = true"));
    rehearsed_free(&of);
}

static void one_that_needs_what_cannot_run_in_a_transaction_says_so(void **state) {
    scene *s = *state;
    const char *db = orders(s, "needs");
    scene_migration(
        s, "1_a", "-- pgmarch: no-transaction\nCREATE UNIQUE INDEX CONCURRENTLY u ON orders (id);",
        NULL);
    scene_migration(s, "2_b", "ALTER TABLE orders REPLICA IDENTITY USING INDEX u;", NULL);
    rehearsed of = rehearse(s, db, NULL);
    assert_int_equal(of.result->outcome, PGM_OUTCOME_FAILED);
    assert_int_equal(rehearsed_migration(&of, "1_a")->state, PGM_REHEARSED_ALONE);
    assert_non_null(
        strstr(of.result->failure->hint, "\"1_a\" cannot run in a transaction and was not run"));
    rehearsed_free(&of);
}

/* ---- constraints that wait for COMMIT ---- */

static const char *deferred(scene *s, const char *name) {
    const char *db = scene_database(s, name);
    free(psql(db, "CREATE TABLE p (id int PRIMARY KEY);"
                  "CREATE TABLE c (id int, p int REFERENCES p DEFERRABLE INITIALLY DEFERRED,"
                  " q int REFERENCES p DEFERRABLE)"));
    return db;
}

static void what_a_commit_would_find_fails_its_migration(void **state) {
    scene *s = *state;
    const char *db = deferred(s, "deferred");
    scene_migration(s, "1_a", "INSERT INTO c VALUES (1, 7, NULL);", NULL);
    scene_migration(s, "2_b", "INSERT INTO p VALUES (7);", NULL);
    rehearsed of = rehearse(s, db, NULL);
    assert_failed(&of, "1_a", "23503", PGM_REHEARSED_FAILED);
    assert_string_equal(of.result->failure->phase, "commit");
    rehearsed_free(&of);
}

/* Each of these works with `up`, where a COMMIT stands between them. */
static void the_next_migration_finds_constraints_as_they_were(void **state) {
    scene *s = *state;
    const char *db = deferred(s, "again");
    scene_migration(s, "1_a", "INSERT INTO c VALUES (1, 7, NULL);\nINSERT INTO p VALUES (7);",
                    NULL);
    scene_migration(s, "2_b", "ALTER TABLE c ADD COLUMN note text;", NULL);
    scene_migration(s, "3_c", "INSERT INTO c VALUES (2, 8, NULL);\nINSERT INTO p VALUES (8);",
                    NULL);
    rehearsed of = rehearse(s, db, NULL);
    assert_int_equal(of.result->outcome, PGM_OUTCOME_APPLIED);
    rehearsed_free(&of);
    /* And this one does not: the constraint is deferrable, and begins immediate. */
    scene_migration(s, "4_d", "INSERT INTO c VALUES (3, NULL, 9);\nINSERT INTO p VALUES (9);",
                    NULL);
    of = rehearse(s, db, NULL);
    assert_failed(&of, "4_d", "23503", PGM_REHEARSED_FAILED);
    assert_int_equal(of.result->failure->line, 1);
    rehearsed_free(&of);
}

static void what_a_deferred_trigger_does_is_told(void **state) {
    scene *s = *state;
    const char *db = orders(s, "trigger");
    free(psql(db, "CREATE TABLE log (x int); CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql"
                  " AS 'BEGIN INSERT INTO log VALUES (1); RETURN NULL; END';"
                  "CREATE CONSTRAINT TRIGGER t AFTER INSERT ON orders DEFERRABLE INITIALLY DEFERRED"
                  " FOR EACH ROW EXECUTE FUNCTION f()"));
    scene_migration(s, "1_a", "INSERT INTO orders (total) VALUES (1);", NULL);
    rehearsed of = rehearse(s, db, NULL);
    const pgm_rehearsed_migration *migration = rehearsed_migration(&of, "1_a");
    assert_int_equal(migration->statement_count, 2);
    assert_int_equal(migration->statements[1].line, 0);
    assert_string_equal(rehearsed_effects(s, &migration->statements[1], ";"),
                        "row-exclusive table log;inserts log 1;");
    rehearsed_free(&of);
}

/* ---- limits, locks, settings ---- */

static void wait_a_second(pgm_options *options) {
    options->limits.lock_wait = 1000;
}

static void dont_wait(pgm_options *options) {
    options->limits.lock_wait = 0;
}

/* A file's own limit would queue whoever comes behind it for as long as it says. */
static void no_lock_is_waited_for_longer_than_a_second(void **state) {
    scene *s = *state;
    const char *db = orders(s, "waits");
    scene_migration(s, "1_a", "SET lock_timeout = 0;\nALTER TABLE orders ADD COLUMN x int;", NULL);
    PGconn *holder = PQconnectdb(scene_url(s, db));
    PQclear(PQexec(holder, "BEGIN; LOCK TABLE orders IN ACCESS SHARE MODE"));
    rehearsed of = rehearse(s, db, dont_wait);
    assert_failed(&of, "1_a", "55P03", PGM_REHEARSED_FAILED);
    assert_int_equal(of.result->failure->line, 2);
    assert_true(of.result->duration_ms < 20000);
    rehearsed_free(&of);
    PQfinish(holder);
}

static void it_never_runs_beside_a_run_that_marches_the_target(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "beside");
    shell_process process;
    scene_gate(db);
    scene_migration(s, "1_a", "SELECT until_go();", NULL);
    march_start(s, &process, "up --yes -u %s", scene_url(s, db));
    scene_wait_at_gate(db);
    rehearsed of = rehearse(s, db, wait_a_second);
    assert_int_equal(of.result->outcome, PGM_OUTCOME_FAILED);
    assert_string_equal(of.result->failure->phase, "lock");
    assert_non_null(strstr(of.result->failure->message, "another run"));
    rehearsed_free(&of);
    scene_go(db);
    shell_result result = shell_wait(&process);
    assert_status(&result, 0);
    shell_free(&result);
}

static void one_minute(pgm_options *options) {
    options->limits.statement_timeout = 300;
}

static void a_statement_has_its_time(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "slow");
    scene_migration(s, "1_a", "SET statement_timeout = 0;\nSELECT pg_sleep(60);", NULL);
    rehearsed of = rehearse(s, db, one_minute);
    assert_failed(&of, "1_a", "57014", PGM_REHEARSED_FAILED);
    assert_non_null(strstr(of.result->failure->hint, "--statement-timeout"));
    rehearsed_free(&of);
}

/* What one file leaves in the session is not there for the next one, as with `up`. */
static void each_migration_finds_the_session_as_up_gives_it(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "session");
    scene_migration(s, "1_a",
                    "CREATE TEMP TABLE t (x int);\nSET search_path = pg_catalog;\n"
                    "SET datestyle = 'German';\nPREPARE q AS SELECT 1;\nSET ROLE pg_monitor;\n"
                    "DECLARE c CURSOR WITH HOLD FOR SELECT 1;",
                    NULL);
    scene_migration(s, "2_b",
                    "CREATE TEMP TABLE t (x int);\nCREATE TABLE b (d date DEFAULT '13.12.2020');",
                    NULL);
    rehearsed of = rehearse(s, db, NULL);
    assert_failed(&of, "2_b", "22008", PGM_REHEARSED_FAILED);
    assert_int_equal(of.result->failure->line, 2);
    rehearsed_free(&of);
}

/* ---- parallel workers ---- */

static void without_workers(pgm_options *options) {
    static char url[512];
    (void)snprintf(url, sizeof url,
                   "%s?options=-cmax_parallel_maintenance_workers%%3D0"
                   "%%20-cmax_parallel_workers_per_gather%%3D0",
                   options->url);
    options->url = url;
}

static int64_t rows_read(const rehearsed *of, size_t statement) {
    const pgm_rehearsed_migration *migration = rehearsed_migration(of, "1_a");
    assert_true(statement < migration->statement_count);
    assert_int_equal(migration->statements[statement].table_count, 1);
    return migration->statements[statement].tables[0].scanned;
}

/* As the documentation says it: the share of workers is not told, and there need not be any. */
static void rows_are_counted_whole_where_there_are_no_parallel_workers(void **state) {
    enum { ROWS = 300000 };
    scene *s = *state;
    const char *db = scene_database(s, "workers");
    free(psql(db,
              "CREATE TABLE large AS SELECT g AS x, repeat('x', 60) AS y FROM "
              "generate_series(1, %d) g; ALTER TABLE large SET (parallel_workers = 2); "
              "ANALYZE large",
              ROWS));
    scene_migration(s, "1_a", "CREATE INDEX i ON large (x);\nSELECT count(*) FROM large;", NULL);
    rehearsed of = rehearse(s, db, NULL);
    assert_in_range(rows_read(&of, 0), 1, ROWS);
    rehearsed_free(&of);
    of = rehearse(s, db, without_workers);
    assert_int_equal(rows_read(&of, 0), ROWS);
    assert_int_equal(rows_read(&of, 1), ROWS);
    rehearsed_free(&of);
}

/* ---- verify files ---- */

static void verify_files_look_as_with_up(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "verify");
    scene_migration(s, "1_a", "CREATE TABLE a (x int);\nINSERT INTO a VALUES (1);", NULL);
    folder_write(s->folder, "migrations/1_a.verify.sql",
                 "INSERT INTO a VALUES (2);\nSELECT count(*) = 2 AS two FROM a;");
    scene_migration(s, "2_b", "SELECT 1;", NULL);
    folder_write(s->folder, "migrations/2_b.verify.sql", "SELECT count(*) = 2 AS two FROM a;");
    rehearsed of = rehearse(s, db, NULL);
    assert_int_equal(rehearsed_migration(&of, "1_a")->state, PGM_REHEARSED_RAN);
    assert_failed(&of, "2_b", "", PGM_REHEARSED_FAILED);
    assert_string_equal(of.result->failure->phase, "verify");
    assert_non_null(strstr(of.result->failure->message, "\"two\" is false"));
    rehearsed_free(&of);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        scene_test(nothing_of_a_rehearsal_stays),
        scene_test(code_that_commits_fails_and_leaves_nothing),
        scene_test(the_server_takes_no_second_statement_behind_one_that_is_sent_alone),
        scene_test(each_statement_is_told_with_what_it_did),
        scene_test(figures_are_of_the_statement_and_of_the_table_as_it_was),
        scene_test(what_is_dropped_is_told_by_its_name),
        scene_test(what_the_rehearsal_made_itself_blocks_nobody),
        scene_test(objects_that_a_statement_changes_are_told),
        scene_test(a_statement_that_fails_is_named_by_line_and_column),
        scene_test(a_value_of_an_enum_that_is_not_committed_yet_cannot_be_told),
        scene_test(one_that_needs_what_cannot_run_in_a_transaction_says_so),
        scene_test(what_a_commit_would_find_fails_its_migration),
        scene_test(the_next_migration_finds_constraints_as_they_were),
        scene_test(what_a_deferred_trigger_does_is_told),
        scene_test(no_lock_is_waited_for_longer_than_a_second),
        scene_test(it_never_runs_beside_a_run_that_marches_the_target),
        scene_test(a_statement_has_its_time),
        scene_test(each_migration_finds_the_session_as_up_gives_it),
        scene_test(rows_are_counted_whole_where_there_are_no_parallel_workers),
        scene_test(verify_files_look_as_with_up),
    };
    return cmocka_run_group_tests(tests, scene_group_setup, NULL);
}
