/* A file that goes in pieces: its transaction stays open between them, and none of it is kept when
 * something happens there. */
#include "rim/openings.h"

#include <string.h>

#define ESCAPES "SET standard_conforming_strings=off;"

static void sends_first_piece(void) {
    folder_has("1_a.sql", "CREATE TABLE a (x text);" ESCAPES "\nINSERT INTO a\nVALUES ('\\x33');");
    folder_has("2_b.sql", "CREATE TABLE b (x int);");
    sends_batch();
    march_sends("CREATE TABLE a");
    march_does_not_send("INSERT INTO a");
}

static void n02_the_pieces_are_sent_one_after_the_other(void **state) {
    (void)state;
    sends_first_piece();
    march_does_not_send("RELEASE SAVEPOINT");
    server_answers();
    march_sends("INSERT INTO a");
    march_does_not_send("BEGIN");
    march_does_not_send("COMMIT");
    server_answers();
    march_sends("RELEASE SAVEPOINT \"pgmarch guard\"");
    march_sends("'2_b'");
    assert_int_equal(times_in(the.told, "FINISHED 1_a"), 0);
    server_answers();
    march_ends(PGM_OUTCOME_APPLIED);
    assert_string_equal(the.done, "1_a 2_b");
}

static void n02_an_error_in_a_later_piece_has_its_line_and_is_rolled_back(void **state) {
    (void)state;
    sends_first_piece();
    server_answers();
    server_answers_before("INSERT INTO a");
    server_fails("23505", "duplicate key");
    march_is(PGM__STATE_ROLLING_BACK);
    server_answers();
    march_ends(PGM_OUTCOME_FAILED);
    failure_is("migrate", "1_a", "duplicate key");
    assert_int_equal(the.failure.line, 2);
    assert_string_equal(the.done, "");
    assert_string_equal(the.pending, "1_a 2_b");
}

static void n02_a_syntax_error_in_a_later_piece_has_its_line(void **state) {
    (void)state;
    sends_first_piece();
    server_answers();
    server_rejects("syntax error", "VALUES");
    march_sends("ROLLBACK");
    server_answers();
    march_ends(PGM_OUTCOME_FAILED);
    failure_is("migrate", "1_a", "syntax error");
    assert_int_equal(the.failure.line, 3);
}

static void n02_a_passing_error_begins_with_the_first_piece_again(void **state) {
    (void)state;
    sends_first_piece();
    server_answers();
    server_answers_before("INSERT INTO a");
    server_fails("40P01", "deadlock detected");
    march_is(PGM__STATE_RETRY_WAIT);
    pause_ends();
    march_sends("ROLLBACK");
    march_reads();
    march_sends("CREATE TABLE a");
    march_does_not_send("INSERT INTO a");
    all_goes_well();
    march_ends(PGM_OUTCOME_APPLIED);
    assert_string_equal(the.done, "1_a 2_b");
}

static void a04_a_loss_between_two_pieces_begins_anew(void **state) {
    (void)state;
    sends_first_piece();
    server_answers();
    march_sends("INSERT INTO a");
    connection_is_lost(GONE);
    pause_ends();
    server_connects();
    march_reads();
    march_sends("CREATE TABLE a");
    march_does_not_send("INSERT INTO a");
    all_goes_well();
    march_ends(PGM_OUTCOME_APPLIED);
    assert_string_equal(the.done, "1_a 2_b");
}

static void stopped_between_two_pieces_it_is_rolled_back(void **state) {
    (void)state;
    sends_first_piece();
    user_stops();
    server_answers();
    march_is(PGM__STATE_ROLLING_BACK);
    server_answers();
    march_ends(PGM_OUTCOME_CANCELLED);
    assert_string_equal(the.pending, "1_a 2_b");
}

static void a02_a_transaction_that_ended_in_a_piece_is_noticed_by_the_guard(void **state) {
    (void)state;
    sends_first_piece();
    server_answers();
    server_answers();
    server_answers_before("RELEASE SAVEPOINT");
    server_fails("3B001", "savepoint \"pgmarch guard\" does not exist");
    march_sends("DELETE FROM");
    server_answers();
    march_ends(PGM_OUTCOME_FAILED);
    failure_is("migrate", "1_a", "ended the transaction it runs in");
}

/* The next piece would run and be committed without one. */
static void a02_a_transaction_that_is_gone_between_two_pieces_is_noticed(void **state) {
    (void)state;
    sends_first_piece();
    server_answers_through("SET client_encoding");
    server_answers_through("SET standard_conforming_strings");
    session_now()->phase = SCRIPTED_IDLE;
    session_now()->events->ready(PGM__TRANSACTION_NONE, session_now()->data);
    march_does_not_send("INSERT INTO a");
    march_sends("DELETE FROM");
    server_answers();
    march_ends(PGM_OUTCOME_FAILED);
    failure_is("migrate", "1_a", "ended the transaction it runs in");
    hint_says("look what of it is there");
    assert_string_equal(the.done, "");
}

static void n02_a_syntax_error_behind_the_last_piece_is_of_its_own_file(void **state) {
    (void)state;
    sends_first_piece();
    server_answers();
    server_answers();
    server_rejects("syntax error", "TABLE b");
    march_sends("CREATE TABLE a");
    server_answers();
    server_answers();
    march_sends("RELEASE SAVEPOINT");
    march_does_not_send("'2_b'");
    server_answers();
    march_sends("'2_b'");
    server_rejects("syntax error", "TABLE b");
    march_ends(PGM_OUTCOME_FAILED);
    failure_is("migrate", "2_b", "syntax error");
    assert_string_equal(the.done, "1_a");
}

/* A savepoint of the file's own keeps what was set before it until the ROLLBACK. */
static void n02_what_a_failed_string_leaves_set_is_not_for_the_next_files(void **state) {
    (void)state;
    sends_first_piece();
    server_answers();
    server_answers();
    march_sends("'2_b'");
    session_now()->strings_off = true;
    server_rejects("syntax error", "TABLE b");
    march_sends("ROLLBACK;BEGIN;");
    march_sends("SET standard_conforming_strings=on;COMMIT;");
    march_does_not_send("CREATE TABLE a");
    session_now()->strings_off = false;
    march_reads();
    march_sends("CREATE TABLE a");
    march_does_not_send("'2_b'");
    all_goes_well();
    march_ends(PGM_OUTCOME_APPLIED);
    assert_string_equal(the.done, "1_a 2_b");
}

static void n02_the_way_down_goes_in_pieces_too(void **state) {
    (void)state;
    folder_has("1_a.up.sql", "CREATE TABLE a (x text);");
    folder_has("1_a.down.sql", ESCAPES "SELECT '\\x33';DROP TABLE a;");
    ledger_lists("1_a", OTHER_RUN);
    march_starts(PGM_COMMAND_DOWN);
    server_connects();
    march_reads();
    march_does_not_send("DROP TABLE a");
    server_answers();
    march_sends("DROP TABLE a");
    march_does_not_send("COMMIT");
    server_answers();
    march_sends("COMMIT");
    server_answers();
    march_ends(PGM_OUTCOME_APPLIED);
    assert_string_equal(the.done, "1_a");
}

/* The setting stays with the transaction, and that with its server connection. */
static void l03_behind_a_pooler_the_pieces_are_one_transaction(void **state) {
    (void)state;
    the_server.pooled = true;
    sends_first_piece();
    march_sends("pg_try_advisory_xact_lock");
    server_answers();
    march_sends("INSERT INTO a");
    march_does_not_send("pg_try_advisory_xact_lock");
    server_answers();
    march_sends("RELEASE SAVEPOINT");
    server_answers();
    march_ends(PGM_OUTCOME_APPLIED);
    assert_string_equal(the.done, "1_a 2_b");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        scene_test(n02_the_pieces_are_sent_one_after_the_other),
        scene_test(n02_an_error_in_a_later_piece_has_its_line_and_is_rolled_back),
        scene_test(n02_a_syntax_error_in_a_later_piece_has_its_line),
        scene_test(n02_a_passing_error_begins_with_the_first_piece_again),
        scene_test(a04_a_loss_between_two_pieces_begins_anew),
        scene_test(stopped_between_two_pieces_it_is_rolled_back),
        scene_test(a02_a_transaction_that_ended_in_a_piece_is_noticed_by_the_guard),
        scene_test(a02_a_transaction_that_is_gone_between_two_pieces_is_noticed),
        scene_test(n02_a_syntax_error_behind_the_last_piece_is_of_its_own_file),
        scene_test(n02_what_a_failed_string_leaves_set_is_not_for_the_next_files),
        scene_test(n02_the_way_down_goes_in_pieces_too),
        scene_test(l03_behind_a_pooler_the_pieces_are_one_transaction),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
