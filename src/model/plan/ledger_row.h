/**
 * @file ledger_row.h  What a target says of itself: rows of its ledger, and of what is half done.
 *
 * Layer: model. Pure. The SQL that reads them is pg/exchange/reading.h and companion.h.
 */
#ifndef PGM_MODEL_PLAN_LEDGER_ROW_H
#define PGM_MODEL_PLAN_LEDGER_ROW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** One row of schema_migrations; absent values are NULL. */
typedef struct pgm__ledger_row {
    const char *version;
    const char *applied_at; /* "2023-11-06 12:00:00" */
    const char *checksum;   /* of the up file, lower-case hex */
    const char *run_id;
    uint64_t duration_ms; /* how long the migration took; 0: not said, or next to nothing */
    bool partial;         /* written by us, and its migration never ended (the guard did not run) */
} pgm__ledger_row;

/**
 * A non-transactional migration that began and has not ended: a row of pgmarch_progress.
 *
 * It is not in the ledger, which only ever lists what is applied: so other programs that read the
 * ledger need to know nothing of migrations that are half done.
 */
typedef struct pgm__progress_row {
    const char *version;
    bool down;
    size_t statement;     /* those before it are done */
    bool running;         /* it was about to run: it may or may not have run */
    const char *checksum; /* of the file, when it began */
    const char *run_id;
} pgm__progress_row;

#endif
