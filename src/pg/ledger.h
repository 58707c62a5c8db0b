/**
 * @file ledger.h  The SQL around the migrations: locking, claiming, guarding, cleaning up.
 *
 * Everything here is text out; the exchange itself is batch.h and march.h, reading is reading.h.
 * Names are always schema-qualified (S-01): a migration may have changed the search_path.
 *
 * Layer: pg.
 */
#ifndef PGM_PG_LEDGER_H
#define PGM_PG_LEDGER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/strbuf.h"
#include "model/migrations.h"
#include "model/plan.h"
#include "model/targets.h"
#include "pg/session.h"

#define PGM__LEDGER_TABLE   "schema_migrations"
#define PGM__PROGRESS_TABLE "pgmarch_progress"

/** What one target's session has to know to write its SQL. */
typedef struct pgm__ledger {
    const char *schema; /* of the table; NULL until read when the target does not name it */
    const char *table;
    const char *search_path;       /* the target's schema, or NULL: the session's own */
    const char *time_zone;         /* NULL = UTC */
    const pgm__setting *variables; /* set as pgmarch.NAME */
    size_t variable_count;
    const char *run_id;        /* goes into the rows, and into the guard's name */
    int64_t lock_timeout;      /* ms, 0 = none */
    int64_t statement_timeout; /* ms, 0 = none */
    int server_version;        /* 150018 */
    bool flush_each;           /* every COMMIT waits for the disk, not only a string's last */
    bool pooled;               /* no session state: lock per transaction */
    bool used;                 /* the session has run a file: clean up before the next */
    bool inherited;            /* the session may hold locks of the target it served before */
    bool name_holder;          /* a busy lock's error says who has it; costs planning time */
    bool strings_off;          /* the server's standard_conforming_strings is off */
    bool nameless;             /* a file dropped our prepared statements: go without */
} pgm__ledger;

/**
 * Takes the lock for the session, or fails with PGM__MARK_BUSY.
 *
 * @return How many replies it brings.
 */
size_t pgm__ledger_sql_lock(pgm__strbuf *sql, const pgm__ledger *ledger);

/**
 * Ends a session of this very run that still holds the lock and waits for its client, idle or
 * inside a COPY: what a lost connection leaves when the server was not told of the loss.
 *
 * @return How many replies it brings.
 */
size_t pgm__ledger_sql_end_orphan(pgm__strbuf *sql, const pgm__ledger *ledger);

/**
 * Creates the table, or adds our columns to one that lacks them; with `create_schema` the schema
 * first. A transaction of its own.
 *
 * @return How many replies it brings.
 */
size_t pgm__ledger_sql_prepare(pgm__strbuf *sql, const pgm__ledger *ledger, bool exists,
                               bool create_schema);

/**
 * Prepared statements for what comes in every block: the server parses and plans it once. A file
 * with PREPARE or DEALLOCATE of its own must not see them (pgm__script.prepares).
 */
typedef enum pgm__names {
    PGM__NAMES_NONE,
    PGM__NAMES_GIVEN, /* in this block's preamble */
    PGM__NAMES_KNOWN  /* by a block before it */
} pgm__names;

/**
 * Opens the transaction of one migration, pins the settings, claims the version. Not in the first
 * block: a NOTICE tells the client that the server is here.
 *
 * @param first  Of its string: a session that ran nothing yet needs no cleaning.
 * @param names  Not NONE only for `up`, and not behind a pooler.
 * @return How many replies it brings before the file's own.
 */
size_t pgm__ledger_sql_begin(pgm__strbuf *sql, const pgm__ledger *ledger,
                             const pgm__migration *migration, bool down, bool first,
                             pgm__names names);

/** The claim: one INSERT that fails when the row is there, one DELETE that fails when it is not. */
void pgm__ledger_sql_claim(pgm__strbuf *sql, const pgm__ledger *ledger,
                           const pgm__migration *migration);
void pgm__ledger_sql_unclaim(pgm__strbuf *sql, const pgm__ledger *ledger, const char *version);

/**
 * The guard, and the commit. The guard's first statement fails unless the transaction is still the
 * one that begin opened; its last notes the duration in the row and returns it in milliseconds, or
 * fails with PGM__MARK_ERASED when the row is gone.
 *
 * @param named  The prepared statements are there, also behind the file.
 */
void pgm__ledger_sql_commit(pgm__strbuf *sql, const pgm__ledger *ledger,
                            const pgm__migration *migration, bool down, bool named);

/** What makes a COMMIT return before its WAL is flushed: the next COMMIT without it flushes for
 *  both. In every migration's commit, unless flush_each. */
#define PGM__ASYNC_COMMIT "SET LOCAL synchronous_commit=off;"

/** What every other COMMIT needs, whatever a file has SET. Not longer than the one above. */
#define PGM__SYNC_COMMIT "RESET synchronous_commit;"

/** A transaction that changes nothing, and whose COMMIT flushes all WAL before it. @return How many
 *  replies it brings. */
size_t pgm__ledger_sql_flush(pgm__strbuf *sql, const pgm__ledger *ledger);

/**
 * What comes before and behind a verify file: the settings and the role that a file begins with, in
 * a savepoint; temporary tables stay. The file's own replies follow one of is_verify().
 */
void pgm__ledger_sql_verify(pgm__strbuf *sql, const pgm__ledger *ledger);
void pgm__ledger_sql_verified(pgm__strbuf *sql);
bool pgm__ledger_is_verify(const pgm__reply *reply);

/**
 * Opens a transaction of ours that runs no file: the lock where it is the transaction's, timeouts.
 *
 * @return How many replies it brings.
 */
size_t pgm__ledger_sql_open(pgm__strbuf *sql, const pgm__ledger *ledger);

/** Behind a pooler: leaves its connection as the files found it, for whoever gets it next. Outside
 *  a transaction; the replies mean nothing. */
void pgm__ledger_sql_leave(pgm__strbuf *sql, const pgm__ledger *ledger);

/** Takes back the claim of a migration that ended our transaction (its own commit kept the row). */
void pgm__ledger_sql_disclaim(pgm__strbuf *sql, const pgm__ledger *ledger, const char *version);

/** What a string must leave behind it: the server reads a whole string, the file's bytes and
 *  backslashes, before anything in it can say how. */
#define PGM__NEXT_STRING "SET client_encoding='UTF8';SET standard_conforming_strings=on;"

/** Lets go of every advisory lock of the session. One statement that returns a row. */
#define PGM__UNLOCK_ALL "SELECT pg_catalog.pg_advisory_unlock_all();"

/**
 * Takes back what a file may have left in the session: settings, role (RESET ALL does not reach
 * it), cursors, prepared statements, channels, temporary tables, currval(). All but locks. Meant
 * for a transaction, which DISCARD ALL cannot run in.
 *
 * @return How many replies it brings.
 */
size_t pgm__ledger_sql_hygiene(pgm__strbuf *sql);

/** Adds "schema"."table" of the ledger, or of its companion table. */
void pgm__ledger_add_table(pgm__strbuf *sql, const pgm__ledger *ledger);
void pgm__ledger_add_progress(pgm__strbuf *sql, const pgm__ledger *ledger);

/** Resets what a file before may have left, then pins the session's settings; for strings without a
 *  transaction of their own. */
void pgm__ledger_sql_session(pgm__strbuf *sql, const pgm__ledger *ledger);

/** Is this reply (ROW or ROWS_END) the guard's? */
bool pgm__ledger_is_guard(const pgm__reply *reply);

/** The advisory lock's key: FNV-1a of "pgmarch:" and the ledger's name, the same in every version.
 */
int64_t pgm__ledger_lock_key(const char *schema, const char *table);

#endif
