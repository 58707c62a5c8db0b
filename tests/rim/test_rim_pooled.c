/* Behind a transaction pooler: no session state, and nothing left for the next client. */
#include "engine/classify.h"
#include "rim/openings.h"

static void sends_pooled(void) {
    folder_has("1_a.sql", "CREATE TABLE a (x int);");
    folder_has("2_b.sql", "CREATE TABLE b (x int);");
    the_server.pooled = true;
    march_starts(PGM_COMMAND_UP);
    server_connects();
    march_reads();
}

static void l03_each_block_takes_the_lock_of_its_transaction(void **state) {
    (void)state;
    sends_pooled();
    march_does_not_send("pg_try_advisory_lock(");
    march_does_not_send("PREPARE");
    assert_int_equal(times_in(session_now()->sql, "pg_try_advisory_xact_lock"), 3);
    march_sends("set_config('application_name','pgmarch/" THIS_RUN "',true)");
    server_answers();
    march_ends(PGM_OUTCOME_APPLIED);
    assert_string_equal(the.done, "1_a 2_b");
    assert_true(the.handover.pooled);
}

/* What libpq makes of pgpool-II 4.3's answer to the string behind a reading that found no ledger.
 */
static void what_pgpool_does_not_take_is_refused_once_and_with_the_reason(void **state) {
    (void)state;
    folder_has("1_a.sql", "CREATE TABLE a (x int);");
    march_starts(PGM_COMMAND_UP);
    server_connects();
    march_reads();
    connection_is_lost(
        "ERROR:  25P02: current transaction is aborted, commands ignored until end of "
        "transaction block\nDETAIL:  statement: ROLLBACK;SELECT CASE\n"
        "message contents do not agree with length in message type \"E\"");
    march_ends(PGM_OUTCOME_FAILED);
    hint_says("connect to the server itself");
    assert_int_equal(the.attempts, 1);
    assert_string_equal(the.done, "");
}

static void a_failure_leaves_the_connection_clean(void **state) {
    (void)state;
    sends_pooled();
    server_answers_before("CREATE TABLE a");
    server_fails("42601", "syntax error");
    march_sends("DEALLOCATE ALL");
    march_sends("SET client_encoding='UTF8'");
    server_answers();
    march_ends(PGM_OUTCOME_FAILED);
}

static void a_lock_that_is_busy_is_waited_for(void **state) {
    (void)state;
    sends_pooled();
    lock_is_held("");
    march_is(PGM__STATE_LOCK_WAIT);
    all_goes_well();
    march_ends(PGM_OUTCOME_APPLIED);
}

static void a_lock_that_stays_busy_leaves_the_connection_clean(void **state) {
    (void)state;
    the.limits.lock_wait = 0;
    sends_pooled();
    lock_is_held("");
    march_is(PGM__STATE_ROLLING_BACK);
    march_sends("RESET ALL");
    server_answers();
    march_ends(PGM_OUTCOME_FAILED);
    failure_is("lock", NULL, "another run holds the lock of this target; waited 0 ms");
}

static void what_needs_a_session_is_refused(void **state) {
    (void)state;
    folder_has("1_a.sql", "CREATE TABLE a (x int);");
    folder_has("2_b.sql", "-- pgmarch: no-transaction\nVACUUM a;");
    the_server.pooled = true;
    march_starts(PGM_COMMAND_UP);
    server_connects();
    march_reads();
    march_ends(PGM_OUTCOME_FAILED);
    failure_is("plan", "2_b", "needs a session of its own");
    hint_says("without \"-pooler\"");
    assert_string_equal(the.pending, "1_a 2_b");
}

static void what_needs_a_session_on_the_way_down_is_refused(void **state) {
    (void)state;
    folder_has("1_a.up.sql", "CREATE TABLE a (x int);");
    folder_has("1_a.down.sql", "-- pgmarch: no-transaction\nVACUUM a;");
    the_server.pooled = true;
    ledger_lists("1_a", OTHER_RUN);
    march_starts(PGM_COMMAND_DOWN);
    server_connects();
    march_reads();
    march_ends(PGM_OUTCOME_FAILED);
    failure_is("plan", "1_a", "needs a session of its own");
}

/* The process is not ours for long enough to be asked about. */
static void what_is_slow_is_named_with_its_time_alone(void **state) {
    (void)state;
    sends_pooled();
    server_answers_before("CREATE TABLE a");
    time_passes(30000);
    assert_int_equal(the_link.asks, 0);
    observer_hears("SLOW 1_a: slow, 30.0 s so far");
    server_answers();
    march_ends(PGM_OUTCOME_APPLIED);
    assert_string_equal(the.slow, "migrate 1_a 1_a.sql:0 30000 -\n");
}

static void a04_a_loss_is_made_good(void **state) {
    (void)state;
    sends_pooled();
    server_answers_before("CREATE TABLE a");
    connection_is_lost(GONE);
    all_goes_well();
    march_ends(PGM_OUTCOME_APPLIED);
}

/* No lock of a session says whether the lost one is still at it. */
static void lost_again_and_again_it_is_given_up_without_asking(void **state) {
    (void)state;
    the.limits.connect_wait = 600000;
    sends_pooled();
    for (unsigned losses = 0; losses < 5; losses++) {
        server_answers_before("CREATE TABLE a");
        connection_is_lost(GONE);
        pause_ends();
        server_connects();
        march_reads();
    }
    march_ends(PGM_OUTCOME_UNKNOWN);
    failure_is("migrate", "1_a", "the connection was lost 5 times");
}

static void a_verify_file_runs_in_our_encoding(void **state) {
    (void)state;
    folder_has("1_a.verify.sql", "SELECT true;");
    sends_pooled();
    march_sends("SET LOCAL client_encoding='UTF8'");
    all_goes_well();
    march_ends(PGM_OUTCOME_APPLIED);
}

static void a_ledger_is_edited_there_too(void **state) {
    (void)state;
    folder_has("1_a.sql", "CREATE TABLE a (x int);");
    the_server.pooled = true;
    ledger_is_empty();
    the.env.request.to = "1";
    march_starts(PGM_COMMAND_BASELINE);
    server_connects();
    march_reads();
    march_sends("pg_try_advisory_xact_lock");
    server_answers();
    march_ends(PGM_OUTCOME_APPLIED);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        scene_test(l03_each_block_takes_the_lock_of_its_transaction),
        scene_test(what_pgpool_does_not_take_is_refused_once_and_with_the_reason),
        scene_test(a_failure_leaves_the_connection_clean),
        scene_test(a_lock_that_is_busy_is_waited_for),
        scene_test(a_lock_that_stays_busy_leaves_the_connection_clean),
        scene_test(what_needs_a_session_is_refused),
        scene_test(what_needs_a_session_on_the_way_down_is_refused),
        scene_test(what_is_slow_is_named_with_its_time_alone),
        scene_test(a04_a_loss_is_made_good),
        scene_test(lost_again_and_again_it_is_given_up_without_asking),
        scene_test(a_verify_file_runs_in_our_encoding),
        scene_test(a_ledger_is_edited_there_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
