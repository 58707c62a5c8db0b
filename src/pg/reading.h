/**
 * @file reading.h  What a target says about itself: server facts, ledger, half-done migrations.
 *
 * The SQL that asks, and the replies taken in; the exchange itself is march_read.c.
 *
 * Layer: pg.
 */
#ifndef PGM_PG_READING_H
#define PGM_PG_READING_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/strbuf.h"
#include "model/edits.h"
#include "model/plan.h"
#include "pg/ledger.h"

/** What the reading string brought. Strings live in the arena given to the reading. */
typedef struct pgm__facts {
    int pid;                  /* real backend */
    bool standby;             /* takes no writes */
    const char *schema;       /* current_schema(); NULL = none of the search path exists */
    const char *table_schema; /* where the ledger was found; NULL = nowhere */
    const char *identity;     /* equal for two targets = the same schema of the same database */
    bool ledger_exists;
    bool ledger_complete; /* has all our columns */
    bool ledger_foreign;  /* another tool's layout */
    const char *foreign;  /* whose, for the message */
    bool has_progress;    /* there is a companion table (pg/alone.h) */
    pgm__progress_row *progress;
    size_t progress_count;
    size_t progress_capacity;
    pgm__foreign_row *foreign_rows; /* adopt: the other tool's (pg/foreign.h) */
    size_t foreign_count;
    size_t foreign_capacity;
    pgm__ledger_row *rows;
    size_t row_count;
    size_t row_capacity;
} pgm__facts;

typedef enum pgm__ledger_column {
    PGM__COLUMN_VERSION,
    PGM__COLUMN_APPLIED_AT,
    PGM__COLUMN_DESCRIPTION,
    PGM__COLUMN_CHECKSUM,
    PGM__COLUMN_DURATION,
    PGM__COLUMN_RUN_ID,
    PGM__COLUMN_DIRTY,
    PGM__LEDGER_COLUMNS
} pgm__ledger_column;

/** A reading in progress: feed() every reply to it. Zeroed = ready. */
typedef struct pgm__reading {
    pgm__arena *arena;
    pgm__facts facts;
    int skip;                         /* results in front of ours */
    int statement;                    /* results that ended */
    int columns[PGM__LEDGER_COLUMNS]; /* where they stand in the table; -1 = nowhere */
    bool shape_known;
    bool progress;     /* the companion table's rows are coming */
    bool foreign_rows; /* another tool's rows are coming */
    bool failed_memory;
} pgm__reading;

/**
 * One string that reads server facts and the ledger in one round trip, changes nothing and leaves
 * no setting behind. A session that has run files, or served another target, is cleaned first. A
 * missing table ends it with 42P01 after the facts have been delivered; the transaction is then to
 * be rolled back.
 *
 * @param reading  Fresh; its feed() knows what it asked.
 */
void pgm__reading_sql(pgm__strbuf *sql, pgm__reading *reading, const pgm__ledger *ledger);

/** Opens a transaction that only looks, with times as ISO and UTC and the target's search_path. */
void pgm__reading_sql_look(pgm__strbuf *sql, const pgm__ledger *ledger);

/** Takes one reply in. Errors are the caller's, but for 42P01 of the ledger: feed it too. */
void pgm__reading_feed(pgm__reading *reading, const pgm__reply *reply);

/** Is this error the missing ledger table, and nothing worse? */
bool pgm__reading_ledger_missing(const pgm__reading *reading, const pgm__server_error *error);

#endif
