/* READING: what the server says about itself and its ledger, and what is made of it. */
#include <string.h>

#include "engine/classify.h"
#include "support/scripted_march.h"

static void two_files(void) {
    folder_has("1_a.up.sql", "CREATE TABLE a (x int);");
    folder_has("1_a.down.sql", "DROP TABLE a;");
    folder_has("2_b.up.sql", "CREATE TABLE b (x int);");
    folder_has("2_b.down.sql", "DROP TABLE b;");
}

static void reads(pgm_command command) {
    march_starts(command);
    server_connects();
    march_reads();
}

/* ---- other tools' tables: H-08 ---- */

static void strange_ledger(const char *columns, unsigned type, const char *whose) {
    two_files();
    the_server.ledger_missing = false;
    the_server.ledger_columns = columns;
    the_server.version_type = type;
    the_server.row_count = 1;
    reads(PGM_COMMAND_UP);
    march_ends(PGM_OUTCOME_FAILED);
    failure_is("read", NULL, whose);
}

static void h08_golang_migrate_s_table_is_left_alone(void **state) {
    (void)state;
    strange_ledger("version dirty", 20, "is golang-migrate's, not a ledger");
    hint_says("pgmarch adopt --from golang-migrate");
}

static void h08_dbmate_s_table_is_left_alone(void **state) {
    (void)state;
    strange_ledger("version", 0, "is dbmate's or Rails', not a ledger");
    hint_says("pgmarch adopt --from dbmate");
}

static void h08_ecto_s_table_is_left_alone(void **state) {
    (void)state;
    strange_ledger("version inserted_at", 20, "is another tool's (Ecto's, perhaps)");
    hint_says("a ledger of its own");
}

static void h08_a_table_of_something_else_is_left_alone(void **state) {
    (void)state;
    strange_ledger("id name", 0, "is not a ledger of migrations");
}

static void h08_a_ledger_with_three_columns_gets_the_others(void **state) {
    (void)state;
    two_files();
    the_server.ledger_missing = false;
    the_server.ledger_columns = "version applied_at";
    reads(PGM_COMMAND_UP);
    march_sends("ADD COLUMN IF NOT EXISTS description pg_catalog.text");
    server_answers();
    march_ends(PGM_OUTCOME_APPLIED);
}

/* ---- where it is ---- */

static void r12_a_standby_takes_no_migrations(void **state) {
    (void)state;
    two_files();
    the_server.standby = true;
    reads(PGM_COMMAND_UP);
    march_ends(PGM_OUTCOME_FAILED);
    failure_is("read", NULL, "the target is read-only: it is a standby");
    assert_string_equal(the.failure.sqlstate, "25006");
    assert_int_equal(the.attempts, 1);
}

static void l10_a_standby_that_is_up_to_date_is_well(void **state) {
    (void)state;
    two_files();
    the_server.standby = true;
    ledger_lists("1_a", OTHER_RUN);
    ledger_lists("2_b", OTHER_RUN);
    reads(PGM_COMMAND_UP);
    march_ends(PGM_OUTCOME_UP_TO_DATE);
}

static void a_standby_s_ledger_is_not_edited(void **state) {
    (void)state;
    two_files();
    the_server.standby = true;
    the.env.request.to = "1";
    reads(PGM_COMMAND_BASELINE);
    march_ends(PGM_OUTCOME_FAILED);
    failure_is("read", NULL, "standby");
}

static void l06_a_second_name_of_the_same_place_is_left_out(void **state) {
    (void)state;
    two_files();
    the.same_place = "app_too";
    reads(PGM_COMMAND_UP);
    march_ends(PGM_OUTCOME_SKIPPED);
    failure_is("read", NULL, "the same place as target \"app_too\"");
}

static void l06_who_only_looks_may_look_twice(void **state) {
    (void)state;
    two_files();
    the.same_place = "app_too";
    reads(PGM_COMMAND_STATUS);
    march_ends(PGM_OUTCOME_NOT_RUN);
}

/* ---- servers of other versions and settings ---- */

static void a_server_before_14_is_asked_in_its_own_words(void **state) {
    (void)state;
    two_files();
    the_link.server_version = 130012;
    march_starts(PGM_COMMAND_UP);
    server_connects();
    march_sends("pg_is_in_recovery()");
    march_reads();
    march_does_not_send("client_connection_check_interval");
    server_answers();
    march_ends(PGM_OUTCOME_APPLIED);
}

static void waits_for_a_lock_in_vain(int version) {
    two_files();
    the_link.server_version = version;
    the.limits.lock_wait = 0;
    reads(PGM_COMMAND_UP);
    lock_is_held(": pid 7");
    march_ends(PGM_OUTCOME_FAILED);
    failure_is("lock", NULL, "another run holds the lock");
    hint_says("wait for the other run to end");
}

static void before_14_a_lock_may_be_of_a_run_that_is_gone_and_that_is_said(void **state) {
    (void)state;
    waits_for_a_lock_in_vain(130012);
    hint_says("a server before PostgreSQL 14 does not notice that a run is gone");
}

static void from_14_on_a_server_notices_that_a_run_is_gone(void **state) {
    (void)state;
    waits_for_a_lock_in_vain(140000);
    assert_null(strstr(the.failure.hint, "PostgreSQL 14"));
}

/* Nothing is asked: what a look-alike makes of it is not known. */
static void refused_at_the_login(int version, const char *parameter, const char *says) {
    two_files();
    the_link.server_version = version;
    the_link.parameter = parameter;
    unsigned strings = the_link.strings;
    march_starts(PGM_COMMAND_UP);
    server_connects();
    march_ends(PGM_OUTCOME_FAILED);
    failure_is("read", NULL, says);
    assert_int_equal(the_link.strings, strings);
    assert_int_equal(the.attempts, 1);
    assert_string_equal(the.failure.sqlstate, "0A000");
    assert_non_null(the.failure.hint);
}

static void cockroachdb_is_refused_before_anything_is_asked(void **state) {
    (void)state;
    refused_at_the_login(130000, "crdb_version=CockroachDB CCL v25.2.1",
                         "the server is CockroachDB, which changes a schema in the background");
}

static void redshift_is_refused_before_anything_is_asked(void **state) {
    (void)state;
    refused_at_the_login(80002, "padb_version=1.0.1", "the server is Amazon Redshift, which");
}

static void yugabytedb_is_refused_before_anything_is_asked(void **state) {
    (void)state;
    refused_at_the_login(150002, "server_version=15.2-YB-2025.1.0.0-b0",
                         "the server is YugabyteDB, which commits each change");
}

static void a_server_that_is_too_old_is_refused_with_its_version(void **state) {
    (void)state;
    refused_at_the_login(120022, NULL, "says that it is PostgreSQL 12; pgmarch needs 13");
}

static void a_server_of_the_old_way_to_count_is_refused(void **state) {
    (void)state;
    refused_at_the_login(90500, NULL, "says that it is PostgreSQL 9.5; pgmarch needs 13");
}

static void a_pooler_that_hides_the_version_is_believed(void **state) {
    (void)state;
    two_files();
    the_link.server_version = 0;
    reads(PGM_COMMAND_UP);
    server_answers();
    march_ends(PGM_OUTCOME_APPLIED);
}

static void a_server_that_does_not_know_our_question_may_be_none(void **state) {
    (void)state;
    two_files();
    march_starts(PGM_COMMAND_UP);
    server_connects();
    server_answers_before("pg_backend_pid");
    server_fails("42883", "unknown function: pg_identify_object_as_address()");
    march_ends(PGM_OUTCOME_FAILED);
    failure_is("read", NULL, "unknown function");
    hint_says("is the server one, or something that only speaks its protocol?");
}

static void n02_escapes_in_strings_are_turned_off_before_anything_else(void **state) {
    (void)state;
    two_files();
    march_starts(PGM_COMMAND_UP);
    session_now()->strings_off = true;
    server_connects();
    march_sends("BEGIN;SET standard_conforming_strings=on;COMMIT;");
    march_reads();
    march_sends("SET standard_conforming_strings=on;SET LOCAL lock_timeout");
    server_answers();
    march_ends(PGM_OUTCOME_APPLIED);
}

/* ---- errors ---- */

static void a_lock_on_the_ledger_is_waited_for_so_long(void **state) {
    (void)state;
    two_files();
    the.limits.lock_wait = 1000;
    march_starts(PGM_COMMAND_UP);
    server_connects();
    unsigned tries = 0;
    for (; !the.ended && tries < 50; tries++) {
        server_answers_before("SELECT * FROM");
        server_fails("55P03", "canceling statement due to lock timeout");
        clock_turn();
        if (!the.ended) {
            march_is(PGM__STATE_RETRY_WAIT);
            pause_ends();
        }
    }
    march_ends(PGM_OUTCOME_FAILED);
    failure_is("read", NULL, "lock timeout");
    assert_int_equal(the.duration_ms, 1000);
    assert_true(tries > 2);
}

static void a_ledger_of_a_stranger_is_not_read(void **state) {
    (void)state;
    two_files();
    the_server.ledger_missing = false;
    march_starts(PGM_COMMAND_UP);
    server_connects();
    server_answers_before("SELECT * FROM");
    server_fails("42809", "cannot sample a view");
    march_sends("pg_get_userbyid");
    march_does_not_send("TABLESAMPLE");
    server_answers_before("pg_postmaster_start_time");
    server_marks(PGM__MARK_STRANGER "the table \\\"x\\\" belongs to role mallory");
    march_ends(PGM_OUTCOME_FAILED);
    failure_is("read", NULL, "belongs to role mallory, which is neither this session's role");
    hint_says("trust_ledger");
}

static void a_ledger_that_is_a_view_and_ours_is_read(void **state) {
    (void)state;
    two_files();
    the_server.ledger_missing = false;
    march_starts(PGM_COMMAND_UP);
    server_connects();
    server_answers_before("SELECT * FROM");
    server_fails("42809", "cannot sample a view");
    march_reads();
    server_answers();
    march_ends(PGM_OUTCOME_APPLIED);
}

static void a_ledger_that_is_trusted_is_not_asked_about(void **state) {
    (void)state;
    two_files();
    the_server.ledger_missing = false;
    the.env.trust_ledger = true;
    march_starts(PGM_COMMAND_UP);
    server_connects();
    march_does_not_send("TABLESAMPLE");
    march_reads();
    march_does_not_send("pg_get_userbyid");
    server_answers();
    march_ends(PGM_OUTCOME_APPLIED);
}

static void a_dry_run_asks_whose_the_ledger_is_as_the_run_would(void **state) {
    (void)state;
    two_files();
    the.env.look_only = true;
    march_starts(PGM_COMMAND_UP);
    server_connects();
    march_sends("pg_get_userbyid");
    march_reads();
    march_ends(PGM_OUTCOME_NOT_RUN);
    assert_string_equal(the.pending, "1_a 2_b");
}

/* ---- plans ---- */

static void h04_a_file_that_was_edited_stops_the_target(void **state) {
    (void)state;
    two_files();
    ledger_lists("1_a", OTHER_RUN);
    the_server.rows[0].checksum = "00";
    reads(PGM_COMMAND_UP);
    march_ends(PGM_OUTCOME_FAILED);
    failure_is("plan", "1_a", "1_a");
}

static void a_row_without_a_file_is_warned_about(void **state) {
    (void)state;
    folder_has("2_b.sql", "CREATE TABLE b (x int);");
    ledger_lists("2_b", OTHER_RUN);
    the_server.rows[1] = (scripted_ledger_row){"1_gone", NULL, NULL, NULL};
    the_server.row_count = 2;
    reads(PGM_COMMAND_UP);
    march_ends(PGM_OUTCOME_UP_TO_DATE);
    warnings_say("1_gone");
    observer_hears("WARNING: ");
}

static void a_dry_run_up_to_a_version_shows_what_lies_within(void **state) {
    (void)state;
    two_files();
    the.env.look_only = true;
    the.env.request.to = "1_a";
    reads(PGM_COMMAND_UP);
    march_ends(PGM_OUTCOME_NOT_RUN);
    assert_string_equal(the.pending, "1_a");
}

static void a_dry_run_down_shows_what_would_go(void **state) {
    (void)state;
    two_files();
    the.env.look_only = true;
    ledger_lists("1_a", OTHER_RUN);
    ledger_lists("2_b", OTHER_RUN);
    reads(PGM_COMMAND_DOWN);
    march_ends(PGM_OUTCOME_NOT_RUN);
    assert_string_equal(the.pending, "2_b");
}

static void a_dry_run_down_of_nothing_is_up_to_date(void **state) {
    (void)state;
    two_files();
    the.env.look_only = true;
    ledger_is_empty();
    reads(PGM_COMMAND_DOWN);
    march_ends(PGM_OUTCOME_UP_TO_DATE);
}

static void status_lists_what_is_half_done(void **state) {
    (void)state;
    folder_has("1_a.sql", "-- pgmarch: no-transaction\nVACUUM a;\nVACUUM b;");
    folder_has("2_b.sql", "-- pgmarch: no-transaction\nVACUUM a;");
    folder_has("3_c.sql", "-- pgmarch: no-transaction\nVACUUM\n  ünï, this_name_is_longer_than_"
                          "what_is_shown_of_a_statement_here_ünü_ünü_ünü_ünü;");
    ledger_is_empty();
    progress_shows("1_a", "1", true, OTHER_RUN);
    progress_shows("2_b", "0", false, OTHER_RUN);
    progress_shows("3_c", "0", true, OTHER_RUN);
    the_server.progress[3] = (scripted_progress_row){"9_gone", true, "2", true, "00", OTHER_RUN};
    the_server.progress_count = 4;
    march_starts(PGM_COMMAND_STATUS);
    server_connects();
    march_reads();
    march_sends("SELECT p.version,p.direction");
    server_answers();
    march_ends(PGM_OUTCOME_NOT_RUN);
    assert_int_equal(the.half_done_count, 4);
    warnings_say(
        "1_a is half done: 1 of 2 statements ran, and statement 2 may or may not have run");
    warnings_say("1_a.sql:3: VACUUM b)");
    warnings_say("2_b was begun: none of its 1 statement ran");
    warnings_say("3_c is half done: none of its 1 statement ran, and statement 1");
    warnings_say("…)");
    warnings_say("9_gone (down) is half done: 2 statements ran of a file that is gone or another "
                 "one now, and statement 3 may or may not have run");
}

static void the_progress_of_a_stranger_is_not_read(void **state) {
    (void)state;
    two_files();
    ledger_is_empty();
    progress_is_empty();
    march_starts(PGM_COMMAND_UP);
    server_connects();
    march_reads();
    server_answers_before("pg_get_userbyid");
    server_marks(PGM__MARK_STRANGER "the table pgmarch_progress belongs to role mallory");
    march_ends(PGM_OUTCOME_FAILED);
    failure_is("read", NULL, "belongs to role mallory");
}

/* ---- what a survey has shown ---- */

static const size_t first_only[] = {0};
static const size_t both_down[] = {1, 0};

static void what_was_not_shown_is_not_applied(void **state) {
    (void)state;
    two_files();
    the.surveyed = true;
    the.shown = first_only;
    the.shown_count = 1;
    reads(PGM_COMMAND_UP);
    march_ends(PGM_OUTCOME_FAILED);
    failure_is("plan", "2_b", "\"2_b\" is pending here now, and was not when this run looked");
}

static void what_was_shown_is_applied(void **state) {
    (void)state;
    two_files();
    the.surveyed = true;
    the.shown = first_only;
    the.shown_count = 1;
    ledger_lists("2_b", OTHER_RUN);
    the.env.request.out_of_order = true;
    reads(PGM_COMMAND_UP);
    server_answers();
    march_ends(PGM_OUTCOME_APPLIED);
    assert_string_equal(the.done, "1_a");
}

static void what_another_run_rolled_back_is_said(void **state) {
    (void)state;
    two_files();
    the.surveyed = true;
    the.shown = both_down;
    the.shown_count = 2;
    the.env.request.everything = true;
    ledger_lists("1_a", OTHER_RUN);
    reads(PGM_COMMAND_DOWN);
    march_sends("DROP TABLE a");
    march_does_not_send("DROP TABLE b");
    server_answers();
    march_ends(PGM_OUTCOME_APPLIED);
    assert_string_equal(the.done, "1_a");
    warnings_say("\"2_b\" was rolled back by another run in the meantime");
}

/* Where the one to be rolled back is gone, the newest is an older one, which is nobody's wish. */
static void an_older_one_is_not_rolled_back_instead(void **state) {
    (void)state;
    two_files();
    the.surveyed = true;
    the.shown = both_down;
    the.shown_count = 1;
    ledger_lists("1_a", OTHER_RUN);
    reads(PGM_COMMAND_DOWN);
    march_ends(PGM_OUTCOME_UP_TO_DATE);
    assert_string_equal(the.done, "");
}

static void what_became_newer_is_not_rolled_back(void **state) {
    (void)state;
    two_files();
    the.surveyed = true;
    the.shown = first_only;
    the.shown_count = 1;
    ledger_lists("1_a", OTHER_RUN);
    ledger_lists("2_b", OTHER_RUN);
    reads(PGM_COMMAND_DOWN);
    march_ends(PGM_OUTCOME_FAILED);
    failure_is("plan", "2_b", "\"2_b\" is applied here now");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        scene_test(h08_golang_migrate_s_table_is_left_alone),
        scene_test(h08_dbmate_s_table_is_left_alone),
        scene_test(h08_ecto_s_table_is_left_alone),
        scene_test(h08_a_table_of_something_else_is_left_alone),
        scene_test(h08_a_ledger_with_three_columns_gets_the_others),
        scene_test(r12_a_standby_takes_no_migrations),
        scene_test(l10_a_standby_that_is_up_to_date_is_well),
        scene_test(a_standby_s_ledger_is_not_edited),
        scene_test(l06_a_second_name_of_the_same_place_is_left_out),
        scene_test(l06_who_only_looks_may_look_twice),
        scene_test(a_server_before_14_is_asked_in_its_own_words),
        scene_test(before_14_a_lock_may_be_of_a_run_that_is_gone_and_that_is_said),
        scene_test(from_14_on_a_server_notices_that_a_run_is_gone),
        scene_test(cockroachdb_is_refused_before_anything_is_asked),
        scene_test(redshift_is_refused_before_anything_is_asked),
        scene_test(yugabytedb_is_refused_before_anything_is_asked),
        scene_test(a_server_that_is_too_old_is_refused_with_its_version),
        scene_test(a_server_of_the_old_way_to_count_is_refused),
        scene_test(a_pooler_that_hides_the_version_is_believed),
        scene_test(a_server_that_does_not_know_our_question_may_be_none),
        scene_test(n02_escapes_in_strings_are_turned_off_before_anything_else),
        scene_test(a_lock_on_the_ledger_is_waited_for_so_long),
        scene_test(a_ledger_of_a_stranger_is_not_read),
        scene_test(a_ledger_that_is_a_view_and_ours_is_read),
        scene_test(a_ledger_that_is_trusted_is_not_asked_about),
        scene_test(a_dry_run_asks_whose_the_ledger_is_as_the_run_would),
        scene_test(h04_a_file_that_was_edited_stops_the_target),
        scene_test(a_row_without_a_file_is_warned_about),
        scene_test(a_dry_run_up_to_a_version_shows_what_lies_within),
        scene_test(a_dry_run_down_shows_what_would_go),
        scene_test(a_dry_run_down_of_nothing_is_up_to_date),
        scene_test(status_lists_what_is_half_done),
        scene_test(the_progress_of_a_stranger_is_not_read),
        scene_test(what_was_not_shown_is_not_applied),
        scene_test(what_was_shown_is_applied),
        scene_test(what_another_run_rolled_back_is_said),
        scene_test(an_older_one_is_not_rolled_back_instead),
        scene_test(what_became_newer_is_not_rolled_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
