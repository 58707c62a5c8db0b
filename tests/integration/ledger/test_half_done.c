/* A file without a transaction that stopped on its way: told when it happens, shown by status, and
 * settled by repair --ran and --not-run. */
#include <signal.h>
#include <string.h>

#include "integration/modes/modes.h"
#include "support/cmocka_all.h"
#include "support/wire.h"

#define ALONE "-- pgmarch: no-transaction\n"

static void assert_rows(const char *db, const char *expected) {
    assert_psql(db, "SELECT coalesce(string_agg(id::text, ',' ORDER BY id), '-') FROM a", expected);
}

#define SLEEPS                                                                                     \
    "SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname = "            \
    "current_database()"

/* 2_b: statement 1 of 3 ran; 2 is at work when the program is told to stop. */
static json_t *stop_twice(scene *s, const char *db, const char *second) {
    scene_migration(s, "1_a", "CREATE TABLE a (id bigint)", NULL);
    const char *text =
        scene_text(s, ALONE "INSERT INTO a VALUES (1);\n%s\nINSERT INTO a VALUES (3);", second);
    scene_migration(s, "2_b", text, NULL);
    shell_process process;
    march_start(s, &process, "up --report report.json -u %s", scene_url(s, db));
    psql_wait(db, SLEEPS, "1", SHELL_WAIT_MS);
    shell_signal(&process, SIGINT);
    sleep_ms(300);
    shell_signal(&process, SIGINT);
    shell_result result = shell_wait(&process);
    assert_status(&result, 130);
    shell_free(&result);
    return report_file(s, "report.json");
}

static void a_cancelled_statement_is_told_and_not_in_doubt(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "half_cancel");
    json_t *report = stop_twice(s, db, "INSERT INTO a SELECT 2 FROM pg_sleep(30);");
    assert_json(report, "targets.0.outcome", "cancelled");
    const char *hint = json_text(report, "targets.0.error.hint");
    assert_part(hint, "2_b is half done: 1 of 3 statements ran");
    assert_part(hint, "the next run goes on with statement 2");
    assert_null(strstr(hint, "may or may not"));
    json_decref(report);
    shell_result result = march(s, "status -u %s", scene_url(s, db));
    assert_status(&result, 0);
    assert_out(&result, "2_b (pending; half done, 1 of 3 statements ran)");
    shell_free(&result);
    assert_psql(db, "SELECT running::text || statement FROM pgmarch_progress", "false1");
    assert_rows(db, "1");
}

/* A block that commits on its way leaves what it has committed. */
static void a_cancelled_block_is_in_doubt_until_it_is_settled(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "half_doubt");
    json_t *report = stop_twice(
        s, db, "DO $$ BEGIN INSERT INTO a VALUES (2); COMMIT; PERFORM pg_sleep(30); END $$;");
    const char *hint = json_text(report, "targets.0.error.hint");
    assert_part(hint, "statement 2 may or may not have run (migrations/2_b.up.sql:3: DO $$");
    assert_part(hint, "pgmarch repair 2_b --ran 2");
    json_decref(report);

    shell_result result = march(s, "status -u %s", scene_url(s, db));
    assert_out(&result, "2_b (pending; half done, statement 2 of 3 in doubt)");
    assert_out(&result, "DO $$ BEGIN INSERT INTO a VALUES (2)");
    shell_free(&result);
    json_t *target;
    result = march(s, "status --format json -u %s", scene_url(s, db));
    report = report_of(&result);
    shell_free(&result);
    target = json_at(report, "targets.0.half_done.0");
    assert_json(target, "version", "2_b");
    assert_int_equal(json_number(target, "ran"), 1);
    assert_int_equal(json_number(target, "statements"), 3);
    assert_true(json_is_true(json_at(target, "in_doubt")));
    assert_int_equal(json_number(target, "line"), 3);
    json_decref(report);

    target = failed_target(s, scene_text(s, "up -u %s", scene_url(s, db)), &report);
    assert_part(json_text(target, "error.message"),
                "statement 2 of 3 may or may not have run: the run that began it ended");
    assert_part(json_text(target, "error.hint"), "--not-run 2");
    json_decref(report);

    /* Plain repair leaves it alone; an answer about another statement is told to be mistaken. */
    assert_march(s, 0, "repair -u %s", scene_url(s, db));
    result = march(s, "repair --ran 1 -u %s", scene_url(s, db));
    assert_out(&result, "nothing is changed here: in doubt is statement 2 of 2_b");
    shell_free(&result);
    result = march(s, "repair 1_a --ran 2 -u %s", scene_url(s, db));
    assert_out(&result, "in doubt is statement 2 of 2_b, and not statement 2 of 1_a");
    shell_free(&result);
    result = march(s, "repair 1_a --forget -u %s", scene_url(s, db));
    assert_out(&result, "half done is 2_b, and not 1_a");
    shell_free(&result);
    assert_march(s, 0, "repair --dry-run --ran 2 -u %s", scene_url(s, db));
    assert_psql(db, "SELECT running::text || statement FROM pgmarch_progress", "true1");
    result = march(s, "repair --ran 2 -u %s", scene_url(s, db));
    assert_status(&result, 0);
    assert_out(&result, "2_b: statement 2 ran; the next up goes on behind it");
    shell_free(&result);
    assert_psql(db, "SELECT running::text || statement FROM pgmarch_progress", "false2");
    assert_march(s, 0, "up -u %s", scene_url(s, db));
    assert_rows(db, "1,2,3");
    assert_ledger(db, "1_a,2_b");
}

static void one_that_did_not_run_is_run(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "half_not_run");
    json_decref(
        stop_twice(s, db, "DO $$ BEGIN PERFORM pg_sleep(30); INSERT INTO a VALUES (2); END $$;"));
    scene_migration(s, "2_b",
                    ALONE "INSERT INTO a VALUES (1);\nDO $$ BEGIN PERFORM pg_sleep(30); "
                          "INSERT INTO a VALUES (2); END $$;\nINSERT INTO a VALUES (3);",
                    NULL);
    assert_march(s, 0, "repair 2_b --not-run 2 -u %s", scene_url(s, db));
    assert_psql(db, "SELECT running::text || statement FROM pgmarch_progress", "false1");
}

static void what_is_half_done_is_forgotten_only_when_named(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "half_forget");
    json_decref(stop_twice(s, db, "INSERT INTO a SELECT 2 FROM pg_sleep(30);"));
    assert_march(s, 2, "repair --forget -u %s", scene_url(s, db));
    assert_march(s, 2, "repair 2_b -u %s", scene_url(s, db));
    assert_march(s, 2, "repair 2_b --ran 2 --not-run 2 -u %s", scene_url(s, db));
    assert_march(s, 0, "repair -u %s", scene_url(s, db));
    assert_psql(db, "SELECT count(*) FROM pgmarch_progress", "1");
    shell_result result = march(s, "repair 2_b --forget -u %s", scene_url(s, db));
    assert_status(&result, 0);
    assert_out(&result, "begins at its first statement");
    shell_free(&result);
    assert_psql(db, "SELECT count(*) FROM pgmarch_progress", "0");
}

static void an_ordinary_failure_says_how_far_it_has_come(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "half_fail");
    scene_migration(s, "1_a", ALONE "CREATE TABLE a (id bigint);\nINSERT INTO a VALUES (1/0);",
                    NULL);
    json_t *report;
    json_t *target = failed_target(s, scene_text(s, "up -u %s", scene_url(s, db)), &report);
    assert_json(target, "error.sqlstate", "22012");
    assert_part(json_text(target, "error.hint"), "1_a is half done: 1 of 2 statements ran");
    json_decref(report);
}

/* Several targets: the answer is taken where that very statement is in doubt, and nowhere else. */
static void a_fleet_is_settled_at_once(void **state) {
    scene *s = *state;
    const char *one = scene_database(s, "half_fleet_1");
    const char *two = scene_database(s, "half_fleet_2");
    scene_migration(s, "1_a", ALONE "CREATE TABLE a (id bigint);\nINSERT INTO a VALUES (1);", NULL);
    folder_write(s->folder, "t.conf", "[one]\nurl = %s\n[two]\nurl = %s\n", scene_url(s, one),
                 scene_url(s, two));
    assert_march(s, 0, "up -t t.conf");
    const char *dbs[] = {one, two};
    for (size_t i = 0; i < 2; i++) {
        free(psql(dbs[i],
                  "DELETE FROM schema_migrations; INSERT INTO pgmarch_progress VALUES "
                  "('schema_migrations', '1_a', 'up', %d, true, NULL, 'x')",
                  i == 0 ? 1 : 0));
    }
    shell_result result = march(s, "repair --ran 2 -t t.conf --format json");
    assert_status(&result, 0);
    json_t *report = report_of(&result);
    shell_free(&result);
    assert_json(report_target(report, "one"), "outcome", "applied");
    assert_json(report_target(report, "two"), "outcome", "up-to-date");
    json_decref(report);
    assert_psql(one, "SELECT running::text || statement FROM pgmarch_progress", "false2");
    assert_psql(two, "SELECT running::text || statement FROM pgmarch_progress", "true0");
}

/* ---- the text changes ---- */

static void a_file_of_which_nothing_ran_may_be_mended(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "half_none");
    scene_migration(s, "1_a", ALONE "CREATE TABEL a (id bigint);\nINSERT INTO a VALUES (1);", NULL);
    assert_march(s, 1, "up -u %s", scene_url(s, db));
    shell_result result = march(s, "status -u %s", scene_url(s, db));
    assert_out(&result, "1_a (pending; begun, no statement ran)");
    shell_free(&result);
    scene_migration(s, "1_a",
                    ALONE "CREATE TABLE a (id bigint);\nINSERT INTO a VALUES (1);\nSELECT 1/0;",
                    NULL);
    assert_march(s, 1, "up -u %s", scene_url(s, db));
    /* From here on it is the text that was begun. */
    scene_migration(s, "1_a", ALONE "CREATE TABLE a (id bigint);\nINSERT INTO a VALUES (2);", NULL);
    json_t *report;
    json_t *target = failed_target(s, scene_text(s, "up -u %s", scene_url(s, db)), &report);
    assert_part(json_text(target, "error.message"),
                "begun with another text of its file, and is half done: 2 statements of that text "
                "ran");
    assert_part(json_text(target, "error.hint"), "put the file back as it was");
    json_decref(report);
    assert_rows(db, "1");
}

/* ---- the note of progress ---- */

#define THREE                                                                                      \
    ALONE "INSERT INTO a SELECT 1 FROM pg_sleep(4);\nINSERT INTO a VALUES (2);\n"                  \
          "INSERT INTO a VALUES (3);"

/* Stopped while the note of the next statement waits: that one was never sent, and is no riddle. */
static void a_stop_between_two_statements_leaves_no_doubt(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "half_between");
    scene_migration(s, "1_a", "CREATE TABLE a (id bigint)", NULL);
    scene_migration(s, "2_b", THREE, NULL);
    shell_process process;
    shell_process holder;
    march_start(s, &process, "up --target-timeout 8s --report report.json -u %s", scene_url(s, db));
    psql_wait(db, SLEEPS, "1", SHELL_WAIT_MS);
    stranger_start(&holder, db,
                   "BEGIN; LOCK TABLE pgmarch_progress IN SHARE MODE; SELECT pg_sleep(9)");
    shell_result result = shell_wait(&process);
    assert_status(&result, 1);
    shell_free(&result);
    stranger_end(&holder);
    json_t *report = report_file(s, "report.json");
    assert_json(report, "targets.0.error.phase", "time");
    assert_part(json_text(report, "targets.0.error.hint"),
                "2_b is half done: 1 of 3 statements ran; the next run goes on with statement 2");
    json_decref(report);
    assert_psql(db, "SELECT running::text || statement FROM pgmarch_progress", "false1");
    assert_march(s, 0, "up -u %s", scene_url(s, db));
    assert_rows(db, "1,2,3");
}

/* The connection goes for good with the note on its way: what the next run will ask is answered. */
static void lose_for_good(scene *s, const char *name, bool behind, const char *answer) {
    const char *db = scene_database(s, name);
    free(psql(db, "GRANT ALL ON SCHEMA public TO half_role"));
    scene_migration(s, "1_a", "CREATE TABLE a (id bigint)", NULL);
    scene_migration(s, "2_b", THREE, NULL);
    wire *line = wire_open(cluster_port(), NULL);
    unsigned rule = wire_add(line, (wire_rule){.connection = 1,
                                               .direction = WIRE_TO_SERVER,
                                               .phase = WIRE_READY,
                                               .type = 'Q',
                                               .contains = "running=true",
                                               .nth = 2,
                                               .times = 1,
                                               .keep = behind ? WIRE_WHOLE : 0,
                                               .action = WIRE_RST});
    shell_process process;
    march_start(s, &process, "up --report report.json -u postgresql://half_role@127.0.0.1:%d/%s",
                wire_port(line), db);
    psql_wait(db, SLEEPS, "1", SHELL_WAIT_MS);
    free(psql(db, "ALTER ROLE half_role NOLOGIN"));
    shell_result result = shell_wait(&process);
    assert_status(&result, 1);
    shell_free(&result);
    assert_int_equal(wire_hits(line, rule), 1);
    wire_close(line);
    free(psql(db, "ALTER ROLE half_role LOGIN"));
    json_t *report = report_file(s, "report.json");
    const char *hint = json_text(report, "targets.0.error.hint");
    assert_part(hint, "2_b is half done: 1 of 3 statements ran; that could not be noted any more");
    assert_part(hint, answer);
    assert_null(strstr(hint, "the next run goes on"));
    json_decref(report);
    const char *url = scene_text(s, "postgresql://half_role@127.0.0.1:%d/%s", cluster_port(), db);
    assert_march(s, 1, "up -u %s", url);
    assert_march(s, 0, "%s -u %s", answer + strlen("pgmarch "), url);
    assert_march(s, 0, "up -u %s", url);
    assert_rows(db, "1,2,3");
    free(psql(db, "DROP OWNED BY half_role"));
}

static void what_could_not_be_noted_is_answered_in_the_report(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "half_roles");
    free(psql(db, "DO $$ BEGIN CREATE ROLE half_role LOGIN; EXCEPTION WHEN duplicate_object THEN "
                  "END $$"));
    lose_for_good(s, "half_note_lost", false, "pgmarch repair 2_b --ran 1");
    lose_for_good(s, "half_note_in", true, "pgmarch repair 2_b --not-run 2");
}

/* The question what a failed DO has committed finds no answer: it must not run again. */
static void a_block_whose_end_is_not_known_is_not_repeated(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "half_count");
    scene_migration(s, "1_a", "CREATE TABLE a (id bigint)", NULL);
    scene_migration(
        s, "2_b", ALONE "DO $$ BEGIN INSERT INTO a VALUES (1); COMMIT; PERFORM 1/0; END $$;", NULL);
    wire *line = wire_open(cluster_port(), NULL);
    unsigned rule = wire_add(line, (wire_rule){.connection = 1,
                                               .direction = WIRE_TO_SERVER,
                                               .phase = WIRE_READY,
                                               .type = 'Q',
                                               .contains = "virtualtransaction",
                                               .nth = 2,
                                               .times = 1,
                                               .action = WIRE_RST});
    json_t *report;
    json_t *target = failed_target(
        s, scene_text(s, "up -u postgresql://postgres@127.0.0.1:%d/%s", wire_port(line), db),
        &report);
    assert_int_equal(wire_hits(line, rule), 1);
    wire_close(line);
    assert_part(json_text(target, "error.message"), "statement 1 of 1 may or may not have run");
    json_decref(report);
    assert_rows(db, "1");
}

/* ---- what was written is looked at ---- */

#define LIAR(when, table, body)                                                                    \
    "CREATE FUNCTION lie() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN " body " END $f$;"        \
    "CREATE TRIGGER liar " when " ON " table " FOR EACH ROW EXECUTE FUNCTION lie()"

static void assert_not_taken(scene *s, const char *db, const char *command) {
    json_t *report;
    json_t *target = failed_target(s, scene_text(s, "%s -u %s", command, scene_url(s, db)),
                                   &report);
    assert_json(target, "outcome", "failed");
    assert_part(json_text(target, "error.message"), "the ledger did not take the row");
    assert_part(json_text(target, "error.detail"), "trigger liar (lie)");
    json_decref(report);
}

/* A statement whose note is not in would run twice. */
static void without_its_note_no_statement_runs(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "half_note_lie");
    scene_migration(s, "1_a", ALONE "CREATE TABLE a (id bigint);", NULL);
    scene_migration(s, "2_b", ALONE "INSERT INTO a VALUES (1);", NULL);
    assert_march(s, 0, "up --to 1 -u %s", scene_url(s, db));
    free(psql(db, LIAR("BEFORE UPDATE", "pgmarch_progress", "RETURN OLD;")));
    assert_not_taken(s, db, "up");
    assert_rows(db, "-");
}

static void a_row_that_is_taken_away_behind_the_last_statement_is_noticed(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "half_record_lie");
    scene_migration(s, "1_a", ALONE "CREATE TABLE a (id bigint);", NULL);
    scene_migration(s, "2_b", ALONE "INSERT INTO a VALUES (1);", NULL);
    assert_march(s, 0, "up --to 1 -u %s", scene_url(s, db));
    free(psql(db, LIAR("AFTER INSERT", "schema_migrations",
                       "DELETE FROM schema_migrations WHERE version = NEW.version; RETURN NULL;")));
    assert_not_taken(s, db, "up");
    assert_rows(db, "1");
    assert_ledger(db, "1_a");
    free(psql(db, "DROP TRIGGER liar ON schema_migrations"));
    assert_march(s, 0, "up -u %s", scene_url(s, db));
    assert_rows(db, "1");
    assert_ledger(db, "1_a,2_b");
}

static void an_answer_is_believed_by_what_stays(void **state) {
    scene *s = *state;
    static const char *const lies[] = {"RETURN OLD;", "RETURN NULL;"};
    for (size_t i = 0; i < 2; i++) {
        const char *db = scene_database(s, i == 0 ? "half_old" : "half_null");
        scene_migration(s, "1_a", ALONE "CREATE TABLE a (id bigint);", NULL);
        assert_march(s, 0, "up -u %s", scene_url(s, db));
        free(psql(db,
                  "DELETE FROM schema_migrations; INSERT INTO pgmarch_progress VALUES "
                  "('schema_migrations', '1_a', 'up', 0, true, NULL, 'x');"
                  "CREATE FUNCTION lie() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN %s END $f$;"
                  "CREATE TRIGGER liar BEFORE UPDATE ON pgmarch_progress FOR EACH ROW EXECUTE "
                  "FUNCTION lie()",
                  lies[i]));
        assert_not_taken(s, db, "repair --ran 1");
        assert_psql(db, "SELECT running::text || statement FROM pgmarch_progress", "true0");
    }
}

static void a_baseline_is_believed_by_what_comes_back(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "half_baseline");
    scene_migration(s, "1_a", "SELECT 1", NULL);
    scene_migration(s, "2_b", "SELECT 1", NULL);
    free(psql(db,
              "CREATE TABLE schema_migrations (version VARCHAR(255) PRIMARY KEY, applied_at "
              "TIMESTAMP, description TEXT, checksum TEXT, duration_ms BIGINT, run_id TEXT);"
              "CREATE FUNCTION lie() RETURNS trigger LANGUAGE plpgsql AS $f$ BEGIN IF NEW.version "
              "= '2_b' THEN RETURN NULL; END IF; RETURN NEW; END $f$;"
              "CREATE TRIGGER liar BEFORE INSERT ON schema_migrations FOR EACH ROW EXECUTE "
              "FUNCTION lie()"));
    json_t *report;
    json_t *target = failed_target(s, scene_text(s, "baseline 2_b -u %s", scene_url(s, db)),
                                   &report);
    assert_part(json_text(target, "error.message"), "the ledger did not take the row");
    assert_part(json_text(target, "error.detail"), "trigger liar (lie)");
    json_decref(report);
    assert_psql(db, "SELECT count(*) FROM schema_migrations", "0");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        scene_test(a_cancelled_statement_is_told_and_not_in_doubt),
        scene_test(a_cancelled_block_is_in_doubt_until_it_is_settled),
        scene_test(one_that_did_not_run_is_run),
        scene_test(what_is_half_done_is_forgotten_only_when_named),
        scene_test(an_ordinary_failure_says_how_far_it_has_come),
        scene_test(a_fleet_is_settled_at_once),
        scene_test(a_file_of_which_nothing_ran_may_be_mended),
        scene_test(a_stop_between_two_statements_leaves_no_doubt),
        scene_test(what_could_not_be_noted_is_answered_in_the_report),
        scene_test(a_block_whose_end_is_not_known_is_not_repeated),
        scene_test(without_its_note_no_statement_runs),
        scene_test(a_row_that_is_taken_away_behind_the_last_statement_is_noticed),
        scene_test(an_answer_is_believed_by_what_stays),
        scene_test(a_baseline_is_believed_by_what_comes_back),
    };
    return cmocka_run_group_tests(tests, scene_group_setup, NULL);
}
