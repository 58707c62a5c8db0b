/* A rehearsal on targets that are copies, where it commits; and one of a few targets only. */
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

/* ---- a copy ---- */

/* The scene's one target, with `rehearsal = true`. */
static rehearsed rehearse_copy(scene *s, const char *db, void (*change)(pgm_options *options)) {
    static const char *files[1];
    folder_write(s->folder, "copy.conf", "[copy]\nurl = %s\nrehearsal = true\n", scene_url(s, db));
    files[0] = scene_text(s, "%s/copy.conf", s->folder);
    return rehearse_files(s, files, change);
}

static void on_a_copy_each_migration_commits(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "copy");
    free(psql(db, "CREATE TYPE mood AS ENUM ('good'); CREATE TABLE a (m mood)"));
    scene_migration(s, "1_a", "ALTER TYPE mood ADD VALUE 'bad';", NULL);
    scene_migration(s, "2_b", "INSERT INTO a VALUES ('bad');\nALTER TABLE a ADD COLUMN x int;",
                    NULL);
    scene_migration(s, "3_c", "-- pgmarch: no-transaction\nCREATE INDEX CONCURRENTLY i ON a (m);",
                    NULL);
    scene_migration(s, "4_d", "ALTER TABLE a DROP COLUMN x;", NULL);
    rehearsed of = rehearse_copy(s, db, NULL);
    assert_int_equal(of.result->outcome, PGM_OUTCOME_APPLIED);
    assert_true(of.rehearsal->kept);
    assert_string_equal(rehearsed_text(s, &of),
                        "1_a kept\n  ALTER TYPE mood ADD VALUE 'bad'\n"
                        "2_b kept\n  INSERT INTO a VALUES ('bad')\n"
                        "row-exclusive table a\ninserts a 1\n"
                        "  ALTER TABLE a ADD COLUMN x int\naccess-exclusive table a\n"
                        "3_c alone\n  CREATE INDEX CONCURRENTLY i ON a (m)\n"
                        "share-update-exclusive table a\n"
                        "4_d kept\n  ALTER TABLE a DROP COLUMN x\naccess-exclusive table a\n");
    assert_ledger(db, "1_a,2_b,4_d");
    assert_int_equal(of.result->done_count, 3);
    assert_int_equal(of.rehearsal->leave_count, 0);
    rehearsed_free(&of);
}

static void with_alone(pgm_options *options) {
    options->with_alone = true;
}

static void on_a_copy_what_cannot_run_in_a_transaction_runs_when_asked(void **state) {
    scene *s = *state;
    const char *db = orders(s, "copyalone");
    scene_migration(s, "1_a", "ALTER TABLE orders ADD COLUMN x int;", NULL);
    scene_migration(s, "2_b",
                    "-- pgmarch: no-transaction\nCREATE INDEX CONCURRENTLY i ON orders (total);",
                    NULL);
    scene_migration(s, "3_c", "DROP INDEX i;", NULL);
    scene_migration(s, "4_d", "-- pgmarch: no-transaction\nVACUUM orders;\nVACUUM orders;", NULL);
    rehearsed of = rehearse_copy(s, db, with_alone);
    assert_int_equal(of.result->outcome, PGM_OUTCOME_APPLIED);
    assert_ledger(db, "1_a,2_b,3_c,4_d");
    const pgm_rehearsed_migration *built = rehearsed_migration(&of, "2_b");
    assert_int_equal(built->state, PGM_REHEARSED_KEPT);
    assert_true(built->took_us > 0);
    assert_true(built->wal_bytes > 100000);
    assert_true(built->statements[0].ran);
    assert_int_equal(rehearsed_lock(&built->statements[0], "orders")->mode,
                     PGM_LOCK_SHARE_UPDATE_EXCLUSIVE);
    assert_int_equal(rehearsed_migration(&of, "4_d")->state, PGM_REHEARSED_KEPT);
    assert_int_equal(of.rehearsal->migration_count, 4);
    rehearsed_free(&of);
}

static void a_failure_on_a_copy_leaves_what_was_before_it(void **state) {
    scene *s = *state;
    const char *db = orders(s, "copyfails");
    scene_migration(s, "1_a", "CREATE TABLE a (x int);", NULL);
    scene_migration(s, "2_b", "CREATE TABLE b (x int);\nSELECT 1 / 0;", NULL);
    rehearsed of = rehearse_copy(s, db, NULL);
    assert_failed(&of, "2_b", "22012", PGM_REHEARSED_FAILED);
    assert_int_equal(rehearsed_migration(&of, "1_a")->state, PGM_REHEARSED_KEPT);
    assert_ledger(db, "1_a");
    assert_psql(db, "SELECT to_regclass('b') IS NULL", "t");
    rehearsed_free(&of);
}

static void a_statement_that_is_to_run_alone_needs_a_copy(void **state) {
    scene *s = *state;
    pgm_run *run = NULL;
    pgm_error err = {0};
    pgm_options options;
    scene_migration(s, "1_a", "SELECT 1;", NULL);
    pgm_options_init(&options);
    options.command = PGM_COMMAND_REHEARSE;
    options.dir = scene_text(s, "%s/migrations", s->folder);
    options.url = scene_url(s, "nowhere");
    options.with_alone = true;
    assert_int_equal(pgm_run_open(&run, &options, &err), PGM_EUSAGE);
    assert_non_null(strstr(err.msg, "rehearsal = true"));
}

/* ---- notifications ---- */

static PGconn *listener(scene *s, const char *db) {
    PGconn *conn = PQconnectdb(scene_url(s, db));
    assert_int_equal(PQstatus(conn), CONNECTION_OK);
    PQclear(PQexec(conn, "LISTEN rehearsed"));
    return conn;
}

/* All that was sent so far: what the listener itself sends last comes behind it. */
static void assert_heard(PGconn *conn, const char *expected) {
    char heard[64] = "";
    bool ended = false;
    PQclear(PQexec(conn, "NOTIFY rehearsed, 'end'"));
    for (PGnotify *notice; !ended; PQfreemem(notice)) {
        notice = PQnotifies(conn);
        assert_non_null(notice);
        ended = strcmp(notice->extra, "end") == 0;
        (void)strncat(heard, notice->extra, sizeof heard - strlen(heard) - 1);
        (void)strncat(heard, " ", sizeof heard - strlen(heard) - 1);
    }
    assert_string_equal(heard, expected);
}

/* The server sends them at COMMIT, and to nobody at ROLLBACK: there is nothing to be named. */
static void notifications_are_sent_on_a_copy_and_nowhere_else(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "notify");
    PGconn *conn = listener(s, db);
    scene_migration(s, "1_a",
                    "CREATE FUNCTION tell() RETURNS trigger LANGUAGE plpgsql AS\n"
                    "  'BEGIN PERFORM pg_notify(''rehearsed'', ''trigger''); RETURN NULL; END';\n"
                    "CREATE TABLE a (x int);\nCREATE TRIGGER t AFTER INSERT ON a EXECUTE FUNCTION "
                    "tell();\nNOTIFY rehearsed, 'file';\nINSERT INTO a VALUES (1);",
                    NULL);
    rehearsed of = rehearse(s, db, NULL);
    assert_int_equal(of.result->outcome, PGM_OUTCOME_APPLIED);
    assert_int_equal(rehearsed_migration(&of, "1_a")->state, PGM_REHEARSED_RAN);
    for (size_t i = 0; i < of.rehearsal->leave_count; i++) {
        assert_null(strstr(of.rehearsal->leaves[i], "notif"));
    }
    rehearsed_free(&of);
    assert_heard(conn, "end ");
    of = rehearse_copy(s, db, NULL);
    assert_int_equal(rehearsed_migration(&of, "1_a")->state, PGM_REHEARSED_KEPT);
    rehearsed_free(&of);
    assert_heard(conn, "file trigger end ");
    PQfinish(conn);
}

/* ---- a sample ---- */

static const char *const tenants[] = {"t0", "t1", "t2", "t3", "t4"};

enum { TENANTS = sizeof tenants / sizeof *tenants };

/* Schemas of one database: t2 is the largest of four with one plan, t4 has applied the first file.
 */
static void make_tenants(scene *s, const char *db) {
    static const int rows[TENANTS] = {1000, 2000, 40000, 20000, 100};
    FILE *conf = fopen(scene_text(s, "%s/tenants.conf", s->folder), "w");
    assert_non_null(conf);
    for (int i = 0; i < TENANTS; i++) {
        free(psql(
            db,
            "CREATE SCHEMA %s; CREATE TABLE %s.a AS SELECT g AS x FROM generate_series(1, %d) g",
            tenants[i], tenants[i], rows[i]));
        (void)fprintf(conf, "[%s]\nurl = %s\nschema = %s\n", tenants[i], scene_url(s, db),
                      tenants[i]);
    }
    (void)fclose(conf);
    scene_migration(s, "1_a", "SELECT 1;", NULL);
    assert_march(s, 0, "up --yes -t tenants.conf --only t4");
    scene_migration(s, "2_b", "ALTER TABLE a ALTER COLUMN x TYPE bigint;", NULL);
}

static void of_each_plan_one(pgm_options *options) {
    options->sample = 1;
}

static void a_sample_is_the_largest_of_each_plan(void **state) {
    scene *s = *state;
    static const char *files[1];
    const char *db = scene_database(s, "sample");
    make_tenants(s, db);
    files[0] = scene_text(s, "%s/tenants.conf", s->folder);
    rehearsed of = rehearse_files(s, files, of_each_plan_one);
    const pgm_summary *summary = pgm_run_summary(of.run);
    for (size_t i = 0; i < TENANTS; i++) {
        const pgm_result *result = pgm_run_result(of.run, i);
        bool chosen = i == 2 || i == 4;
        assert_non_null(result->rehearsal);
        assert_int_equal(result->outcome, chosen ? PGM_OUTCOME_APPLIED : PGM_OUTCOME_NOT_RUN);
        assert_int_equal(pgm_result_verdict(summary, result), PGM_VERDICT_WELL);
        assert_true(result->rehearsal->size > 0);
        assert_int_equal(result->rehearsal->migration_count, chosen ? (i == 2 ? 2 : 1) : 0);
        if (!chosen) {
            assert_string_equal(result->rehearsal->sampled, "t2");
        }
    }
    const pgm_rehearsal *largest = pgm_run_result(of.run, 2)->rehearsal;
    const pgm_rehearsal *half = pgm_run_result(of.run, 3)->rehearsal;
    assert_true(largest->took_us > 0);
    assert_true(half->estimated_us > largest->took_us / 3);
    assert_true(half->estimated_us < largest->took_us * 2 / 3);
    assert_true(half->size < largest->size);
    rehearsed_free(&of);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        scene_test(on_a_copy_each_migration_commits),
        scene_test(on_a_copy_what_cannot_run_in_a_transaction_runs_when_asked),
        scene_test(a_failure_on_a_copy_leaves_what_was_before_it),
        scene_test(a_statement_that_is_to_run_alone_needs_a_copy),
        scene_test(notifications_are_sent_on_a_copy_and_nowhere_else),
        scene_test(a_sample_is_the_largest_of_each_plan),
    };
    return cmocka_run_group_tests(tests, scene_group_setup, NULL);
}
