#include "pg/exchange/facts.h"

#include <stdlib.h>

#include "base/mem.h"
#include "pg/exchange/block.h"
#include "pg/exchange/owner.h"
#include "pg/exchange/quote.h"

/* The oid of pg_class, fixed by the catalog's bootstrap data (pg_class.h). */
#define PG_CLASS "1259"

/* The query's columns, in its order. What says whose the ledger is (FACT_OWNER) is an error where
 * it is a stranger's, and never looked at. */
enum {
    FACT_PID,
    FACT_STANDBY,
    FACT_SCHEMA,
    FACT_TABLE_SCHEMA,
    FACT_COMPANION,
    FACT_STARTED,  /* the server */
    FACT_TIMELINE, /* Neon's name for a branch */
    FACT_DATABASE,
    FACT_OWNER,
    FACT_HOME,   /* the schema that the ledger is to lie in; NULL = missing */
    FACT_HIDDEN, /* the target's schema, where it does not count and is there all the same */
    FACT_VERSION,
    FACT_LOGIN,
    FACT_ROLE
};

/* ---- asking ---- */

/* The setting is there from 14 on. */
static void add_standby(pgm__strbuf *sql, const pgm__context *context) {
    pgm__strbuf_adds(sql, context->server_version < 140000
                              ? "pg_catalog.pg_is_in_recovery()"
                              : "pg_catalog.current_setting('in_hot_standby',true)");
}

/* Whose the ledger is, where that has to be known: else its reading says whether it is a table. */
static void add_owner(pgm__strbuf *sql, const pgm__context *context) {
    if (context->owner_asked && !context->trusted) {
        pgm__owner_add(sql, context);
    } else {
        pgm__strbuf_adds(sql, "1");
    }
}

/* NULL where there is no such schema; it is there also for who may not use it. */
static void add_regnamespace(pgm__strbuf *sql, const char *schema) {
    pgm__strbuf name = {0};
    pgm__strbuf_add_ident(&name, schema);
    pgm__strbuf_adds(sql, "pg_catalog.to_regnamespace(");
    pgm__quote_take(sql, &name);
    pgm__strbuf_addc(sql, ')');
}

/* A ledger that lies elsewhere than the target: is its schema there? And where the target's own
 * does not count (CURRENT_SCHEMA is NULL): is it missing, or are we not let in? */
static void add_schemas(pgm__strbuf *sql, const pgm__context *context) {
    if (context->elsewhere) {
        add_regnamespace(sql, context->schema);
    } else {
        pgm__strbuf_adds(sql, "1");
    }
    if (context->search_path != NULL) {
        pgm__strbuf_adds(sql, ",CASE WHEN CURRENT_SCHEMA IS NULL THEN ");
        add_regnamespace(sql, context->search_path);
        pgm__strbuf_adds(sql, " END");
    } else if (context->introduces) {
        pgm__strbuf_adds(sql, ",NULL"); /* what is asked behind it keeps its place */
    }
}

/* Where the ledger lies, and whether there is a companion. To look a table up in a schema that the
 * role may not use is an error. */
static void add_tables(pgm__strbuf *sql, const pgm__context *context) {
    if (context->ledgerless) {
        pgm__strbuf_adds(sql, "NULL,NULL");
        return;
    }
    pgm__strbuf_adds(sql, "((pg_catalog.pg_identify_object_as_address(" PG_CLASS ",");
    pgm__context_add_regclass(sql, context);
    pgm__strbuf_adds(sql, ",0)).object_names)[1],");
    pgm__context_add_companion_regclass(sql, context);
}

/* No query of pg_class or pg_database: in a session that has planned nothing yet it costs the
 * server more than all the rest of the reading. And few functions, as each has to be looked up: the
 * keywords have not, and one that is asked again is there. */
void pgm__facts_sql(pgm__strbuf *sql, const pgm__context *context) {
    pgm__strbuf_adds(sql, "SELECT pg_catalog.pg_backend_pid(),");
    add_standby(sql, context);
    pgm__strbuf_adds(sql, ",CURRENT_SCHEMA,");
    add_tables(sql, context);
    pgm__strbuf_adds(sql, ",pg_catalog.pg_postmaster_start_time(),"
                          "pg_catalog.current_setting('neon.timeline_id',true),CURRENT_CATALOG,");
    add_owner(sql, context);
    pgm__strbuf_addc(sql, ',');
    add_schemas(sql, context);
    if (context->introduces) {
        pgm__strbuf_adds(sql, ",pg_catalog.current_setting('server_version'),SESSION_USER,"
                              "CURRENT_USER");
    }
    pgm__strbuf_addc(sql, ';');
}

void pgm__facts_sql_size(pgm__strbuf *sql, const char *schema, uint64_t limit_ms) {
    pgm__strbuf_addf(sql, PGM__BEGIN_READING "SET LOCAL statement_timeout=%llu;",
                     (unsigned long long)limit_ms);
    if (schema == NULL) {
        pgm__strbuf_adds(sql, "SELECT pg_catalog.pg_database_size(CURRENT_CATALOG);COMMIT");
        return;
    }
    pgm__strbuf_adds(sql,
                     "SELECT coalesce(pg_catalog.sum(pg_catalog.pg_total_relation_size(c.oid)),"
                     "'0') FROM pg_catalog.pg_class c"
                     " JOIN pg_catalog.pg_namespace n ON n.oid" PGM__EQ "c.relnamespace"
                     " WHERE n.nspname" PGM__EQ);
    pgm__strbuf_add_literal(sql, schema);
    pgm__strbuf_adds(sql, " AND (c.relkind" PGM__EQ "'r' OR c.relkind" PGM__EQ "'m');COMMIT");
}

/* ---- the answer ---- */

static const char *text_of(const pgm__reply *reply, int column) {
    const char *value = pgm__reply_value(reply, column);
    return value == NULL ? "" : value;
}

bool pgm__facts_feed(pgm__facts *facts, pgm__arena *arena, const pgm__reply *reply) {
    facts->pid = (int)strtol(text_of(reply, FACT_PID), NULL, 10);
    facts->standby = pgm__reply_is_true(reply, FACT_STANDBY);
    facts->has_progress = pgm__reply_value(reply, FACT_COMPANION) != NULL;
    facts->ledger_homeless = pgm__reply_value(reply, FACT_HOME) == NULL;
    facts->schema_hidden = pgm__reply_value(reply, FACT_HIDDEN) != NULL;
    facts->identity = pgm__arena_printf(arena, "%s/%s/%s", text_of(reply, FACT_STARTED),
                                        text_of(reply, FACT_TIMELINE),
                                        text_of(reply, FACT_DATABASE));
    return facts->identity != NULL && pgm__reply_keep(reply, FACT_SCHEMA, arena, &facts->schema) &&
           pgm__reply_keep(reply, FACT_TABLE_SCHEMA, arena, &facts->table_schema) &&
           pgm__reply_keep(reply, FACT_VERSION, arena, &facts->server_version) &&
           pgm__reply_keep(reply, FACT_LOGIN, arena, &facts->login) &&
           pgm__reply_keep(reply, FACT_ROLE, arena, &facts->role);
}

void pgm__facts_feed_size(pgm__facts *facts, const pgm__reply *reply) {
    const char *size = pgm__reply_value(reply, 0);
    facts->has_size = size != NULL;
    facts->size = size == NULL ? 0 : strtoll(size, NULL, 10);
}

void pgm__facts_fini(pgm__facts *facts) {
    pgm__free(facts->rows);
    pgm__free(facts->progress);
    pgm__free(facts->foreign_rows);
    *facts = (pgm__facts){0};
}
