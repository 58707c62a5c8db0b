/* Outside a transaction the promises are the same: exactly once, nothing repeated that may have
 * stayed, every wait with an end. */
#include <string.h>

#include "integration/modes/modes.h"
#include "support/cmocka_all.h"

#define ALONE "-- pgmarch: no-transaction\n"

static void rows(scene *s) {
    scene_migration(s, "1_a", "CREATE TABLE a (id bigint)", NULL);
}

static void assert_rows(const char *db, const char *expected) {
    assert_psql(db, "SELECT coalesce(string_agg(id::text, ',' ORDER BY id), '-') FROM a", expected);
}

/* ---- the end of a repeatable one ---- */

static void a_changed_repeatable_outside_a_transaction_ends(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "alone_repeat");
    folder_write(s->folder, "migrations/V1__a.sql", "CREATE TABLE a (id bigint);");
    folder_write(s->folder, "migrations/R__z.sql", "VACUUM a;");
    assert_march(s, 0, "up -u %s", scene_url(s, db));
    folder_write(s->folder, "migrations/R__z.sql", "-- changed\nVACUUM a;");
    shell_result result = march(s, "up --target-timeout 20s -u %s", scene_url(s, db));
    assert_status(&result, 0);
    assert_err(&result, "✓ R__z");
    shell_free(&result);
    result = march(s, "up -u %s", scene_url(s, db));
    assert_out(&result, "up-to-date");
    shell_free(&result);
}

/* The lock and the ledger's owner answer with a 1 each: those are no indexes of that name. */
static void a_file_that_speaks_of_a_1_is_not_taken_for_one_with_an_index(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "alone_one");
    rows(s);
    assert_march(s, 0, "up -u %s", scene_url(s, db));
    scene_migration(s, "2_b", ALONE "INSERT INTO a VALUES (1);", NULL);
    assert_march(s, 0, "up -u %s", scene_url(s, db));
    assert_rows(db, "1");
}

/* ---- COPY ---- */

static void copy_from_stdin_gets_its_data(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "alone_copy");
    rows(s);
    scene_migration(s, "2_b",
                    ALONE "INSERT INTO a VALUES (1);\nCOPY a FROM stdin;\n2\n3\n\\.\n"
                          "COPY a FROM stdin;\n4\n\\.\nINSERT INTO a VALUES (5);",
                    NULL);
    assert_march(s, 0, "up -u %s", scene_url(s, db));
    assert_rows(db, "1,2,3,4,5");
}

static void copy_gets_its_data_in_the_files_of_other_tools(void **state) {
    scene *s = *state;
    static const char *const files[] = {"-- migrate:up transaction:false\nCREATE TABLE a (id "
                                        "bigint);\nCOPY a FROM stdin;\n1\n2\n\\.\n"
                                        "-- migrate:down\nDROP TABLE a;\n",
                                        "-- +goose NO TRANSACTION\n-- +goose Up\nCREATE TABLE a "
                                        "(id bigint);\nCOPY a FROM stdin;\n1\n2\n"
                                        "\\.\n-- +goose Down\nDROP TABLE a;\n"};
    for (size_t i = 0; i < 2; i++) {
        const char *db = scene_database(s, i == 0 ? "alone_dbmate" : "alone_goose");
        folder_write(s->folder, "migrations/20240101000000_a.sql", "%s", files[i]);
        assert_march(s, 0, "up -u %s", scene_url(s, db));
        assert_rows(db, "1,2");
    }
}

static void bad_copy_data_stops_behind_what_ran(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "alone_copy_bad");
    rows(s);
    scene_migration(s, "2_b", ALONE "INSERT INTO a VALUES (1);\nCOPY a FROM stdin;\nx\n\\.\n",
                    NULL);
    json_t *report;
    json_t *target = failed_target(s, scene_text(s, "up -u %s", scene_url(s, db)), &report);
    assert_json(target, "error.sqlstate", "22P02");
    assert_int_equal(json_number(target, "error.line"), 3);
    json_decref(report);
    assert_rows(db, "1");
}

/* ---- BEGIN ... COMMIT ---- */

static void a_pair_is_one_step_whole_or_not_at_all(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "alone_pair");
    rows(s);
    scene_migration(s, "2_b",
                    ALONE "INSERT INTO a VALUES (1);\nBEGIN;\nINSERT INTO a VALUES (2);\n"
                          "COPY a FROM stdin;\n3\n\\.\nSELECT 1/(SELECT count(*) FROM ready);\n"
                          "COMMIT;\nINSERT INTO a VALUES (4);",
                    NULL);
    json_t *report;
    json_t *target = failed_target(s, scene_text(s, "up -u %s", scene_url(s, db)), &report);
    assert_json(target, "error.sqlstate", "42P01");
    json_decref(report);
    assert_rows(db, "1");
    free(psql(db, "CREATE TABLE ready (); INSERT INTO ready DEFAULT VALUES"));
    assert_march(s, 0, "up -u %s", scene_url(s, db));
    assert_rows(db, "1,2,3,4");
}

static void a_whole_file_may_be_a_pair(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "alone_whole");
    folder_write(s->folder, "migrations/1_a.sql",
                 "-- +migrate Up notransaction\nBEGIN;\nCREATE TABLE a (id bigint);\nINSERT INTO a "
                 "VALUES (1);\nCOMMIT;\n-- +migrate Down\nDROP TABLE a;\n");
    assert_march(s, 0, "up -u %s", scene_url(s, db));
    assert_rows(db, "1");
}

/* ---- what commits inside itself ---- */

static void what_commits_inside_itself_is_never_repeated(void **state) {
    scene *s = *state;
    static const char *const bodies[] = {"DO $$ BEGIN INSERT INTO a VALUES (1); COMMIT; RAISE "
                                         "EXCEPTION 'x' USING ERRCODE = '40P01'; "
                                         "END $$;",
                                         "CALL p();"};
    for (size_t i = 0; i < 2; i++) {
        const char *db = scene_database(s, i == 0 ? "alone_do" : "alone_call");
        scene_migration(
            s, "1_a",
            "CREATE TABLE a (id bigint); CREATE PROCEDURE p() LANGUAGE plpgsql AS $$ BEGIN "
            "INSERT INTO a VALUES (1); COMMIT; RAISE EXCEPTION 'x' USING ERRCODE = "
            "'55P03'; END $$",
            NULL);
        scene_migration(s, "2_b", scene_text(s, ALONE "%s", bodies[i]), NULL);
        json_t *report;
        json_t *target = failed_target(s, scene_text(s, "up -u %s", scene_url(s, db)), &report);
        assert_json(target, "error.message", "x");
        assert_part(json_text(target, "error.hint"), "may or may not have run");
        json_decref(report);
        assert_rows(db, "1");
        target = failed_target(s, scene_text(s, "up -u %s", scene_url(s, db)), &report);
        assert_part(json_text(target, "error.message"), "may or may not have run");
        json_decref(report);
        assert_rows(db, "1");
    }
}

/* Nothing was committed: an ordinary failure, which the next run begins again. */
static void a_block_that_fails_before_it_commits_is_no_doubt(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "alone_do_whole");
    rows(s);
    scene_migration(s, "2_b",
                    ALONE "DO $$ BEGIN INSERT INTO a VALUES (1); PERFORM 1/(SELECT count(*) FROM a "
                          "WHERE id = 9); END $$;",
                    NULL);
    json_t *report;
    json_t *target = failed_target(s, scene_text(s, "up -u %s", scene_url(s, db)), &report);
    assert_json(target, "error.sqlstate", "22012");
    assert_null(strstr(json_text(target, "error.hint"), "may or may not"));
    json_decref(report);
    assert_rows(db, "-");
    free(psql(db, "INSERT INTO a VALUES (9)"));
    assert_march(s, 0, "up -u %s", scene_url(s, db));
    assert_rows(db, "1,9");
}

/* ---- whose session it is ---- */

static void the_role_that_the_session_began_with_comes_back(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "alone_role");
    free(psql(db,
              "DO $$ BEGIN CREATE ROLE alone_owner; CREATE ROLE alone_member LOGIN NOINHERIT IN "
              "ROLE alone_owner; EXCEPTION WHEN duplicate_object THEN END $$;"
              "ALTER ROLE alone_member SET role = alone_owner;"
              "GRANT ALL ON SCHEMA public TO alone_owner"));
    scene_migration(s, "1_a", ALONE "CREATE TABLE a (id bigint);\nINSERT INTO a VALUES (1);", NULL);
    scene_migration(
        s, "2_b", ALONE "SET ROLE NONE;\nSELECT 1;\nRESET ROLE;\nINSERT INTO a VALUES (2);", NULL);
    assert_march(s, 0, "up -u postgresql://alone_member@127.0.0.1:%d/%s", cluster_port(), db);
    assert_rows(db, "1,2");
    assert_psql(db, "SELECT tableowner FROM pg_tables WHERE tablename = 'schema_migrations'",
                "alone_owner");
    free(psql(db, "DROP OWNED BY alone_owner, alone_member"));
}

/* ---- two runs in one file ---- */

/* The file lets go of every lock while a slow statement runs; the second run must not take it for
 * abandoned, and waits like for any other. */
static void a_second_run_in_the_same_file_waits(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "alone_rival");
    rows(s);
    scene_gate(db);
    scene_migration(s, "2_b",
                    ALONE "INSERT INTO a SELECT 1 FROM pg_advisory_unlock_all();\n"
                          "INSERT INTO a SELECT 2 FROM pg_advisory_unlock_all(), until_go();\n"
                          "INSERT INTO a VALUES (3);",
                    NULL);
    shell_process first;
    march_start(s, &first, "up -u %s", scene_url(s, db));
    scene_wait_at_gate(db);
    shell_process second;
    march_start(s, &second, "up --lock-wait 60s -u %s", scene_url(s, db));
    psql_wait(db,
              "SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'pgmarch/%' AND "
              "datname = current_database()",
              "2", SHELL_WAIT_MS);
    sleep_ms(500); /* it has found the row of progress, and asks for it again */
    scene_go(db);
    shell_result end = shell_wait(&first);
    assert_status(&end, 0);
    shell_result waited = shell_wait(&second);
    assert_status(&waited, 0);
    shell_free(&waited);
    shell_free(&end);
    assert_rows(db, "1,2,3");
    assert_ledger(db, "1_a,2_b");
}

static void a_second_run_that_cannot_wait_says_who_is_at_it(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "alone_rival_short");
    rows(s);
    scene_gate(db);
    scene_migration(s, "2_b",
                    ALONE "INSERT INTO a SELECT 2 FROM pg_advisory_unlock_all(), until_go();\n"
                          "INSERT INTO a VALUES (3);",
                    NULL);
    shell_process first;
    march_start(s, &first, "up -u %s", scene_url(s, db));
    scene_wait_at_gate(db);
    json_t *report;
    json_t *target = failed_target(s, scene_text(s, "up --lock-wait 500ms -u %s", scene_url(s, db)),
                                   &report);
    assert_json(target, "error.phase", "lock");
    assert_part(json_text(target, "error.message"), "is in the middle of this file");
    json_decref(report);
    scene_go(db);
    shell_result end = shell_wait(&first);
    assert_status(&end, 0);
    shell_free(&end);
    assert_rows(db, "2,3");
}

/* The row of progress changed hands while a statement ran: the run that lost it goes no further. */
static void a_run_that_lost_its_row_goes_no_further(void **state) {
    scene *s = *state;
    const char *db = scene_database(s, "alone_lost_row");
    rows(s);
    scene_gate(db);
    scene_migration(
        s, "2_b", ALONE "INSERT INTO a SELECT 1 FROM until_go();\nINSERT INTO a VALUES (2);", NULL);
    shell_process first;
    march_start(s, &first, "up --lock-wait 1s -u %s", scene_url(s, db));
    scene_wait_at_gate(db);
    free(psql(db, "UPDATE pgmarch_progress SET run_id = 'another'"));
    scene_go(db);
    shell_result end = shell_wait(&first);
    assert_status(&end, 1);
    shell_free(&end);
    assert_rows(db, "1");
    assert_psql(db, "SELECT count(*) FROM schema_migrations WHERE version = '2_b'", "0");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        scene_test(a_changed_repeatable_outside_a_transaction_ends),
        scene_test(a_file_that_speaks_of_a_1_is_not_taken_for_one_with_an_index),
        scene_test(copy_from_stdin_gets_its_data),
        scene_test(copy_gets_its_data_in_the_files_of_other_tools),
        scene_test(bad_copy_data_stops_behind_what_ran),
        scene_test(a_pair_is_one_step_whole_or_not_at_all),
        scene_test(a_whole_file_may_be_a_pair),
        scene_test(what_commits_inside_itself_is_never_repeated),
        scene_test(a_block_that_fails_before_it_commits_is_no_doubt),
        scene_test(the_role_that_the_session_began_with_comes_back),
        scene_test(a_second_run_in_the_same_file_waits),
        scene_test(a_second_run_that_cannot_wait_says_who_is_at_it),
        scene_test(a_run_that_lost_its_row_goes_no_further),
    };
    return cmocka_run_group_tests(tests, scene_group_setup, NULL);
}
