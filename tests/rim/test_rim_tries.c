/* MARCHING: what passes by itself is tried again, and told. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/classify.h"
#include "rim/openings.h"

/* ---- errors that pass ---- */

static void passes_behind(const char *sqlstate, const char *message) {
    files(1);
    sends_batch();
    server_answers_before("CREATE TABLE a");
    server_fails(sqlstate, message);
    march_is(PGM__STATE_RETRY_WAIT);
    pause_ends();
    all_goes_well();
    march_ends(PGM_OUTCOME_APPLIED);
    observer_hears(message);
    observer_hears("s of it waiting, and trying again");
    assert_int_equal(the.attempts, 1);
}

static void r02_a_serialization_failure_is_tried_again(void **state) {
    (void)state;
    passes_behind("40001", "could not serialize access");
}

static void r02_a_deadlock_is_tried_again(void **state) {
    (void)state;
    passes_behind("40P01", "deadlock detected");
}

static void f15_a_race_for_a_shared_catalog_is_tried_again(void **state) {
    (void)state;
    passes_behind("23505", "duplicate key value violates unique constraint "
                           "\"pg_authid_rolname_index\"");
}

static void r02_a_lock_that_is_never_given_fails_when_the_wait_is_over(void **state) {
    (void)state;
    files(1);
    the.limits.lock_wait = 3000;
    the_server.holders = "pid 7 (psql)";
    sends_batch();
    uint64_t begin = clock_now();
    server_answers_before("CREATE TABLE a");
    server_fails("55P03", "canceling statement due to lock timeout");
    while (clock_now() - begin < 3000) {
        march_is(PGM__STATE_RETRY_WAIT);
        pause_ends();
        march_reads();
        server_answers_before("CREATE TABLE a");
        server_fails("55P03", "canceling statement due to lock timeout");
    }
    march_is(PGM__STATE_ROLLING_BACK);
    server_answers();
    march_ends(PGM_OUTCOME_FAILED);
    failure_is("migrate", "1_a", "lock timeout");
    assert_int_equal(the.duration_ms, 3000);
    assert_int_equal(the.waited_ms, 3000);
}

/* The try and the pause behind it are waiting, the time of the one that went well is work. */
static void tries_that_came_to_nothing_are_no_work(void **state) {
    (void)state;
    files(1);
    sends_batch();
    server_answers_before("CREATE TABLE a");
    time_passes(500);
    server_fails("40P01", "deadlock detected");
    march_is(PGM__STATE_RETRY_WAIT);
    pause_ends();
    march_reads();
    time_passes(70);
    server_answers();
    march_ends(PGM_OUTCOME_APPLIED);
    assert_in_range(the.waited_ms, 501, the.duration_ms - 70);
    assert_int_equal(the.waited_ms, the.duration_ms - 70);
}

static void r01_who_had_the_lock_is_told_before_the_next_try(void **state) {
    (void)state;
    files(1);
    the_server.holders = "pid 7 (psql)";
    sends_batch();
    server_answers_before("CREATE TABLE a");
    server_fails("55P03", "canceling statement due to lock timeout");
    march_is(PGM__STATE_RETRY_WAIT);
    pause_ends();
    march_sends("pgmarch holders");
    march_reads();
    observer_hears("WAITING 1_a: the lock was held by pid 7 (psql)");
    server_answers();
    march_ends(PGM_OUTCOME_APPLIED);
}

static void r01_who_had_the_lock_is_in_the_failure(void **state) {
    (void)state;
    files(1);
    the.limits.lock_wait = 0;
    the_server.holders = "pid 7 (psql)";
    sends_batch();
    server_answers_before("CREATE TABLE a");
    server_fails("55P03", "canceling statement due to lock timeout");
    march_sends("pgmarch holders");
    server_answers();
    march_ends(PGM_OUTCOME_FAILED);
    failure_is("migrate", "1_a", "lock timeout");
    detail_says("the lock was held by pid 7 (psql)");
}

/* The question may be of no avail; the reading is not. */
static void a_question_for_the_holders_that_fails_is_left_out(void **state) {
    (void)state;
    files(1);
    sends_batch();
    server_answers_before("CREATE TABLE a");
    server_fails("55P03", "canceling statement due to lock timeout");
    pause_ends();
    server_answers_before("pgmarch holders");
    server_fails("57014", "canceling statement due to statement timeout");
    march_does_not_send("pgmarch holders");
    all_goes_well();
    march_ends(PGM_OUTCOME_APPLIED);
}

static void what_may_last_for_ever_is_tried_a_few_times(void **state) {
    (void)state;
    files(1);
    sends_batch();
    for (unsigned tries = 0; tries < PGM__FEW_TRIES; tries++) {
        server_answers_before("CREATE TABLE a");
        server_fails("53200", "out of shared memory");
        march_is(PGM__STATE_RETRY_WAIT);
        pause_ends();
        march_reads();
    }
    server_answers_before("CREATE TABLE a");
    server_fails("53200", "out of shared memory");
    server_answers();
    march_ends(PGM_OUTCOME_FAILED);
    failure_is("migrate", "1_a", "out of shared memory");
    hint_says("locks too many objects");
}

static void f15_a_role_that_another_made_in_between_is_tried_again(void **state) {
    (void)state;
    folder_has("1_a.sql", "DO $$ BEGIN CREATE ROLE r; END $$;");
    sends_batch();
    server_answers_before("DO $$");
    const pgm__server_error race = {.sqlstate = "42710",
                                    .message = "role \"r\" already exists",
                                    .context = "SQL statement \"CREATE ROLE r\"",
                                    .routine = "CreateRole"};
    server_error(session_now(), &race);
    server_is_ready();
    march_is(PGM__STATE_RETRY_WAIT);
    pause_ends();
    all_goes_well();
    march_ends(PGM_OUTCOME_APPLIED);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        scene_test(r02_a_serialization_failure_is_tried_again),
        scene_test(r02_a_deadlock_is_tried_again),
        scene_test(f15_a_race_for_a_shared_catalog_is_tried_again),
        scene_test(r02_a_lock_that_is_never_given_fails_when_the_wait_is_over),
        scene_test(tries_that_came_to_nothing_are_no_work),
        scene_test(r01_who_had_the_lock_is_told_before_the_next_try),
        scene_test(r01_who_had_the_lock_is_in_the_failure),
        scene_test(a_question_for_the_holders_that_fails_is_left_out),
        scene_test(what_may_last_for_ever_is_tried_a_few_times),
        scene_test(f15_a_role_that_another_made_in_between_is_tried_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
