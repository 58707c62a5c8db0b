/* ALONE: what a run left, and the next one finds: losses, stops, notes that did not go in. */
#include <string.h>

#include "engine/classify.h"
#include "rim/alone.h"
#include "rim/openings.h"

/* ---- what an earlier run left ---- */

static void n05_it_goes_on_behind_what_ran(void **state) {
    (void)state;
    comes_again_to(ALONE "VACUUM a; VACUUM b; VACUUM c;", "2", false, OTHER_RUN);
    march_sends("AS p SET statement=2");
    server_answers();
    marks_and_runs("VACUUM c");
    all_goes_well();
    march_ends(PGM_OUTCOME_APPLIED);
}

static void n05_what_can_be_told_by_nobody_is_refused(void **state) {
    (void)state;
    comes_again_to(ALONE "INSERT INTO a VALUES (1); VACUUM a;", "0", true, OTHER_RUN);
    march_sends("is in the middle of this file");
    server_answers();
    march_ends(PGM_OUTCOME_FAILED);
    failure_is("migrate", "1_a",
               "statement 1 of 2 may or may not have run: the run that began it "
               "ended before it could say so");
    hint_says("`pgmarch repair 1_a --ran 1`");
}

static void a_run_that_is_still_at_it_is_waited_for(void **state) {
    (void)state;
    comes_again_to(ALONE "VACUUM a;", "0", true, OTHER_RUN);
    server_answers_before("is in the middle of this file");
    server_marks(PGM__MARK_BUSY ": pid 7, pgmarch/" OTHER_RUN ", is in the middle of this file");
    march_is(PGM__STATE_LOCK_WAIT);
    observer_hears("is in the middle of this file");
    all_goes_well();
    march_ends(PGM_OUTCOME_APPLIED);
}

static void n05_what_may_run_twice_does(void **state) {
    (void)state;
    comes_again_to(ALONE "VACUUM a;", "0", true, OTHER_RUN);
    server_answers();
    marks_and_runs("VACUUM a");
    all_goes_well();
    march_ends(PGM_OUTCOME_APPLIED);
}

static void looks_for_index(const char *text) {
    comes_again_to(text, "0", true, OTHER_RUN);
    server_answers();
    march_sends("SELECT i.indisvalid");
    server_answers();
}

static void n03_an_index_that_was_built_is_not_built_again(void **state) {
    (void)state;
    the_server.index = "public.i";
    the_server.index_valid = true;
    looks_for_index(ALONE "CREATE INDEX CONCURRENTLY IF NOT EXISTS i ON ONLY a (x); VACUUM a;");
    march_sends("statement=1,running=true");
    all_goes_well();
    march_ends(PGM_OUTCOME_APPLIED);
}

static void n03_an_index_that_was_built_last_leaves_nothing_to_run(void **state) {
    (void)state;
    the_server.index = "public.i";
    the_server.index_valid = true;
    looks_for_index(ALONE "CREATE INDEX CONCURRENTLY i ON a (x);");
    march_sends("NOT i.indisvalid");
    all_goes_well();
    march_ends(PGM_OUTCOME_APPLIED);
}

static void f05_stopped_while_it_looks_it_notes_what_it_found(void **state) {
    (void)state;
    the_server.index = "public.i";
    the_server.index_valid = true;
    comes_again_to(ALONE "CREATE INDEX CONCURRENTLY i ON a (x); VACUUM a;", "0", true, OTHER_RUN);
    server_answers();
    march_sends("SELECT i.indisvalid");
    user_stops();
    server_answers();
    march_sends("statement=1,running=false");
    server_answers();
    march_ends(PGM_OUTCOME_CANCELLED);
}

static void n03_an_index_that_is_invalid_is_dropped_and_built_again(void **state) {
    (void)state;
    the_server.index = "public.i";
    looks_for_index(ALONE "CREATE INDEX CONCURRENTLY i ON public.a (x);");
    assert_string_equal(session_now()->sql, "DROP INDEX CONCURRENTLY public.i");
    server_answers();
    marks_and_runs("CREATE INDEX CONCURRENTLY i");
    all_goes_well();
    march_ends(PGM_OUTCOME_APPLIED);
}

static void n03_an_invalid_index_that_cannot_be_dropped(void **state) {
    (void)state;
    the_server.index = "public.i";
    looks_for_index(ALONE "CREATE INDEX CONCURRENTLY i ON a (x);");
    server_fails("42501", "must be owner of index i");
    march_sends("running=false");
    server_answers();
    march_ends(PGM_OUTCOME_FAILED);
    failure_is("migrate", "1_a", "must be owner of index i");
}

static void n03_an_index_that_is_not_there_is_built(void **state) {
    (void)state;
    looks_for_index(ALONE "CREATE INDEX CONCURRENTLY i ON a (x);");
    marks_and_runs("CREATE INDEX CONCURRENTLY i");
    all_goes_well();
    march_ends(PGM_OUTCOME_APPLIED);
}

static void n03_an_index_that_is_gone_is_not_dropped_again(void **state) {
    (void)state;
    looks_for_index(ALONE "DROP INDEX CONCURRENTLY IF EXISTS i; VACUUM a;");
    march_sends("statement=1,running=true");
    all_goes_well();
    march_ends(PGM_OUTCOME_APPLIED);
}

static void n03_an_index_that_is_still_there_is_dropped(void **state) {
    (void)state;
    the_server.index = "public.i";
    the_server.index_valid = true;
    looks_for_index(ALONE "DROP INDEX CONCURRENTLY i;");
    marks_and_runs("DROP INDEX CONCURRENTLY i");
    all_goes_well();
    march_ends(PGM_OUTCOME_APPLIED);
}

static void a_look_that_fails_ends_it(void **state) {
    (void)state;
    comes_again_to(ALONE "CREATE INDEX CONCURRENTLY i ON a (x);", "0", true, OTHER_RUN);
    server_answers();
    server_answers_before("SELECT i.indisvalid");
    server_fails("42602", "invalid name syntax");
    march_ends(PGM_OUTCOME_FAILED);
    failure_is("migrate", "1_a", "invalid name syntax");
}

static void a_text_that_was_edited_on_its_way_is_refused(void **state) {
    (void)state;
    folder_has("1_a.sql", ALONE "VACUUM a; VACUUM b;");
    ledger_is_empty();
    progress_shows("1_a", "1", true, OTHER_RUN);
    the_server.progress[0].checksum = "00";
    starts();
    server_answers();
    march_ends(PGM_OUTCOME_FAILED);
    failure_is("migrate", "1_a",
               "begun with another text of its file, and is half done: 1 statement "
               "of that text ran, the next may have");
    hint_says("`pgmarch repair 1_a --forget`");
}

static void a_text_of_which_nothing_ran_may_be_another(void **state) {
    (void)state;
    folder_has("1_a.sql", ALONE "VACUUM a;");
    ledger_is_empty();
    progress_shows("1_a", "0", false, OTHER_RUN);
    the_server.progress[0].checksum = "00";
    starts();
    march_sends(",checksum='");
    all_goes_well();
    march_ends(PGM_OUTCOME_APPLIED);
}

static void n03_an_invalid_index_of_somebody_else_stops_the_file(void **state) {
    (void)state;
    the_server.invalid = "i";
    comes_to(ALONE "CREATE INDEX CONCURRENTLY IF NOT EXISTS i ON a (x);");
    server_answers();
    march_ends(PGM_OUTCOME_FAILED);
    failure_is("migrate", "1_a", "the index public.i is INVALID");
    hint_says("REINDEX INDEX CONCURRENTLY public.i mends it");
}

static void n03_an_invalid_index_that_the_file_leaves_stops_it(void **state) {
    (void)state;
    begins(ALONE "CREATE INDEX CONCURRENTLY IF NOT EXISTS i ON a (x);");
    marks_and_runs("CREATE INDEX");
    server_answers();
    the_server.invalid = "i";
    server_answers();
    march_ends(PGM_OUTCOME_FAILED);
    failure_is("migrate", "1_a", "the index public.i is INVALID");
}

static void an_invalid_index_that_the_file_does_not_speak_of_is_nothing(void **state) {
    (void)state;
    the_server.invalid = "j";
    comes_to(ALONE "CREATE INDEX CONCURRENTLY i ON a (x);");
    all_goes_well();
    march_ends(PGM_OUTCOME_APPLIED);
}

/* ---- notes that do not go in ---- */

static void a_statement_let_go_of_the_lock_and_another_run_took_it(void **state) {
    (void)state;
    begins(ALONE "INSERT INTO a VALUES (1); VACUUM b;");
    marks_and_runs("INSERT INTO a");
    server_answers();
    lock_is_held("");
    march_is(PGM__STATE_LOCK_WAIT);
    pause_ends();
    ledger_is_empty();
    progress_shows("1_a", "0", true, THIS_RUN);
    march_reads();
    server_answers();
    march_sends("AS p SET statement=0");
    server_answers();
    /* The row says that the first one runs; this run knows better. */
    march_sends("statement=1,running=true");
    all_goes_well();
    march_ends(PGM_OUTCOME_APPLIED);
}

static void the_row_is_another_run_s_now(void **state) {
    (void)state;
    begins(ALONE "VACUUM a;");
    server_answers_before("AS p SET");
    server_marks(PGM__MARK_TAKEN);
    march_is(PGM__STATE_READING);
    all_goes_well();
    march_ends(PGM_OUTCOME_APPLIED);
}

static void a_note_that_fails_for_now_is_made_again(void **state) {
    (void)state;
    begins(ALONE "VACUUM a;");
    server_answers_before("AS p SET");
    server_fails("40001", "could not serialize access");
    march_is(PGM__STATE_RETRY_WAIT);
    all_goes_well();
    march_ends(PGM_OUTCOME_APPLIED);
}

static void a_note_that_fails_for_good_ends_it(void **state) {
    (void)state;
    begins(ALONE "VACUUM a; VACUUM b;");
    marks_and_runs("VACUUM a");
    server_answers();
    server_answers_before("AS p SET");
    server_fails("42501", "permission denied for table pgmarch_progress");
    march_is(PGM__STATE_ROLLING_BACK);
    march_sends("statement=1,running=false"); /* once more, with the rollback */
    server_answers();
    march_ends(PGM_OUTCOME_FAILED);
    failure_is("migrate", "1_a", "permission denied");
    hint_says("1 of 2 statements ran; the next run goes on with statement 2");
}

static void what_could_not_be_noted_is_said(void **state) {
    (void)state;
    begins(ALONE "INSERT INTO a VALUES (1); VACUUM b;");
    marks_and_runs("INSERT INTO a");
    server_answers();
    server_answers_before("AS p SET");
    server_fails("42501", "permission denied for table pgmarch_progress");
    server_answers_before("AS p SET");
    server_fails("42501", "permission denied for table pgmarch_progress");
    march_ends(PGM_OUTCOME_FAILED);
    hint_says("that could not be noted any more: should the next run ask, the answer is about "
              "statement 1 `pgmarch repair 1_a --ran 1`, about statement 2 `pgmarch repair 1_a "
              "--not-run 2`");
}

static void a_note_that_is_refused_is_explained(void **state) {
    (void)state;
    begins(ALONE "VACUUM a;");
    the_server.watchers = "trigger t (f)";
    server_answers_before("AS p SET");
    server_marks(PGM__MARK_REFUSED);
    march_sends("pgmarch watchers");
    server_answers();
    march_ends(PGM_OUTCOME_FAILED);
    detail_says("on the ledger: trigger t (f)");
}

/* ---- the end ---- */

void comes_to_record(const char *text, const char *statement) {
    begins(text);
    marks_and_runs(statement);
    server_answers();
    march_sends("NOT i.indisvalid");
    server_answers();
    march_sends("DELETE FROM");
}

static void a_ledger_that_refuses_the_row_at_the_end(void **state) {
    (void)state;
    comes_to_record(ALONE "VACUUM a;", "VACUUM a");
    server_answers_before("INSERT INTO");
    server_marks(PGM__MARK_REFUSED);
    march_sends("statement=1,running=false");
    server_answers();
    march_sends("pgmarch watchers");
    server_answers();
    march_ends(PGM_OUTCOME_FAILED);
    failure_is("migrate", "1_a", "the ledger did not take the row");
    hint_says("1 of 1 statement ran");
}

static void a_ledger_that_may_not_be_written_at_the_end(void **state) {
    (void)state;
    comes_to_record(ALONE "VACUUM a;", "VACUUM a");
    server_answers_before("INSERT INTO");
    server_fails("42501", "permission denied for table schema_migrations");
    march_sends("statement=1,running=false");
    server_answers();
    march_ends(PGM_OUTCOME_FAILED);
    failure_is("migrate", "1_a", "permission denied");
}

static void a_record_that_fails_for_now_is_made_again(void **state) {
    (void)state;
    comes_to_record(ALONE "INSERT INTO a VALUES (1);", "INSERT INTO a");
    server_answers_before("INSERT INTO");
    server_fails("40001", "could not serialize access");
    march_is(PGM__STATE_RETRY_WAIT);
    pause_ends();
    ledger_is_empty();
    progress_shows("1_a", "0", true, THIS_RUN);
    march_reads();
    server_answers();
    server_answers();
    march_sends("NOT i.indisvalid"); /* nothing is left to run */
    all_goes_well();
    march_ends(PGM_OUTCOME_APPLIED);
}

static void a04_the_answer_to_the_record_is_lost_and_the_ledger_has_it(void **state) {
    (void)state;
    comes_to_record(ALONE "VACUUM a;", "VACUUM a");
    connection_is_lost(GONE);
    pause_ends();
    server_connects();
    ledger_lists("1_a", THIS_RUN);
    march_reads();
    all_goes_well();
    march_ends(PGM_OUTCOME_APPLIED);
    assert_string_equal(the.done, "1_a");
}

static void a04_the_answer_to_the_record_is_lost_for_good(void **state) {
    (void)state;
    the.limits.connect_wait = 0;
    comes_to_record(ALONE "VACUUM a;", "VACUUM a");
    connection_is_lost(GONE);
    march_ends(PGM_OUTCOME_UNKNOWN);
    failure_is("migrate", "1_a", GONE);
}

/* ---- losses ---- */

static void n05_lost_in_a_statement_that_nobody_can_tell_of(void **state) {
    (void)state;
    begins(ALONE "INSERT INTO a VALUES (1);");
    marks_and_runs("INSERT INTO a");
    connection_is_lost(GONE);
    pause_ends();
    server_connects();
    ledger_is_empty();
    progress_shows("1_a", "0", true, THIS_RUN);
    march_reads();
    server_answers();
    server_answers();
    march_ends(PGM_OUTCOME_FAILED);
    failure_is("migrate", "1_a", "the connection was lost in the middle of it");
}

static void n05_lost_between_two_statements_nothing_runs_twice(void **state) {
    (void)state;
    begins(ALONE "INSERT INTO a VALUES (1); INSERT INTO a VALUES (2);");
    marks_and_runs("(1)");
    server_answers();
    march_sends("statement=1,running=true");
    connection_is_lost(GONE);
    pause_ends();
    server_connects();
    ledger_is_empty();
    progress_shows("1_a", "0", true, THIS_RUN);
    march_reads();
    server_answers();
    march_does_not_send("is in the middle"); /* it is our own */
    server_answers();
    march_sends("statement=1,running=true");
    server_answers();
    march_sends("(2)");
    all_goes_well();
    march_ends(PGM_OUTCOME_APPLIED);
}

static void n05_lost_behind_a_long_vacuum_it_is_not_run_again(void **state) {
    (void)state;
    begins(ALONE "VACUUM a; INSERT INTO a VALUES (2);");
    marks_and_runs("VACUUM a");
    server_answers();
    march_sends("statement=1,running=true");
    connection_is_lost(GONE);
    pause_ends();
    server_connects();
    ledger_is_empty();
    progress_shows("1_a", "0", true, THIS_RUN);
    march_reads();
    server_answers();
    server_answers();
    march_does_not_send("VACUUM a");
    march_sends("statement=1,running=true");
    server_answers();
    march_sends("(2)");
    all_goes_well();
    march_ends(PGM_OUTCOME_APPLIED);
}

static void n05_lost_before_anything_began(void **state) {
    (void)state;
    comes_to(ALONE "VACUUM a;");
    server_answers_before("CREATE TABLE IF NOT EXISTS");
    connection_is_lost(GONE);
    all_goes_well();
    march_ends(PGM_OUTCOME_APPLIED);
    assert_int_equal(the.attempts, 2);
}

static void n05_lost_in_a_statement_and_out_of_reach(void **state) {
    (void)state;
    the.limits.connect_wait = 0;
    begins(ALONE "VACUUM a; VACUUM b;");
    marks_and_runs("VACUUM a");
    connection_is_lost(GONE);
    march_ends(PGM_OUTCOME_UNKNOWN);
    hint_says("statement 1 may or may not have run");
}

static void a_session_of_ours_that_has_the_lock_is_ended(void **state) {
    (void)state;
    begins(ALONE "VACUUM a;");
    marks_and_runs("VACUUM a");
    connection_is_lost(GONE);
    pause_ends();
    server_connects();
    march_reads();
    lock_is_held("");
    pause_ends();
    march_reads();
    march_sends("pg_terminate_backend");
    all_goes_well();
    march_ends(PGM_OUTCOME_APPLIED);
}

int alone_again(void) {
    const struct CMUnitTest tests[] = {
        scene_test(n05_it_goes_on_behind_what_ran),
        scene_test(n05_what_can_be_told_by_nobody_is_refused),
        scene_test(a_run_that_is_still_at_it_is_waited_for),
        scene_test(n05_what_may_run_twice_does),
        scene_test(n03_an_index_that_was_built_is_not_built_again),
        scene_test(n03_an_index_that_was_built_last_leaves_nothing_to_run),
        scene_test(f05_stopped_while_it_looks_it_notes_what_it_found),
        scene_test(n03_an_index_that_is_invalid_is_dropped_and_built_again),
        scene_test(n03_an_invalid_index_that_cannot_be_dropped),
        scene_test(n03_an_index_that_is_not_there_is_built),
        scene_test(n03_an_index_that_is_gone_is_not_dropped_again),
        scene_test(n03_an_index_that_is_still_there_is_dropped),
        scene_test(a_look_that_fails_ends_it),
        scene_test(a_text_that_was_edited_on_its_way_is_refused),
        scene_test(a_text_of_which_nothing_ran_may_be_another),
        scene_test(n03_an_invalid_index_of_somebody_else_stops_the_file),
        scene_test(n03_an_invalid_index_that_the_file_leaves_stops_it),
        scene_test(an_invalid_index_that_the_file_does_not_speak_of_is_nothing),
        scene_test(a_statement_let_go_of_the_lock_and_another_run_took_it),
        scene_test(the_row_is_another_run_s_now),
        scene_test(a_note_that_fails_for_now_is_made_again),
        scene_test(a_note_that_fails_for_good_ends_it),
        scene_test(what_could_not_be_noted_is_said),
        scene_test(a_note_that_is_refused_is_explained),
        scene_test(a_ledger_that_refuses_the_row_at_the_end),
        scene_test(a_ledger_that_may_not_be_written_at_the_end),
        scene_test(a_record_that_fails_for_now_is_made_again),
        scene_test(a04_the_answer_to_the_record_is_lost_and_the_ledger_has_it),
        scene_test(a04_the_answer_to_the_record_is_lost_for_good),
        scene_test(n05_lost_in_a_statement_that_nobody_can_tell_of),
        scene_test(n05_lost_between_two_statements_nothing_runs_twice),
        scene_test(n05_lost_behind_a_long_vacuum_it_is_not_run_again),
        scene_test(n05_lost_before_anything_began),
        scene_test(n05_lost_in_a_statement_and_out_of_reach),
        scene_test(a_session_of_ours_that_has_the_lock_is_ended),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
