/* ALONE: files without a transaction, statement by statement. */
#include <string.h>

#include "engine/classify.h"
#include "rim/alone.h"
#include "rim/openings.h"

/* ---- when all goes well ---- */

static void n01_statements_go_out_one_by_one(void **state) {
    (void)state;
    begins(ALONE "VACUUM a; VACUUM b;");
    march_sends("statement=0,running=true");
    server_answers();
    assert_string_equal(session_now()->sql, "VACUUM a;");
    server_answers();
    march_sends("statement=1,running=true");
    server_answers();
    assert_string_equal(session_now()->sql, "VACUUM b;");
    server_answers();
    march_sends("NOT i.indisvalid");
    server_answers();
    march_sends("DELETE FROM \"public\".pgmarch_progress");
    march_sends("INSERT INTO \"public\".\"schema_migrations\"");
    server_answers();
    march_ends(PGM_OUTCOME_APPLIED);
    assert_string_equal(the.done, "1_a");
}

static void the_way_down_takes_the_row_away(void **state) {
    (void)state;
    folder_has("1_a.up.sql", "CREATE TABLE a (x int);");
    folder_has("1_a.down.sql", ALONE "VACUUM a;");
    ledger_lists("1_a", OTHER_RUN);
    march_starts(PGM_COMMAND_DOWN);
    server_connects();
    march_reads();
    march_sends("'down'");
    server_answers();
    server_answers();
    server_answers();
    server_answers();
    march_sends("DELETE FROM \"public\".\"schema_migrations\"");
    server_answers();
    march_ends(PGM_OUTCOME_APPLIED);
    assert_string_equal(the.done, "1_a");
}

static void a_repeatable_one_is_claimed_by_its_checksum(void **state) {
    (void)state;
    folder_has("V1__a.sql", "CREATE TABLE a (x int);");
    folder_has("R__b.sql", ALONE "VACUUM a;");
    ledger_lists("V1__a", OTHER_RUN);
    march_starts(PGM_COMMAND_UP);
    server_connects();
    march_reads();
    march_sends("AND l.checksum");
    all_goes_well();
    march_ends(PGM_OUTCOME_APPLIED);
    assert_string_equal(the.done, "R__b");
}

static void copy_data_is_sent_when_it_is_asked_for(void **state) {
    (void)state;
    begins(ALONE "COPY a FROM STDIN;\n1\n\\.\nVACUUM a;");
    marks_and_runs("COPY a FROM STDIN");
    server_answers_through("COPY a");
    assert_string_equal(session_now()->copied, "1\n");
    server_is_ready();
    all_goes_well();
    march_ends(PGM_OUTCOME_APPLIED);
}

static void data_that_the_file_does_not_have_is_refused(void **state) {
    (void)state;
    begins(ALONE "VACUUM a;");
    const pgm__reply asks = {.kind = PGM__REPLY_COPY_IN, .tag = ""};
    march_sends("running=true"); /* a trigger of the table, perhaps */
    server_reply(session_now(), &asks);
    assert_string_equal(session_now()->copy_why, "the file has no data for this COPY");
    server_answers();
    server_reply(session_now(), &asks);
    assert_string_equal(session_now()->copy_why, "the file has no data for this COPY");
    all_goes_well();
    march_ends(PGM_OUTCOME_APPLIED);
}

static void behind_discard_all_the_lock_is_taken_again(void **state) {
    (void)state;
    begins(ALONE "DISCARD ALL; VACUUM a;");
    marks_and_runs("DISCARD ALL");
    server_answers();
    march_sends("SELECT CASE WHEN pg_catalog.pg_try_advisory_lock");
    march_sends("SET default_transaction_isolation");
    all_goes_well();
    march_ends(PGM_OUTCOME_APPLIED);
}

static void another_encoding_is_turned_back_before_our_own_words(void **state) {
    (void)state;
    begins(ALONE "SET client_encoding='LATIN1'; VACUUM a;");
    marks_and_runs("SET client_encoding='LATIN1'");
    session_now()->encoding_off = true;
    server_answers();
    march_sends("SET client_encoding='UTF8'");
    march_does_not_send("running=true");
    server_answers();
    march_sends("statement=1,running=true"); /* once: it must not ask for ever */
    session_now()->encoding_off = false;
    all_goes_well();
    march_ends(PGM_OUTCOME_APPLIED);
}

static void n02_a_file_s_own_escapes_are_followed(void **state) {
    (void)state;
    begins(ALONE "SET standard_conforming_strings=off; VACUUM a;");
    marks_and_runs("SET standard_conforming_strings=off");
    session_now()->strings_off = false; /* a session that was made anew */
    server_answers();
    march_sends("SET standard_conforming_strings=off;");
    all_goes_well();
    march_ends(PGM_OUTCOME_APPLIED);
}

/* ---- when a statement fails ---- */

static void a_statement_that_fails_is_noted_as_not_running(void **state) {
    (void)state;
    begins(ALONE "VACUUM a;\nVACUUM b;");
    marks_and_runs("VACUUM a");
    server_answers();
    marks_and_runs("VACUUM b");
    server_rejects("relation \"b\" does not exist", "b;");
    march_sends("statement=1,running=false");
    server_answers();
    march_ends(PGM_OUTCOME_FAILED);
    failure_is("migrate", "1_a", "relation \"b\" does not exist");
    assert_int_equal(the.failure.line, 3);
    hint_says("1_a is half done: 1 of 2 statements ran; the next run goes on with statement 2");
}

static void n03_a_failed_build_is_named(void **state) {
    (void)state;
    begins(ALONE "CREATE UNIQUE INDEX CONCURRENTLY i ON a (x);");
    marks_and_runs("CREATE UNIQUE INDEX CONCURRENTLY i");
    the_server.invalid = "i";
    server_fails("23505", "could not create unique index \"i\"");
    server_answers();
    march_ends(PGM_OUTCOME_FAILED);
    hint_says("it left the INVALID index public.i; the next run drops it and builds it again");
}

static void a_statement_that_fails_for_now_is_tried_again(void **state) {
    (void)state;
    begins(ALONE "VACUUM a;");
    marks_and_runs("VACUUM a");
    server_fails("55P03", "could not obtain lock");
    march_sends("running=false");
    server_answers();
    march_is(PGM__STATE_RETRY_WAIT);
    all_goes_well();
    march_ends(PGM_OUTCOME_APPLIED);
    assert_int_equal(the.attempts, 1);
}

static void the_note_behind_a_failure_fails_too(void **state) {
    (void)state;
    begins(ALONE "VACUUM a;");
    marks_and_runs("VACUUM a");
    server_fails("42P01", "relation \"a\" does not exist");
    server_answers_before("WITH u AS");
    server_fails("42501", "permission denied");
    server_answers();
    march_ends(PGM_OUTCOME_FAILED);
    failure_is("migrate", "1_a", "relation \"a\" does not exist");
}

/* ---- CALL and DO may commit on their way ---- */

static void a_call_that_committed_nothing_is_as_any_other(void **state) {
    (void)state;
    begins(ALONE "CALL p();");
    march_sends("l.virtualtransaction");
    marks_and_runs("CALL p()");
    the_server.transactions++; /* its own, rolled back */
    server_fails("P0001", "no");
    march_sends("l.virtualtransaction");
    server_answers();
    march_sends("running=false");
    server_answers();
    march_ends(PGM_OUTCOME_FAILED);
    failure_is("migrate", "1_a", "no");
}

static void a_call_that_committed_is_in_doubt(void **state) {
    (void)state;
    begins(ALONE "CALL p();");
    marks_and_runs("CALL p()");
    the_server.transactions += 3;
    server_fails("40001", "could not serialize access");
    server_answers();
    march_ends(PGM_OUTCOME_FAILED);
    hint_says("it can commit while it runs, and has ended a transaction before it failed");
    hint_says("statement 1 may or may not have run");
    hint_says("`pgmarch repair 1_a --ran 1` when it did");
}

static void a_call_whose_commits_cannot_be_counted_is_in_doubt(void **state) {
    (void)state;
    begins(ALONE "CALL p();");
    marks_and_runs("CALL p()");
    server_fails("P0001", "no");
    server_answers_before("l.virtualtransaction");
    server_fails("42501", "permission denied for view pg_locks");
    clock_turn();
    march_ends(PGM_OUTCOME_FAILED);
    hint_says("may or may not have run");
}

static void a_call_that_fails_and_is_lost_before_it_was_counted(void **state) {
    (void)state;
    begins(ALONE "CALL p();");
    marks_and_runs("CALL p()");
    server_fails("P0001", "no");
    march_sends("l.virtualtransaction");
    connection_is_lost(GONE);
    pause_ends();
    server_connects();
    ledger_is_empty();
    progress_shows("1_a", "0", true, THIS_RUN);
    march_reads();
    server_answers();
    server_answers();
    march_ends(PGM_OUTCOME_FAILED);
    failure_is("migrate", "1_a",
               "statement 1 of 1 may or may not have run: the connection was lost");
}

static void a_passing_error_of_a_call_is_not_tried_again(void **state) {
    (void)state;
    begins(ALONE "DO $$ BEGIN END $$;");
    marks_and_runs("DO $$");
    the_server.transactions++;
    server_fails("40001", "could not serialize access");
    server_answers();
    server_answers();
    march_ends(PGM_OUTCOME_FAILED);
    failure_is("migrate", "1_a", "could not serialize access");
}

/* ---- beginning ---- */

static void begin_fails_with(const char *before, const char *sqlstate, const char *message) {
    comes_to(ALONE "VACUUM a;");
    server_answers_before(before);
    server_fails(sqlstate, message);
}

static void the_companion_table_of_a_stranger_is_not_written(void **state) {
    (void)state;
    ledger_is_empty();
    comes_to(ALONE "VACUUM a;");
    server_answers_before("pg_get_userbyid");
    server_marks(PGM__MARK_STRANGER "the table pgmarch_progress belongs to role mallory");
    server_answers();
    march_ends(PGM_OUTCOME_FAILED);
    failure_is("read", NULL, "belongs to role mallory");
}

static void a_companion_table_that_does_not_take_the_row(void **state) {
    (void)state;
    comes_to(ALONE "VACUUM a;");
    the_server.watchers = "rule r";
    server_answers_before("AS p(ledger,version");
    server_marks(PGM__MARK_REFUSED);
    server_answers();
    march_ends(PGM_OUTCOME_FAILED);
    failure_is("prepare", "1_a", "did not come back as it was sent");
    detail_says("on the ledger: rule r");
}

static void begin_meets_a_passing_error(void **state) {
    (void)state;
    begin_fails_with("CREATE TABLE IF NOT EXISTS", "55P03", "lock timeout");
    march_is(PGM__STATE_RETRY_WAIT);
    all_goes_well();
    march_ends(PGM_OUTCOME_APPLIED);
}

static void begin_finds_the_version_taken_twice_and_the_ledger_as_it_was(void **state) {
    (void)state;
    comes_to(ALONE "VACUUM a;");
    for (unsigned times = 0; times < 2; times++) {
        server_answers_before("count(*)");
        server_marks(PGM__MARK_TAKEN);
        server_answers();
    }
    clock_turn();
    march_ends(PGM_OUTCOME_FAILED);
    failure_is("prepare", "1_a", "had no effect");
}

static void l02_a_busy_lock_fails_when_the_wait_is_over(void **state) {
    (void)state;
    the.limits.lock_wait = 0;
    comes_to(ALONE "VACUUM a;");
    lock_is_held(": pid 7");
    march_ends(PGM_OUTCOME_FAILED);
    failure_is("lock", NULL, "another run holds the lock of this target: pid 7");
}

static void a_row_that_is_taken_twice_and_as_it_was_is_no_rival_s(void **state) {
    (void)state;
    comes_again_to(ALONE "VACUUM a;", "0", false, OTHER_RUN);
    for (unsigned times = 0; times < 2; times++) {
        server_answers_before("AS p SET");
        server_marks(PGM__MARK_TAKEN);
        server_answers(); /* the reading; then the rollback */
        if (times == 0) {
            server_answers();
        }
    }
    march_ends(PGM_OUTCOME_FAILED);
    failure_is("prepare", "1_a", "had no effect");
}

/* Where it lies in a schema that is not searched, the file has to name that, too. */
static void an_invalid_index_of_another_target_is_nothing(void **state) {
    (void)state;
    the_server.invalid = "i";
    the_server.invalid_schema = "tenant_2";
    comes_to(ALONE "CREATE INDEX CONCURRENTLY i ON a (x);");
    all_goes_well();
    march_ends(PGM_OUTCOME_APPLIED);
}

static void an_invalid_index_in_a_schema_that_the_file_names(void **state) {
    (void)state;
    the_server.invalid = "i";
    the_server.invalid_schema = "tenant_2";
    comes_to(ALONE "CREATE INDEX CONCURRENTLY i ON tenant_2.a (x);");
    server_answers();
    march_ends(PGM_OUTCOME_FAILED);
    failure_is("migrate", "1_a", "is INVALID");
}

/* ---- verify files ---- */

static void comes_to_verify(void) {
    folder_has("1_a.verify.sql", "SELECT count(*) = 0 AS empty FROM a;");
    begins(ALONE "VACUUM a;");
    marks_and_runs("VACUUM a");
    server_answers();
    server_answers();
    march_sends("SAVEPOINT pgmarch_verify");
}

static void verified_it_is_recorded(void **state) {
    (void)state;
    comes_to_verify();
    server_answers();
    march_sends("DELETE FROM");
    server_answers();
    march_ends(PGM_OUTCOME_APPLIED);
}

static void a_false_row_leaves_it_half_done(void **state) {
    (void)state;
    comes_to_verify();
    server_answers_before("count(*) = 0");
    server_returns("empty", 16, "f");
    server_answers();
    march_sends("statement=1,running=false");
    server_answers();
    march_ends(PGM_OUTCOME_FAILED);
    failure_is("verify", "1_a", "\"empty\" is false");
    hint_says("all statements of the migration ran and stay");
}

static void an_error_of_the_verify_file_leaves_it_half_done(void **state) {
    (void)state;
    comes_to_verify();
    server_answers_before("count(*) = 0");
    server_fails("42501", "permission denied for schema x");
    march_sends("statement=1,running=false");
    server_answers();
    march_ends(PGM_OUTCOME_FAILED);
    failure_is("verify", "1_a", "permission denied for schema x");
    hint_says("only the verify file is run again");
    assert_int_equal(the.failure.line, 1);
}

static void an_error_behind_a_false_row_is_not_what_is_told(void **state) {
    (void)state;
    comes_to_verify();
    server_answers_before("count(*) = 0");
    server_returns("empty", 16, "f");
    server_fails("40001", "could not serialize access");
    server_answers();
    march_ends(PGM_OUTCOME_FAILED);
    failure_is("verify", "1_a", "\"empty\" is false");
}

static void a_passing_error_of_the_verify_file_is_tried_again(void **state) {
    (void)state;
    comes_to_verify();
    server_answers_before("count(*) = 0");
    server_fails("40001", "could not serialize access");
    march_is(PGM__STATE_RETRY_WAIT);
    pause_ends();
    ledger_is_empty();
    progress_shows("1_a", "1", false, THIS_RUN);
    march_reads();
    all_goes_well();
    march_ends(PGM_OUTCOME_APPLIED);
}

static void n05_a_loss_while_it_looks_is_made_good(void **state) {
    (void)state;
    comes_to_verify();
    connection_is_lost(GONE);
    pause_ends();
    server_connects();
    ledger_is_empty();
    progress_shows("1_a", "1", false, THIS_RUN);
    march_reads();
    server_answers();
    march_does_not_send("VACUUM");
    all_goes_well();
    march_ends(PGM_OUTCOME_APPLIED);
}

/* ---- all stages ---- */

static const struct {
    pgm__stage stage;
    pgm__stage_event event;
    const char *reason;
} never[] = {
    {PGM__STAGE_DROP, PGM__STAGE_EVENT_LEAVE, "only where memory ran out: test_rim_memory"},
};

static const char *why_never(pgm__stage stage, pgm__stage_event event) {
    for (size_t i = 0; i < sizeof never / sizeof never[0]; i++) {
        if (never[i].stage == stage && never[i].event == event) {
            return never[i].reason;
        }
    }
    return NULL;
}

/* Behind all others, by which the table has been walked. */
static void every_stage_s_event_happens_or_cannot(void **state) {
    (void)state;
    unsigned wrong = 0;
    for (pgm__stage stage = 0; stage < PGM__STAGE_COUNT_; stage++) {
        for (pgm__stage_event event = 0; event < PGM__STAGE_EVENT_COUNT; event++) {
            bool allowed = is_in_stages(stage, event);
            bool was = was_stage_visited(stage, event);
            bool excused = why_never(stage, event) != NULL;
            if (allowed && was == excused) {
                print_error("%s on %s: %s\n", pgm__stage_name(stage), pgm__stage_event_name(event),
                            was ? "it is said that it cannot be" : "it did not happen");
            }
            wrong += (allowed && was == excused) || (excused && !allowed) ? 1 : 0;
        }
    }
    assert_int_equal(wrong, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        scene_test(n01_statements_go_out_one_by_one),
        scene_test(the_way_down_takes_the_row_away),
        scene_test(a_repeatable_one_is_claimed_by_its_checksum),
        scene_test(copy_data_is_sent_when_it_is_asked_for),
        scene_test(data_that_the_file_does_not_have_is_refused),
        scene_test(behind_discard_all_the_lock_is_taken_again),
        scene_test(another_encoding_is_turned_back_before_our_own_words),
        scene_test(n02_a_file_s_own_escapes_are_followed),
        scene_test(a_statement_that_fails_is_noted_as_not_running),
        scene_test(n03_a_failed_build_is_named),
        scene_test(a_statement_that_fails_for_now_is_tried_again),
        scene_test(the_note_behind_a_failure_fails_too),
        scene_test(a_call_that_committed_nothing_is_as_any_other),
        scene_test(a_call_that_committed_is_in_doubt),
        scene_test(a_call_whose_commits_cannot_be_counted_is_in_doubt),
        scene_test(a_call_that_fails_and_is_lost_before_it_was_counted),
        scene_test(a_passing_error_of_a_call_is_not_tried_again),
        scene_test(the_companion_table_of_a_stranger_is_not_written),
        scene_test(a_companion_table_that_does_not_take_the_row),
        scene_test(begin_meets_a_passing_error),
        scene_test(begin_finds_the_version_taken_twice_and_the_ledger_as_it_was),
        scene_test(l02_a_busy_lock_fails_when_the_wait_is_over),
        scene_test(a_row_that_is_taken_twice_and_as_it_was_is_no_rival_s),
        scene_test(an_invalid_index_of_another_target_is_nothing),
        scene_test(an_invalid_index_in_a_schema_that_the_file_names),
        scene_test(verified_it_is_recorded),
        scene_test(a_false_row_leaves_it_half_done),
        scene_test(an_error_of_the_verify_file_leaves_it_half_done),
        scene_test(an_error_behind_a_false_row_is_not_what_is_told),
        scene_test(a_passing_error_of_the_verify_file_is_tried_again),
        scene_test(n05_a_loss_while_it_looks_is_made_good),
        cmocka_unit_test(every_stage_s_event_happens_or_cannot),
    };
    int failed = alone_again() + alone_stopped() + alone_in_another_encoding();
    return failed + cmocka_run_group_tests(tests, NULL, NULL);
}
