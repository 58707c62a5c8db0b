/**
 * @file statements.h  A file that cannot run in a transaction, statement by statement: their texts,
 * the data they ask for, and what the catalog can tell about one that was cut off.
 *
 * How far such a file has come is kept in a table of its own: companion.h.
 *
 * Layer: pg, exchange. Pure.
 */
#ifndef PGM_PG_EXCHANGE_STATEMENTS_H
#define PGM_PG_EXCHANGE_STATEMENTS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/strbuf.h"
#include "model/files/migration.h"
#include "model/sql/scanner.h"
#include "pg/exchange/spot.h"
#include "pg/exchange/verify.h"

/** A file's way, statement by statement. */
typedef struct pgm__statements {
    const pgm__migration *migration;
    const pgm__script *script;
    bool down;
    size_t statement; /* the one in flight or next: a step of script_units.h */
    size_t count;
    pgm__statement where;  /* of `statement` */
    size_t copied;         /* how often it has been asked for COPY data */
    bool standard_strings; /* how the file is read there: standard_conforming_strings */
    pgm__verify verify;    /* in flight, or zeroed */
} pgm__statements;

/** What the catalog can tell about a statement that may or may not have run. */
typedef enum pgm__settling {
    PGM__SETTLE_NEVER, /* nothing: refuse */
    PGM__SETTLE_AGAIN, /* running it twice is as good as once */
    PGM__SETTLE_BUILT, /* CREATE INDEX CONCURRENTLY: look whether it is valid, invalid or absent */
    PGM__SETTLE_GONE   /* DROP INDEX CONCURRENTLY: look whether it is absent */
} pgm__settling;

/** Before its first statement; seek() has to follow. */
void pgm__statements_init(pgm__statements *file, const pgm__migration *migration, bool down);

/** Moves to a statement; false when there is none of that number. */
bool pgm__statements_seek(pgm__statements *file, size_t statement);

/** Adds the statement's own text, without the data of a COPY. It is begun: no data is sent yet. */
void pgm__statements_sql(pgm__strbuf *sql, pgm__statements *file);

/** The data that the server asks for now; false when the statement has none (any more). */
bool pgm__statements_next_copy(pgm__statements *file, const char **data, size_t *len);

/** Where an error came from: `position` counts characters of the statement's text, 0 = unknown. */
pgm__origin pgm__statements_origin(const pgm__statements *file, size_t position);

/** Does the file speak of this name (as a word, in any case)? */
bool pgm__statements_mentions(const pgm__statements *file, const char *name);

/** What can be done when it is not known whether the statement ran. */
pgm__settling pgm__statements_settling(const pgm__statements *file);

/** CALL or DO: it may commit while it runs, so that its failure does not say that nothing stays. */
bool pgm__statements_may_commit(const pgm__statements *file);

/** Adds a query for the session's number of the transaction it is in: one row "3/127". The number
 *  behind the slash grows by one with every transaction that the session begins. */
void pgm__statements_sql_transaction(pgm__strbuf *sql);

/**
 * Asks for the index of a CREATE or DROP INDEX CONCURRENTLY: one row (valid, name as DROP INDEX
 * takes it), or none.
 */
void pgm__statements_sql_find_index(pgm__strbuf *sql, const pgm__statements *file);

/** Lists the INVALID indexes of the database: name, name as DROP INDEX takes it, and its schema
 *  where that is not on the search path. */
void pgm__statements_sql_invalid(pgm__strbuf *sql);

#endif
