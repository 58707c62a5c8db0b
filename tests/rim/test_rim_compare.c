/* COMPARING: what is asked of a catalog, of whom, and what becomes of it when something is wrong.
 */
#include <string.h>

#include "engine/classify.h"
#include "support/scripted_march.h"

#define QUESTION ",o AS MATERIALIZED ("

static pgm__compare_ask ask;

static void begins(void) {
    the.compare = &ask;
    the_server.fingerprint = "f00";
    folder_has("1_a.sql", "CREATE TABLE a (x int);");
    march_starts(PGM_COMMAND_STATUS);
    server_connects();
    march_reads();
}

static void begins_alone(void) {
    ask = (pgm__compare_ask){.alone = true};
    begins();
}

/* ---- what is asked ---- */

static void one_question_in_a_transaction_that_reads_only(void **state) {
    (void)state;
    ledger_is_empty();
    begins_alone();
    march_sends("BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY;");
    march_sends("SET LOCAL search_path TO '';WITH n AS MATERIALIZED");
    march_does_not_send("DEFAULT_TRANSACTION");
    server_answers();
    march_ends(PGM_OUTCOME_UP_TO_DATE);
    assert_string_equal(the.catalog, "f00 7");
    assert_false(the.ledger_unread);
}

static void a_schema_is_the_whole_search_path(void **state) {
    (void)state;
    the.target.schema = "ten";
    the_server.schema = "ten";
    begins_alone();
    march_sends("PREPARE \"pgmarch catalog\"(pg_catalog.text) AS WITH s AS MATERIALIZED");
    march_sends("EXECUTE \"pgmarch catalog\"('ten');COMMIT");
    server_answers();
    march_ends(PGM_OUTCOME_UP_TO_DATE);
    assert_string_equal(the.catalog, "f00 7");
}

/* The server plans the question once for each session. */
static void the_next_schema_of_a_session_is_asked_by_its_name(void **state) {
    (void)state;
    a_schema_is_the_whole_search_path(state);
    assert_true(the.handover.catalog_named);
    the.target.schema = "twenty";
    the_server.schema = "twenty";
    march_starts(PGM_COMMAND_STATUS);
    march_reads();
    march_does_not_send("PREPARE");
    march_sends("EXECUTE \"pgmarch catalog\"('twenty');COMMIT");
    server_answers();
    march_ends(PGM_OUTCOME_UP_TO_DATE);
    assert_string_equal(the.catalog, "f00 7");
}

/* A new session knows nothing of it. */
static void behind_a_loss_it_is_prepared_again(void **state) {
    (void)state;
    the.target.schema = "ten";
    the_server.schema = "ten";
    begins_alone();
    server_answers_before("EXECUTE");
    connection_is_lost("server closed the connection unexpectedly");
    pause_ends();
    server_connects();
    march_reads();
    march_sends("PREPARE \"pgmarch catalog\"");
    server_answers();
    march_ends(PGM_OUTCOME_UP_TO_DATE);
}

/* Nobody knows then what is prepared, and what is not. */
static void behind_an_error_it_is_asked_in_full(void **state) {
    (void)state;
    the.target.schema = "ten";
    the_server.schema = "ten";
    begins_alone();
    server_answers_before("PREPARE");
    server_fails("42P05", "prepared statement \"pgmarch catalog\" already exists");
    pause_ends();
    march_reads();
    march_does_not_send("PREPARE");
    march_sends("SET LOCAL search_path TO \"ten\";WITH n AS MATERIALIZED");
    server_answers();
    march_ends(PGM_OUTCOME_UP_TO_DATE);
    assert_false(the.handover.catalog_named);
}

static void behind_a_pooler_nothing_is_prepared(void **state) {
    (void)state;
    the.target.schema = "ten";
    the_server.schema = "ten";
    the_server.pooled = true;
    begins_alone();
    march_does_not_send("PREPARE");
    march_sends("SET LOCAL search_path TO \"ten\";WITH n AS MATERIALIZED");
    server_answers();
    march_ends(PGM_OUTCOME_UP_TO_DATE);
}

static void objects_come_with_their_definitions(void **state) {
    (void)state;
    ask = (pgm__compare_ask){.alone = true, .form = PGM__CATALOG_OBJECTS};
    begins();
    server_answers();
    march_ends(PGM_OUTCOME_UP_TO_DATE);
    assert_string_equal(the.catalog, "table users UNLOGGED");
}

/* What is pending is known as well. */
static void status_asks_behind_its_plan(void **state) {
    (void)state;
    ask = (pgm__compare_ask){.alone = false};
    begins();
    march_sends(QUESTION);
    server_answers();
    march_ends(PGM_OUTCOME_NOT_RUN);
    assert_string_equal(the.catalog, "f00 7");
    assert_string_equal(the.pending, "1_a");
}

/* ---- who can be asked ---- */

static void a_standby_and_a_pooler_are_asked(void **state) {
    (void)state;
    the_server.standby = true;
    the_server.pooled = true;
    begins_alone();
    march_sends(QUESTION);
    server_answers();
    march_ends(PGM_OUTCOME_UP_TO_DATE);
    assert_string_equal(the.catalog, "f00 7");
}

static void a_schema_that_may_not_be_used_is_asked_for(void **state) {
    (void)state;
    the.target.schema = "ten";
    the_server.schema = NULL;
    the_server.schema_hidden = "ten";
    begins_alone();
    march_sends("pg_catalog.regexp_replace(o.def,");
    server_answers();
    march_ends(PGM_OUTCOME_UP_TO_DATE);
}

static void a_schema_that_is_not_there_is_an_error(void **state) {
    (void)state;
    the.target.schema = "ten";
    the.common.create_schema = true;
    the_server.schema = NULL;
    begins_alone();
    march_ends(PGM_OUTCOME_FAILED);
    failure_is("read", NULL, "schema \"ten\" does not exist");
    assert_null(the.catalog);
}

static void a_ledger_that_may_not_be_read_leaves_the_version_unknown(void **state) {
    (void)state;
    ask = (pgm__compare_ask){.alone = true};
    the.compare = &ask;
    the_server.fingerprint = "f00";
    folder_has("1_a.sql", "CREATE TABLE a (x int);");
    ledger_lists("1_a", OTHER_RUN);
    march_starts(PGM_COMMAND_STATUS);
    server_connects();
    server_answers_before("SELECT * FROM \"");
    server_fails("42501", "permission denied for table schema_migrations");
    march_is(PGM__STATE_COMPARING);
    march_sends("ROLLBACK;BEGIN");
    server_answers();
    march_ends(PGM_OUTCOME_UP_TO_DATE);
    assert_true(the.ledger_unread);
    assert_string_equal(the.catalog, "f00 7");
}

/* To look it up in a schema that may not be used is an error before anything is known. */
static void a_ledger_that_may_not_be_looked_for_is_not(void **state) {
    (void)state;
    the.target.schema = "ten";
    ask = (pgm__compare_ask){.alone = true};
    the.compare = &ask;
    the_server.fingerprint = "f00";
    folder_has("1_a.sql", "CREATE TABLE a (x int);");
    march_starts(PGM_COMMAND_STATUS);
    server_connects();
    server_answers_before("pg_postmaster_start_time");
    server_fails("42501", "permission denied for schema ten");
    the_server.schema = NULL;
    the_server.schema_hidden = "ten";
    march_sends("CURRENT_SCHEMA,NULL,NULL,");
    march_does_not_send("SELECT * FROM");
    march_reads();
    march_sends("pg_catalog.regexp_replace(o.def,");
    server_answers();
    march_ends(PGM_OUTCOME_UP_TO_DATE);
    assert_true(the.ledger_unread);
    assert_string_equal(the.catalog, "f00 7");
}

static void another_tools_ledger_says_no_version(void **state) {
    (void)state;
    the_server.ledger_missing = false;
    the_server.ledger_columns = "version dirty";
    the_server.version_type = 20;
    begins_alone();
    server_answers();
    march_ends(PGM_OUTCOME_UP_TO_DATE);
    assert_true(the.ledger_unread);
}

/* With status the ledger is what was asked for. */
static void status_does_not_go_on_without_its_ledger(void **state) {
    (void)state;
    ask = (pgm__compare_ask){.alone = false};
    the.compare = &ask;
    folder_has("1_a.sql", "CREATE TABLE a (x int);");
    ledger_lists("1_a", OTHER_RUN);
    march_starts(PGM_COMMAND_STATUS);
    server_connects();
    server_answers_before("SELECT * FROM \"");
    server_fails("42501", "permission denied for table schema_migrations");
    march_ends(PGM_OUTCOME_FAILED);
    assert_null(the.catalog);
}

/* ---- what goes wrong ---- */

static void a_lost_connection_is_made_again(void **state) {
    (void)state;
    begins_alone();
    server_answers_before(QUESTION);
    connection_is_lost("server closed the connection unexpectedly");
    pause_ends();
    server_connects();
    march_reads();
    march_sends(QUESTION);
    server_answers();
    march_ends(PGM_OUTCOME_UP_TO_DATE);
    assert_string_equal(the.catalog, "f00 7");
    assert_int_equal(the.attempts, 2);
}

/* An object went while it was printed: the second look does not find it. */
static void what_goes_meanwhile_is_looked_for_again(void **state) {
    (void)state;
    begins_alone();
    server_answers_before(QUESTION);
    server_fails("XX000", "cache lookup failed for index 77");
    march_is(PGM__STATE_RETRY_WAIT);
    pause_ends();
    march_reads();
    server_answers();
    march_ends(PGM_OUTCOME_UP_TO_DATE);
    assert_string_equal(the.catalog, "f00 7");
}

static void an_error_that_stays_is_told(void **state) {
    (void)state;
    begins_alone();
    for (unsigned i = 0; i <= PGM__FEW_TRIES; i++) {
        server_answers_before(QUESTION);
        server_fails("XX000", "cache lookup failed for index 77");
        if (i < PGM__FEW_TRIES) {
            pause_ends();
            march_reads();
        }
    }
    all_goes_well();
    march_ends(PGM_OUTCOME_FAILED);
    failure_is("compare", NULL, "cache lookup failed");
    assert_null(the.catalog);
}

static void no_fingerprint_is_no_answer(void **state) {
    (void)state;
    begins_alone();
    the_server.fingerprint = NULL;
    server_answers();
    all_goes_well();
    march_ends(PGM_OUTCOME_FAILED);
    failure_is("compare", NULL, "did not say");
    assert_null(the.catalog);
}

/* ---- what goes wrong beside a plan ---- */

static void begins_beside(void) {
    ask = (pgm__compare_ask){.alone = false};
    begins();
}

/* The plan was made before: it stands, and the catalog alone is not known. */
static void plan_stands(const char *why) {
    all_goes_well();
    march_ends(PGM_OUTCOME_NOT_RUN);
    assert_string_equal(the.pending, "1_a");
    assert_false(the.failed);
    assert_null(the.catalog);
    assert_non_null(the.catalog_failure);
    assert_non_null(strstr(the.catalog_failure, why));
}

static void beside_a_plan_a_refusal_is_told_of_the_catalog_alone(void **state) {
    (void)state;
    begins_beside();
    server_answers_before(QUESTION);
    server_fails("42501", "permission denied for table pg_policy");
    plan_stands("permission denied for table pg_policy");
}

static void beside_a_plan_so_is_an_answer_that_does_not_come(void **state) {
    (void)state;
    begins_beside();
    time_passes(300000);
    march_cancels();
    server_fails("57014", "canceling statement due to user request");
    plan_stands("the server did not say in time");
}

static void beside_a_plan_so_is_one_that_says_nothing(void **state) {
    (void)state;
    begins_beside();
    the_server.fingerprint = NULL;
    server_answers();
    plan_stands("the server did not say");
}

/* It is read again from the ledger on, and forgotten once it is answered. */
static void beside_a_plan_a_lost_connection_is_made_again(void **state) {
    (void)state;
    begins_beside();
    server_answers_before(QUESTION);
    connection_is_lost("server closed the connection unexpectedly");
    pause_ends();
    server_connects();
    march_reads();
    server_answers();
    march_ends(PGM_OUTCOME_NOT_RUN);
    assert_string_equal(the.catalog, "f00 7");
    assert_null(the.catalog_failure);
}

static void beside_a_plan_a_stop_is_a_stop(void **state) {
    (void)state;
    begins_beside();
    user_stops();
    march_cancels();
    server_answers();
    march_ends(PGM_OUTCOME_CANCELLED);
    assert_null(the.catalog_failure);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        scene_test(one_question_in_a_transaction_that_reads_only),
        scene_test(a_schema_is_the_whole_search_path),
        scene_test(the_next_schema_of_a_session_is_asked_by_its_name),
        scene_test(behind_a_loss_it_is_prepared_again),
        scene_test(behind_an_error_it_is_asked_in_full),
        scene_test(behind_a_pooler_nothing_is_prepared),
        scene_test(objects_come_with_their_definitions),
        scene_test(status_asks_behind_its_plan),
        scene_test(a_standby_and_a_pooler_are_asked),
        scene_test(a_schema_that_may_not_be_used_is_asked_for),
        scene_test(a_schema_that_is_not_there_is_an_error),
        scene_test(a_ledger_that_may_not_be_read_leaves_the_version_unknown),
        scene_test(a_ledger_that_may_not_be_looked_for_is_not),
        scene_test(another_tools_ledger_says_no_version),
        scene_test(status_does_not_go_on_without_its_ledger),
        scene_test(a_lost_connection_is_made_again),
        scene_test(what_goes_meanwhile_is_looked_for_again),
        scene_test(an_error_that_stays_is_told),
        scene_test(no_fingerprint_is_no_answer),
        scene_test(beside_a_plan_a_refusal_is_told_of_the_catalog_alone),
        scene_test(beside_a_plan_so_is_an_answer_that_does_not_come),
        scene_test(beside_a_plan_so_is_one_that_says_nothing),
        scene_test(beside_a_plan_a_lost_connection_is_made_again),
        scene_test(beside_a_plan_a_stop_is_a_stop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
