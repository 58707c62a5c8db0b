/* MARCHING: a batch and its answers, and what a file does wrong. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/classify.h"
#include "rim/openings.h"

/* ---- when all goes well ---- */

static void one_migration_on_a_new_database_is_applied(void **state) {
    (void)state;
    files(1);
    march_starts(PGM_COMMAND_UP);
    server_connects();
    march_reads();
    march_sends("CREATE TABLE \"public\".\"schema_migrations\"");
    march_sends("CREATE TABLE a (x int);");
    server_answers();
    march_ends(PGM_OUTCOME_APPLIED);
    assert_string_equal(the.done, "1_a");
    assert_string_equal(the.pending, "");
    assert_int_equal(the.attempts, 1);
}

static void nothing_is_sent_where_nothing_is_pending(void **state) {
    (void)state;
    files(1);
    ledger_lists("1_a", OTHER_RUN);
    march_starts(PGM_COMMAND_UP);
    server_connects();
    march_reads();
    march_ends(PGM_OUTCOME_UP_TO_DATE);
}

static void each_migration_is_told_when_it_begins_and_ends(void **state) {
    (void)state;
    files(2);
    sends_batch();
    observer_hears("STARTED 1_a");
    assert_int_equal(times_in(the.told, "FINISHED"), 0);
    server_answers_through("pgmarch guard " THIS_RUN);
    server_answers_through("COMMIT");
    observer_hears("FINISHED 1_a");
    assert_int_equal(times_in(the.told, "FINISHED"), 1);
    server_answers();
    observer_hears("FINISHED 2_b");
    march_ends(PGM_OUTCOME_APPLIED);
}

/* The NOTICE of its own makes the server send what is ready: that is all it is for. */
static void behind_a_commit_the_next_migration_has_begun(void **state) {
    (void)state;
    files(2);
    sends_batch();
    server_answers_through("CREATE TABLE a");
    server_answers_through("COMMIT");
    observer_hears("FINISHED 1_a");
    observer_hears("STARTED 2_b");
    server_notes("NOTICE", "text-search query contains only stop words");
    assert_int_equal(times_in(the.told, "STARTED 2_b"), 1);
    assert_int_equal(times_in(the.told, "NOTICE"), 0);
    server_answers_before("CREATE TABLE b");
    server_notes("NOTICE", "table b is made");
    observer_hears("NOTICE: table b is made");
    server_answers();
    march_ends(PGM_OUTCOME_APPLIED);
    assert_null(the.warnings);
}

static void a_file_s_warnings_are_kept_and_not_a_million_of_them(void **state) {
    (void)state;
    files(1);
    sends_batch();
    server_answers_before("CREATE TABLE a");
    for (int i = 0; i < 40; i++) {
        char text[32];
        (void)snprintf(text, sizeof text, "number %d", i);
        server_notes("WARNING", text);
    }
    server_answers();
    march_ends(PGM_OUTCOME_APPLIED);
    warnings_say("1_a: number 0\n");
    warnings_say("1_a: number 19\n");
    warnings_say("the server warned more often than is listed here");
    assert_int_equal(times_in(the.warnings, "\n"), 21);
}

static void the_same_warning_is_kept_once(void **state) {
    (void)state;
    files(1);
    sends_batch();
    server_answers_before("CREATE TABLE a");
    server_notes("WARNING", "again");
    server_notes("WARNING", "again");
    server_notes(NULL, "without severity");
    server_answers();
    march_ends(PGM_OUTCOME_APPLIED);
    assert_string_equal(the.warnings, "1_a: again\n");
}

static void a11_a_file_without_statements_is_applied(void **state) {
    (void)state;
    folder_has("1_a.sql", "-- nothing yet\n");
    sends_batch();
    server_answers();
    march_ends(PGM_OUTCOME_APPLIED);
}

static void more_than_a_megabyte_goes_in_two_strings(void **state) {
    (void)state;
    enum { BIG = 700 * 1024 };
    char *text = malloc(BIG + 1);
    assert_non_null(text);
    memset(text, '-', BIG);
    text[BIG] = '\0';
    folder_has("1_a.sql", text);
    folder_has("2_b.sql", text);
    free(text);
    sends_batch();
    march_sends("'1_a'");
    march_does_not_send("'2_b'");
    server_answers();
    march_sends("'2_b'");
    server_answers();
    march_ends(PGM_OUTCOME_APPLIED);
    assert_string_equal(the.done, "1_a 2_b");
}

static void copy_data_is_sent_when_it_is_asked_for(void **state) {
    (void)state;
    folder_has("1_a.sql", "COPY a FROM STDIN;\n1\n2\n\\.\nSELECT 1;");
    sends_batch();
    march_does_not_send("\\.");
    server_answers_through("COPY a FROM STDIN");
    assert_string_equal(session_now()->copied, "1\n2\n");
    server_answers();
    march_ends(PGM_OUTCOME_APPLIED);
}

static void data_that_the_file_does_not_have_is_refused(void **state) {
    (void)state;
    folder_has("1_a.sql", "SELECT sends_copy();");
    sends_batch();
    server_answers_before("SELECT sends_copy()");
    const pgm__reply asks = {.kind = PGM__REPLY_COPY_IN, .tag = ""};
    server_reply(session_now(), &asks);
    assert_null(session_now()->copied);
    assert_string_equal(session_now()->copy_why, "the file has no data for this COPY");
    server_fails("57014", "COPY from stdin failed: the file has no data for this COPY");
    server_answers();
    march_ends(PGM_OUTCOME_FAILED);
    failure_is("migrate", "1_a", "the file has no data for this COPY");
}

static void each_commit_waits_for_the_disk_when_it_is_wanted(void **state) {
    (void)state;
    files(2);
    the.env.flush_each = true;
    sends_batch();
    march_does_not_send("SET LOCAL synchronous_commit=off");
    server_answers();
    march_ends(PGM_OUTCOME_APPLIED);
}

static void down_takes_the_row_away(void **state) {
    (void)state;
    folder_has("1_a.up.sql", "CREATE TABLE a (x int);");
    folder_has("1_a.down.sql", "DROP TABLE a;");
    ledger_lists("1_a", OTHER_RUN);
    march_starts(PGM_COMMAND_DOWN);
    server_connects();
    march_reads();
    march_sends("DELETE FROM \"public\".\"schema_migrations\"");
    march_sends("DROP TABLE a;");
    server_answers();
    march_ends(PGM_OUTCOME_APPLIED);
    assert_string_equal(the.done, "1_a");
}

/* ---- when a file fails ---- */

static void a12_the_second_of_three_fails(void **state) {
    (void)state;
    files(3);
    sends_batch();
    server_answers_before("CREATE TABLE b");
    server_fails("42P07", "relation \"b\" already exists");
    march_sends("ROLLBACK;");
    march_sends("pg_logical_emit_message");
    server_answers();
    march_ends(PGM_OUTCOME_FAILED);
    failure_is("migrate", "2_b", "already exists");
    assert_int_equal(the.failure.line, 1);
    hint_says("leave it there");
    assert_string_equal(the.done, "1_a");
    assert_string_equal(the.pending, "2_b 3_c");
}

static void a01_a_commit_that_answers_rollback_is_a_failure(void **state) {
    (void)state;
    files(1);
    sends_batch();
    server_answers_through("CREATE TABLE a");
    server_answers_before("COMMIT");
    server_tags("ROLLBACK");
    server_is_ready();
    server_answers();
    march_ends(PGM_OUTCOME_FAILED);
    failure_is("commit", "1_a", "rolled the transaction back at COMMIT");
    assert_string_equal(the.done, "");
}

static void a02_a_file_that_ends_its_transaction_is_noticed_and_its_row_taken_back(void **state) {
    (void)state;
    files(2);
    sends_batch();
    server_answers_before("RELEASE SAVEPOINT");
    server_fails("3B001", "savepoint \"pgmarch guard\" does not exist");
    march_sends("DELETE FROM \"public\".\"schema_migrations\" AS l WHERE l.duration_ms IS NULL");
    server_answers();
    march_ends(PGM_OUTCOME_FAILED);
    failure_is("migrate", "1_a", "the migration ended the transaction it runs in");
}

static void fails_in_guard(const char *sqlstate, const char *message) {
    files(1);
    sends_batch();
    server_answers_through("CREATE TABLE a");
    server_answers_before("INSERT INTO");
    server_fails(sqlstate, message);
    server_answers();
    march_ends(PGM_OUTCOME_FAILED);
    assert_int_equal(the.failure.line, 0);
}

static void a_file_that_drops_the_ledger(void **state) {
    (void)state;
    fails_in_guard("42P01", "relation \"public.schema_migrations\" does not exist");
    failure_is("migrate", "1_a", "drops or renames the ledger");
    hint_says("keep the ledger elsewhere");
}

static void a_file_that_takes_the_right_to_the_ledger_away(void **state) {
    (void)state;
    fails_in_guard("42501", "permission denied for table schema_migrations");
    failure_is("migrate", "1_a", "this role may not write its row");
    detail_says("permission denied");
}

static void a_ledger_without_its_key(void **state) {
    (void)state;
    fails_in_guard("42P10", "there is no unique or exclusion constraint matching");
    failure_is("migrate", "1_a", "no primary key on \"version\"");
}

static void a_file_that_changes_the_ledger(void **state) {
    (void)state;
    fails_in_guard("42703", "column \"duration_ms\" does not exist");
    failure_is("migrate", "1_a", "changes the ledger it is recorded in");
}

static void another_error_of_the_guard_is_told_as_it_is(void **state) {
    (void)state;
    fails_in_guard("53100", "could not extend file: No space left on device");
    failure_is("migrate", "1_a", "No space left on device");
}

static void a_file_that_removes_its_own_row(void **state) {
    (void)state;
    files(1);
    sends_batch();
    server_answers_before("AS \"pgmarch guard ");
    server_marks(PGM__MARK_ERASED);
    server_answers();
    march_ends(PGM_OUTCOME_FAILED);
    failure_is("migrate", "1_a", "removes its own row from the ledger");
}

static void a_trigger_that_takes_the_row_away_is_named(void **state) {
    (void)state;
    files(1);
    the_server.watchers = "trigger t (public.f)";
    sends_batch();
    server_answers_before("AS \"pgmarch guard ");
    server_marks(PGM__MARK_REFUSED);
    march_sends("pgmarch watchers");
    server_answers();
    march_ends(PGM_OUTCOME_FAILED);
    failure_is("migrate", "1_a", "what was written did not come back as it was sent");
    detail_says("on the ledger: trigger t (public.f)");
}

static void where_nothing_is_there_to_be_named_that_is_said(void **state) {
    (void)state;
    files(1);
    sends_batch();
    server_answers_before("AS \"pgmarch guard ");
    server_marks(PGM__MARK_REFUSED);
    server_answers();
    march_ends(PGM_OUTCOME_FAILED);
    detail_says("there is no trigger, rule or policy on it now");
}

static void a_rule_on_the_ledger_refuses_what_returns(void **state) {
    (void)state;
    files(1);
    sends_batch();
    server_answers_before("INSERT INTO");
    server_fails("0A000",
                 "INSERT with ON CONFLICT clause cannot be used with table that has rules");
    server_answers();
    march_ends(PGM_OUTCOME_FAILED);
    failure_is("migrate", "1_a", "the ledger did not take the row: INSERT with ON CONFLICT");
}

static void the_server_s_hint_stands_behind_ours(void **state) {
    (void)state;
    files(1);
    sends_batch();
    server_answers_before("CREATE TABLE a");
    const pgm__server_error error = {.sqlstate = "42P07",
                                     .message = "relation \"a\" already exists\n",
                                     .hint = "the server's own"};
    server_error(session_now(), &error);
    server_is_ready();
    server_answers();
    march_ends(PGM_OUTCOME_FAILED);
    assert_string_equal(the.failure.message, "relation \"a\" already exists");
    hint_says("leave it there");
    hint_says("\nthe server's own");
}

/* ---- a string that cannot be parsed ---- */

static void a_syntax_error_in_the_second_file_does_not_stop_the_first(void **state) {
    (void)state;
    files(3);
    sends_batch();
    server_rejects("syntax error at or near \"b\"", "TABLE b");
    march_sends("CREATE TABLE a");
    march_does_not_send("CREATE TABLE b");
    server_answers();
    march_sends("CREATE TABLE b");
    server_rejects("syntax error at or near \"b\"", "TABLE b");
    march_ends(PGM_OUTCOME_FAILED);
    failure_is("migrate", "2_b", "syntax error");
    assert_int_equal(the.failure.line, 1);
    assert_string_equal(the.done, "1_a");
}

static void a_syntax_error_that_is_nowhere_is_looked_for_one_by_one(void **state) {
    (void)state;
    files(2);
    sends_batch();
    server_rejects("syntax error at end of input", NULL);
    march_does_not_send("CREATE TABLE b");
    server_rejects("syntax error at end of input", NULL);
    march_ends(PGM_OUTCOME_FAILED);
    failure_is("migrate", "1_a", "syntax error at end of input");
}

static void a_syntax_error_on_a_new_database_is_the_first_file_s(void **state) {
    (void)state;
    folder_has("1_a.sql", "-- ünï\n\nCREATE TABEL a (x int);");
    march_starts(PGM_COMMAND_UP);
    server_connects();
    march_reads();
    server_rejects("syntax error at or near \"TABEL\"", "a (x int)");
    server_answers();
    march_ends(PGM_OUTCOME_FAILED);
    failure_is("migrate", "1_a", "TABEL");
    assert_int_equal(the.failure.line, 3);
}

/* ---- names of ours ---- */

static void without_our_prepared_statements_the_string_goes_without(void **state) {
    (void)state;
    files(4);
    sends_batch();
    march_sends("PREPARE \"pgmarch claim\"");
    server_answers_through("CREATE TABLE a");
    server_answers_through("CREATE TABLE b");
    server_answers_through("CREATE TABLE c");
    server_answers_before("EXECUTE \"pgmarch guard\"");
    server_fails("26000", "prepared statement \"pgmarch guard\" does not exist");
    march_sends("'3_c'");
    march_does_not_send("EXECUTE");
    server_answers();
    march_ends(PGM_OUTCOME_APPLIED);
    assert_string_equal(the.done, "1_a 2_b 3_c 4_d");
}

static void while_the_ledger_is_made_another_may_make_it(void **state) {
    (void)state;
    files(1);
    march_starts(PGM_COMMAND_UP);
    server_connects();
    march_reads();
    server_answers_before("CREATE TABLE \"public\"");
    server_fails("23505", "duplicate key value violates unique constraint");
    march_is(PGM__STATE_RETRY_WAIT);
    pause_ends();
    ledger_is_empty();
    all_goes_well();
    march_ends(PGM_OUTCOME_APPLIED);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        scene_test(one_migration_on_a_new_database_is_applied),
        scene_test(nothing_is_sent_where_nothing_is_pending),
        scene_test(each_migration_is_told_when_it_begins_and_ends),
        scene_test(behind_a_commit_the_next_migration_has_begun),
        scene_test(a_file_s_warnings_are_kept_and_not_a_million_of_them),
        scene_test(the_same_warning_is_kept_once),
        scene_test(a11_a_file_without_statements_is_applied),
        scene_test(more_than_a_megabyte_goes_in_two_strings),
        scene_test(copy_data_is_sent_when_it_is_asked_for),
        scene_test(data_that_the_file_does_not_have_is_refused),
        scene_test(each_commit_waits_for_the_disk_when_it_is_wanted),
        scene_test(down_takes_the_row_away),
        scene_test(a12_the_second_of_three_fails),
        scene_test(a01_a_commit_that_answers_rollback_is_a_failure),
        scene_test(a02_a_file_that_ends_its_transaction_is_noticed_and_its_row_taken_back),
        scene_test(a_file_that_drops_the_ledger),
        scene_test(a_file_that_takes_the_right_to_the_ledger_away),
        scene_test(a_ledger_without_its_key),
        scene_test(a_file_that_changes_the_ledger),
        scene_test(another_error_of_the_guard_is_told_as_it_is),
        scene_test(a_file_that_removes_its_own_row),
        scene_test(a_trigger_that_takes_the_row_away_is_named),
        scene_test(where_nothing_is_there_to_be_named_that_is_said),
        scene_test(a_rule_on_the_ledger_refuses_what_returns),
        scene_test(the_server_s_hint_stands_behind_ours),
        scene_test(a_syntax_error_in_the_second_file_does_not_stop_the_first),
        scene_test(a_syntax_error_that_is_nowhere_is_looked_for_one_by_one),
        scene_test(a_syntax_error_on_a_new_database_is_the_first_file_s),
        scene_test(without_our_prepared_statements_the_string_goes_without),
        scene_test(while_the_ledger_is_made_another_may_make_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
