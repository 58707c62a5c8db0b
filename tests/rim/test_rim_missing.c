/* What a file did not find is asked for behind its failure: the question explains, and nothing
 * hangs on its answer. */
#include "rim/openings.h"

static void fails_to_find(unsigned count, const char *at) {
    files(count);
    sends_batch();
    server_answers_before(at);
    server_fails("42704", "type \"citext\" does not exist");
    march_is(PGM__STATE_ROLLING_BACK);
    march_sends("pgmarch elsewhere");
}

static void where_it_is_stands_in_the_hint(void **state) {
    (void)state;
    the_server.elsewhere = "public";
    fails_to_find(1, "CREATE TABLE a");
    server_answers();
    march_ends(PGM_OUTCOME_FAILED);
    failure_is("migrate", "1_a", "type \"citext\" does not exist");
    hint_says("\"citext\" is in schema public");
}

static void what_is_nowhere_has_no_hint(void **state) {
    (void)state;
    fails_to_find(1, "CREATE TABLE a");
    server_answers();
    march_ends(PGM_OUTCOME_FAILED);
    assert_null(the.failure.hint);
}

/* The flush stands before it: what was committed is on disk, and reported so. */
static void a_question_that_fails_leaves_the_outcome_as_it_was(void **state) {
    (void)state;
    fails_to_find(2, "CREATE TABLE b");
    march_sends("pg_logical_emit_message");
    server_answers_before("pgmarch elsewhere");
    server_fails("57014", "canceling statement due to statement timeout");
    march_ends(PGM_OUTCOME_FAILED);
    failure_is("migrate", "2_b", "type \"citext\" does not exist");
    assert_string_equal(the.done, "1_a");
}

static void a_flush_that_fails_is_still_unknown(void **state) {
    (void)state;
    fails_to_find(2, "CREATE TABLE b");
    server_answers_before("pg_logical_emit_message");
    server_fails("53100", "no space left on device");
    march_ends(PGM_OUTCOME_UNKNOWN);
}

static void a_statement_without_a_transaction_asks_too(void **state) {
    (void)state;
    the_server.elsewhere = "public";
    begins(ALONE "VACUUM a;");
    marks_and_runs("VACUUM a");
    server_fails("42P01", "relation \"a\" does not exist");
    march_sends("running=false");
    server_answers();
    march_sends("pgmarch elsewhere");
    server_answers();
    march_ends(PGM_OUTCOME_FAILED);
    failure_is("migrate", "1_a", "relation \"a\" does not exist");
    hint_says("\"a\" is in schema public");
}

static void the_verify_file_of_one_asks_too(void **state) {
    (void)state;
    the_server.elsewhere = "public";
    folder_has("1_a.verify.sql", "SELECT 'a'::citext = 'A';");
    begins(ALONE "VACUUM a;");
    marks_and_runs("VACUUM a");
    server_answers();
    server_answers();
    march_sends("pgmarch_verify");
    server_answers_before("SELECT 'a'::citext");
    server_fails("42704", "type \"citext\" does not exist");
    march_sends("running=false");
    server_answers();
    march_sends("pgmarch elsewhere");
    server_answers();
    march_ends(PGM_OUTCOME_FAILED);
    failure_is("verify", "1_a", "type \"citext\" does not exist");
    hint_says("only the verify file is run again");
    hint_says("\"citext\" is in schema public");
}

/* Of our own statements: the ledger is where it is. */
static void what_we_did_not_find_is_not_asked_for(void **state) {
    (void)state;
    files(1);
    sends_batch();
    server_answers_before("INSERT INTO");
    server_fails("42P01", "relation \"schema_migrations\" does not exist");
    march_does_not_send("pgmarch elsewhere");
    server_answers();
    march_ends(PGM_OUTCOME_FAILED);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        scene_test(where_it_is_stands_in_the_hint),
        scene_test(what_is_nowhere_has_no_hint),
        scene_test(a_question_that_fails_leaves_the_outcome_as_it_was),
        scene_test(a_flush_that_fails_is_still_unknown),
        scene_test(a_statement_without_a_transaction_asks_too),
        scene_test(the_verify_file_of_one_asks_too),
        scene_test(what_we_did_not_find_is_not_asked_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
