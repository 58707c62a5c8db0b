/**
 * @file facts.h  What a target says about itself, and the one query that asks what is true of the
 * server and of the place where the ledger lies.
 *
 * Layer: pg, exchange. Pure.
 */
#ifndef PGM_PG_EXCHANGE_FACTS_H
#define PGM_PG_EXCHANGE_FACTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/strbuf.h"
#include "model/plan/ledger_row.h"
#include "model/plan/tool.h"
#include "pg/exchange/context.h"
#include "pg/exchange/reply.h"

/** What the reading string brought. Strings live in the arena that every feed is given. */
typedef struct pgm__facts {
    int pid;                    /* real backend */
    bool standby;               /* takes no writes */
    const char *schema;         /* current_schema(); NULL = none of the search path exists */
    bool schema_hidden;         /* the target's schema is there, and may not be used */
    const char *table_schema;   /* where the ledger was found; NULL = nowhere */
    const char *identity;       /* equal for two targets = the same schema of the same database */
    const char *server_version; /* this and what follows: asked for by a ping only */
    const char *login;          /* who logged in */
    const char *role;           /* who everything runs as */
    bool has_size;
    int64_t size;         /* of the database, in bytes */
    bool ledger_homeless; /* the schema that the ledger is to lie in is missing */
    bool ledger_exists;
    bool ledger_complete;        /* has all our columns */
    bool ledger_foreign;         /* another tool's layout */
    const char *foreign;         /* whose, for the message */
    bool has_progress;           /* there is a companion table */
    pgm__progress_row *progress; /* its rows (pg/exchange/companion.h) */
    size_t progress_count;
    size_t progress_capacity;
    pgm__foreign_row *foreign_rows; /* adopt: the other tool's (pg/exchange/foreign.h) */
    size_t foreign_count;
    size_t foreign_capacity;
    pgm__ledger_row *rows; /* the ledger's (pg/exchange/reading.h) */
    size_t row_count;
    size_t row_capacity;
} pgm__facts;

/** Adds the query: a SELECT that brings one row, in a transaction that only looks. */
void pgm__facts_sql(pgm__strbuf *sql, const pgm__context *context);

/** Takes that row in. False: out of memory. */
bool pgm__facts_feed(pgm__facts *facts, pgm__arena *arena, const pgm__reply *reply);

/**
 * Asks how large the database is, or one schema of it, in a transaction of the login's own role:
 * CONNECT is what it needs, and a role that the target is marched as may lack that. The server
 * looks at every file of the database, so that it has a limit; what comes of it is no error of the
 * target.
 */
void pgm__facts_sql_size(pgm__strbuf *sql, const char *schema, uint64_t limit_ms);

/** Takes that row in. */
void pgm__facts_feed_size(pgm__facts *facts, const pgm__reply *reply);

/** Frees the lists; zeroed again. */
void pgm__facts_fini(pgm__facts *facts);

#endif
