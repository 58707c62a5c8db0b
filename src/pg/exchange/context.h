/**
 * @file context.h  What one target's session has to know to write its SQL, and the words that all
 * of that SQL has in common.
 *
 * Names are always written with their schema: a migration may have changed the search_path.
 *
 * Layer: pg, exchange. Pure.
 */
#ifndef PGM_PG_EXCHANGE_CONTEXT_H
#define PGM_PG_EXCHANGE_CONTEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/strbuf.h"
#include "model/targets/target.h"
#include "pg/exchange/reply.h"

#define PGM__PROGRESS_TABLE "pgmarch_progress"

/** In front of the run's id: the application_name of every session. */
#define PGM__SESSION_PREFIX "pgmarch/"

/**
 * Operators of our own statements are named with their schema, and so are functions and types: the
 * search path may be a stranger's schema, and an exact match there (of varchar with varchar, which
 * pg_catalog has none of) would run as us. For the same reason none of them says IS DISTINCT FROM,
 * NULLIF, IN, LIKE, BETWEEN or CASE x WHEN, which look for operators by their bare names
 * (tests/unit/pg/exchange/test_own_sql.c).
 */
#define PGM__EQ " OPERATOR(pg_catalog.=) "
#define PGM__NE " OPERATOR(pg_catalog.<>) "

/** What one target's session has to know to write its SQL. */
typedef struct pgm__context {
    const char *schema; /* of the table; NULL until read when the target does not name it */
    const char *table;
    const char *search_path;          /* the target's schema, or NULL: the session's own */
    const char *const *extra_schemas; /* behind it in the files' search path */
    size_t extra_schema_count;
    const char *role;              /* all of ours and the files run as it; NULL: the login's */
    const char *time_zone;         /* NULL = UTC */
    const pgm__setting *variables; /* set as pgmarch.NAME */
    size_t variable_count;
    const char *run_id;        /* goes into the rows, and into the guard's name */
    int64_t lock_timeout;      /* ms, 0 = none */
    int64_t statement_timeout; /* ms, 0 = none */
    int server_version;        /* 150018 */
    size_t string_room;        /* bytes of a large file that go together in a string */
    bool flush_each;           /* every COMMIT waits for the disk, not only a string's last */
    bool pooled;               /* no session state: lock per transaction */
    bool ran_file;             /* the session has run one: clean up before the next */
    bool inherited;            /* the session may hold locks of the target it served before */
    bool name_holder;          /* a busy lock's error says who has it; costs planning time */
    bool counts_bytes;         /* the server does, where others count characters (SQL_ASCII) */
    bool strings_off;          /* the server's standard_conforming_strings is off */
    bool nameless;             /* a file dropped our prepared statements: go without */
    bool trusted;              /* the user takes the ledger for what it is, whoever owns it */
    bool owner_asked;          /* the reading, too, has to know whose it is */
    bool elsewhere;            /* the user gave the ledger a schema of its own */
    bool introduces;           /* a ping: the reading asks who is there, and for no ledger */
    bool ledgerless;           /* this role may not even look for it: the reading does not */
    bool lacks_schema;         /* `search_path` is to be created */
    bool lacks_own_schema;     /* `schema` is, where it is another one */
} pgm__context;

/** Adds the ledger's name, "schema"."table". */
void pgm__context_add_table(pgm__strbuf *sql, const pgm__context *context);

/** Adds the name of its companion table, which lies beside it. */
void pgm__context_add_companion(pgm__strbuf *sql, const pgm__context *context);

/** Adds to_regclass() of the ledger: NULL where there is none. */
void pgm__context_add_regclass(pgm__strbuf *sql, const pgm__context *context);

/** Adds to_regclass() of its companion table: NULL where there is none. */
void pgm__context_add_companion_regclass(pgm__strbuf *sql, const pgm__context *context);

/**
 * Makes the target's role the current one. RESET ROLE goes back to the login's, so that this stands
 * in every transaction of ours, behind every reset, and before each write to the ledger: what is
 * the role's must be written by the role, and a login that inherits nothing can do nothing itself.
 *
 * @param local  For the transaction; else for the session, for a file that runs without one.
 * @return How many replies it brings: none where the target has no role.
 */
size_t pgm__context_add_role(pgm__strbuf *sql, const pgm__context *context, bool local);

/** Adds the run's name in quotes, which is that of its sessions. */
void pgm__context_add_run_name(pgm__strbuf *sql, const pgm__context *context);

/**
 * Adds the end of a "WITH u AS (…" that writes: what returns no row, or more than one, is an error
 * that begins with `mark`.
 */
void pgm__context_add_hit_one(pgm__strbuf *sql, const char *mark);

/** The same where it is to return `count` rows. */
void pgm__context_add_hits(pgm__strbuf *sql, size_t count, const char *mark);

/** Is the first column of this reply (ROW or ROWS_END) named `prefix` and the run's id? */
bool pgm__context_is_column(const pgm__context *context, const pgm__reply *reply,
                            const char *prefix);

#endif
