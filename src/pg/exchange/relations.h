/**
 * @file relations.h  Which relations a rehearsal touches, and how: what the session itself sees in
 * pg_locks, pg_class and its counters, look by look.
 *
 * The first look is a map of all relations that are there; what is not in it was made by the
 * rehearsal, and blocks nobody. Each further look is held against what was known before: what is
 * new is the statement's that stands between the two.
 *
 * Layer: pg, exchange. Pure.
 */
#ifndef PGM_PG_EXCHANGE_RELATIONS_H
#define PGM_PG_EXCHANGE_RELATIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/strbuf.h"
#include "pg/exchange/reply.h"
#include "pgmarch/rehearsal.h"

/** What the server counts of a relation for the transaction. */
typedef enum pgm__relation_count {
    PGM__RELATION_INSERTED,
    PGM__RELATION_UPDATED,
    PGM__RELATION_DELETED,
    PGM__RELATION_SCANNED,
    PGM__RELATION_COUNTS
} pgm__relation_count;

struct pgm__relation;

/** Zeroed, with arena and home set = nothing is known. */
typedef struct pgm__relations {
    pgm__arena *arena;               /* owns all texts */
    const char *home;                /* names in this schema are shown without it; NULL = none */
    struct pgm__relation *by_oid;    /* uthash */
    struct pgm__relation *last_seen; /* the newest that a look has changed, and those before it */
    struct pgm__relation *last_named;
    bool mapped;
    bool failed; /* out of memory */
} pgm__relations;

/** Adds the map: a SELECT with a row for each relation that is there. */
void pgm__relations_sql_map(pgm__strbuf *sql, const pgm__relations *relations);
void pgm__relations_feed_map(pgm__relations *relations, const pgm__reply *reply);

/** Adds a look: a row for each lock on a relation that this session has. */
void pgm__relations_sql_look(pgm__strbuf *sql, const pgm__relations *relations);
void pgm__relations_feed_look(pgm__relations *relations, const pgm__reply *reply);

/**
 * Adds a look at relations that a statement names, before it runs: how large they and their indexes
 * are. Takes a lock of the weakest mode for the moment, as the statement would.
 *
 * @param names  "to_regclass" of each name, as pgm__rehearsal_file_names() writes them.
 */
void pgm__relations_sql_named(pgm__strbuf *sql, const pgm__relations *relations, const char *names);
void pgm__relations_feed_named(pgm__relations *relations, const pgm__reply *reply);

/** Adds a look at the counters of what was seen so far, in a transaction that is new: how far they
 *  are, and not what a statement did. */
void pgm__relations_sql_counts(pgm__strbuf *sql, const pgm__relations *relations);
void pgm__relations_feed_counts(pgm__relations *relations, const pgm__reply *reply);

/** What a statement did by the look behind it. */
typedef struct pgm__relations_news {
    pgm_rehearsed_lock *locks; /* the strongest first; held_us is not known yet */
    size_t lock_count;
    pgm_rehearsed_rewrite *rewrites;
    size_t rewrite_count;
    pgm_rehearsed_rows *tables;
    size_t table_count;
} pgm__relations_news;

/**
 * What the looks since the last call have brought that was not known before it; from now on it is
 * known, and nothing is named. In the arena; out of memory: `failed`.
 *
 * @param empties  The statement empties tables: a new file of theirs is no rewrite.
 */
pgm__relations_news pgm__relations_news_of(pgm__relations *relations, bool empties);

/** What the looks since the last news have brought is ours; what was named stays so. */
void pgm__relations_claimed(pgm__relations *relations);

/** What was named since the last news, as locks of a mode that they would get. */
pgm__relations_news pgm__relations_named(pgm__relations *relations, pgm_lock_mode mode);

/** How many relations there are in the map. */
size_t pgm__relations_count(const pgm__relations *relations);

/** A migration begins: what is locked from before was taken by another. */
void pgm__relations_next_migration(pgm__relations *relations);

/** A transaction has ended: no lock is held, and what was made is there. */
void pgm__relations_committed(pgm__relations *relations);

/** Adds what the rollback does not take back, in words: calls `add` for each. */
void pgm__relations_leaves(pgm__relations *relations, void (*add)(const char *text, void *data),
                           void *data);

void pgm__relations_fini(pgm__relations *relations);

#endif
