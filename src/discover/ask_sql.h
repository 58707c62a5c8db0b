/**
 * @file ask_sql.h  One question to one database, on a session of its own.
 *
 * Names are looked up, a session is opened, one string is sent, rows come, it is closed. Until the
 * string is sent, what may pass is tried again, within the source's limit; behind it only what the
 * server, or a pooler before it, refuses because of others, as long as no row has come. A loss is
 * an error then: half an answer is no fleet.
 *
 * Layer: discover.
 * Threads: the loop's.
 */
#ifndef PGM_DISCOVER_ASK_SQL_H
#define PGM_DISCOVER_ASK_SQL_H

#include <stddef.h>

#include "discover/source.h"
#include "pg/exchange/reply.h"

/** What a kind of source makes of an answer. */
typedef struct pgm__ask_taker {
    /**
     * The columns are known: before the first row, also where there is none. May be NULL.
     *
     * @return Not PGM_OK, here and in `row`: `err` says why, and the asking fails.
     */
    pgm_status (*columns)(pgm__asking *asking, const pgm__reply *reply, pgm_error *err);
    /** A row; `number` counts from 1. */
    pgm_status (*row)(pgm__asking *asking, const pgm__reply *reply, size_t number, pgm_error *err);
    /** The answer is whole. May be NULL. Fails by pgm__asking_fail(). */
    void (*whole)(pgm__asking *asking);
    /** Frees what pgm__ask_sql_own() leads to; before the end, which follows. May be NULL. */
    void (*free)(void *own);
} pgm__ask_taker;

/**
 * Asks; asking->own is this file's.
 *
 * @param sql    Borrowed until the end, as `taker`.
 * @param own    The taker's, freed by it also where this fails.
 * @return As `start` of pgm__source_kind_fns.
 */
PGM_MUST_CHECK pgm_status pgm__ask_sql(pgm__asking *asking, const char *sql,
                                       const pgm__ask_taker *taker, void *own, pgm_error *err);

/** As `stop` of pgm__source_kind_fns. */
void pgm__ask_sql_stop(pgm__asking *asking);

/** What was given to pgm__ask_sql(). */
void *pgm__ask_sql_own(const pgm__asking *asking);

#endif
