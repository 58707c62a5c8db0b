#include "pg/exchange/hygiene.h"

#include "engine/classify.h"
#include "pg/exchange/lock.h"

size_t pgm__hygiene_sql(pgm__strbuf *sql) {
    pgm__strbuf_adds(sql, "RESET ALL;RESET SESSION AUTHORIZATION;RESET ROLE;CLOSE ALL;"
                          "DEALLOCATE ALL;UNLISTEN *;DISCARD TEMP;DISCARD SEQUENCES;");
    return 8;
}

size_t pgm__hygiene_sql_between(pgm__strbuf *sql) {
    pgm__strbuf_adds(sql, "RESET ALL;CLOSE ALL;UNLISTEN *;DISCARD TEMP;DISCARD SEQUENCES;");
    return 5;
}

size_t pgm__hygiene_sql_name(pgm__strbuf *sql, const pgm__context *context) {
    if (!context->pooled) {
        return 0;
    }
    pgm__strbuf_adds(sql, "SELECT pg_catalog.set_config('application_name',");
    pgm__context_add_run_name(sql, context);
    pgm__strbuf_adds(sql, ",true);");
    return 1;
}

/* ---- settings ---- */

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

static size_t add_search_path(pgm__strbuf *sql, const pgm__context *context, bool local) {
    if (context->search_path == NULL) {
        return 0;
    }
    pgm__strbuf_addf(sql, "SET %ssearch_path=", scope_of(local));
    pgm__strbuf_add_ident(sql, context->search_path);
    for (size_t i = 0; i < context->extra_schema_count; i++) {
        pgm__strbuf_addc(sql, ',');
        pgm__strbuf_add_ident(sql, context->extra_schemas[i]);
    }
    pgm__strbuf_addc(sql, ';');
    return 1;
}

/* Alone in the path, a schema that is gone leaves none to create in, and the file fails. With
 * others behind it, what a tenant's file makes would come to lie in the schema that all tenants
 * share. */
static size_t add_home_check(pgm__strbuf *sql, const pgm__context *context) {
    if (context->search_path == NULL || context->extra_schema_count == 0) {
        return 0;
    }
    pgm__strbuf_adds(sql, "SELECT CASE WHEN CURRENT_SCHEMA" PGM__EQ);
    pgm__strbuf_add_literal(sql, context->search_path);
    pgm__strbuf_adds(sql, " THEN '1' ELSE '" PGM__MARK_HOMELESS "' END::pg_catalog.int4;");
    return 1;
}

static size_t add_timeouts(pgm__strbuf *sql, const pgm__context *context, bool local) {
    /* Without a transaction no lock_timeout: it would leave an INVALID index behind. */
    pgm__strbuf_addf(sql, "SET %slock_timeout=%lld;SET %sstatement_timeout=%lld;", scope_of(local),
                     local ? (long long)context->lock_timeout : 0, scope_of(local),
                     (long long)context->statement_timeout);
    size_t replies = 2;
    if (context->server_version >= 140000) {
        /* Otherwise the string of a client that died runs on to its end and commits
         * (docs/inside/facts.md, "Server"). */
        replies += add_setting(sql, local, "client_connection_check_interval", "2s");
    }
    if (context->server_version >= 170000) {
        /* It ends the session, and what is meant for an application's transactions would cut off
         * each try of a long migration; 0 takes also the one back that runs already. */
        replies += add_setting(sql, local, "transaction_timeout", "0");
    }
    return replies;
}

static size_t add_variables(pgm__strbuf *sql, const pgm__context *context, bool local) {
    for (size_t i = 0; i < context->variable_count; i++) {
        pgm__strbuf_addf(sql, "SET %spgmarch.%s=", scope_of(local), context->variables[i].keyword);
        pgm__strbuf_add_literal(sql, context->variables[i].value);
        pgm__strbuf_addc(sql, ';');
    }
    return context->variable_count;
}

size_t pgm__hygiene_sql_settings(pgm__strbuf *sql, const pgm__context *context, bool local) {
    size_t replies = pgm__context_add_role(sql, context, local);
    replies += add_setting(sql, local, "DateStyle", "ISO, MDY");
    pgm__strbuf_addf(sql, "SET %sclient_min_messages=notice;", scope_of(local));
    replies++;
    replies += add_setting(sql, local, "TimeZone",
                           context->time_zone == NULL ? "UTC" : context->time_zone);
    if (!local || context->strings_off) {
        /* Not LOCAL: the server parses a string before it runs any of it. */
        pgm__strbuf_adds(sql, PGM__READ_STANDARD);
        replies++;
    }
    replies += add_search_path(sql, context, local);
    replies += add_home_check(sql, context);
    replies += add_variables(sql, context, local);
    return replies + add_timeouts(sql, context, local);
}

size_t pgm__hygiene_sql_timeouts(pgm__strbuf *sql, const pgm__context *context) {
    return add_timeouts(sql, context, true);
}

size_t pgm__hygiene_sql_search_path(pgm__strbuf *sql, const pgm__context *context) {
    return add_search_path(sql, context, true);
}

size_t pgm__hygiene_sql_schema(pgm__strbuf *sql, const pgm__context *context) {
    pgm__context alone = *context;
    alone.extra_schema_count = 0;
    return add_search_path(sql, &alone, true);
}

/* ---- whole sessions ---- */

void pgm__hygiene_sql_session(pgm__strbuf *sql, const pgm__context *context) {
    (void)pgm__hygiene_sql(sql);
    pgm__lock_add_of_block(sql, context);
    pgm__strbuf_addc(sql, ';');
    (void)pgm__hygiene_sql_settings(sql, context, false);
    /* No BEGIN of ours says it for a statement that runs alone. */
    pgm__strbuf_adds(sql, "SET default_transaction_isolation='read committed';"
                          "SET default_transaction_read_only=off;");
}

void pgm__hygiene_sql_leave(pgm__strbuf *sql, const pgm__context *context) {
    if (context->pooled) {
        (void)pgm__hygiene_sql(sql);
        /* Not a startup parameter there, so that RESET ALL does not come back to it: what comes
         * next would be read in the database's own encoding. It was so when we came. */
        pgm__strbuf_adds(sql, PGM__NEXT_STRING);
    }
}
