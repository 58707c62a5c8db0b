/* PARSING: what is sent to a server that is only to parse it, and when nothing more is. */
#include <stdlib.h>
#include <string.h>

#include "engine/classify.h"
#include "support/scripted_march.h"

#define WORD    "pgmarch_parses_only_" THIS_RUN
#define OUR_END ";BEGIN;\n" WORD "\n\\"
#define OURS    "syntax error at or near \"" WORD "\""

static void begins(void) {
    the.parses = true;
    march_starts(PGM_COMMAND_UP);
    server_connects();
    march_reads();
    march_is(PGM__STATE_PARSING);
}

/* Up to the first string of files. */
static void asks(void) {
    begins();
    march_sends(the_server.pooled ? "BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY;"
                                  : "SET default_transaction_read_only=on;COMMIT;BEGIN ");
    server_answers();
    march_sends("'pgmarch.probe','" THIS_RUN "',false);COMMIT\n" OUR_END);
    server_answers();
    march_sends("ROLLBACK;");
    march_sends(PGM__MARK_WALL);
    server_answers();
}

static void leaves(void) {
    march_sends("ROLLBACK;BEGIN;RESET default_transaction_read_only;");
    server_answers();
    march_ends(PGM_OUTCOME_UP_TO_DATE);
}

/* Whatever is sent still, it is no file. */
static void assert_nothing_more(pgm_outcome outcome) {
    march_sends("ROLLBACK");
    march_does_not_send("SELECT 1");
    server_answers();
    march_ends(outcome);
}

/* ---- what is asked ---- */

static void all_files_go_in_one_string(void **state) {
    (void)state;
    folder_has("1_a.up.sql", "CREATE TABLE a (x int);");
    folder_has("1_a.down.sql", "DROP TABLE a;");
    folder_has("2_b.up.sql", "BEGIN;\nCREATE TABLE b (x int);\nCOMMIT;");
    folder_has("2_b.verify.sql", "SELECT true");
    asks();
    march_sends(
        "CREATE TABLE a (x int);\n;BEGIN;\nDROP TABLE a;\n;BEGIN;\nBEGIN;\nCREATE TABLE b (x "
        "int);\nCOMMIT;\n;BEGIN;\nSELECT true\n" OUR_END);
    server_answers();
    leaves();
    assert_null(the.faults);
}

/* The reading of a ledger that is not there leaves a transaction that has failed. */
static void what_the_reading_left_is_ended_first(void **state) {
    (void)state;
    folder_has("1_a.sql", "SELECT 1");
    begins();
    march_sends("ROLLBACK;BEGIN;SET default_transaction_read_only=on;");
    march_is_given_up();
}

static void the_ledger_does_not_matter(void **state) {
    (void)state;
    folder_has("1_a.sql", "SELECT 1");
    ledger_lists("1_a", OTHER_RUN);
    progress_shows("1_a", "0", true, OTHER_RUN);
    asks();
    march_sends("SELECT 1\n" OUR_END);
    server_answers();
    leaves();
}

static void a_fault_is_told_and_the_next_file_asked(void **state) {
    (void)state;
    folder_has("1_a.sql", "SELECT 1;\nCREATE TABEL a ();\nALSO BAD;");
    folder_has("2_b.sql", "SELEKT 2");
    folder_has("3_c.sql", "SELECT 3");
    asks();
    march_sends("SELECT 3\n" OUR_END);
    server_rejects("syntax error at or near \"TABEL\"", "TABEL");
    march_does_not_send("ALSO BAD");
    march_sends("SELEKT 2");
    server_rejects("syntax error at or near \"SELEKT\"", "SELEKT");
    march_sends("SELECT 3\n" OUR_END);
    march_does_not_send("SELEKT");
    server_answers();
    leaves();
    assert_string_equal(the.faults, "1_a.sql:2:8 42601 syntax error at or near \"TABEL\"\n"
                                    "2_b.sql:1:1 42601 syntax error at or near \"SELEKT\"\n");
}

static void a_statement_that_wants_more_is_told_so(void **state) {
    (void)state;
    folder_has("1_a.sql", "SELECT 1 +\n  2 +\n\n");
    folder_has("2_b.sql", "SELECT 2");
    asks();
    server_rejects("syntax error at or near \";\"", ";BEGIN");
    march_sends("SELECT 2");
    server_answers();
    leaves();
    assert_string_equal(the.faults,
                        "1_a.sql:2:6 42601 syntax error at or near \";\" (unfinished)\n");
}

/* Whose it is, only a string of its own can say. */
static void an_error_without_a_place_is_looked_for_file_by_file(void **state) {
    (void)state;
    folder_has("1_a.sql", "SELECT 1");
    folder_has("2_b.sql", "SELECT 2");
    folder_has("3_c.sql", "SELECT 3");
    asks();
    server_rejects("stack depth limit exceeded", NULL);
    march_sends("SELECT 1\n" OUR_END);
    server_answers();
    march_sends("SELECT 2\n" OUR_END);
    server_rejects("stack depth limit exceeded", NULL);
    march_sends("SELECT 3\n" OUR_END);
    server_answers();
    leaves();
    assert_string_equal(the.faults, "2_b.sql:0:0 42601 stack depth limit exceeded\n");
}

static void strings_are_read_as_the_file_sets_it(void **state) {
    (void)state;
    folder_has("1_a.sql", "-- pgmarch: no-transaction\nSET standard_conforming_strings = off;\n"
                          "SELECT 'a\\'b';");
    folder_has("2_b.sql", "SELECT 2");
    asks();
    march_sends("SET standard_conforming_strings = off;\n" OUR_END);
    server_answers();
    march_sends("ROLLBACK;");
    march_sends("SET standard_conforming_strings=off;SELECT");
    server_answers();
    march_sends("\nSELECT 'a\\'b';\n" OUR_END);
    server_answers();
    march_sends("SET standard_conforming_strings=on;SELECT");
    server_answers();
    march_sends("SELECT 2\n" OUR_END);
    server_answers();
    leaves();
    assert_null(the.faults);
}

static void behind_a_pooler_nothing_is_set(void **state) {
    (void)state;
    folder_has("1_a.sql", "-- pgmarch: no-transaction\nSET standard_conforming_strings = off;\n"
                          "SELECT 'a\\'b';");
    folder_has("2_b.sql", "SELECT 2");
    the_server.pooled = true;
    the_server.reads_only = "off";
    asks();
    march_sends("SET standard_conforming_strings = off;\n" OUR_END);
    server_answers();
    march_sends("SELECT 2\n" OUR_END);
    server_answers();
    march_sends("ROLLBACK;");
    march_does_not_send("SET");
    server_answers();
    march_ends(PGM_OUTCOME_UP_TO_DATE);
    assert_string_equal(the.faults, "1_a.sql not asked: it sets standard_conforming_strings, which "
                                    "a transaction pooler keeps for no session\n");
}

static void behind_a_pooler_that_reads_strings_otherwise_nothing_is_asked(void **state) {
    (void)state;
    folder_has("1_a.sql", "SELECT 1");
    the_server.pooled = true;
    the_server.strings = "off";
    asks();
    assert_nothing_more(PGM_OUTCOME_FAILED);
    failure_is("parse", NULL, "standard_conforming_strings could not be set");
}

/* In such an encoding é counts twice. */
static void a_server_without_characters_counts_bytes(void **state) {
    (void)state;
    folder_has("1_a.sql", "SELECT 'é';\nSELEKT 2");
    the_server.server_encoding = "SQL_ASCII";
    asks();
    server_rejects("syntax error at or near \"SELEKT\"", "SELEKT");
    leaves();
    assert_string_equal(the.faults, "1_a.sql:2:1 42601 syntax error at or near \"SELEKT\"\n");
}

/* ---- when nothing more is sent ---- */

static void one_file(void) {
    folder_has("1_a.sql", "SELECT 1");
}

static void a_probe_that_runs_ends_it(void **state) {
    (void)state;
    one_file();
    begins();
    server_answers();
    march_sends("set_config");
    server_returns("set_config", 25, THIS_RUN);
    server_tags("COMMIT");
    server_tags("BEGIN");
    server_fails("42601", OURS);
    assert_nothing_more(PGM_OUTCOME_FAILED);
    failure_is("parse", NULL, "was not parsed as a whole before any of it was run");
    hint_says("the PostgreSQL server itself");
}

/* Replies may be kept from us; the setting stays. */
static void a_probe_that_has_left_its_mark_ends_it(void **state) {
    (void)state;
    one_file();
    the_server.probe = THIS_RUN;
    begins();
    server_answers();
    server_answers();
    march_sends(PGM__MARK_WALL);
    server_answers();
    assert_nothing_more(PGM_OUTCOME_FAILED);
    failure_is("parse", NULL, "no file was sent here");
}

static void a_probe_without_our_error_ends_it(void **state) {
    (void)state;
    one_file();
    begins();
    server_answers();
    server_fails("42601", "syntax error at or near \"COMMIT\"");
    assert_nothing_more(PGM_OUTCOME_FAILED);
    failure_is("parse", NULL, "no file was sent here");
    detail_says("at or near \"COMMIT\"");
}

/* Behind the error no transaction is open: what is sent next would be run at once. */
static void a_transaction_that_does_not_stay_ends_it(void **state) {
    (void)state;
    one_file();
    begins();
    server_greets(); /* forgets that BEGIN was said */
    server_answers();
    server_greets();
    server_fails("42601", OURS);
    march_ends(PGM_OUTCOME_FAILED);
    failure_is("parse", NULL, "no file was sent here");
}

static void a_wall_that_is_not_raised_ends_it(void **state) {
    (void)state;
    one_file();
    begins();
    server_answers();
    server_answers();
    server_answers_before(PGM__MARK_WALL);
    server_returns("int4", 23, "1");
    server_is_ready();
    assert_nothing_more(PGM_OUTCOME_FAILED);
    failure_is("parse", NULL, "a transaction that has failed did not stay open");
}

static void a_wall_that_the_server_refuses_ends_it(void **state) {
    (void)state;
    one_file();
    begins();
    server_answers();
    server_answers();
    server_answers_before("'pgmarch.probe',true");
    server_fails("42501", "permission denied for parameter");
    assert_nothing_more(PGM_OUTCOME_FAILED);
    failure_is("parse", NULL, "permission denied for parameter");
}

static void assert_wall_is_no_good(const char *why) {
    one_file();
    begins();
    server_answers();
    server_answers();
    server_answers();
    assert_nothing_more(PGM_OUTCOME_FAILED);
    failure_is("parse", NULL, why);
}

static void a_session_that_may_write_ends_it(void **state) {
    (void)state;
    the_server.reads_only = "off";
    assert_wall_is_no_good("could not be made to read only");
}

static void a_session_of_another_encoding_ends_it(void **state) {
    (void)state;
    the_server.client_encoding = "SJIS";
    assert_wall_is_no_good("does not read what is sent as UTF-8");
}

static void strings_that_stay_off_end_it(void **state) {
    (void)state;
    the_server.strings = "off";
    assert_wall_is_no_good("standard_conforming_strings could not be set");
}

static void assert_file_is_named(void) {
    failure_is("parse", "1_a", "was not that of a server which only parses");
    assert_non_null(strstr(the.failure.file, "1_a.sql"));
    hint_says("look whether something of the file is there");
}

/* A statement of the file has brought something. */
static void a_file_that_runs_ends_it(void **state) {
    (void)state;
    one_file();
    asks();
    server_returns("?column?", 23, "1");
    server_fails("42601", OURS);
    assert_nothing_more(PGM_OUTCOME_FAILED);
    assert_file_is_named();
}

/* It wanted to run the file, and was not let. */
static void an_error_that_is_swallowed_ends_it(void **state) {
    (void)state;
    one_file();
    asks();
    server_fails("25P02", "current transaction is aborted, commands ignored until end of "
                          "transaction block");
    assert_nothing_more(PGM_OUTCOME_FAILED);
    assert_file_is_named();
    detail_says("current transaction is aborted");
}

static void a_string_without_an_error_ends_it(void **state) {
    (void)state;
    one_file();
    asks();
    server_is_ready();
    assert_nothing_more(PGM_OUTCOME_FAILED);
    assert_file_is_named();
}

/* The file's own COMMIT was run, it seems. */
static void a_transaction_that_has_ended_ends_it(void **state) {
    (void)state;
    one_file();
    asks();
    server_greets();
    server_fails("42601", OURS);
    march_ends(PGM_OUTCOME_FAILED);
    assert_file_is_named();
}

static void whoever_asks_for_data_gets_none(void **state) {
    (void)state;
    folder_has("1_a.sql", "COPY a FROM stdin;\n1\n\\.\n");
    asks();
    march_sends("COPY a FROM stdin;\n" OUR_END);
    march_does_not_send("\n1\n");
    const pgm__reply copy = {.kind = PGM__REPLY_COPY_IN, .tag = ""};
    server_reply(session_now(), &copy);
    assert_null(session_now()->copied);
    assert_string_equal(session_now()->copy_why, "nothing is to run here");
    session_now()->phase = SCRIPTED_BUSY;
    server_fails("57014", "COPY from stdin failed");
    march_sends("ROLLBACK");
    server_answers();
    march_ends(PGM_OUTCOME_FAILED);
    assert_file_is_named();
}

static void a_server_in_trouble_is_believed(void **state) {
    (void)state;
    one_file();
    asks();
    server_fails("53200", "out of memory");
    assert_nothing_more(PGM_OUTCOME_FAILED);
    failure_is("parse", NULL, "out of memory");
    assert_null(the.faults);
}

/* ---- losses, and people ---- */

static void comes_again(void) {
    connection_is_lost("server closed the connection unexpectedly");
    march_is(PGM__STATE_BACKOFF);
    pause_ends();
    server_connects();
    march_reads();
}

/* What was answered is not asked again; the new session gets a wall of its own. */
static void a_loss_begins_anew_at_the_string_in_flight(void **state) {
    (void)state;
    folder_has("1_a.sql", "SELEKT 1");
    folder_has("2_b.sql", "SELECT 2");
    asks();
    server_rejects("syntax error at or near \"SELEKT\"", "SELEKT");
    march_sends("SELECT 2\n" OUR_END);
    comes_again();
    march_sends("SET default_transaction_read_only=on");
    server_answers();
    march_sends("set_config");
    server_answers();
    march_sends(PGM__MARK_WALL);
    server_answers();
    march_sends("SELECT 2\n" OUR_END);
    march_does_not_send("SELEKT");
    server_answers();
    leaves();
    assert_string_equal(the.faults, "1_a.sql:1:1 42601 syntax error at or near \"SELEKT\"\n");
    assert_int_equal(the.attempts, 2);
}

static void a_third_loss_is_the_last(void **state) {
    (void)state;
    one_file();
    asks();
    comes_again();
    march_is(PGM__STATE_PARSING);
    comes_again();
    march_is(PGM__STATE_PARSING);
    comes_again();
    assert_nothing_more(PGM_OUTCOME_FAILED);
    failure_is("parse", "1_a", "the connection was lost again and again");
    hint_says("server's log");
}

static void a_string_in_flight_does_not_hold_a_stop_up(void **state) {
    (void)state;
    one_file();
    asks();
    march_sends("SELECT 1");
    user_stops();
    march_ends(PGM_OUTCOME_CANCELLED);
}

/* 30 s, and as much for each further megabyte. */
static void a_long_string_has_a_long_time(void **state) {
    (void)state;
    enum { LONG = 2 << 20 };
    char *text = malloc(LONG + 1);
    assert_non_null(text);
    memset(text, ' ', LONG);
    memcpy(text, "SELECT 1", 8);
    text[LONG] = '\0';
    folder_has("1_a.sql", text);
    free(text);
    asks();
    time_passes(89000);
    march_is(PGM__STATE_PARSING);
    time_passes(1000);
    march_ends(PGM_OUTCOME_FAILED);
    failure_is("parse", "1_a", "did not say in time");
}

/* What the next march of the session finds is not what parsing has set. */
static void the_session_may_go_on_to_another_target(void **state) {
    (void)state;
    one_file();
    asks();
    server_answers();
    leaves();
    assert_non_null(the.handover.session);
    assert_true(the.handover.used);
    the.parses = false;
    march_starts(PGM_COMMAND_UP);
    march_sends("RESET ALL");
    march_is_given_up();
}

static void notices_change_nothing(void **state) {
    (void)state;
    one_file();
    asks();
    server_notes("WARNING", "nonstandard use of escape in a string literal");
    server_answers();
    leaves();
    assert_null(the.faults);
    assert_null(the.warnings);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        scene_test(all_files_go_in_one_string),
        scene_test(what_the_reading_left_is_ended_first),
        scene_test(the_ledger_does_not_matter),
        scene_test(a_fault_is_told_and_the_next_file_asked),
        scene_test(a_statement_that_wants_more_is_told_so),
        scene_test(an_error_without_a_place_is_looked_for_file_by_file),
        scene_test(strings_are_read_as_the_file_sets_it),
        scene_test(behind_a_pooler_nothing_is_set),
        scene_test(behind_a_pooler_that_reads_strings_otherwise_nothing_is_asked),
        scene_test(a_server_without_characters_counts_bytes),
        scene_test(a_probe_that_runs_ends_it),
        scene_test(a_probe_that_has_left_its_mark_ends_it),
        scene_test(a_probe_without_our_error_ends_it),
        scene_test(a_transaction_that_does_not_stay_ends_it),
        scene_test(a_wall_that_is_not_raised_ends_it),
        scene_test(a_wall_that_the_server_refuses_ends_it),
        scene_test(a_session_that_may_write_ends_it),
        scene_test(a_session_of_another_encoding_ends_it),
        scene_test(strings_that_stay_off_end_it),
        scene_test(a_file_that_runs_ends_it),
        scene_test(an_error_that_is_swallowed_ends_it),
        scene_test(a_string_without_an_error_ends_it),
        scene_test(a_transaction_that_has_ended_ends_it),
        scene_test(whoever_asks_for_data_gets_none),
        scene_test(a_server_in_trouble_is_believed),
        scene_test(a_loss_begins_anew_at_the_string_in_flight),
        scene_test(a_third_loss_is_the_last),
        scene_test(a_string_in_flight_does_not_hold_a_stop_up),
        scene_test(a_long_string_has_a_long_time),
        scene_test(the_session_may_go_on_to_another_target),
        scene_test(notices_change_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
