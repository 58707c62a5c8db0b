#include "pg/exchange/ahead.h"

/* The last block cannot be ahead of anything. */
static void add_versions(pgm__strbuf *sql, const pgm__batch *batch) {
    const char *between = "";
    for (size_t i = batch->block; i + 1 < batch->count; i++) {
        const pgm__migration *migration = batch->blocks[i].migration;
        if (migration != NULL) {
            pgm__strbuf_adds(sql, between);
            pgm__strbuf_add_literal(sql, migration->version);
            between = ",";
        }
    }
}

/* As the reading does (reading.c): nothing of a stranger's runs, no row is left out. */
void pgm__ahead_sql(pgm__strbuf *sql, const pgm__batch *batch) {
    const pgm__context *context = batch->context;
    pgm__strbuf_adds(sql, "SET lock_timeout='1s';SET row_security=off;");
    (void)pgm__context_add_role(sql, context, false);
    pgm__strbuf_adds(sql, "SELECT '" PGM__AHEAD "',pg_catalog.count(*) FROM ");
    pgm__context_add_table(sql, context);
    pgm__strbuf_addf(
        sql,
        " AS l TABLESAMPLE pg_catalog.system(100) WHERE l.run_id::pg_catalog.text" PGM__EQ
        "'%s' AND l.version::pg_catalog.text" PGM__EQ "ANY(ARRAY[",
        context->run_id);
    add_versions(sql, batch);
    pgm__strbuf_adds(sql, "]::pg_catalog.text[]);");
}
