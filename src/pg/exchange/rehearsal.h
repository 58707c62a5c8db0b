/**
 * @file rehearsal.h  What a rehearsal sends around the statements of the files.
 *
 * One transaction, which ends with ROLLBACK: each migration stands behind a savepoint, which is
 * released behind it and proves that the transaction is still the one that was begun. Or, on a
 * target that is a copy, a transaction for each migration as in `up` (block.h). A look stands
 * behind each statement: relations.h.
 *
 * Layer: pg, exchange. Pure.
 */
#ifndef PGM_PG_EXCHANGE_REHEARSAL_H
#define PGM_PG_EXCHANGE_REHEARSAL_H

#include <stdbool.h>
#include <stddef.h>

#include "base/strbuf.h"
#include "pg/exchange/block.h"
#include "pg/exchange/catalog.h"
#include "pg/exchange/context.h"
#include "pg/exchange/relations.h"

/** So long a rehearsal waits for a lock, and queues whoever comes behind it, at most. */
enum { PGM__REHEARSAL_LOCK_MS = 1000 };

/** What a string is made of, with the answers that are read from it: each brings rows, and one end
 *  of rows. */
typedef enum pgm__rehearsal_answer {
    PGM__REHEARSAL_MAP,
    PGM__REHEARSAL_WAL,
    PGM__REHEARSAL_LOOK,
    PGM__REHEARSAL_NAMED,
    PGM__REHEARSAL_COUNTS,
    PGM__REHEARSAL_OBJECTS,
    PGM__REHEARSAL_CONSTRAINTS,
    PGM__REHEARSAL_ANSWERS
} pgm__rehearsal_answer;

/** A string, and the place of each answer in it: the number of statements that are answered before
 *  it. Zeroed = empty. */
typedef struct pgm__rehearsal_string {
    pgm__strbuf sql;
    size_t replies; /* so far */
    size_t places[PGM__REHEARSAL_ANSWERS];
    bool asks[PGM__REHEARSAL_ANSWERS];
} pgm__rehearsal_string;

/** Is this the answer, by its place? `ended` = how many statements are answered so far. */
bool pgm__rehearsal_is(const pgm__rehearsal_string *string, pgm__rehearsal_answer answer,
                       size_t ended);

/** Opens the one transaction: the target's lock, the map of what is there, and what `up` would make
 *  first. */
void pgm__rehearsal_add_open(pgm__rehearsal_string *string, const pgm__context *context,
                             const pgm__relations *relations, pgm__prepares what);

/** On a copy: the map of what is there, in a transaction of its own. */
void pgm__rehearsal_add_map(pgm__rehearsal_string *string, const pgm__relations *relations);

/** There, a look at what a statement names that cannot run in a transaction. */
void pgm__rehearsal_add_glance(pgm__rehearsal_string *string, const pgm__context *context,
                               const pgm__relations *relations, const char *names);

/** In front of a migration: its savepoint, and a session as `up` gives it.
 *
 * @param constraints  Names that are to be IMMEDIATE again, behind the check of a migration before;
 *                     or NULL.
 */
void pgm__rehearsal_add_begin(pgm__rehearsal_string *string, const pgm__context *context,
                              const char *constraints);

/** In front of a look, or by itself: which objects the catalog holds. It leaves no settings. */
void pgm__rehearsal_add_objects(pgm__rehearsal_string *string, const pgm__catalog_options *options);

/** Begins a look, which changes nothing, whatever becomes of it. */
void pgm__rehearsal_add_look(pgm__rehearsal_string *string, const pgm__relations *relations);

/** Behind the claim of a migration that stays: a look whose news are not the file's. */
void pgm__rehearsal_add_claimed(pgm__rehearsal_string *string, const pgm__relations *relations);

/** Looks at what the next statement names; nothing where there are no names. */
void pgm__rehearsal_add_named(pgm__rehearsal_string *string, const pgm__relations *relations,
                              const char *names);

/** Ends a look. The next statement finds the limits of time as they are to be; NULL: as the file
 *  has them. */
void pgm__rehearsal_end_look(pgm__rehearsal_string *string, const pgm__context *limits);

/** Behind a migration: its savepoint must be there still. Deferred constraints are deferred again;
 *  and asked is which of them are not to be. */
void pgm__rehearsal_add_end(pgm__rehearsal_string *string);

/** Asks where the server is in its WAL. */
void pgm__rehearsal_add_wal(pgm__rehearsal_string *string);

/** Adds statements that were written elsewhere, and answer so often. */
void pgm__rehearsal_count(pgm__rehearsal_string *string, size_t replies);

/** A position in the WAL, of its answer; -1 = not known. */
int64_t pgm__rehearsal_wal(const pgm__reply *reply);

/** Adds a name to the list of constraints. */
void pgm__rehearsal_keep_constraint(pgm__strbuf *names, const pgm__reply *reply);

/** What a COMMIT would check. */
#define PGM__REHEARSAL_CHECK "SET CONSTRAINTS ALL IMMEDIATE;"

/** What takes the time that anything takes. */
#define PGM__REHEARSAL_NOTHING "SELECT 1;"

#endif
