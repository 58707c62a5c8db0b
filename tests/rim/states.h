/**
 * @file states.h  The ways into each state, and the groups of tests that lead out of them again.
 */
#ifndef PGM_TESTS_STATES_H
#define PGM_TESTS_STATES_H

#include "support/scripted_march.h"

/** Each runs its tests, and returns how many have failed. */
int states_of_the_way_there(void);
int states_of_work_and_pauses(void);
int states_of_parsing(void);
int states_of_rehearsing(void);
int states_of_comparing(void);

static inline void in_resolving(void) {
    folder_has("1_a.sql", "CREATE TABLE a (x int);");
    the.url = "postgresql://app@db.example/app";
    march_starts(PGM_COMMAND_UP);
    march_is(PGM__STATE_RESOLVING);
}

static inline void in_connecting(void) {
    folder_has("1_a.sql", "CREATE TABLE a (x int);");
    folder_has("2_b.sql", "CREATE TABLE b (x int);");
    march_starts(PGM_COMMAND_UP);
    march_is(PGM__STATE_CONNECTING);
}

static inline void in_reading(void) {
    in_connecting();
    server_connects();
    march_is(PGM__STATE_READING);
}

static inline void in_marching(void) {
    in_reading();
    march_reads();
    march_is(PGM__STATE_MARCHING);
}

static inline void begin_alone(void) {
    server_connects();
    march_reads();
    march_is(PGM__STATE_ALONE);
}

static inline void in_alone(void) {
    folder_has("1_a.sql", "-- pgmarch: no-transaction\nVACUUM a;");
    march_starts(PGM_COMMAND_UP);
    begin_alone();
}

static inline void in_parsing(void) {
    the.parses = true;
    in_reading();
    march_reads();
    march_is(PGM__STATE_PARSING);
}

/* In front of its first string; the ledger is there. */
static inline void in_rehearsing(void) {
    the.env.rehearses = true;
    ledger_is_empty();
    in_reading();
    march_reads();
    march_is(PGM__STATE_REHEARSING);
}

static inline void in_comparing(void) {
    static const pgm__compare_ask ask = {.alone = true};
    the.compare = &ask;
    the_server.fingerprint = "f00";
    folder_has("1_a.sql", "CREATE TABLE a (x int);");
    march_starts(PGM_COMMAND_STATUS);
    server_connects();
    march_reads();
    march_is(PGM__STATE_COMPARING);
}

/* Its lock is held by another run. */
static inline void in_lock_wait(void) {
    in_marching();
    lock_is_held("");
    march_is(PGM__STATE_LOCK_WAIT);
}

static inline void in_retry_wait(void) {
    in_marching();
    server_answers_before("CREATE TABLE a");
    server_fails("40P01", "deadlock detected");
    march_is(PGM__STATE_RETRY_WAIT);
}

static inline void in_backoff(void) {
    in_connecting();
    server_refuses("", "connection refused");
    march_is(PGM__STATE_BACKOFF);
}

static inline void in_cancelling(void) {
    in_marching();
    server_answers_before("CREATE TABLE a");
    user_stops();
    march_is(PGM__STATE_CANCELLING);
    march_cancels();
}

static inline void in_rolling_back(void) {
    in_marching();
    server_answers_before("CREATE TABLE a");
    server_fails("42601", "syntax error");
    march_is(PGM__STATE_ROLLING_BACK);
}

/* The first migration is committed, and its COMMIT did not wait for the disk. */
static inline void behind_a_commit_without_flush(void) {
    in_marching();
    server_answers_through("CREATE TABLE a");
    server_answers_through("COMMIT");
}

#endif
