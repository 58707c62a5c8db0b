/* A file that is too long for one string: its pieces are one transaction, and nothing of it is kept
 * when something happens between them. */
#include "rim/openings.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { PIECES = 4, PIECE = 300 * 1024 };

/* Lines of a statement each, "INSERT INTO a VALUES (1,'xxx…');", which are pieces. */
static char *large_text(const char *first) {
    size_t room = strlen(first) + (size_t)PIECES * PIECE + 1;
    char *text = malloc(room);
    assert_non_null(text);
    size_t len = (size_t)snprintf(text, room, "%s", first);
    for (int number = 1; number <= PIECES; number++) {
        size_t end = len + PIECE;
        len += (size_t)snprintf(text + len, room - len, "INSERT INTO a VALUES (%d,'", number);
        memset(text + len, 'x', end - 4 - len);
        len = end - 4;
        len += (size_t)snprintf(text + len, room - len, "');\n");
    }
    return text;
}

static void folder_has_large(const char *name) {
    char *text = large_text("CREATE TABLE a (n int, x text);\n");
    folder_has(name, text);
    free(text);
}

static void sends_first_piece(void) {
    folder_has_large("1_a.sql");
    folder_has("2_b.sql", "CREATE TABLE b (x int);");
    sends_batch();
    march_sends("CREATE TABLE a");
    march_sends("VALUES (1,");
    march_does_not_send("VALUES (2,");
    march_does_not_send("RELEASE SAVEPOINT");
}

static void sends_second_piece(void) {
    sends_first_piece();
    server_answers();
    march_sends("VALUES (2,");
    march_does_not_send("BEGIN");
    march_does_not_send("VALUES (1,");
    march_does_not_send("VALUES (3,");
}

static void the_pieces_are_sent_one_after_the_other(void **state) {
    (void)state;
    sends_second_piece();
    server_answers();
    march_sends("VALUES (3,");
    server_answers();
    march_sends("VALUES (4,");
    march_sends("RELEASE SAVEPOINT \"pgmarch guard\"");
    march_does_not_send("'2_b'");
    assert_int_equal(times_in(the.told, "FINISHED 1_a"), 0);
    assert_int_equal(times_in(the.told, "STARTED 1_a"), 1);
    server_answers();
    march_sends("'2_b'");
    server_answers();
    march_ends(PGM_OUTCOME_APPLIED);
    assert_string_equal(the.done, "1_a 2_b");
}

static void what_there_is_room_for_goes_in_one_string(void **state) {
    (void)state;
    the.env.string_room = 3 * PIECE;
    folder_has_large("1_a.sql");
    sends_batch();
    march_sends("VALUES (2,");
    march_does_not_send("VALUES (3,");
    server_answers();
    march_sends("VALUES (3,");
    march_sends("VALUES (4,");
    march_sends("COMMIT");
    server_answers();
    march_ends(PGM_OUTCOME_APPLIED);
}

/* Whatever is small goes with what is small. */
static void the_files_before_it_are_committed_first(void **state) {
    (void)state;
    folder_has("0_z.sql", "CREATE TABLE z (x int);");
    folder_has_large("1_a.sql");
    sends_batch();
    march_sends("'0_z'");
    march_does_not_send("'1_a'");
    server_answers();
    march_sends("'1_a'");
    all_goes_well();
    march_ends(PGM_OUTCOME_APPLIED);
    assert_string_equal(the.done, "0_z 1_a");
}

static void an_error_in_a_piece_has_its_line_and_takes_all_back(void **state) {
    (void)state;
    sends_second_piece();
    server_answers();
    server_answers_before("VALUES (3,");
    server_fails("23505", "duplicate key");
    march_is(PGM__STATE_ROLLING_BACK);
    march_does_not_send("VALUES (4,");
    server_answers();
    march_ends(PGM_OUTCOME_FAILED);
    failure_is("migrate", "1_a", "duplicate key");
    assert_int_equal(the.failure.line, 4);
    assert_string_equal(the.pending, "1_a 2_b");
}

static void a_syntax_error_in_a_piece_has_its_line_and_takes_all_back(void **state) {
    (void)state;
    sends_second_piece();
    server_rejects("syntax error", "(2,");
    march_sends("ROLLBACK");
    server_answers();
    march_ends(PGM_OUTCOME_FAILED);
    failure_is("migrate", "1_a", "syntax error");
    assert_int_equal(the.failure.line, 3);
    assert_string_equal(the.done, "");
}

static void begins_with_the_first_piece(void) {
    march_reads();
    march_sends("VALUES (1,");
    march_does_not_send("VALUES (2,");
    all_goes_well();
    march_ends(PGM_OUTCOME_APPLIED);
    assert_string_equal(the.done, "1_a 2_b");
}

static void a_passing_error_begins_with_the_first_piece_again(void **state) {
    (void)state;
    sends_second_piece();
    server_answers_before("VALUES (2,");
    server_fails("40P01", "deadlock detected");
    march_is(PGM__STATE_RETRY_WAIT);
    pause_ends();
    begins_with_the_first_piece();
}

static void a04_a_loss_between_two_pieces_begins_anew(void **state) {
    (void)state;
    sends_second_piece();
    connection_is_lost(GONE);
    pause_ends();
    server_connects();
    begins_with_the_first_piece();
}

/* What the COMMIT did stands in the ledger. */
static void a04_a_loss_behind_the_last_piece_is_looked_up(void **state) {
    (void)state;
    sends_second_piece();
    server_answers();
    server_answers();
    march_sends("COMMIT");
    server_answers_before("COMMIT");
    connection_is_lost(GONE);
    pause_ends();
    server_connects();
    ledger_lists("1_a", THIS_RUN);
    march_reads();
    march_does_not_send("VALUES (");
    march_sends("'2_b'");
    server_answers();
    march_ends(PGM_OUTCOME_APPLIED);
    assert_string_equal(the.done, "1_a 2_b");
}

static void stopped_between_two_pieces_it_is_rolled_back(void **state) {
    (void)state;
    sends_second_piece();
    user_stops();
    march_cancels();
    server_answers();
    march_is(PGM__STATE_ROLLING_BACK);
    march_sends("ROLLBACK");
    server_answers();
    march_ends(PGM_OUTCOME_CANCELLED);
    assert_string_equal(the.pending, "1_a 2_b");
}

/* The next piece would run and be committed without one. */
static void a02_a_transaction_that_is_gone_between_two_pieces_is_noticed(void **state) {
    (void)state;
    sends_second_piece();
    server_answers_through("SET client_encoding");
    server_answers_through("SET standard_conforming_strings");
    session_now()->phase = SCRIPTED_IDLE;
    session_now()->events->ready(PGM__TRANSACTION_NONE, session_now()->data);
    march_does_not_send("VALUES (3,");
    march_sends("DELETE FROM");
    server_answers();
    march_ends(PGM_OUTCOME_FAILED);
    failure_is("migrate", "1_a", "ended the transaction it runs in");
    assert_string_equal(the.done, "");
}

static void a02_a_transaction_that_ended_in_a_piece_is_noticed_by_the_guard(void **state) {
    (void)state;
    sends_second_piece();
    server_answers();
    server_answers();
    server_answers_before("RELEASE SAVEPOINT");
    server_fails("3B001", "savepoint \"pgmarch guard\" does not exist");
    march_sends("DELETE FROM");
    server_answers();
    march_ends(PGM_OUTCOME_FAILED);
    failure_is("migrate", "1_a", "ended the transaction it runs in");
}

/* No string takes that long, but all of them do. */
static void what_takes_long_in_many_strings_is_named(void **state) {
    (void)state;
    the.env.slow_ms = 2000;
    sends_second_piece();
    time_passes(1500);
    server_answers();
    time_passes(500);  /* who it waits for is asked, ... */
    time_passes(5000); /* ... and nobody answers */
    observer_hears("SLOW 1_a: slow, 7");
    march_is_given_up();
}

static void l03_behind_a_pooler_the_pieces_are_one_transaction(void **state) {
    (void)state;
    the_server.pooled = true;
    sends_first_piece();
    march_sends("pg_try_advisory_xact_lock");
    server_answers();
    march_sends("VALUES (2,");
    march_does_not_send("pg_try_advisory_xact_lock");
    all_goes_well();
    march_ends(PGM_OUTCOME_APPLIED);
    assert_string_equal(the.done, "1_a 2_b");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        scene_test(the_pieces_are_sent_one_after_the_other),
        scene_test(what_there_is_room_for_goes_in_one_string),
        scene_test(the_files_before_it_are_committed_first),
        scene_test(an_error_in_a_piece_has_its_line_and_takes_all_back),
        scene_test(a_syntax_error_in_a_piece_has_its_line_and_takes_all_back),
        scene_test(a_passing_error_begins_with_the_first_piece_again),
        scene_test(a04_a_loss_between_two_pieces_begins_anew),
        scene_test(a04_a_loss_behind_the_last_piece_is_looked_up),
        scene_test(stopped_between_two_pieces_it_is_rolled_back),
        scene_test(a02_a_transaction_that_is_gone_between_two_pieces_is_noticed),
        scene_test(a02_a_transaction_that_ended_in_a_piece_is_noticed_by_the_guard),
        scene_test(what_takes_long_in_many_strings_is_named),
        scene_test(l03_behind_a_pooler_the_pieces_are_one_transaction),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
