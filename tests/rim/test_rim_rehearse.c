/* REHEARSING: what is sent, in which form, and what is said when the server does not keep the
 * transaction that everything stands on. */
#include <stdlib.h>
#include <string.h>

#include "engine/classify.h"
#include "rim/openings.h"

#define THE_COPY "COPY a FROM STDIN;\n1\n\\.\n"

static void begins_to_rehearse(void) {
    the.env.rehearses = true;
    ledger_is_empty();
    march_starts(PGM_COMMAND_UP);
    server_connects();
    march_reads();
    march_is(PGM__STATE_REHEARSING);
    server_answers(); /* nothing, for the time it takes */
}

static void is_sent_alone(const char *text) {
    march_sends(text);
    assert_string_equal(session_now()->sql, text);
    assert_true(session_now()->one);
}

/* The next string is ours, and holds all of these. */
static void is_ours(const char *first, const char *second) {
    march_sends(first);
    march_sends(second);
    assert_false(session_now()->one);
}

/* ---- what is sent ---- */

static void each_statement_goes_alone_with_a_look_behind_it(void **state) {
    (void)state;
    folder_has("1_a.sql", "BEGIN;\nCREATE TABLE a (x int);\n" THE_COPY "SELECT 1\n;COMMIT;");
    begins_to_rehearse();
    is_ours("BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;", "pg_try_advisory_xact_lock");
    server_answers();
    is_ours("SAVEPOINT \"pgmarch rehearsal\";RESET ALL;", "lock_timeout=1000;");
    server_answers();
    is_sent_alone("CREATE TABLE a (x int);");
    server_answers();
    is_ours("SAVEPOINT \"pgmarch look\";", "FROM pg_catalog.pg_locks l");
    march_sends("SET LOCAL lock_timeout=1000;");
    server_answers();
    is_sent_alone("COPY a FROM STDIN;");
    server_answers();
    assert_string_equal(session_now()->copied, "1\n");
    server_answers();
    is_sent_alone("SELECT 1\n;");
    server_answers();
    server_answers();
    is_ours("SET CONSTRAINTS ALL IMMEDIATE;", "");
    server_answers();
    is_ours("SET CONSTRAINTS ALL DEFERRED;", "RELEASE SAVEPOINT \"pgmarch rehearsal\";");
    server_answers();
    is_ours("ROLLBACK;", "");
    march_does_not_send("COMMIT");
    server_answers();
    march_ends(PGM_OUTCOME_APPLIED);
    assert_string_equal(the.done, "");
    assert_string_equal(the.pending, "1_a");
}

static void what_is_not_run_in_a_transaction_is_only_asked_about(void **state) {
    (void)state;
    folder_has("1_a.sql", ALONE "CREATE INDEX CONCURRENTLY i ON shop.Orders (x);\nVACUUM b;");
    begins_to_rehearse();
    server_answers();
    is_ours("pg_catalog.to_regclass('\"shop\".\"orders\"')", "");
    march_does_not_send("CREATE INDEX");
    server_answers();
    is_ours("pg_catalog.to_regclass('\"b\"')", "");
    server_answers();
    march_sends("ROLLBACK;");
    server_answers();
    march_ends(PGM_OUTCOME_APPLIED);
}

static void constraints_that_begin_immediate_are_so_again(void **state) {
    (void)state;
    folder_has("1_a.sql", "SELECT 1;");
    folder_has("2_b.sql", "SELECT 2;");
    begins_to_rehearse();
    server_answers();
    server_answers();
    server_answers(); /* SELECT 1 */
    server_answers();
    server_answers(); /* the check */
    server_answers_before("FROM pg_catalog.pg_constraint k");
    const pgm__field fields[] = {{"quote_ident", "public", 25}, {"quote_ident", "\"Odd\"", 25}};
    const pgm__reply row = {.kind = PGM__REPLY_ROW, .tag = "", .fields = fields, .field_count = 2};
    const pgm__reply end = {
        .kind = PGM__REPLY_ROWS_END, .tag = "SELECT 1", .fields = fields, .field_count = 2};
    server_reply(session_now(), &row);
    server_reply(session_now(), &end);
    server_answers();
    march_sends("SET CONSTRAINTS public.\"Odd\" IMMEDIATE;");
    march_is_given_up();
}

/* ---- what the server must keep ---- */

enum { STRINGS = 9 }; /* of one file with one statement and a verify file, without the last one */

static void of_one_file(void) {
    folder_has("1_a.sql", "CREATE TABLE a (x int);");
    folder_has("1_a.verify.sql", "SELECT true");
    begins_to_rehearse();
}

static void a_transaction_that_is_over_is_said_loudly_wherever_it_is_seen(void **state) {
    for (int at = 0; at < STRINGS; at++) {
        if (at > 0) {
            (void)scene_teardown(state);
            (void)scene_setup(state);
        }
        of_one_file();
        for (int i = 0; i < at; i++) {
            server_answers();
        }
        the_server.ends_transaction = true;
        server_answers();
        all_goes_well();
        march_ends(PGM_OUTCOME_UNKNOWN);
        says_(the.failure.message, "transaction of the rehearsal has ended");
        hint_says("look what of it is there");
    }
}

/* The same when the statement says that it has failed. */
static void an_error_that_leaves_no_transaction_is_said_loudly(void **state) {
    (void)state;
    of_one_file();
    server_answers();
    server_answers();
    march_sends("CREATE TABLE a");
    the_server.ends_transaction = true;
    server_fails("XX000", "something went wrong");
    all_goes_well();
    march_ends(PGM_OUTCOME_UNKNOWN);
    failure_is("migrate", "1_a", "transaction of the rehearsal has ended");
    detail_says("something went wrong");
}

static void a_savepoint_of_ours_that_is_gone_is_said_loudly(void **state) {
    (void)state;
    of_one_file();
    for (int i = 0; i < STRINGS - 1; i++) {
        server_answers();
    }
    server_answers_before("RELEASE SAVEPOINT \"pgmarch rehearsal\"");
    server_fails("3B001", "savepoint \"pgmarch rehearsal\" does not exist");
    all_goes_well();
    march_ends(PGM_OUTCOME_UNKNOWN);
}

/* ---- losses ---- */

static void a_loss_anywhere_leaves_nothing_in_doubt(void **state) {
    for (int at = 0; at <= STRINGS; at++) {
        if (at > 0) {
            (void)scene_teardown(state);
            (void)scene_setup(state);
        }
        of_one_file();
        for (int i = 0; i < at; i++) {
            server_answers();
        }
        connection_is_lost(GONE);
        all_goes_well();
        march_ends(PGM_OUTCOME_APPLIED);
        assert_int_equal(the.attempts, 2);
    }
}

static void who_is_lost_again_and_again_is_given_up(void **state) {
    (void)state;
    of_one_file();
    server_answers();
    server_answers();
    for (int i = 0; i < 6; i++) {
        march_sends("CREATE TABLE a");
        connection_is_lost(GONE);
        for (int step = 0; step < 20 && !the.ended && !march_has_sent("CREATE TABLE a"); step++) {
            (void)march_goes_on();
        }
    }
    march_ends(PGM_OUTCOME_FAILED);
    says_(the.failure.message, "again and again");
    says_(the.failure.message, "taken everything back");
}

/* On a copy the COMMIT may have come through. */
static void on_a_copy_a_lost_commit_is_looked_for_in_the_ledger(void **state) {
    (void)state;
    the.common.is_copy = true;
    folder_has("1_a.sql", "CREATE TABLE a (x int);");
    begins_to_rehearse();
    server_answers(); /* what is there */
    server_answers(); /* the claim */
    server_answers(); /* the statement */
    server_answers(); /* the look */
    server_answers(); /* the check */
    server_answers(); /* the look behind it */
    march_sends("RELEASE SAVEPOINT \"pgmarch guard\"");
    connection_is_lost(GONE);
    ledger_lists("1_a", THIS_RUN);
    all_goes_well();
    march_ends(PGM_OUTCOME_APPLIED);
    assert_string_equal(the.done, "1_a");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        scene_test(each_statement_goes_alone_with_a_look_behind_it),
        scene_test(what_is_not_run_in_a_transaction_is_only_asked_about),
        scene_test(constraints_that_begin_immediate_are_so_again),
        scene_test(a_transaction_that_is_over_is_said_loudly_wherever_it_is_seen),
        scene_test(an_error_that_leaves_no_transaction_is_said_loudly),
        scene_test(a_savepoint_of_ours_that_is_gone_is_said_loudly),
        scene_test(a_loss_anywhere_leaves_nothing_in_doubt),
        scene_test(who_is_lost_again_and_again_is_given_up),
        scene_test(on_a_copy_a_lost_commit_is_looked_for_in_the_ledger),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
