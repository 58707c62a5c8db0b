#include "pg/exchange/context.h"

#include <string.h>

#include "pg/exchange/quote.h"

static void add_schema(pgm__strbuf *sql, const pgm__context *context) {
    if (context->schema != NULL) {
        pgm__strbuf_add_ident(sql, context->schema);
        pgm__strbuf_addc(sql, '.');
    }
}

void pgm__context_add_table(pgm__strbuf *sql, const pgm__context *context) {
    add_schema(sql, context);
    pgm__strbuf_add_ident(sql, context->table);
}

void pgm__context_add_companion(pgm__strbuf *sql, const pgm__context *context) {
    add_schema(sql, context);
    pgm__strbuf_adds(sql, PGM__PROGRESS_TABLE);
}

static void add_regclass(pgm__strbuf *sql, const pgm__context *context,
                         void (*add)(pgm__strbuf *, const pgm__context *)) {
    pgm__strbuf name = {0};
    add(&name, context);
    pgm__strbuf_adds(sql, "pg_catalog.to_regclass(");
    pgm__quote_take(sql, &name);
    pgm__strbuf_addc(sql, ')');
}

void pgm__context_add_regclass(pgm__strbuf *sql, const pgm__context *context) {
    add_regclass(sql, context, pgm__context_add_table);
}

void pgm__context_add_companion_regclass(pgm__strbuf *sql, const pgm__context *context) {
    add_regclass(sql, context, pgm__context_add_companion);
}

size_t pgm__context_add_role(pgm__strbuf *sql, const pgm__context *context, bool local) {
    if (context->role == NULL) {
        return 0;
    }
    pgm__strbuf_adds(sql, local ? "SET LOCAL ROLE " : "SET ROLE ");
    pgm__strbuf_add_ident(sql, context->role);
    pgm__strbuf_addc(sql, ';');
    return 1;
}

/* A run's id is hexadecimal (make_id() of fleet/run.c). */
void pgm__context_add_run_name(pgm__strbuf *sql, const pgm__context *context) {
    pgm__strbuf_addf(sql, "'" PGM__SESSION_PREFIX "%s'", context->run_id);
}

void pgm__context_add_hits(pgm__strbuf *sql, size_t count, const char *mark) {
    pgm__strbuf_addf(sql,
                     " RETURNING 1) SELECT CASE WHEN (SELECT pg_catalog.count(*) FROM u)" PGM__EQ
                     "%zu THEN '1' ELSE '%s' END::pg_catalog.int4;",
                     count, mark);
}

void pgm__context_add_hit_one(pgm__strbuf *sql, const char *mark) {
    pgm__context_add_hits(sql, 1, mark);
}

bool pgm__context_is_column(const pgm__context *context, const pgm__reply *reply,
                            const char *prefix) {
    pgm__reply_kind kind = reply->kind;
    if (kind != PGM__REPLY_ROW && kind != PGM__REPLY_ROWS_END) {
        return false;
    }
    const char *name = pgm__reply_column(reply, 0);
    size_t len = strlen(prefix);
    return name != NULL && strncmp(name, prefix, len) == 0 &&
           strcmp(name + len, context->run_id) == 0;
}
