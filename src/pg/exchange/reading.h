/**
 * @file reading.h  The string that asks a target for its facts and its ledger, and its replies
 * taken in; the exchange itself is march/read.c.
 *
 * Layer: pg, exchange. Pure.
 */
#ifndef PGM_PG_EXCHANGE_READING_H
#define PGM_PG_EXCHANGE_READING_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/strbuf.h"
#include "pg/exchange/context.h"
#include "pg/exchange/facts.h"
#include "pg/exchange/reply.h"

/** The columns that a ledger may have: ours, and "dirty", which tells golang-migrate's from it. */
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

/** What a reading asks for; each later one is a string of its own, and none goes back. */
typedef enum pgm__asked {
    PGM__ASKED_LEDGER,
    PGM__ASKED_COMPANION, /* how far files without a transaction have come */
    PGM__ASKED_FOREIGN,   /* another tool's rows */
    PGM__ASKED_NOTHING,   /* a ping: how long an answer takes */
    PGM__ASKED_SIZE       /* a ping: of the database */
} pgm__asked;

/** A reading in progress: feed() every reply to it. Zeroed = ready. */
typedef struct pgm__reading {
    pgm__arena *arena;
    pgm__facts facts;
    int skip;                         /* results in front of ours */
    int statement;                    /* results that ended */
    int columns[PGM__LEDGER_COLUMNS]; /* where they stand in the table; -1 = nowhere */
    bool opening;                     /* nothing has ended since its BEGIN */
    bool shape_known;
    pgm__asked asked;
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
void pgm__reading_sql(pgm__strbuf *sql, pgm__reading *reading, const pgm__context *context);

/** Takes one reply in. Errors are the caller's: after one of the two below the facts count. */
void pgm__reading_feed(pgm__reading *reading, const pgm__reply *reply);

/** Did the server refuse to read the ledger as a table? Then it is to be asked whose it is. */
bool pgm__reading_is_no_table(const pgm__reading *reading, const pgm__server_error *error);

/** Was it the target's role that the server did not let us be? Nothing else follows the BEGIN. */
bool pgm__reading_is_role(const pgm__reading *reading, const pgm__context *context);

/** Is this error the missing ledger table, and nothing worse? */
bool pgm__reading_ledger_missing(const pgm__reading *reading, const pgm__server_error *error);

#endif
