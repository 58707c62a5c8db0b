/* Verify files: what they find wrong, and what becomes of the transaction that waits for them. */
#include <string.h>

#include "engine/classify.h"
#include "rim/openings.h"

enum { BOOL = 16 };

static void sends_with_verify(void) {
    folder_has("1_a.sql", "CREATE TABLE a (x int);");
    folder_has("1_a.verify.sql", "SELECT 1;\nSELECT count(*) = 0 AS empty, 'ünï' AS what FROM a;");
    folder_has("2_b.sql", "CREATE TABLE b (x int);");
    ledger_is_empty();
    march_starts(PGM_COMMAND_UP);
    server_connects();
    march_reads();
    march_sends("ROLLBACK TO SAVEPOINT pgmarch_verify");
    march_does_not_send("'2_b'");
}

static void what_it_finds_well_is_committed_with_the_next_string(void **state) {
    (void)state;
    sends_with_verify();
    server_answers();
    march_sends("RELEASE SAVEPOINT \"pgmarch guard\"");
    march_sends("'2_b'");
    march_does_not_send("CREATE TABLE a");
    assert_int_equal(times_in(the.told, "FINISHED 1_a"), 0);
    server_answers();
    march_ends(PGM_OUTCOME_APPLIED);
    assert_string_equal(the.done, "1_a 2_b");
}

static void a_false_row_rolls_the_migration_back(void **state) {
    (void)state;
    sends_with_verify();
    server_answers_before("count(*) = 0");
    server_returns("empty", BOOL, "f");
    server_answers();
    march_is(PGM__STATE_ROLLING_BACK);
    server_answers();
    march_ends(PGM_OUTCOME_FAILED);
    failure_is("verify", "1_a", "verification failed: \"empty\" is false");
    assert_int_equal(the.failure.line, 2);
    hint_says("the migration was rolled back");
    assert_string_equal(the.done, "");
}

static void a_row_that_is_null_is_no_yes(void **state) {
    (void)state;
    sends_with_verify();
    server_answers_before("count(*) = 0");
    server_returns("empty", BOOL, NULL);
    server_answers();
    server_answers();
    march_ends(PGM_OUTCOME_FAILED);
    failure_is("verify", "1_a", "\"empty\" is NULL, neither true nor false");
}

/* The rest of a row says what it is about; it may be long, and have line ends. */
static void a_false_row_is_shown(void **state) {
    (void)state;
    sends_with_verify();
    server_answers_before("count(*) = 0");
    static const char longer[] =
        "0123456789012345678901234567890123456789012345678901234567ü and more";
    const pgm__field fields[] = {
        {"empty", "f", BOOL}, {"who", "a\nb", 25}, {"nothing", NULL, 25}, {"c1", longer, 25},
        {"c2", longer, 25},   {"c3", longer, 25},  {"c4", longer, 25},    {"c5", longer, 25},
        {"c6", longer, 25},   {"c7", longer, 25},  {"c8", longer, 25},
    };
    const pgm__reply row = {.kind = PGM__REPLY_ROW, .tag = "", .fields = fields, .field_count = 11};
    server_reply(session_now(), &row);
    server_answers();
    server_answers();
    march_ends(PGM_OUTCOME_FAILED);
    detail_says("who = a b, nothing = NULL, c1 = "
                "0123456789012345678901234567890123456789012345678901234567ü…");
    assert_int_equal(times_in(the.failure.detail, "c8"), 0);
}

static void only_the_first_false_row_is_told(void **state) {
    (void)state;
    sends_with_verify();
    server_answers_through("pgmarch verify");
    server_returns("first", BOOL, "f");
    server_returns("second", BOOL, "f");
    server_answers();
    server_answers();
    march_ends(PGM_OUTCOME_FAILED);
    failure_is("verify", "1_a", "\"first\" is false");
    assert_int_equal(the.failure.line, 1);
}

static void an_error_of_the_verify_file_is_its_own(void **state) {
    (void)state;
    sends_with_verify();
    server_answers_before("count(*) = 0");
    server_fails("42883", "operator does not exist");
    server_answers();
    march_ends(PGM_OUTCOME_FAILED);
    failure_is("verify", "1_a", "operator does not exist");
    assert_int_equal(the.failure.line, 2);
    assert_non_null(strstr(the.failure.file, "1_a.verify.sql"));
}

static void a_syntax_error_of_the_verify_file_has_its_line(void **state) {
    (void)state;
    sends_with_verify();
    server_rejects("syntax error", "= 0 AS empty");
    march_ends(PGM_OUTCOME_FAILED);
    failure_is("verify", "1_a", "syntax error");
    assert_int_equal(the.failure.line, 2);
}

static void a_passing_error_of_the_verify_file_is_tried_again(void **state) {
    (void)state;
    sends_with_verify();
    server_answers_before("count(*) = 0");
    server_fails("40001", "could not serialize access");
    march_is(PGM__STATE_RETRY_WAIT);
    all_goes_well();
    march_ends(PGM_OUTCOME_APPLIED);
}

static void a02_a_transaction_that_ended_before_it_is_noticed(void **state) {
    (void)state;
    sends_with_verify();
    server_answers_before("ROLLBACK TO SAVEPOINT");
    server_fails("3B001", "savepoint \"pgmarch_verify\" does not exist");
    march_sends("DELETE FROM");
    server_answers();
    march_ends(PGM_OUTCOME_FAILED);
    failure_is("verify", "1_a", "ended the transaction it runs in");
}

static void a02_a_transaction_that_ended_in_it_is_noticed_by_the_guard(void **state) {
    (void)state;
    sends_with_verify();
    server_answers();
    server_fails("3B001", "savepoint \"pgmarch guard\" does not exist");
    march_sends("DELETE FROM");
    server_answers();
    march_ends(PGM_OUTCOME_FAILED);
    failure_is("migrate", "1_a", "ended the transaction it runs in");
}

static void a04_a_loss_between_looking_and_committing_is_made_good(void **state) {
    (void)state;
    sends_with_verify();
    server_answers();
    march_sends("COMMIT");
    connection_is_lost(GONE);
    pause_ends();
    server_connects();
    march_reads();
    march_sends("CREATE TABLE a");
    all_goes_well();
    march_ends(PGM_OUTCOME_APPLIED);
    assert_string_equal(the.done, "1_a 2_b");
}

/* It is no success, and not for good either: all begins anew. */
static void a04_a_false_row_of_a_lost_try_is_forgotten(void **state) {
    (void)state;
    sends_with_verify();
    server_answers_before("count(*) = 0");
    server_returns("empty", BOOL, "f");
    connection_is_lost(GONE);
    march_is(PGM__STATE_BACKOFF);
    all_goes_well();
    march_ends(PGM_OUTCOME_APPLIED);
    assert_false(the.failed);
}

static void a04_lost_while_it_looks(void **state) {
    (void)state;
    sends_with_verify();
    server_answers_before("count(*) = 0");
    connection_is_lost(GONE);
    all_goes_well();
    march_ends(PGM_OUTCOME_APPLIED);
    assert_string_equal(the.done, "1_a 2_b");
}

static void stopped_behind_looking_it_is_rolled_back(void **state) {
    (void)state;
    sends_with_verify();
    user_stops();
    server_answers();
    march_is(PGM__STATE_ROLLING_BACK);
    server_answers();
    march_ends(PGM_OUTCOME_CANCELLED);
    assert_string_equal(the.pending, "1_a 2_b");
}

static void the_guard_of_the_second_half_finds_the_row_gone(void **state) {
    (void)state;
    sends_with_verify();
    server_answers();
    server_answers_before("pgmarch guard " THIS_RUN);
    server_marks(PGM__MARK_ERASED);
    server_answers();
    march_ends(PGM_OUTCOME_FAILED);
    failure_is("migrate", "1_a", "removes its own row");
}

/* What waits for its COMMIT is rolled back with the string, and runs again. */
static void a_syntax_error_behind_the_second_half(void **state) {
    (void)state;
    sends_with_verify();
    server_answers();
    server_rejects("syntax error", "TABLE b");
    march_sends("CREATE TABLE a");
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

int main(void) {
    const struct CMUnitTest tests[] = {
        scene_test(what_it_finds_well_is_committed_with_the_next_string),
        scene_test(a_false_row_rolls_the_migration_back),
        scene_test(a_row_that_is_null_is_no_yes),
        scene_test(a_false_row_is_shown),
        scene_test(only_the_first_false_row_is_told),
        scene_test(an_error_of_the_verify_file_is_its_own),
        scene_test(a_syntax_error_of_the_verify_file_has_its_line),
        scene_test(a_passing_error_of_the_verify_file_is_tried_again),
        scene_test(a02_a_transaction_that_ended_before_it_is_noticed),
        scene_test(a02_a_transaction_that_ended_in_it_is_noticed_by_the_guard),
        scene_test(a04_a_loss_between_looking_and_committing_is_made_good),
        scene_test(a04_a_false_row_of_a_lost_try_is_forgotten),
        scene_test(a04_lost_while_it_looks),
        scene_test(stopped_behind_looking_it_is_rolled_back),
        scene_test(the_guard_of_the_second_half_finds_the_row_gone),
        scene_test(a_syntax_error_behind_the_second_half),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
