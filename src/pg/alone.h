/**
 * @file alone.h  The SQL of migrations that cannot run in a transaction.
 *
 * Such a file runs statement by statement. How far it has come is kept in a companion table beside
 * the ledger, `pgmarch_progress`, written before and after each statement, so that the ledger only
 * ever lists what is applied and a run that was cut off knows where to go on.
 *
 * Layer: pg. Text in, text out.
 */
#ifndef PGM_PG_ALONE_H
#define PGM_PG_ALONE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/strbuf.h"
#include "model/scanner.h"
#include "pg/ledger.h"
#include "pg/verify.h"

/** A file's way, statement by statement. */
typedef struct pgm__alone {
    const pgm__migration *migration;
    const pgm__script *script;
    bool down;
    size_t statement; /* the one in flight or next, counted as the server answers */
    size_t count;
    pgm__statement where;  /* of `statement` */
    bool standard_strings; /* how the file is read there: standard_conforming_strings */
    pgm__verify verify;    /* in flight, or zeroed */
} pgm__alone;

/** What the catalog can tell about a statement that may or may not have run. */
typedef enum pgm__settling {
    PGM__SETTLE_NEVER, /* nothing: refuse */
    PGM__SETTLE_AGAIN, /* running it twice is as good as once */
    PGM__SETTLE_BUILT, /* CREATE INDEX CONCURRENTLY: look whether it is valid, invalid or absent */
    PGM__SETTLE_GONE   /* DROP INDEX CONCURRENTLY: look whether it is absent */
} pgm__settling;

void pgm__alone_init(pgm__alone *alone, const pgm__migration *migration, bool down);

/** Moves to a statement; false when there is none of that number. */
bool pgm__alone_seek(pgm__alone *alone, size_t statement);

/** Adds the statement's own text. */
void pgm__alone_sql_statement(pgm__strbuf *sql, const pgm__alone *alone);

/** What can be done when it is not known whether the statement ran. */
pgm__settling pgm__alone_settling(const pgm__alone *alone);

/** Creates the companion table in a transaction of its own. */
void pgm__alone_sql_prepare(pgm__strbuf *sql, const pgm__ledger *ledger);

/** Reads its rows of this ledger: version, down, statement, running, checksum, run_id. */
void pgm__alone_sql_read(pgm__strbuf *sql, const pgm__ledger *ledger);

/**
 * Behind the lock: fails with PGM__MARK_TAKEN unless ledger and companion table are still as they
 * were read, pins the session's settings, takes the row of the companion table.
 *
 * @param was  The row that was read, or NULL for none; what it says of `running` stays.
 */
void pgm__alone_sql_begin(pgm__strbuf *sql, const pgm__ledger *ledger, const pgm__alone *alone,
                          const pgm__progress_row *was);

/** Notes that the statements before `alone->statement` are done, and whether it is about to run. */
void pgm__alone_sql_mark(pgm__strbuf *sql, const pgm__ledger *ledger, const pgm__alone *alone,
                         bool running);

/**
 * Notes that all statements are done; then a transaction of the verify file's own, that leaves
 * nothing behind.
 */
void pgm__alone_sql_verify(pgm__strbuf *sql, const pgm__ledger *ledger, pgm__alone *alone);

/** Writes (down: removes) the ledger's row and drops the progress, in one transaction; `ms` = how
 *  long the migration took. */
void pgm__alone_sql_record(pgm__strbuf *sql, const pgm__ledger *ledger, const pgm__alone *alone,
                           uint64_t ms);

/** Lists the INVALID indexes of the database: schema, name, as DROP INDEX takes them. */
void pgm__alone_sql_invalid(pgm__strbuf *sql);

/** Does the file speak of this name (as a word, in any case)? */
bool pgm__alone_mentions(const pgm__alone *alone, const char *name);

/**
 * Asks for the index of a CREATE or DROP INDEX CONCURRENTLY: one row (valid, name as DROP INDEX
 * takes it), or none.
 */
void pgm__alone_sql_find_index(pgm__strbuf *sql, const pgm__alone *alone);

#endif
