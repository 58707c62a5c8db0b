#include "pg/exchange/owner.h"

#include "engine/classify.h"

/* Followed by the run's id. */
#define WATCHERS_COLUMN "pgmarch watchers "

/* "(a,b)", for "oid = ANY (ARRAY[a,b])". */
static void add_both(pgm__strbuf *sql, const pgm__context *context) {
    pgm__strbuf_adds(sql, " ANY (ARRAY[");
    pgm__context_add_regclass(sql, context);
    pgm__strbuf_adds(sql, "::pg_catalog.oid,");
    pgm__context_add_companion_regclass(sql, context);
    pgm__strbuf_adds(sql, "::pg_catalog.oid])");
}

/* ---- whose ---- */

/* The role that was logged in as may have been changed at once (ALTER ROLE ... SET role): what
 * belongs to either is ours. pg_has_role() of a superuser is true. */
static void begin_owner(pgm__strbuf *sql) {
    pgm__strbuf_adds(sql, "coalesce((SELECT pg_catalog.format('" PGM__MARK_STRANGER
                          "the table %s belongs to role %s',c.relname,"
                          "pg_catalog.pg_get_userbyid(c.relowner)) FROM pg_catalog.pg_class c"
                          " WHERE c.oid" PGM__EQ);
}

static void end_owner(pgm__strbuf *sql) {
    pgm__strbuf_adds(sql, " AND NOT pg_catalog.pg_has_role(c.relowner,CURRENT_USER,'MEMBER')"
                          " AND NOT pg_catalog.pg_has_role(c.relowner,SESSION_USER,'MEMBER')"
                          " LIMIT 1),'1')::pg_catalog.int4");
}

void pgm__owner_add(pgm__strbuf *sql, const pgm__context *context) {
    begin_owner(sql);
    add_both(sql, context);
    end_owner(sql);
}

void pgm__owner_add_of(pgm__strbuf *sql, const char *table) {
    begin_owner(sql);
    pgm__strbuf_adds(sql, "pg_catalog.to_regclass(");
    pgm__strbuf_add_literal(sql, table);
    pgm__strbuf_adds(sql, ")::pg_catalog.oid");
    end_owner(sql);
}

/* ---- what else is there ---- */

static void add_kind(pgm__strbuf *sql, const pgm__context *context, const char *select,
                     const char *relation) {
    pgm__strbuf_addf(sql, "%s WHERE %s" PGM__EQ, select, relation);
    add_both(sql, context);
}

void pgm__owner_sql_watchers(pgm__strbuf *sql, const pgm__context *context) {
    (void)pgm__context_add_role(sql, context, true);
    pgm__strbuf_adds(sql, "SELECT pg_catalog.string_agg(w.what,', ') AS \"" WATCHERS_COLUMN);
    pgm__strbuf_addf(sql, "%s\" FROM (", context->run_id);
    add_kind(sql, context,
             "SELECT pg_catalog.format('trigger %s (%s)',t.tgname,t.tgfoid::pg_catalog.regproc)"
             " AS what FROM pg_catalog.pg_trigger t",
             "NOT t.tgisinternal AND t.tgrelid");
    add_kind(sql, context,
             " UNION ALL SELECT pg_catalog.format('rule %s',r.rulename) FROM pg_catalog.pg_rewrite "
             "r",
             "r.ev_class");
    add_kind(sql, context,
             " UNION ALL SELECT pg_catalog.format('policy %s',p.polname) FROM pg_catalog.pg_policy "
             "p",
             "p.polrelid");
    pgm__strbuf_adds(sql, ") w;");
}

bool pgm__owner_is_watchers(const pgm__context *context, const pgm__reply *reply) {
    return pgm__context_is_column(context, reply, WATCHERS_COLUMN) && reply->kind == PGM__REPLY_ROW;
}
