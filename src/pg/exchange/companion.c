#include "pg/exchange/companion.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "engine/classify.h"
#include "pg/exchange/block.h"
#include "pg/exchange/claim.h"
#include "pg/exchange/hygiene.h"
#include "pg/exchange/lock.h"
#include "pg/exchange/owner.h"
#include "pg/exchange/quote.h"

void pgm__companion_sql_prepare(pgm__strbuf *sql, const pgm__context *context) {
    pgm__strbuf_adds(sql, PGM__BEGIN_WRITING);
    (void)pgm__context_add_role(sql, context, true);
    pgm__strbuf_adds(sql, "CREATE TABLE IF NOT EXISTS ");
    pgm__context_add_companion(sql, context);
    pgm__strbuf_adds(sql, "(ledger pg_catalog.text,version VARCHAR(255),direction pg_catalog.text,"
                          "statement INT NOT NULL,running BOOLEAN NOT NULL,checksum "
                          "pg_catalog.text,run_id pg_catalog.text,pid INT,updated_at TIMESTAMP,"
                          "PRIMARY KEY(ledger,version,direction));COMMIT;");
}

int pgm__companion_sql_read(pgm__strbuf *sql, const pgm__context *context) {
    pgm__block_sql_look(sql, context);
    if (!context->trusted) {
        pgm__strbuf_adds(sql, "SELECT ");
        pgm__owner_add(sql, context);
        pgm__strbuf_addc(sql, ';');
    }
    pgm__strbuf_adds(sql, "SELECT p.version,p.direction" PGM__EQ
                          "'down',p.statement,p.running,p.checksum,p.run_id FROM ");
    pgm__context_add_companion(sql, context);
    pgm__strbuf_adds(sql, " p WHERE p.ledger" PGM__EQ);
    pgm__strbuf_add_literal(sql, context->table);
    pgm__strbuf_adds(sql, ";COMMIT");
    return context->trusted ? 0 : 1;
}

/* The row is `p`. */
static void add_key(pgm__strbuf *sql, const pgm__context *context, const pgm__statements *file) {
    pgm__strbuf_adds(sql, " WHERE p.ledger" PGM__EQ);
    pgm__strbuf_add_literal(sql, context->table);
    pgm__strbuf_adds(sql, " AND p.version" PGM__EQ);
    pgm__strbuf_add_literal(sql, file->migration->version);
    pgm__strbuf_addf(sql, " AND p.direction" PGM__EQ "'%s'", file->down ? "down" : "up");
}

/* The row is this run's. */
static void add_ours(pgm__strbuf *sql, const pgm__context *context) {
    pgm__strbuf_addf(sql, " AND p.run_id" PGM__EQ "'%s'", context->run_id);
}

static void add_values(pgm__strbuf *sql, const pgm__context *context, const pgm__statements *file,
                       bool running) {
    pgm__strbuf_addf(sql, "statement=%zu,running=%s,run_id=", file->statement,
                     running ? "true" : "false");
    pgm__strbuf_add_literal(sql, context->run_id);
    pgm__strbuf_adds(sql, ",pid=pg_catalog.pg_backend_pid(),"
                          "updated_at=pg_catalog.timezone('UTC',pg_catalog.clock_timestamp())");
}

/* Ends a "WITH u AS (…" that writes the row: fails with `mark` unless it has hit one, which must
 * also have come back as it was sent. A statement that runs without its note would run twice. */
static void add_wrote_one(pgm__strbuf *sql, const pgm__context *context,
                          const pgm__statements *file, bool running, const char *mark) {
    pgm__strbuf_addf(sql,
                     " RETURNING p.statement,p.running,p.run_id) SELECT CASE WHEN EXISTS(SELECT "
                     "FROM u WHERE u.statement" PGM__EQ "%zu AND u.running" PGM__EQ
                     "%s AND u.run_id::pg_catalog.text" PGM__EQ,
                     file->statement, running ? "true" : "false");
    pgm__strbuf_add_literal(sql, context->run_id);
    pgm__strbuf_addf(sql,
                     ") THEN '1' WHEN EXISTS(SELECT FROM u) THEN '" PGM__MARK_REFUSED
                     "' ELSE '%s' END::pg_catalog.int4;",
                     mark);
}

static void add_claim(pgm__strbuf *sql, const pgm__context *context, const pgm__statements *file) {
    pgm__strbuf_adds(sql, "WITH u AS (INSERT INTO ");
    pgm__context_add_companion(sql, context);
    pgm__strbuf_adds(sql, " AS p(ledger,version,direction,statement,running,checksum,run_id,pid,"
                          "updated_at) VALUES(");
    pgm__strbuf_add_literal(sql, context->table);
    pgm__strbuf_addc(sql, ',');
    pgm__strbuf_add_literal(sql, file->migration->version);
    pgm__strbuf_addf(sql, ",'%s',%zu,false,'%s','%s'", file->down ? "down" : "up", file->statement,
                     file->script->checksum, context->run_id);
    pgm__strbuf_adds(sql, ",pg_catalog.pg_backend_pid(),"
                          "pg_catalog.timezone('UTC',pg_catalog.clock_timestamp()))");
    add_wrote_one(sql, context, file, false, PGM__MARK_REFUSED);
}

static void add_reclaim(pgm__strbuf *sql, const pgm__context *context, const pgm__statements *file,
                        const pgm__progress_row *was) {
    pgm__strbuf_adds(sql, "WITH u AS (UPDATE ");
    pgm__context_add_companion(sql, context);
    pgm__strbuf_adds(sql, " AS p SET ");
    add_values(sql, context, file, was->running);
    if (was->statement == 0 && !was->running) {
        /* Nothing of the text that was begun has run: this one may be another. */
        pgm__strbuf_addf(sql, ",checksum='%s'", file->script->checksum);
    }
    add_key(sql, context, file);
    pgm__strbuf_addf(sql,
                     " AND p.statement" PGM__EQ "%zu AND p.running" PGM__EQ
                     "%s AND coalesce(p.run_id::pg_catalog.text,'')" PGM__EQ,
                     was->statement, was->running ? "true" : "false");
    pgm__strbuf_add_literal(sql, was->run_id == NULL ? "" : was->run_id);
    add_wrote_one(sql, context, file, was->running, PGM__MARK_TAKEN);
}

void pgm__companion_sql_rival(pgm__strbuf *sql, const pgm__context *context,
                              const pgm__progress_row *was) {
    bool other = was != NULL && was->running && was->run_id != NULL &&
                 strcmp(was->run_id, context->run_id) != 0;
    if (!other) {
        return;
    }
    pgm__strbuf name = {0};
    pgm__strbuf_addf(&name, PGM__SESSION_PREFIX "%s", was->run_id);
    pgm__strbuf_adds(sql, "SELECT coalesce((SELECT pg_catalog.format('" PGM__MARK_BUSY
                          ": pid %s, %s, is in the middle of this file',a.pid,a.application_name)"
                          " FROM pg_catalog.pg_stat_activity a WHERE a.application_name" PGM__EQ);
    pgm__quote_take(sql, &name);
    pgm__strbuf_adds(
        sql,
        " AND a.datname" PGM__EQ "pg_catalog.current_database() AND a.pid" PGM__NE
        "pg_catalog.pg_backend_pid() LIMIT 1),'1')::pg_catalog.int4;" PGM__END_OF_OWN_TRANSACTION);
}

/* Up: it is not there, or of a repeatable one: not with this checksum. Down: it is there. */
static void add_unchanged(pgm__strbuf *sql, const pgm__context *context,
                          const pgm__statements *file) {
    pgm__strbuf_adds(sql, "SELECT CASE WHEN (SELECT pg_catalog.count(*) FROM ");
    pgm__context_add_table(sql, context);
    pgm__strbuf_adds(sql, " AS l WHERE l.version" PGM__EQ);
    pgm__strbuf_add_literal(sql, file->migration->version);
    if (file->migration->repeatable) {
        pgm__strbuf_addf(sql, " AND l.checksum" PGM__EQ "'%s'", file->script->checksum);
    }
    pgm__strbuf_addf(sql,
                     ")" PGM__EQ "%d THEN '1' ELSE '" PGM__MARK_TAKEN "' END::pg_catalog.int4;",
                     file->down ? 1 : 0);
}

void pgm__companion_sql_begin(pgm__strbuf *sql, const pgm__context *context,
                              const pgm__statements *file, const pgm__progress_row *was) {
    pgm__strbuf_adds(sql, PGM__BEGIN_WRITING);
    pgm__hygiene_sql_session(sql, context);
    add_unchanged(sql, context, file);
    if (was == NULL) {
        add_claim(sql, context, file);
    } else {
        add_reclaim(sql, context, file, was);
    }
    pgm__strbuf_adds(sql, "COMMIT;");
}

/* The file may have given up the right to write there; to its next statement its role is back. The
 * role is the target's, or the one that the session began with, which need not be none (ALTER ROLE
 * ... SET role). */
void pgm__companion_sql_mark(pgm__strbuf *sql, const pgm__context *context,
                             const pgm__statements *file, bool running) {
    pgm__strbuf_adds(sql, PGM__BEGIN_WRITING
                     "SET LOCAL SESSION AUTHORIZATION DEFAULT;SET LOCAL role TO DEFAULT;");
    (void)pgm__context_add_role(sql, context, true);
    if (running) {
        pgm__lock_sql_again(sql, context);
    }
    pgm__strbuf_adds(sql, "WITH u AS (UPDATE ");
    pgm__context_add_companion(sql, context);
    pgm__strbuf_adds(sql, " AS p SET ");
    add_values(sql, context, file, running);
    add_key(sql, context, file);
    add_ours(sql, context);
    add_wrote_one(sql, context, file, running, PGM__MARK_TAKEN);
    pgm__strbuf_adds(sql, "COMMIT;");
}

void pgm__companion_sql_verify(pgm__strbuf *sql, const pgm__context *context,
                               pgm__statements *file) {
    pgm__companion_sql_mark(sql, context, file, false);
    pgm__strbuf_adds(sql, PGM__BEGIN_WRITING);
    pgm__verify_add(&file->verify, sql, context, &file->migration->verify);
    pgm__strbuf_adds(sql, "ROLLBACK;");
}

void pgm__companion_sql_record(pgm__strbuf *sql, const pgm__context *context,
                               const pgm__statements *file, uint64_t ms) {
    pgm__strbuf_adds(sql, PGM__BEGIN_WRITING "RESET SESSION AUTHORIZATION;RESET ROLE;");
    (void)pgm__context_add_role(sql, context, true);
    pgm__strbuf_adds(sql, PGM__SYNC_COMMIT "WITH u AS (DELETE FROM ");
    pgm__context_add_companion(sql, context);
    pgm__strbuf_adds(sql, " AS p");
    add_key(sql, context, file);
    add_ours(sql, context);
    pgm__context_add_hit_one(sql, PGM__MARK_TAKEN);
    if (file->down) {
        pgm__claim_sql_remove(sql, context, file->migration->version);
    } else {
        pgm__claim_sql(sql, context, file->migration, &ms);
    }
    pgm__claim_sql_recorded(sql, context, file->migration, file->down);
    pgm__strbuf_adds(sql, "COMMIT;");
}

bool pgm__companion_feed(pgm__facts *facts, pgm__arena *arena, const pgm__reply *reply) {
    pgm__progress_row *rows = pgm__grow(facts->progress, facts->progress_count,
                                        &facts->progress_capacity, sizeof *rows);
    if (rows == NULL) {
        return false;
    }
    facts->progress = rows;
    const char *statement = pgm__reply_value(reply, 2);
    pgm__progress_row row = {
        .down = pgm__reply_is_true(reply, 1),
        .statement = statement == NULL ? 0 : (size_t)strtoul(statement, NULL, 10),
        .running = pgm__reply_is_true(reply, 3),
    };
    if (!pgm__reply_keep(reply, 0, arena, &row.version) ||
        !pgm__reply_keep(reply, 4, arena, &row.checksum) ||
        !pgm__reply_keep(reply, 5, arena, &row.run_id)) {
        return false;
    }
    rows[facts->progress_count++] = row;
    return true;
}
