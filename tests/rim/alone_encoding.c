/* A file without a transaction that sets another client_encoding: wherever a note of ours is next,
 * ours comes back first, once. */
#include "engine/classify.h"
#include "rim/alone.h"
#include "rim/openings.h"

static void is_garbled(void) {
    session_now()->encoding_off = true;
}

/* The string that sets it back, and nothing else. */
static void mends(void) {
    march_sends("SET client_encoding='UTF8'");
    march_does_not_send("pgmarch_progress");
    session_now()->encoding_off = false;
    server_answers();
}

static void garbled_at_the_beginning(void **state) {
    (void)state;
    comes_to(ALONE "VACUUM a;");
    is_garbled();
    server_answers();
    mends();
    march_sends("statement=0,running=true");
    all_goes_well();
    march_ends(PGM_OUTCOME_APPLIED);
}

static void looks(bool valid) {
    the_server.index = "public.i";
    the_server.index_valid = valid;
    comes_again_to(ALONE "CREATE INDEX CONCURRENTLY i ON a (x); VACUUM a;", "0", true, OTHER_RUN);
    server_answers();
    march_sends("SELECT i.indisvalid");
}

static void garbled_while_it_looks(void **state) {
    (void)state;
    looks(true);
    is_garbled();
    server_answers();
    mends();
    march_sends("statement=1,running=true");
    all_goes_well();
    march_ends(PGM_OUTCOME_APPLIED);
}

static void garbled_while_it_drops(void **state) {
    (void)state;
    looks(false);
    server_answers();
    march_sends("DROP INDEX CONCURRENTLY public.i");
    is_garbled();
    server_answers();
    mends();
    march_sends("statement=0,running=true");
    all_goes_well();
    march_ends(PGM_OUTCOME_APPLIED);
}

static void garbled_by_a_statement_that_failed(void **state) {
    (void)state;
    begins(ALONE "VACUUM a;");
    marks_and_runs("VACUUM a");
    is_garbled();
    server_fails("55000", "VACUUM is not possible");
    mends();
    march_sends("statement=0,running=false");
    server_answers();
    march_ends(PGM_OUTCOME_FAILED);
    failure_is("migrate", "1_a", "VACUUM is not possible");
}

static void garbled_by_a_call_that_failed(void **state) {
    (void)state;
    begins(ALONE "CALL p();");
    marks_and_runs("CALL p()");
    the_server.transactions++;
    is_garbled();
    server_fails("P0001", "no");
    march_sends("l.virtualtransaction");
    server_answers();
    mends();
    march_sends("statement=0,running=false");
    server_answers();
    march_ends(PGM_OUTCOME_FAILED);
}

static void garbled_by_what_it_is_stopped_behind(void **state) {
    (void)state;
    begins(ALONE "VACUUM a; VACUUM b;");
    marks_and_runs("VACUUM a");
    is_garbled();
    user_stops();
    server_answers();
    mends();
    march_sends("statement=1,running=false");
    server_answers();
    march_ends(PGM_OUTCOME_CANCELLED);
}

static void garbled_by_a_verify_file_that_failed(void **state) {
    (void)state;
    folder_has("1_a.verify.sql", "SELECT false;");
    begins(ALONE "VACUUM a;");
    marks_and_runs("VACUUM a");
    server_answers();
    server_answers();
    server_answers_before("SELECT false");
    server_returns("well", 16, "f");
    is_garbled();
    server_answers();
    mends();
    march_sends("statement=1,running=false");
    server_answers();
    march_ends(PGM_OUTCOME_FAILED);
    failure_is("verify", "1_a", "\"well\" is false");
}

static void garbled_when_the_record_fails(void **state) {
    (void)state;
    begins(ALONE "VACUUM a;");
    marks_and_runs("VACUUM a");
    server_answers();
    server_answers();
    server_answers_before("INSERT INTO");
    is_garbled();
    server_fails("42501", "permission denied for table schema_migrations");
    mends();
    march_sends("statement=1,running=false");
    server_answers();
    march_ends(PGM_OUTCOME_FAILED);
}

static void an_encoding_that_cannot_be_set_back(void **state) {
    (void)state;
    begins(ALONE "VACUUM a; VACUUM b;");
    marks_and_runs("VACUUM a");
    is_garbled();
    server_answers();
    march_sends("SET client_encoding='UTF8'");
    server_fails("22023", "conversion between LATIN1 and UTF8 is not supported");
    clock_turn();
    if (!the.ended) {
        server_answers();
    }
    march_ends(PGM_OUTCOME_FAILED);
    failure_is("migrate", "1_a", "conversion between LATIN1 and UTF8");
}

int alone_in_another_encoding(void) {
    const struct CMUnitTest tests[] = {
        scene_test(garbled_at_the_beginning),
        scene_test(garbled_while_it_looks),
        scene_test(garbled_while_it_drops),
        scene_test(garbled_by_a_statement_that_failed),
        scene_test(garbled_by_a_call_that_failed),
        scene_test(garbled_by_what_it_is_stopped_behind),
        scene_test(garbled_by_a_verify_file_that_failed),
        scene_test(garbled_when_the_record_fails),
        scene_test(an_encoding_that_cannot_be_set_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
