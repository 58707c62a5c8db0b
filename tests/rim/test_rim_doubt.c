/* MARCHING: whose turn it is, and what becomes of a batch whose answers do not come. */
#include "engine/classify.h"
#include "rim/openings.h"

/* ---- the lock ---- */

static void l02_a_busy_lock_is_waited_for_and_no_longer(void **state) {
    (void)state;
    files(1);
    the.limits.lock_wait = 2000;
    sends_batch();
    for (unsigned tries = 0; !the.ended && tries < 100; tries++) {
        lock_is_held(tries == 0 ? "" : ": pid 7, pgmarch/1, connected since 12:00");
        clock_turn();
        if (!the.ended) {
            march_is(PGM__STATE_LOCK_WAIT);
            pause_ends();
            march_reads();
        }
    }
    march_ends(PGM_OUTCOME_FAILED);
    failure_is("lock", NULL,
               "another run holds the lock of this target: pid 7, pgmarch/1, "
               "connected since 12:00; waited 2000 ms");
    assert_int_equal(the.duration_ms, 2000);
    assert_int_equal(the.waited_ms, 2000);
    assert_int_equal(times_in(the.told, "WAITING: another run holds"), 2);
}

static void l01_behind_a_busy_lock_the_ledger_is_read_again(void **state) {
    (void)state;
    files(1);
    sends_batch();
    lock_is_held("");
    pause_ends();
    ledger_lists("1_a", OTHER_RUN);
    march_reads();
    march_ends(PGM_OUTCOME_UP_TO_DATE);
}

static void a_session_of_ours_that_was_lost_is_ended_when_it_has_the_lock(void **state) {
    (void)state;
    files(1);
    sends_batch();
    connection_is_lost(GONE);
    pause_ends();
    server_connects();
    march_reads();
    march_does_not_send("pg_terminate_backend");
    lock_is_held("");
    pause_ends();
    march_reads();
    march_sends("pg_terminate_backend");
    march_sends("a.application_name OPERATOR(pg_catalog.=) 'pgmarch/" THIS_RUN "'");
    server_answers();
    march_ends(PGM_OUTCOME_APPLIED);
}

static void a_stranger_s_session_is_not_ended(void **state) {
    (void)state;
    files(1);
    sends_batch();
    lock_is_held("");
    pause_ends();
    march_reads();
    march_sends("pg_stat_activity");
    march_does_not_send("pg_terminate_backend");
    server_answers();
    march_ends(PGM_OUTCOME_APPLIED);
}

static void the_ledger_of_a_stranger_is_not_written(void **state) {
    (void)state;
    files(1);
    sends_batch();
    march_sends("pg_get_userbyid");
    server_answers_before("pg_get_userbyid");
    server_marks(PGM__MARK_STRANGER "the table x belongs to role mallory");
    clock_turn();
    if (!the.ended) {
        server_answers();
    }
    march_ends(PGM_OUTCOME_FAILED);
    failure_is("read", NULL, "the table x belongs to role mallory");
}

/* ---- claims ---- */

static void takes_claim(const char *sqlstate, const char *message) {
    server_answers_before("INSERT INTO");
    server_fails(sqlstate, message);
}

/* Refused again with the ledger as it was: it is no rival's. */
static void a_row_that_is_refused_and_not_there_is_another_constraint_s(void **state) {
    (void)state;
    files(1);
    sends_batch();
    takes_claim("23505", "duplicate key value violates unique constraint \"odd\"");
    march_reads();
    takes_claim("23505", "duplicate key value violates unique constraint \"odd\"");
    server_answers();
    march_ends(PGM_OUTCOME_FAILED);
    failure_is("migrate", "1_a", "unique constraint \"odd\"");
    hint_says("refuses the row of this migration although it does not list it");
}

static void a_row_that_came_from_nowhere_is_not_believed(void **state) {
    (void)state;
    files(1);
    sends_batch();
    takes_claim("23505", "duplicate key value violates unique constraint");
    ledger_lists("1_a", NULL);
    march_reads();
    march_ends(PGM_OUTCOME_FAILED);
    failure_is("migrate", "1_a", "was written into the ledger during this run, and not by a run");
}

static void down_finds_the_row_gone_and_reads_again(void **state) {
    (void)state;
    folder_has("1_a.up.sql", "CREATE TABLE a (x int);");
    folder_has("1_a.down.sql", "DROP TABLE a;");
    ledger_lists("1_a", OTHER_RUN);
    march_starts(PGM_COMMAND_DOWN);
    server_connects();
    march_reads();
    server_answers_before("DELETE FROM");
    server_marks(PGM__MARK_TAKEN);
    ledger_is_empty();
    march_reads();
    march_ends(PGM_OUTCOME_UP_TO_DATE);
    warnings_say("rolled back by another run");
}

static void down_that_has_no_effect_is_no_rival_s(void **state) {
    (void)state;
    folder_has("1_a.up.sql", "CREATE TABLE a (x int);");
    folder_has("1_a.down.sql", "DROP TABLE a;");
    ledger_lists("1_a", OTHER_RUN);
    march_starts(PGM_COMMAND_DOWN);
    server_connects();
    march_reads();
    server_answers_before("DELETE FROM");
    server_marks(PGM__MARK_TAKEN);
    march_reads();
    server_answers_before("DELETE FROM");
    server_marks(PGM__MARK_TAKEN);
    server_answers();
    march_ends(PGM_OUTCOME_FAILED);
    failure_is("migrate", "1_a", "the change of \"1_a\" had no effect");
}

static void a_repeatable_one_is_renewed(void **state) {
    (void)state;
    folder_has("R__view.sql", "CREATE VIEW v AS SELECT 1;");
    folder_has("V1__a.sql", "CREATE TABLE a (x int);");
    ledger_lists("V1__a", OTHER_RUN);
    ledger_lists("R__view", OTHER_RUN);
    the_server.rows[1].checksum = "00";
    march_starts(PGM_COMMAND_UP);
    server_connects();
    march_reads();
    march_sends("ON CONFLICT(version) DO UPDATE SET applied_at=excluded.applied_at");
    server_answers();
    march_ends(PGM_OUTCOME_APPLIED);
    assert_string_equal(the.done, "R__view");
}

/* ---- doubts ---- */

static void a04_the_answer_to_commit_is_lost_and_the_ledger_has_it(void **state) {
    (void)state;
    files(1);
    sends_batch();
    server_answers_through("CREATE TABLE a");
    server_answers_before("COMMIT");
    connection_is_lost(GONE);
    march_is(PGM__STATE_BACKOFF);
    pause_ends();
    server_connects();
    ledger_lists("1_a", THIS_RUN);
    march_reads();
    march_sends("pg_logical_emit_message"); /* it may not be on the disk yet */
    server_answers();
    march_ends(PGM_OUTCOME_APPLIED);
    assert_string_equal(the.done, "1_a");
    assert_int_equal(the.attempts, 2);
}

static void a04_the_answer_to_commit_is_lost_and_the_ledger_does_not_have_it(void **state) {
    (void)state;
    files(1);
    sends_batch();
    server_answers_through("CREATE TABLE a");
    server_answers_before("COMMIT");
    connection_is_lost(GONE);
    pause_ends();
    server_connects();
    march_reads();
    march_sends("CREATE TABLE a");
    server_answers();
    march_ends(PGM_OUTCOME_APPLIED);
    assert_int_equal(times_in(the.told, "FINISHED 1_a"), 1);
}

static void a04_out_of_reach_behind_a_loss_is_unknown(void **state) {
    (void)state;
    files(2);
    the.limits.connect_wait = 1000;
    sends_batch();
    server_answers_before("CREATE TABLE a");
    connection_is_lost(GONE);
    while (!the.ended) {
        pause_ends();
        server_refuses("", "Connection refused");
        clock_turn();
    }
    march_ends(PGM_OUTCOME_UNKNOWN);
    hint_says("the connection was lost while a migration was in flight");
    assert_string_equal(the.pending, "1_a 2_b");
}

/* Committed without waiting for the disk, and told; then the server is gone. */
static void a04_what_was_committed_and_not_flushed_is_looked_for_again(void **state) {
    (void)state;
    files(2);
    sends_batch();
    server_answers_through("CREATE TABLE a");
    server_answers_through("COMMIT");
    observer_hears("FINISHED 1_a");
    connection_is_lost(GONE);
    pause_ends();
    server_connects();
    march_reads(); /* the crash took it back */
    march_sends("CREATE TABLE a");
    server_answers();
    march_ends(PGM_OUTCOME_APPLIED);
    assert_string_equal(the.done, "1_a 2_b");
    assert_int_equal(times_in(the.told, "FINISHED 1_a"), 1);
}

static void a04_what_was_committed_and_is_out_of_reach_is_unknown(void **state) {
    (void)state;
    files(2);
    the.limits.connect_wait = 0;
    sends_batch();
    server_answers_through("CREATE TABLE a");
    server_answers_through("COMMIT");
    connection_is_lost(GONE);
    march_ends(PGM_OUTCOME_UNKNOWN);
    assert_string_equal(the.done, "");
}

static void loses_at(const char *statement) {
    files(1);
    sends_batch();
    server_answers_before(statement);
    connection_is_lost(GONE);
    all_goes_well();
    march_ends(PGM_OUTCOME_APPLIED);
    assert_string_equal(the.done, "1_a");
    assert_int_equal(the.attempts, 2);
}

static void a04_lost_at_the_lock(void **state) {
    (void)state;
    loses_at("pg_try_advisory_lock");
}

static void a04_lost_at_the_claim(void **state) {
    (void)state;
    loses_at("INSERT INTO");
}

static void a04_lost_in_the_file(void **state) {
    (void)state;
    loses_at("CREATE TABLE a");
}

static void a04_lost_in_the_guard(void **state) {
    (void)state;
    loses_at("RELEASE SAVEPOINT");
}

static void a04_lost_at_the_look(void **state) {
    (void)state;
    loses_at("pgmarch guard " THIS_RUN);
}

static void a04_lost_behind_the_last_answer(void **state) {
    (void)state;
    files(1);
    sends_batch();
    server_answers_through("pgmarch guard " THIS_RUN);
    server_answers_through("COMMIT");
    observer_hears("FINISHED 1_a");
    connection_is_lost(GONE);
    ledger_lists("1_a", THIS_RUN);
    all_goes_well();
    march_ends(PGM_OUTCOME_APPLIED);
    assert_string_equal(the.done, "1_a");
}

static void a04_down_finds_the_row_gone_behind_a_loss(void **state) {
    (void)state;
    folder_has("1_a.up.sql", "CREATE TABLE a (x int);");
    folder_has("1_a.down.sql", "DROP TABLE a;");
    ledger_lists("1_a", OTHER_RUN);
    march_starts(PGM_COMMAND_DOWN);
    server_connects();
    march_reads();
    server_answers_before("pgmarch guard " THIS_RUN);
    connection_is_lost(GONE);
    ledger_is_empty();
    all_goes_well();
    march_ends(PGM_OUTCOME_APPLIED);
    assert_string_equal(the.done, "1_a");
    assert_null(the.warnings);
}

/* Committed, told, and not flushed: it was ours, though the ledger that was read again was of
 * before.
 */
static void a04_down_that_was_told_and_is_gone_counts_once(void **state) {
    (void)state;
    folder_has("1_a.up.sql", "CREATE TABLE a (x int);");
    folder_has("1_a.down.sql", "DROP TABLE a;");
    folder_has("2_b.up.sql", "CREATE TABLE b (x int);");
    folder_has("2_b.down.sql", "DROP TABLE b;");
    ledger_lists("1_a", OTHER_RUN);
    ledger_lists("2_b", OTHER_RUN);
    the.env.request.everything = true;
    march_starts(PGM_COMMAND_DOWN);
    server_connects();
    march_reads();
    server_answers_through("DROP TABLE b");
    server_answers_through("COMMIT");
    observer_hears("FINISHED 2_b");
    server_answers_before("DROP TABLE a");
    server_fails("40001", "could not serialize access");
    connection_is_lost(GONE);
    ledger_is_empty();
    ledger_lists("1_a", OTHER_RUN);
    all_goes_well();
    march_ends(PGM_OUTCOME_APPLIED);
    assert_string_equal(the.done, "2_b 1_a");
    assert_int_equal(times_in(the.told, "FINISHED 2_b"), 1);
    assert_null(the.warnings);
}

/* A migration that ends its own session would do it for ever. Who has the lock knows that what the
 * ledger says is the last word. */
static void a_migration_that_loses_its_connection_again_and_again_is_given_up(void **state) {
    (void)state;
    files(1);
    the.limits.connect_wait = 600000;
    sends_batch();
    for (unsigned losses = 0; losses < 5; losses++) {
        server_answers_before("CREATE TABLE a");
        connection_is_lost(GONE);
        pause_ends();
        server_connects();
        march_reads();
    }
    march_sends("pg_try_advisory_lock");
    march_does_not_send("CREATE TABLE a");
    server_answers();
    march_reads();
    march_ends(PGM_OUTCOME_FAILED);
    failure_is("migrate", "1_a", "the connection was lost 5 times while this migration ran: " GONE);
}

static void the_lock_cannot_be_asked_for_ever_either(void **state) {
    (void)state;
    files(1);
    the.limits.connect_wait = 600000;
    sends_batch();
    for (unsigned losses = 0; losses < 8; losses++) {
        server_answers_before("pg_try_advisory_lock");
        connection_is_lost(GONE);
        pause_ends();
        server_connects();
        march_reads();
    }
    march_ends(PGM_OUTCOME_UNKNOWN);
    failure_is("migrate", "1_a", "the connection was lost 5 times");
}

/* ---- flushing ---- */

static void flushes(void) {
    files(1);
    sends_batch();
    server_answers_through("CREATE TABLE a");
    server_answers_before("COMMIT");
    connection_is_lost(GONE);
    pause_ends();
    server_connects();
    ledger_lists("1_a", THIS_RUN);
    march_reads();
    march_sends("pg_logical_emit_message");
}

static void a_flush_that_is_refused_leaves_a_doubt(void **state) {
    (void)state;
    flushes();
    server_answers_before("pg_logical_emit_message");
    server_fails("53100", "No space left on device");
    march_sends("pg_logical_emit_message"); /* with the rollback, once more */
    server_answers_before("pg_logical_emit_message");
    server_fails("53100", "No space left on device");
    march_ends(PGM_OUTCOME_UNKNOWN);
    hint_says("the server did not say that the last commits are on its disk");
    assert_string_equal(the.done, "");
}

static void a_flush_that_is_not_answered_leaves_a_doubt(void **state) {
    (void)state;
    flushes();
    server_answers_before("pg_logical_emit_message");
    user_stops();
    march_cancels();
    time_passes(5000);
    march_ends(PGM_OUTCOME_UNKNOWN);
    assert_string_equal(the.done, "");
}

static void a_flush_that_is_lost_is_made_again(void **state) {
    (void)state;
    flushes();
    connection_is_lost(GONE);
    all_goes_well();
    march_ends(PGM_OUTCOME_APPLIED);
    assert_string_equal(the.done, "1_a");
    assert_int_equal(the.attempts, 3);
}

static void a_rollback_that_is_not_answered_leaves_its_flush_in_doubt(void **state) {
    (void)state;
    files(2);
    sends_batch();
    server_answers_through("CREATE TABLE a");
    server_answers_before("CREATE TABLE b");
    server_fails("42601", "syntax error");
    march_sends("pg_logical_emit_message");
    time_passes(5000);
    march_ends(PGM_OUTCOME_UNKNOWN);
    failure_is("migrate", "2_b", "syntax error");
    assert_string_equal(the.done, "");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        scene_test(l02_a_busy_lock_is_waited_for_and_no_longer),
        scene_test(l01_behind_a_busy_lock_the_ledger_is_read_again),
        scene_test(a_session_of_ours_that_was_lost_is_ended_when_it_has_the_lock),
        scene_test(a_stranger_s_session_is_not_ended),
        scene_test(the_ledger_of_a_stranger_is_not_written),
        scene_test(a_row_that_is_refused_and_not_there_is_another_constraint_s),
        scene_test(a_row_that_came_from_nowhere_is_not_believed),
        scene_test(down_finds_the_row_gone_and_reads_again),
        scene_test(down_that_has_no_effect_is_no_rival_s),
        scene_test(a_repeatable_one_is_renewed),
        scene_test(a04_the_answer_to_commit_is_lost_and_the_ledger_has_it),
        scene_test(a04_the_answer_to_commit_is_lost_and_the_ledger_does_not_have_it),
        scene_test(a04_out_of_reach_behind_a_loss_is_unknown),
        scene_test(a04_what_was_committed_and_not_flushed_is_looked_for_again),
        scene_test(a04_what_was_committed_and_is_out_of_reach_is_unknown),
        scene_test(a04_lost_at_the_lock),
        scene_test(a04_lost_at_the_claim),
        scene_test(a04_lost_in_the_file),
        scene_test(a04_lost_in_the_guard),
        scene_test(a04_lost_at_the_look),
        scene_test(a04_lost_behind_the_last_answer),
        scene_test(a04_down_finds_the_row_gone_behind_a_loss),
        scene_test(a04_down_that_was_told_and_is_gone_counts_once),
        scene_test(a_migration_that_loses_its_connection_again_and_again_is_given_up),
        scene_test(the_lock_cannot_be_asked_for_ever_either),
        scene_test(a_flush_that_is_refused_leaves_a_doubt),
        scene_test(a_flush_that_is_not_answered_leaves_a_doubt),
        scene_test(a_flush_that_is_lost_is_made_again),
        scene_test(a_rollback_that_is_not_answered_leaves_its_flush_in_doubt),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
