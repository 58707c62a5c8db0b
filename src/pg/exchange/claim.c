#include "pg/exchange/claim.h"

#include "engine/classify.h"

/* Followed by the run's id: no file can have a column of that name by chance or by habit. */
#define GUARD_COLUMN "pgmarch guard "

/* Prepared statements of ours. */
#define CLAIM_NAME  "\"pgmarch claim\""
#define FINISH_NAME "\"pgmarch guard\""
#define LOOK_NAME   "\"pgmarch look\""

/* ---- the row ---- */

static void add_arguments(pgm__strbuf *sql, const pgm__migration *migration, const char *between) {
    pgm__strbuf_add_literal(sql, migration->version);
    pgm__strbuf_adds(sql, between);
    pgm__strbuf_add_literal(sql, migration->name);
    pgm__strbuf_addf(sql, ",'%s'", migration->up.checksum);
}

/* NULL: of the migration in $1, $2 and $3. `ms`: how long it took; NULL: not known yet. */
static void add_row(pgm__strbuf *sql, const pgm__context *context, const pgm__migration *migration,
                    const uint64_t *ms) {
    /* Not now(): it is the time the string arrived, the same for all its blocks. */
    static const char at[] = ",pg_catalog.timezone('UTC',pg_catalog.clock_timestamp()),";
    pgm__strbuf_adds(sql, "INSERT INTO ");
    pgm__context_add_table(sql, context);
    pgm__strbuf_addf(sql, " AS l(version,applied_at,description,checksum,run_id%s) VALUES(",
                     ms == NULL ? "" : ",duration_ms");
    if (migration == NULL) {
        pgm__strbuf_addf(sql, "$1%s$2,$3", at);
    } else {
        add_arguments(sql, migration, at);
    }
    pgm__strbuf_addf(sql, ",'%s'", context->run_id);
    if (ms != NULL) {
        pgm__strbuf_addf(sql, ",%llu", (unsigned long long)*ms);
    }
    pgm__strbuf_addc(sql, ')');
}

/* Its row is there from last time; the claim is that it still has another checksum. */
static void add_renewal(pgm__strbuf *sql) {
    pgm__strbuf_adds(sql, " ON CONFLICT(version) DO UPDATE SET applied_at=excluded.applied_at,"
                          "checksum=excluded.checksum,run_id=excluded.run_id,"
                          "duration_ms=excluded.duration_ms WHERE "
                          "coalesce(l.checksum::pg_catalog.text,'')" PGM__NE
                          "excluded.checksum::pg_catalog.text");
}

/* NULL: the version in $1. */
static void add_version(pgm__strbuf *sql, const pgm__migration *migration) {
    if (migration == NULL) {
        pgm__strbuf_adds(sql, "$1");
    } else {
        pgm__strbuf_add_literal(sql, migration->version);
    }
}

/* ---- claiming ---- */

/* A trigger may keep the row away, or put another one in its place: the claim is believed by the
 * version that comes back. Where a guard follows, it is that which is believed: it finds this very
 * row, or rolls all back, and asking twice costs the server 90,000 instructions a block. */
static void add_claim(pgm__strbuf *sql, const pgm__context *context,
                      const pgm__migration *migration, const uint64_t *ms) {
    bool renews = migration != NULL && migration->repeatable;
    if (ms == NULL && !renews) {
        add_row(sql, context, migration, ms);
        return;
    }
    pgm__strbuf_adds(sql, "WITH c AS (");
    add_row(sql, context, migration, ms);
    if (renews) {
        add_renewal(sql);
    }
    pgm__strbuf_adds(sql, " RETURNING version) SELECT CASE WHEN"
                          " (SELECT c.version::pg_catalog.text FROM c)" PGM__EQ);
    add_version(sql, migration);
    /* Of a renewal no row is an answer too: another run was here. */
    pgm__strbuf_addf(sql, " THEN '1' ELSE '%s' END::pg_catalog.int4",
                     renews ? PGM__MARK_TAKEN : PGM__MARK_REFUSED);
}

void pgm__claim_sql(pgm__strbuf *sql, const pgm__context *context, const pgm__migration *migration,
                    const uint64_t *ms) {
    add_claim(sql, context, migration, ms);
    pgm__strbuf_addc(sql, ';');
}

void pgm__claim_sql_remove(pgm__strbuf *sql, const pgm__context *context, const char *version) {
    pgm__strbuf_adds(sql, "WITH u AS (DELETE FROM ");
    pgm__context_add_table(sql, context);
    pgm__strbuf_adds(sql, " AS l WHERE l.version" PGM__EQ);
    pgm__strbuf_add_literal(sql, version);
    pgm__context_add_hit_one(sql, PGM__MARK_TAKEN);
}

void pgm__claim_sql_disclaim(pgm__strbuf *sql, const pgm__context *context, const char *version) {
    (void)pgm__context_add_role(sql, context, true);
    pgm__strbuf_adds(sql, "DELETE FROM ");
    pgm__context_add_table(sql, context);
    pgm__strbuf_adds(sql, " AS l WHERE l.duration_ms IS NULL AND l.version" PGM__EQ);
    pgm__strbuf_add_literal(sql, version);
    pgm__strbuf_addf(sql, " AND l.run_id" PGM__EQ "'%s';", context->run_id);
}

/* ---- guarding ---- */

/* What a claim fills, in a row that will not stay: in a ledger that was made by hand these columns
 * may be NOT NULL, which the server looks at before it finds the row that is there. */
static void add_filled_insert(pgm__strbuf *sql, const pgm__context *context,
                              const pgm__migration *migration) {
    pgm__strbuf_adds(sql, "INSERT INTO ");
    pgm__context_add_table(sql, context);
    pgm__strbuf_adds(sql, " AS l(version,applied_at,description,checksum,run_id) VALUES(");
    add_version(sql, migration);
    pgm__strbuf_adds(sql, ",'epoch','','','')");
}

/* An UPDATE, written as the INSERT that finds its row there: planning a search for the row costs
 * the server more. Where the row is gone, a new one has no duration. NULL: of the version in $1. */
static void add_finish(pgm__strbuf *sql, const pgm__context *context,
                       const pgm__migration *migration) {
    add_filled_insert(sql, context, migration);
    pgm__strbuf_adds(sql, " ON CONFLICT(version) DO UPDATE SET duration_ms="
                          "1000 OPERATOR(pg_catalog.*) pg_catalog.date_part('epoch',"
                          "pg_catalog.timezone('UTC',pg_catalog.clock_timestamp())"
                          " OPERATOR(pg_catalog.-) l.applied_at);");
}

/* A block that took a tenth of a second leaves a word for the one behind it; its value here is the
 * duration all the same. By the length of its text: a column that was made by hand has any type,
 * and whatever asks the clock costs the server three times as much. */
static void add_late(pgm__strbuf *sql) {
    pgm__strbuf_adds(sql, "CASE WHEN pg_catalog.length(l.duration_ms::pg_catalog.text)"
                          " OPERATOR(pg_catalog.>) 2 THEN pg_catalog.set_config('" PGM__LATE_SETTING
                          "',l.duration_ms::pg_catalog.text,false) END,");
}

/* The row as it stands now, behind every trigger: without a duration, or not there, it is an error.
 * What a write returns is the row before its AFTER triggers. The row of no run is the end's own. */
static void add_look(pgm__strbuf *sql, const pgm__context *context, const pgm__migration *migration,
                     bool notes_late) {
    pgm__strbuf_adds(sql, "SELECT coalesce((SELECT coalesce(");
    if (notes_late) {
        add_late(sql);
    }
    pgm__strbuf_adds(sql, "l.duration_ms::pg_catalog.text,"
                          "CASE WHEN l.run_id" PGM__EQ "'' THEN '" PGM__MARK_ERASED "' END) FROM ");
    pgm__context_add_table(sql, context);
    pgm__strbuf_adds(sql, " AS l WHERE l.version" PGM__EQ);
    add_version(sql, migration);
    pgm__strbuf_addf(sql, "),'" PGM__MARK_REFUSED "')::pg_catalog.int8 AS \"" GUARD_COLUMN "%s\";",
                     context->run_id);
}

/* The row must be gone, also when a trigger has put it back. */
static void add_gone(pgm__strbuf *sql, const pgm__context *context, const char *version) {
    pgm__strbuf_adds(sql, "SELECT CASE WHEN EXISTS(SELECT FROM ");
    pgm__context_add_table(sql, context);
    pgm__strbuf_adds(sql, " AS l WHERE l.version" PGM__EQ);
    pgm__strbuf_add_literal(sql, version);
    pgm__strbuf_addf(sql,
                     ") THEN '" PGM__MARK_REFUSED
                     "' ELSE '0' END::pg_catalog.int8 AS \"" GUARD_COLUMN "%s\";",
                     context->run_id);
}

void pgm__claim_sql_finish(pgm__strbuf *sql, const pgm__context *context,
                           const pgm__migration *migration) {
    add_finish(sql, context, migration);
    add_look(sql, context, migration, !context->pooled);
}

void pgm__claim_sql_recorded(pgm__strbuf *sql, const pgm__context *context,
                             const pgm__migration *migration, bool down) {
    if (down) {
        add_gone(sql, context, migration->version);
    } else {
        add_look(sql, context, migration, false);
    }
}

bool pgm__claim_is_guard(const pgm__context *context, const pgm__reply *reply) {
    return pgm__context_is_column(context, reply, GUARD_COLUMN);
}

/* ---- by name ---- */

size_t pgm__claim_sql_prepare(pgm__strbuf *sql, const pgm__context *context) {
    pgm__strbuf_adds(sql, "PREPARE " CLAIM_NAME " AS ");
    pgm__claim_sql(sql, context, NULL, NULL);
    pgm__strbuf_adds(sql, "PREPARE " FINISH_NAME " AS ");
    add_finish(sql, context, NULL);
    pgm__strbuf_adds(sql, "PREPARE " LOOK_NAME " AS ");
    add_look(sql, context, NULL, !context->pooled);
    return 3;
}

void pgm__claim_sql_by_name(pgm__strbuf *sql, const pgm__migration *migration) {
    pgm__strbuf_adds(sql, "EXECUTE " CLAIM_NAME "(");
    add_arguments(sql, migration, ",");
    pgm__strbuf_adds(sql, ");");
}

void pgm__claim_sql_finish_by_name(pgm__strbuf *sql, const char *version) {
    pgm__strbuf_adds(sql, "EXECUTE " FINISH_NAME "(");
    pgm__strbuf_add_literal(sql, version);
    pgm__strbuf_adds(sql, ");EXECUTE " LOOK_NAME "(");
    pgm__strbuf_add_literal(sql, version);
    pgm__strbuf_adds(sql, ");");
}
