#include "pg/ledger_edit.h"

#include "engine/classify.h"

static void add_nullable(pgm__strbuf *sql, const char *text) {
    if (text == NULL) {
        pgm__strbuf_adds(sql, "NULL");
    } else {
        pgm__strbuf_add_literal(sql, text);
    }
}

/* Ends a "WITH u AS (…" that must have hit one row. */
static void add_hit_one(pgm__strbuf *sql) {
    pgm__strbuf_adds(sql, " RETURNING 1) SELECT CASE WHEN pg_catalog.count(*)=1 THEN '1' "
                          "ELSE '" PGM__MARK_TAKEN "' END::pg_catalog.int4 FROM u;");
}

/* The rows are right only while nobody else has written one. */
static void add_still_empty(pgm__strbuf *sql, const pgm__ledger *ledger) {
    pgm__strbuf_adds(sql, "SELECT CASE WHEN EXISTS(SELECT FROM ");
    pgm__ledger_add_table(sql, ledger);
    pgm__strbuf_adds(sql, ") THEN '" PGM__MARK_TAKEN "' ELSE '1' END::pg_catalog.int4;");
}

static void add_values(pgm__strbuf *sql, const pgm__ledger *ledger, const pgm__edit *edit) {
    pgm__strbuf_addc(sql, '(');
    pgm__strbuf_add_literal(sql, edit->version);
    pgm__strbuf_addc(sql, ',');
    if (edit->applied_at == NULL) {
        pgm__strbuf_adds(sql, "pg_catalog.timezone('UTC',pg_catalog.clock_timestamp())");
    } else {
        pgm__strbuf_add_literal(sql, edit->applied_at);
    }
    pgm__strbuf_addc(sql, ',');
    pgm__strbuf_add_literal(sql, edit->migration->name);
    pgm__strbuf_addf(sql, ",'%s',0,", edit->migration->up.checksum);
    pgm__strbuf_add_literal(sql, ledger->run_id);
    pgm__strbuf_addc(sql, ')');
}

/* All in one statement. @return How many statements that makes. */
static size_t add_inserts(pgm__strbuf *sql, const pgm__ledger *ledger, const pgm__edits *edits) {
    bool any = false;
    for (size_t i = 0; i < edits->count; i++) {
        if (edits->items[i].kind != PGM__EDIT_INSERT) {
            continue;
        }
        if (!any) {
            pgm__strbuf_adds(sql, "INSERT INTO ");
            pgm__ledger_add_table(sql, ledger);
            pgm__strbuf_adds(sql, "(version,applied_at,description,checksum,duration_ms,run_id) "
                                  "VALUES");
        }
        pgm__strbuf_adds(sql, any ? "," : "");
        add_values(sql, ledger, &edits->items[i]);
        any = true;
    }
    pgm__strbuf_adds(sql, any ? ";" : "");
    return any ? 1 : 0;
}

static void add_checksum(pgm__strbuf *sql, const pgm__ledger *ledger, const pgm__edit *edit) {
    pgm__strbuf_adds(sql, "WITH u AS (UPDATE ");
    pgm__ledger_add_table(sql, ledger);
    pgm__strbuf_addf(sql, " SET checksum='%s' WHERE version=", edit->migration->up.checksum);
    pgm__strbuf_add_literal(sql, edit->version);
    pgm__strbuf_adds(sql, " AND checksum IS NOT DISTINCT FROM ");
    add_nullable(sql, edit->was);
    add_hit_one(sql);
}

static void add_delete(pgm__strbuf *sql, const pgm__ledger *ledger, const pgm__edit *edit) {
    pgm__strbuf_adds(sql, "WITH u AS (DELETE FROM ");
    pgm__ledger_add_table(sql, ledger);
    pgm__strbuf_adds(sql, " WHERE version=");
    pgm__strbuf_add_literal(sql, edit->version);
    pgm__strbuf_adds(sql, " AND duration_ms IS NULL AND run_id IS NOT DISTINCT FROM ");
    add_nullable(sql, edit->run_id);
    add_hit_one(sql);
}

static void add_forget(pgm__strbuf *sql, const pgm__ledger *ledger, const pgm__edit *edit) {
    pgm__strbuf_adds(sql, "WITH u AS (DELETE FROM ");
    pgm__ledger_add_progress(sql, ledger);
    pgm__strbuf_adds(sql, " WHERE ledger=");
    pgm__strbuf_add_literal(sql, ledger->table);
    pgm__strbuf_adds(sql, " AND version=");
    pgm__strbuf_add_literal(sql, edit->version);
    pgm__strbuf_addf(sql,
                     " AND direction='%s' AND statement=%zu AND running=%s AND run_id IS NOT "
                     "DISTINCT FROM ",
                     edit->down ? "down" : "up", edit->statement, edit->running ? "true" : "false");
    add_nullable(sql, edit->run_id);
    add_hit_one(sql);
}

static size_t add_correction(pgm__strbuf *sql, const pgm__ledger *ledger, const pgm__edit *edit) {
    switch (edit->kind) {
    case PGM__EDIT_CHECKSUM:
        add_checksum(sql, ledger, edit);
        return 1;
    case PGM__EDIT_DELETE:
        add_delete(sql, ledger, edit);
        return 1;
    case PGM__EDIT_FORGET:
        add_forget(sql, ledger, edit);
        return 1;
    case PGM__EDIT_INSERT:
    default:
        return 0;
    }
}

size_t pgm__ledger_sql_edit(pgm__strbuf *sql, const pgm__ledger *ledger, const pgm__edits *edits) {
    size_t replies = pgm__ledger_sql_open(sql, ledger);
    if (edits->fresh) {
        add_still_empty(sql, ledger);
        replies++;
    }
    replies += add_inserts(sql, ledger, edits);
    for (size_t i = 0; i < edits->count; i++) {
        replies += add_correction(sql, ledger, &edits->items[i]);
    }
    pgm__strbuf_adds(sql, "COMMIT;");
    return replies + 1;
}
