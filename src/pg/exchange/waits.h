/**
 * @file waits.h  What a backend of ours is at, asked on a session beside it: whom it waits for, how
 * far it has come, and else what the server says it does.
 *
 * The question is one SELECT, which may be asked of a session that has nothing but a login.
 *
 * Layer: pg, exchange. Pure.
 */
#ifndef PGM_PG_EXCHANGE_WAITS_H
#define PGM_PG_EXCHANGE_WAITS_H

#include <stddef.h>

#include "base/strbuf.h"
#include "pg/exchange/reply.h"

/** What the rows say so far; a text that is empty is not known. Zeroed = nothing yet. */
typedef struct pgm__waits {
    pgm__strbuf holders;  /* "pid 7 (psql, ann, idle in transaction for 3 min 02 s) and …" */
    pgm__strbuf progress; /* "CREATE INDEX CONCURRENTLY on t: building index, 45 %" */
    pgm__strbuf activity; /* "waits on IO/DataFileRead", "is running" */
    size_t ahead;         /* as ahead.h counts them; 0: none, or not known */
} pgm__waits;

/**
 * Adds the question.
 *
 * @param pid             The backend, as pg_stat_activity calls it.
 * @param server_version  150018: which views of progress there are.
 */
void pgm__waits_sql(pgm__strbuf *sql, int pid, int server_version);

/** Takes what a reply brings, of this question or that of ahead.h; what is no row of an answer is
 * left out. */
void pgm__waits_take(pgm__waits *waits, const pgm__reply *reply);

/** Adds "waits for pid 7 (…)"; nothing when it waits for nobody. */
void pgm__waits_add_holders(pgm__strbuf *text, const pgm__waits *waits);

/** Adds all that is to be said; nothing when nothing is known. The server's words stand in it as
 *  they are. */
void pgm__waits_add(pgm__strbuf *text, const pgm__waits *waits);

/** Frees the texts; empty and usable then. */
void pgm__waits_fini(pgm__waits *waits);

#endif
