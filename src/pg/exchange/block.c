#include "pg/exchange/block.h"

#include "pg/exchange/claim.h"
#include "pg/exchange/hygiene.h"
#include "pg/exchange/lock.h"

/* Ends with the transaction it was made in, and no file can make it again by chance. */
#define GUARD_SAVEPOINT "\"pgmarch guard\""

/* A prepared statement of ours; the others are claim.c's. */
#define LOCK_NAME "\"pgmarch lock\""

/* A NOTICE flushes the server's send buffer: what ended before it reaches us now. This one, about a
 * text without words, costs the server a fifth of what a DO block does. Behind version() the
 * planner does not call it ahead, once for all times. */
#define NOTICE                                                                                     \
    "pg_catalog.plainto_tsquery('pg_catalog.simple',pg_catalog.left(pg_catalog.version(),0))"

/* In front of the settings of the block, where the role's own may let no NOTICE through. */
#define IS_HEARD "pg_catalog.set_config('client_min_messages','notice',true)" PGM__EQ "'notice'"
#define IS_LATE  "pg_catalog.current_setting('" PGM__LATE_SETTING "',true)" PGM__NE "''"

/* ---- transactions without a file ---- */

size_t pgm__block_sql_end_open(pgm__strbuf *sql, pgm__transaction transaction) {
    if (transaction == PGM__TRANSACTION_NONE) {
        return 0;
    }
    pgm__strbuf_adds(sql, "ROLLBACK;");
    return 1;
}

void pgm__block_sql_look(pgm__strbuf *sql, const pgm__context *context) {
    pgm__strbuf_adds(sql, PGM__BEGIN_READING);
    (void)pgm__context_add_role(sql, context, true);
    pgm__strbuf_adds(sql,
                     /* UTC by its other name, for which the server opens no file. */
                     "SET LOCAL DateStyle='ISO, YMD';SET LOCAL TimeZone='GMT';"
                     "SET LOCAL lock_timeout='5s';"
                     /* Where a policy would filter, the server refuses instead. */
                     "SET LOCAL row_security=off;");
    (void)pgm__hygiene_sql_schema(sql, context);
}

size_t pgm__block_sql_open(pgm__strbuf *sql, const pgm__context *context) {
    size_t replies = 1;
    pgm__strbuf_adds(sql, PGM__BEGIN_WRITING);
    replies += pgm__context_add_role(sql, context, true);
    if (context->pooled) {
        pgm__lock_add_of_block(sql, context);
        pgm__strbuf_addc(sql, ';');
        replies++;
    }
    replies += pgm__hygiene_sql_name(sql, context);
    return replies + pgm__hygiene_sql_timeouts(sql, context);
}

/* text is the one type here that is no word of the grammar: it would be looked for along the search
 * path. */
static const char *const our_columns[] = {"description pg_catalog.text", "checksum pg_catalog.text",
                                          "duration_ms BIGINT", "run_id pg_catalog.text"};

static void add_columns(pgm__strbuf *sql, const pgm__context *context, bool exists) {
    size_t count = sizeof our_columns / sizeof our_columns[0];
    pgm__strbuf_adds(sql, exists ? "ALTER TABLE " : "CREATE TABLE ");
    pgm__context_add_table(sql, context);
    pgm__strbuf_adds(sql, exists ? " "
                                 : "(version VARCHAR(255) PRIMARY KEY,"
                                   "applied_at TIMESTAMP DEFAULT CURRENT_TIMESTAMP,");
    for (size_t i = 0; i < count; i++) {
        pgm__strbuf_addf(sql, "%s%s%s", i == 0 ? "" : ",",
                         exists ? "ADD COLUMN IF NOT EXISTS " : "", our_columns[i]);
    }
    pgm__strbuf_adds(sql, exists ? ";" : ");");
}

static size_t add_schema(pgm__strbuf *sql, bool missing, const char *name) {
    if (!missing) {
        return 0;
    }
    pgm__strbuf_adds(sql, "CREATE SCHEMA IF NOT EXISTS ");
    pgm__strbuf_add_ident(sql, name);
    pgm__strbuf_addc(sql, ';');
    return 1;
}

size_t pgm__block_sql_missing(pgm__strbuf *sql, const pgm__context *context, pgm__prepares what) {
    size_t replies = add_schema(sql, context->lacks_schema, context->search_path);
    replies += add_schema(sql, context->lacks_own_schema, context->schema);
    if (what == PGM__PREPARES_COLUMNS || what == PGM__PREPARES_TABLE) {
        add_columns(sql, context, what == PGM__PREPARES_COLUMNS);
        replies++;
    }
    return replies;
}

size_t pgm__block_sql_prepare(pgm__strbuf *sql, const pgm__context *context, pgm__prepares what) {
    size_t replies = pgm__block_sql_open(sql, context);
    if (!context->flush_each) {
        pgm__strbuf_adds(sql, PGM__ASYNC_COMMIT);
        replies++;
    }
    replies += pgm__block_sql_missing(sql, context, what);
    pgm__strbuf_adds(sql, "COMMIT;");
    return replies + 1;
}

/* A transaction without WAL of its own flushes nothing (RecordTransactionCommit() of the server's
 * xact.c). A message of logical decoding is WAL and nothing else: it needs no right, no row of the
 * ledger, and wakes no trigger there. */
size_t pgm__block_sql_flush(pgm__strbuf *sql) {
    pgm__strbuf_adds(sql, PGM__BEGIN_WRITING PGM__SYNC_COMMIT
                     "SELECT pg_catalog.pg_logical_emit_message(true,'pgmarch',"
                     "'flush'::pg_catalog.text);COMMIT;");
    return 4;
}

/* ---- a migration's ---- */

/* Takes the lock again, and tells of what came before. */
static void add_turn(pgm__strbuf *sql, const pgm__context *context, bool always) {
    pgm__lock_add_of_block(sql, context);
    pgm__strbuf_addf(sql, ",CASE WHEN %s" IS_HEARD " THEN " NOTICE " END;",
                     always ? "" : IS_LATE " AND ");
}

/* Between two files of a string. What stands in front of RESET ALL still finds the setting that
 * says that the block before was late; of the names that a file may have left, ours come after. */
static size_t take_turn(pgm__strbuf *sql, const pgm__context *context, pgm__turn turn) {
    if (turn.names == PGM__NAMES_KNOWN) {
        pgm__strbuf_adds(sql, "EXECUTE " LOCK_NAME ";");
        return 1 + pgm__hygiene_sql_between(sql);
    }
    pgm__strbuf_adds(sql, "DEALLOCATE ALL;");
    if (turn.names == PGM__NAMES_NONE) {
        add_turn(sql, context, turn.tells);
        return 2 + pgm__hygiene_sql_between(sql);
    }
    pgm__strbuf_adds(sql, "PREPARE " LOCK_NAME " AS ");
    add_turn(sql, context, false);
    pgm__strbuf_adds(sql, "EXECUTE " LOCK_NAME ";");
    return 3 + pgm__hygiene_sql_between(sql);
}

/* The string's first block has the lock from before it, and nothing in front to tell of. */
static size_t lock_first(pgm__strbuf *sql, const pgm__context *context) {
    if (!context->ran_file) {
        return 0;
    }
    size_t replies = pgm__hygiene_sql(sql);
    pgm__lock_add_of_block(sql, context);
    pgm__strbuf_addc(sql, ';');
    return replies + 1;
}

/* No session's state lasts: the lock is the transaction's, and each block tells of the one before.
 */
static size_t lock_pooled(pgm__strbuf *sql, const pgm__context *context, bool first) {
    pgm__lock_add_of_block(sql, context);
    pgm__strbuf_adds(sql, first ? ";" : "," NOTICE ";");
    return 1;
}

size_t pgm__block_sql_begin(pgm__strbuf *sql, const pgm__context *context,
                            const pgm__migration *migration, bool down, pgm__turn turn) {
    size_t replies = 1;
    pgm__strbuf_adds(sql, PGM__BEGIN_WRITING);
    if (!context->pooled) {
        replies += turn.first ? lock_first(sql, context) : take_turn(sql, context, turn);
    }
    replies += pgm__hygiene_sql_name(sql, context);
    replies += pgm__hygiene_sql_settings(sql, context, true);
    replies += turn.names == PGM__NAMES_GIVEN ? pgm__claim_sql_prepare(sql, context) : 0;
    replies += context->pooled ? lock_pooled(sql, context, turn.first) : 0;
    pgm__strbuf_adds(sql, "SAVEPOINT " GUARD_SAVEPOINT ";");
    if (down) {
        pgm__claim_sql_remove(sql, context, migration->version);
    } else if (turn.names != PGM__NAMES_NONE && !migration->repeatable) {
        pgm__claim_sql_by_name(sql, migration);
    } else {
        pgm__claim_sql(sql, context, migration, NULL);
    }
    return replies + 2;
}

void pgm__block_sql_commit(pgm__strbuf *sql, const pgm__context *context,
                           const pgm__migration *migration, bool down, bool named) {
    pgm__strbuf_adds(sql, "RELEASE SAVEPOINT " GUARD_SAVEPOINT ";");
    if (context->pooled) {
        /* With the commit the connection may be another client's. */
        (void)pgm__hygiene_sql(sql);
    }
    /* The role comes back: the file may have given up the right to write the ledger. */
    pgm__strbuf_adds(sql, "RESET SESSION AUTHORIZATION;RESET ROLE;");
    (void)pgm__context_add_role(sql, context, true);
    pgm__strbuf_adds(sql, PGM__NEXT_STRING);
    pgm__strbuf_adds(sql, context->flush_each ? PGM__SYNC_COMMIT : PGM__ASYNC_COMMIT);
    if (down) {
        pgm__claim_sql_recorded(sql, context, migration, true);
    } else if (named) {
        pgm__claim_sql_finish_by_name(sql, migration->version);
    } else {
        pgm__claim_sql_finish(sql, context, migration);
    }
    pgm__strbuf_adds(sql, "COMMIT;");
}
