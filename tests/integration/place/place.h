/**
 * @file place.h  A database that is marched again and again, and the truth about what is in it.
 *
 * Six migrations, of every kind there is, whose effects show how often each of them ran:
 *
 *   1_base   a table                               4_index  CREATE INDEX CONCURRENTLY, twice
 *   2_rows   a table with 50 rows                  5_more   a table
 *   3_copy   a table filled by COPY … FROM STDIN   6_plain  INSERT, COPY and a BEGIN … COMMIT pair
 *                                                           outside a transaction
 *
 * Each transactional one, and each statement of 6_plain, also leaves a line in the table "log",
 * which is there before and has no key: a line that stands there twice is a migration that ran
 * twice. The down files do the same with other lines. All but 1_base and 3_copy have a verify file;
 * 2_rows and 3_copy go in pieces (model/files/script_strings.h).
 *
 * With PGMARCH_SWEEP_LARGE in the environment the up file of 2_rows is too long for one string, and
 * is cut for that, too (model/files/script_length.h).
 *
 * With PGMARCH_SWEEP_LEDGER in the environment the ledger is there before, with triggers,
 * constraints and a policy on it.
 */
#ifndef PGM_TESTS_PLACE_H
#define PGM_TESTS_PLACE_H

#include <libpq-fe.h>
#include <stdbool.h>
#include <stddef.h>

#include "support/shell.h"

enum {
    PLACE_STEPS = 6,
    PLACE_ALL = 0x3f,
    PLACE_TRANSACTIONAL = 0x17, /* 1, 2, 3 and 5: what a transaction pooler can carry */
    PLACE_LARGE_STEP = 1,
    PLACE_INDEX_STEP = 3,
    PLACE_PLAIN_STEP = 5
};

/** A set of migrations: bit n is PLACE_VERSIONS[n]. */
typedef unsigned place_set;

extern const char *const place_versions[PLACE_STEPS];

typedef struct place {
    char database[DATABASE_NAME];
    PGconn *conn; /* to the server itself, whatever the program is led through */
    char *url;    /* of the server itself */
} place;

/** What psql would show. */
typedef struct place_truth {
    place_set rows;    /* in the ledger */
    place_set begun;   /* in pgmarch_progress, in either direction */
    place_set once;    /* all that the migration does is there, once */
    place_set partly;  /* some of it */
    place_set undone;  /* all that its down file does is done, once */
    place_set doubled; /* something ran twice, up or down */
    unsigned invalid;  /* indexes */
} place_truth;

/** Writes the migrations of `set` to <folder>/<name>. */
void place_migrations(const char *folder, const char *name, place_set set);

/** Makes the database, and connects. */
void place_open(place *here, const char *name);
void place_close(place *here);

/** Empties it. Sessions that an earlier test left are ended first. */
void place_clear(place *here);

/** Runs SQL, which must not fail. */
void place_sql(place *here, const char *sql);

/** The first field of the first row; the caller frees it. */
char *place_ask(place *here, const char *sql);

/** Waits until pgmarch's sessions in the database are gone; behind a pooler, which keeps them:
 * until they are idle. Without this a string that is still on its way could change what is looked
 * at. False after the limit. */
bool place_quiet(place *here, bool pooled, int limit_ms);

place_truth place_look(place *here);

/** "1_base,2_rows" into out. */
void place_name_set(place_set set, char *out, size_t size);

#endif
