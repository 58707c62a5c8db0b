#include "pg/ledger.h"

#include <stdlib.h>
#include <string.h>

#include "engine/classify.h"

#define GUARD_COLUMN  "pgmarch guard"
#define VERIFY_COLUMN "pgmarch verify"
#define VERIFY_POINT  "pgmarch_verify"

/* Ends with the transaction it was made in, and no file can make it again by chance. */
#define GUARD_SAVEPOINT "\"pgmarch guard\""

/* Prepared statements of ours; pgm__names. */
#define LOCK_NAME  "\"pgmarch lock\""
#define CLAIM_NAME "\"pgmarch claim\""
#define GUARD_NAME "\"pgmarch guard\""

/* A NOTICE flushes the server's send buffer: what ended before it reaches us now. This one, about a
 * text without words, costs the server a fifth of what a DO block does. Behind version() the
 * planner does not call it ahead, once for all times. */
#define NOTICE                                                                                     \
    ",pg_catalog.plainto_tsquery('pg_catalog.simple',pg_catalog.left(pg_catalog.version(),0))"

/* ---- names ---- */

void pgm__ledger_add_table(pgm__strbuf *sql, const pgm__ledger *ledger) {
    if (ledger->schema != NULL) {
        pgm__strbuf_add_ident(sql, ledger->schema);
        pgm__strbuf_addc(sql, '.');
    }
    pgm__strbuf_add_ident(sql, ledger->table);
}

void pgm__ledger_add_progress(pgm__strbuf *sql, const pgm__ledger *ledger) {
    if (ledger->schema != NULL) {
        pgm__strbuf_add_ident(sql, ledger->schema);
        pgm__strbuf_addc(sql, '.');
    }
    pgm__strbuf_adds(sql, PGM__PROGRESS_TABLE);
}

int64_t pgm__ledger_lock_key(const char *schema, const char *table) {
    const char *const parts[] = {"pgmarch:", schema, ".", table};
    uint64_t hash = 14695981039346656037U;
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        for (const char *c = parts[i]; *c != '\0'; c++) {
            hash = (hash ^ (unsigned char)*c) * 1099511628211U;
        }
    }
    int64_t key;
    memcpy(&key, &hash, sizeof key);
    return key;
}

static long long key_of(const pgm__ledger *ledger) {
    return (long long)pgm__ledger_lock_key(ledger->schema, ledger->table);
}

/* ---- lock ---- */

/* The sessions that hold the lock: l of pg_locks, a of pg_stat_activity. */
static void add_holders(pgm__strbuf *sql, const pgm__ledger *ledger) {
    uint64_t key = (uint64_t)key_of(ledger);
    pgm__strbuf_addf(sql,
                     " FROM pg_catalog.pg_locks l"
                     " JOIN pg_catalog.pg_stat_activity a ON a.pid=l.pid"
                     " WHERE l.locktype='advisory' AND l.granted AND l.objsubid=1"
                     " AND l.classid=%lu AND l.objid=%lu AND l.database=(SELECT oid FROM"
                     " pg_catalog.pg_database WHERE datname=pg_catalog.current_database())",
                     (unsigned long)(key >> 32), (unsigned long)(key & 0xffffffffU));
}

/* Always the try form: waiting inside the server deadlocks with CREATE INDEX CONCURRENTLY
 * (facts.md §3). The cast makes a readable error of "busy", which ends the whole string. */
static void add_try_lock(pgm__strbuf *sql, const pgm__ledger *ledger, const char *function) {
    pgm__strbuf_addf(sql, "CASE WHEN pg_catalog.%s(%lld) THEN '1' ELSE '%s'", function,
                     key_of(ledger), PGM__MARK_BUSY);
    if (ledger->name_holder) {
        pgm__strbuf_adds(sql, "||coalesce((SELECT pg_catalog.format(': pid %s, %s, connected since "
                              "%s',l.pid,a.application_name,"
                              "pg_catalog.date_trunc('second',a.backend_start))");
        add_holders(sql, ledger);
        pgm__strbuf_adds(sql, " LIMIT 1),'')");
    }
    pgm__strbuf_adds(sql, " END::pg_catalog.int4");
}

/* A string is one transaction until a BEGIN, and after a SELECT it is too late to choose isolation
 * level or access mode. COMMIT alone would warn. */
static size_t add_new_transaction(pgm__strbuf *sql) {
    pgm__strbuf_adds(sql, "BEGIN;COMMIT;");
    return 2;
}

static void add_run_name(pgm__strbuf *sql, const pgm__ledger *ledger) {
    pgm__strbuf_adds(sql, "'pgmarch/'||");
    pgm__strbuf_add_literal(sql, ledger->run_id);
}

size_t pgm__ledger_sql_end_orphan(pgm__strbuf *sql, const pgm__ledger *ledger) {
    pgm__strbuf_adds(sql, "SELECT pg_catalog.pg_terminate_backend(a.pid)");
    add_holders(sql, ledger);
    pgm__strbuf_adds(sql, " AND a.pid<>pg_catalog.pg_backend_pid() AND a.wait_event='ClientRead'"
                          /* A role set at login may see it and have no right to end it. */
                          " AND pg_catalog.pg_has_role(a.usesysid,'USAGE')"
                          " AND a.application_name=");
    add_run_name(sql, ledger);
    pgm__strbuf_addc(sql, ';');
    return 1 + add_new_transaction(sql);
}

size_t pgm__ledger_sql_lock(pgm__strbuf *sql, const pgm__ledger *ledger) {
    pgm__strbuf_adds(sql, "SELECT ");
    add_try_lock(sql, ledger, "pg_try_advisory_lock");
    pgm__strbuf_addc(sql, ';');
    return 1 + add_new_transaction(sql);
}

/* ---- blocks ---- */

/* A COMMIT in front of it would be another string's; BEGIN names its level because the defaults of
 * database or role may differ. */
static size_t add_begin(pgm__strbuf *sql) {
    pgm__strbuf_adds(sql, "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;");
    return 1;
}

/* The lock of a transaction behind a pooler. Else the session has it, and the locks that the file
 * before took go: ours with them, and it is taken again. Should another run be quicker, that is an
 * error like any busy lock. */
static void add_block_lock(pgm__strbuf *sql, const pgm__ledger *ledger) {
    if (ledger->pooled) {
        pgm__strbuf_adds(sql, "SELECT ");
        add_try_lock(sql, ledger, "pg_try_advisory_xact_lock");
    } else {
        pgm__strbuf_adds(sql, "SELECT pg_catalog.pg_advisory_unlock_all(),");
        add_try_lock(sql, ledger, "pg_try_advisory_lock");
    }
}

/* Settings are local to a transaction, but for files that run without one. */
static const char *scope_of(bool local) {
    return local ? "LOCAL " : "";
}

static size_t add_setting(pgm__strbuf *sql, bool local, const char *name, const char *value) {
    pgm__strbuf_addf(sql, "SET %s%s=", scope_of(local), name);
    pgm__strbuf_add_literal(sql, value);
    pgm__strbuf_addc(sql, ';');
    return 1;
}

static size_t add_timeouts(pgm__strbuf *sql, const pgm__ledger *ledger, bool local) {
    /* Without a transaction no lock_timeout: it would leave an INVALID index behind (N-04). */
    pgm__strbuf_addf(sql, "SET %slock_timeout=%lld;SET %sstatement_timeout=%lld;", scope_of(local),
                     local ? (long long)ledger->lock_timeout : 0, scope_of(local),
                     (long long)ledger->statement_timeout);
    if (ledger->server_version < 140000) {
        return 2;
    }
    /* Otherwise the string of a client that died runs on to its end and commits (facts.md §2). */
    return 2 + add_setting(sql, local, "client_connection_check_interval", "2s");
}

size_t pgm__ledger_sql_hygiene(pgm__strbuf *sql) {
    pgm__strbuf_adds(sql, "RESET ALL;RESET SESSION AUTHORIZATION;RESET ROLE;CLOSE ALL;"
                          "DEALLOCATE ALL;UNLISTEN *;DISCARD TEMP;DISCARD SEQUENCES;");
    return 8;
}

/* Between two blocks of a string. The role came back before the first one's COMMIT. */
static size_t add_hygiene_between(pgm__strbuf *sql, bool names_known) {
    pgm__strbuf_adds(sql, "RESET ALL;CLOSE ALL;UNLISTEN *;DISCARD TEMP;DISCARD SEQUENCES;");
    if (names_known) {
        return 5; /* they stay: the file before has none of its own */
    }
    pgm__strbuf_adds(sql, "DEALLOCATE ALL;");
    return 6;
}

/* Whatever the pooler makes of application_name, and after RESET ALL: what is left of a run must be
 * known by its name (pgm__ledger_sql_end_orphan). */
static size_t add_own_name(pgm__strbuf *sql, const pgm__ledger *ledger) {
    if (!ledger->pooled) {
        return 0;
    }
    pgm__strbuf_adds(sql, "SELECT pg_catalog.set_config('application_name',");
    add_run_name(sql, ledger);
    pgm__strbuf_adds(sql, ",true);");
    return 1;
}

void pgm__ledger_sql_leave(pgm__strbuf *sql, const pgm__ledger *ledger) {
    if (ledger->pooled) {
        (void)pgm__ledger_sql_hygiene(sql);
        /* Not a startup parameter there, so that RESET ALL does not come back to it: what comes
         * next would be read in the database's own encoding. It was so when we came. */
        pgm__strbuf_adds(sql, PGM__NEXT_STRING);
    }
}

/* Everything that could make the same file give another schema on another target is pinned. */
static size_t add_settings(pgm__strbuf *sql, const pgm__ledger *ledger, bool local) {
    const char *scope = scope_of(local);
    size_t replies = 2;
    pgm__strbuf_addf(sql, "SET %sDateStyle='ISO, MDY';SET %sclient_min_messages=notice;", scope,
                     scope);
    replies += add_setting(sql, local, "TimeZone",
                           ledger->time_zone == NULL ? "UTC" : ledger->time_zone);
    if (!local || ledger->strings_off) {
        /* Not LOCAL: the server parses a string before it runs any of it. */
        pgm__strbuf_adds(sql, "SET standard_conforming_strings=on;");
        replies++;
    }
    if (ledger->search_path != NULL) {
        pgm__strbuf_addf(sql, "SET %ssearch_path=", scope);
        pgm__strbuf_add_ident(sql, ledger->search_path);
        pgm__strbuf_addc(sql, ';');
        replies++;
    }
    for (size_t i = 0; i < ledger->variable_count; i++) {
        pgm__strbuf_addf(sql, "SET %spgmarch.%s=", scope, ledger->variables[i].keyword);
        pgm__strbuf_add_literal(sql, ledger->variables[i].value);
        pgm__strbuf_addc(sql, ';');
    }
    return replies + ledger->variable_count + add_timeouts(sql, ledger, local);
}

void pgm__ledger_sql_session(pgm__strbuf *sql, const pgm__ledger *ledger) {
    (void)pgm__ledger_sql_hygiene(sql);
    add_block_lock(sql, ledger);
    pgm__strbuf_addc(sql, ';');
    (void)add_settings(sql, ledger, false);
    /* No BEGIN of ours says it for a statement that runs alone. */
    pgm__strbuf_adds(sql, "SET default_transaction_isolation='read committed';"
                          "SET default_transaction_read_only=off;");
}

/* The savepoint takes back what the verify file does, its settings and ours: it is not part of the
 * checksum, so it must not be able to change a target. */
void pgm__ledger_sql_verify(pgm__strbuf *sql, const pgm__ledger *ledger) {
    pgm__strbuf_adds(sql, PGM__NEXT_STRING "SAVEPOINT " VERIFY_POINT ";"
                                           "RESET ALL;RESET SESSION AUTHORIZATION;RESET ROLE;");
    (void)add_settings(sql, ledger, true);
    if (ledger->pooled) {
        (void)add_setting(sql, true, "client_encoding", "UTF8");
    }
    pgm__strbuf_adds(sql, "SELECT 1 AS \"" VERIFY_COLUMN "\";");
}

void pgm__ledger_sql_verified(pgm__strbuf *sql) {
    pgm__strbuf_adds(sql, "ROLLBACK TO SAVEPOINT " VERIFY_POINT ";");
}

static const char *const our_columns[] = {"description TEXT", "checksum TEXT", "duration_ms BIGINT",
                                          "run_id TEXT"};

static void add_columns(pgm__strbuf *sql, const pgm__ledger *ledger, bool exists) {
    size_t count = sizeof our_columns / sizeof our_columns[0];
    pgm__strbuf_adds(sql, exists ? "ALTER TABLE " : "CREATE TABLE ");
    pgm__ledger_add_table(sql, ledger);
    pgm__strbuf_adds(sql, exists ? " "
                                 : "(version VARCHAR(255) PRIMARY KEY,"
                                   "applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,");
    for (size_t i = 0; i < count; i++) {
        pgm__strbuf_addf(sql, "%s%s%s", i == 0 ? "" : ",",
                         exists ? "ADD COLUMN IF NOT EXISTS " : "", our_columns[i]);
    }
    pgm__strbuf_adds(sql, exists ? ";" : ");");
}

size_t pgm__ledger_sql_open(pgm__strbuf *sql, const pgm__ledger *ledger) {
    size_t replies = add_begin(sql);
    if (ledger->pooled) {
        add_block_lock(sql, ledger);
        pgm__strbuf_addc(sql, ';');
        replies++;
    }
    replies += add_own_name(sql, ledger);
    return replies + add_timeouts(sql, ledger, true);
}

size_t pgm__ledger_sql_prepare(pgm__strbuf *sql, const pgm__ledger *ledger, bool exists,
                               bool create_schema) {
    size_t replies = pgm__ledger_sql_open(sql, ledger);
    if (!ledger->flush_each) {
        pgm__strbuf_adds(sql, PGM__ASYNC_COMMIT);
        replies++;
    }
    if (create_schema) {
        pgm__strbuf_adds(sql, "CREATE SCHEMA IF NOT EXISTS ");
        pgm__strbuf_add_ident(sql, ledger->search_path);
        pgm__strbuf_addc(sql, ';');
        replies++;
    }
    add_columns(sql, ledger, exists);
    pgm__strbuf_adds(sql, "COMMIT;");
    return replies + 2;
}

static void add_insert(pgm__strbuf *sql, const pgm__ledger *ledger) {
    pgm__strbuf_adds(sql, "INSERT INTO ");
    pgm__ledger_add_table(sql, ledger);
    pgm__strbuf_adds(sql, " AS l(version,applied_at,description,checksum,run_id) VALUES(");
}

static void add_arguments(pgm__strbuf *sql, const pgm__migration *migration, const char *between) {
    pgm__strbuf_add_literal(sql, migration->version);
    pgm__strbuf_adds(sql, between);
    pgm__strbuf_add_literal(sql, migration->name);
    pgm__strbuf_addf(sql, ",'%s'", migration->up.checksum);
}

/* NULL: of the migration in $1, $2 and $3. */
static void add_claim(pgm__strbuf *sql, const pgm__ledger *ledger,
                      const pgm__migration *migration) {
    /* Not now(): it is the time the string arrived, the same for all its blocks. */
    static const char at[] = ",pg_catalog.timezone('UTC',pg_catalog.clock_timestamp()),";
    add_insert(sql, ledger);
    if (migration == NULL) {
        pgm__strbuf_addf(sql, "$1%s$2,$3", at);
    } else {
        add_arguments(sql, migration, at);
    }
    pgm__strbuf_addc(sql, ',');
    pgm__strbuf_add_literal(sql, ledger->run_id);
    pgm__strbuf_addc(sql, ')');
}

/* The claim comes first in the transaction: it waits for an orphan that still holds the row, and
 * then fails (up) or finds nothing (down). This is what makes a migration exactly once. */
void pgm__ledger_sql_claim(pgm__strbuf *sql, const pgm__ledger *ledger,
                           const pgm__migration *migration) {
    if (migration->repeatable) {
        pgm__strbuf_adds(sql, "WITH c AS (");
    }
    add_claim(sql, ledger, migration);
    if (migration->repeatable) {
        /* Its row is there from last time; the claim is that it still has another checksum. */
        pgm__strbuf_addf(sql,
                         " ON CONFLICT(version) DO UPDATE SET applied_at=excluded.applied_at,"
                         "checksum=excluded.checksum,run_id=excluded.run_id,duration_ms=NULL"
                         " WHERE l.checksum IS DISTINCT FROM excluded.checksum RETURNING 1)"
                         " SELECT CASE WHEN pg_catalog.count(*)=1 THEN '1' ELSE '%s' END"
                         "::pg_catalog.int4 FROM c",
                         PGM__MARK_TAKEN);
    }
    pgm__strbuf_addc(sql, ';');
}

void pgm__ledger_sql_unclaim(pgm__strbuf *sql, const pgm__ledger *ledger, const char *version) {
    pgm__strbuf_adds(sql, "WITH d AS (DELETE FROM ");
    pgm__ledger_add_table(sql, ledger);
    pgm__strbuf_adds(sql, " WHERE version=");
    pgm__strbuf_add_literal(sql, version);
    pgm__strbuf_addf(sql,
                     " RETURNING 1) SELECT CASE WHEN pg_catalog.count(*)=1 THEN '1' ELSE '%s' END"
                     "::pg_catalog.int4 FROM d;",
                     PGM__MARK_TAKEN);
}

/* What a claim fills, in a row that will not stay: in a ledger that was made by hand these columns
 * may be NOT NULL, which the server looks at before it finds the row that is there. */
#define FILLING ",'epoch','','','')"

/* An UPDATE, written as the INSERT that finds its row there: planning a search for the row costs
 * the server more than all the rest. Where the row is gone, a new one has no duration: an error.
 * NULL: of the version in $1. */
static void add_finish(pgm__strbuf *sql, const pgm__ledger *ledger, const char *version) {
    add_insert(sql, ledger);
    if (version == NULL) {
        pgm__strbuf_adds(sql, "$1");
    } else {
        pgm__strbuf_add_literal(sql, version);
    }
    pgm__strbuf_adds(sql,
                     FILLING " ON CONFLICT(version) DO UPDATE SET duration_ms="
                             "1000*pg_catalog.date_part('epoch',pg_catalog.timezone('UTC',"
                             "pg_catalog.clock_timestamp())-l.applied_at)"
                             " RETURNING coalesce(l.duration_ms::pg_catalog.text,'" PGM__MARK_ERASED
                             "')::pg_catalog.int8 AS \"" GUARD_COLUMN "\";");
}

static size_t add_names(pgm__strbuf *sql, const pgm__ledger *ledger) {
    pgm__strbuf_adds(sql, "PREPARE " LOCK_NAME " AS ");
    add_block_lock(sql, ledger);
    pgm__strbuf_adds(sql, NOTICE ";PREPARE " CLAIM_NAME " AS ");
    add_claim(sql, ledger, NULL);
    pgm__strbuf_adds(sql, ";PREPARE " GUARD_NAME " AS ");
    add_finish(sql, ledger, NULL);
    return 3;
}

static size_t add_cleaning(pgm__strbuf *sql, const pgm__ledger *ledger, bool first,
                           pgm__names names) {
    if (ledger->pooled || (first && !ledger->used)) {
        return 0;
    }
    return first ? pgm__ledger_sql_hygiene(sql)
                 : add_hygiene_between(sql, names == PGM__NAMES_KNOWN);
}

/* The string's first block has the lock from before it, and nothing in front to tell of. */
static size_t lock_again(pgm__strbuf *sql, const pgm__ledger *ledger, bool first,
                         pgm__names names) {
    if (first && !ledger->used && !ledger->pooled) {
        return 0;
    }
    if (names != PGM__NAMES_NONE) {
        pgm__strbuf_adds(sql, "EXECUTE " LOCK_NAME ";");
        return 1;
    }
    add_block_lock(sql, ledger);
    pgm__strbuf_adds(sql, first ? ";" : NOTICE ";");
    return 1;
}

static void add_named_claim(pgm__strbuf *sql, const pgm__migration *migration) {
    pgm__strbuf_adds(sql, "EXECUTE " CLAIM_NAME "(");
    add_arguments(sql, migration, ",");
    pgm__strbuf_adds(sql, ");");
}

size_t pgm__ledger_sql_begin(pgm__strbuf *sql, const pgm__ledger *ledger,
                             const pgm__migration *migration, bool down, bool first,
                             pgm__names names) {
    size_t replies = add_begin(sql);
    replies += add_cleaning(sql, ledger, first, names);
    replies += add_own_name(sql, ledger);
    replies += add_settings(sql, ledger, true);
    replies += names == PGM__NAMES_GIVEN ? add_names(sql, ledger) : 0;
    replies += lock_again(sql, ledger, first, names);
    pgm__strbuf_adds(sql, "SAVEPOINT " GUARD_SAVEPOINT ";");
    if (down) {
        pgm__ledger_sql_unclaim(sql, ledger, migration->version);
    } else if (names != PGM__NAMES_NONE && !migration->repeatable) {
        add_named_claim(sql, migration);
    } else {
        pgm__ledger_sql_claim(sql, ledger, migration);
    }
    return replies + 2;
}

void pgm__ledger_sql_commit(pgm__strbuf *sql, const pgm__ledger *ledger,
                            const pgm__migration *migration, bool down, bool named) {
    pgm__strbuf_adds(sql, "RELEASE SAVEPOINT " GUARD_SAVEPOINT ";");
    if (ledger->pooled) {
        /* With the commit the connection may be another client's. */
        (void)pgm__ledger_sql_hygiene(sql);
    }
    /* The role comes back: the file may have given up the right to write the ledger. */
    pgm__strbuf_adds(sql, "RESET SESSION AUTHORIZATION;RESET ROLE;" PGM__NEXT_STRING);
    pgm__strbuf_adds(sql, ledger->flush_each ? PGM__SYNC_COMMIT : PGM__ASYNC_COMMIT);
    if (down) {
        pgm__strbuf_adds(sql, "SELECT 0 AS \"" GUARD_COLUMN "\";");
    } else if (named) {
        pgm__strbuf_adds(sql, "EXECUTE " GUARD_NAME "(");
        pgm__strbuf_add_literal(sql, migration->version);
        pgm__strbuf_adds(sql, ");");
    } else {
        add_finish(sql, ledger, migration->version);
    }
    pgm__strbuf_adds(sql, "COMMIT;");
}

/* A transaction without WAL of its own flushes nothing. The row is gone before anybody sees it. */
size_t pgm__ledger_sql_flush(pgm__strbuf *sql, const pgm__ledger *ledger) {
    pgm__strbuf_adds(sql, "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE;" PGM__SYNC_COMMIT);
    add_insert(sql, ledger);
    pgm__strbuf_adds(sql, "'pgmarch: flush'" FILLING ";DELETE FROM ");
    pgm__ledger_add_table(sql, ledger);
    pgm__strbuf_adds(sql, " WHERE version='pgmarch: flush';COMMIT;");
    return 5;
}

void pgm__ledger_sql_disclaim(pgm__strbuf *sql, const pgm__ledger *ledger, const char *version) {
    pgm__strbuf_adds(sql, "DELETE FROM ");
    pgm__ledger_add_table(sql, ledger);
    pgm__strbuf_adds(sql, " WHERE duration_ms IS NULL AND version=");
    pgm__strbuf_add_literal(sql, version);
    pgm__strbuf_adds(sql, " AND run_id=");
    pgm__strbuf_add_literal(sql, ledger->run_id);
    pgm__strbuf_addc(sql, ';');
}

static bool begins_with_column(const pgm__reply *reply, const char *wanted) {
    pgm__reply_kind kind = pgm__reply_kind_of(reply);
    if (kind != PGM__REPLY_ROW && kind != PGM__REPLY_ROWS_END) {
        return false;
    }
    const char *name = pgm__reply_column(reply, 0);
    return name != NULL && strcmp(name, wanted) == 0;
}

bool pgm__ledger_is_guard(const pgm__reply *reply) {
    return begins_with_column(reply, GUARD_COLUMN);
}

bool pgm__ledger_is_verify(const pgm__reply *reply) {
    return begins_with_column(reply, VERIFY_COLUMN);
}
