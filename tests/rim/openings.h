/**
 * @file openings.h  How conversations begin: up to the string that a test is about.
 */
#ifndef PGM_TESTS_OPENINGS_H
#define PGM_TESTS_OPENINGS_H

#include "support/scripted_march.h"

/** A file's first line. */
#define ALONE "-- pgmarch: no-transaction\n"

/** What libpq says of a line that has ended. */
#define GONE "server closed the connection unexpectedly"

/** The first `count` of four files that make a table each. */
static inline void files(unsigned count) {
    static const char *const names[] = {"1_a.sql", "2_b.sql", "3_c.sql", "4_d.sql"};
    static const char *const texts[] = {"CREATE TABLE a (x int);", "CREATE TABLE b (x int);",
                                        "CREATE TABLE c (x int);", "CREATE TABLE d (x int);"};
    for (unsigned i = 0; i < count; i++) {
        folder_has(names[i], texts[i]);
    }
}

/** Up to the batch; the ledger is there, so that the first block is the first migration's. */
static inline void sends_batch(void) {
    ledger_is_empty();
    march_starts(PGM_COMMAND_UP);
    server_connects();
    march_reads();
    march_is(PGM__STATE_MARCHING);
}

/** Up to the first string of a file without a transaction. */
static inline void starts(void) {
    march_starts(PGM_COMMAND_UP);
    server_connects();
    march_reads();
    if (the_server.has_progress) {
        march_sends("SELECT p.version,p.direction");
        server_answers();
    }
}

/** ... of 1_a.sql with this text. */
static inline void comes_to(const char *text) {
    folder_has("1_a.sql", text);
    starts();
}

/** ... which an earlier run began: it did so many statements, and was in the middle of the next. */
static inline void comes_again_to(const char *text, const char *statement, bool running,
                                  const char *run) {
    folder_has("1_a.sql", text);
    ledger_is_empty();
    progress_shows("1_a", statement, running, run);
    starts();
}

/** Up to the note before the first statement. */
static inline void begins(const char *text) {
    comes_to(text);
    march_sends("AS p(ledger,version,direction,statement,running,checksum,run_id,pid,updated_at)");
    server_answers();
}

/** The note before a statement, and the statement. */
static inline void marks_and_runs(const char *statement) {
    march_sends("running=true");
    server_answers();
    march_sends(statement);
}

#endif
