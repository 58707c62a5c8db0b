#include "pg/exchange/edit.h"

#include <string.h>

#include "engine/classify.h"
#include "pg/exchange/block.h"

/* Is what stands there, NULL or not, what was read? */
static void add_same(pgm__strbuf *sql, const char *column, const char *was) {
    if (was == NULL) {
        pgm__strbuf_addf(sql, " AND l.%s IS NULL", column);
    } else {
        pgm__strbuf_addf(sql, " AND l.%s" PGM__EQ, column);
        pgm__strbuf_add_literal(sql, was);
    }
}

/* The rows are right only while nobody else has written one. */
static void add_still_empty(pgm__strbuf *sql, const pgm__context *context) {
    pgm__strbuf_adds(sql, "SELECT CASE WHEN EXISTS(SELECT FROM ");
    pgm__context_add_table(sql, context);
    pgm__strbuf_adds(sql, ") THEN '" PGM__MARK_TAKEN "' ELSE '1' END::pg_catalog.int4;");
}

static void add_values(pgm__strbuf *sql, const pgm__context *context, const pgm__edit *edit) {
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
    pgm__strbuf_add_literal(sql, context->run_id);
    pgm__strbuf_addc(sql, ')');
}

/* All in one statement. @return How many statements that makes. */
static size_t add_inserts(pgm__strbuf *sql, const pgm__context *context, const pgm__edits *edits) {
    size_t count = 0;
    for (size_t i = 0; i < edits->count; i++) {
        if (edits->items[i].kind != PGM__EDIT_INSERT) {
            continue;
        }
        if (count == 0) {
            pgm__strbuf_adds(sql, "INSERT INTO ");
            pgm__context_add_table(sql, context);
            pgm__strbuf_adds(sql,
                             " AS l(version,applied_at,description,checksum,duration_ms,run_id) "
                             "VALUES");
        }
        pgm__strbuf_adds(sql, count > 0 ? "," : "");
        add_values(sql, context, &edits->items[i]);
        count++;
    }
    pgm__strbuf_adds(sql, count > 0 ? ";" : "");
    return count > 0 ? 1 : 0;
}

static void add_checksum(pgm__strbuf *sql, const pgm__context *context, const pgm__edit *edit) {
    pgm__strbuf_adds(sql, "WITH u AS (UPDATE ");
    pgm__context_add_table(sql, context);
    pgm__strbuf_addf(sql, " AS l SET checksum='%s' WHERE l.version" PGM__EQ,
                     edit->migration->up.checksum);
    pgm__strbuf_add_literal(sql, edit->version);
    add_same(sql, "checksum", edit->was);
    pgm__context_add_hit_one(sql, PGM__MARK_TAKEN);
}

/* What is history stays: when it was applied, by which run, and how long it took. */
static void add_move(pgm__strbuf *sql, const pgm__context *context, const pgm__edit *edit) {
    pgm__strbuf_adds(sql, "WITH u AS (UPDATE ");
    pgm__context_add_table(sql, context);
    pgm__strbuf_adds(sql, " AS l SET version=");
    pgm__strbuf_add_literal(sql, edit->migration->version);
    pgm__strbuf_adds(sql, ",description=");
    pgm__strbuf_add_literal(sql, edit->migration->name);
    pgm__strbuf_addf(sql, ",checksum='%s' WHERE l.version" PGM__EQ, edit->migration->up.checksum);
    pgm__strbuf_add_literal(sql, edit->version);
    add_same(sql, "checksum", edit->was);
    pgm__context_add_hit_one(sql, PGM__MARK_TAKEN);
}

static void add_delete(pgm__strbuf *sql, const pgm__context *context, const pgm__edit *edit) {
    pgm__strbuf_adds(sql, "WITH u AS (DELETE FROM ");
    pgm__context_add_table(sql, context);
    pgm__strbuf_adds(sql, " AS l WHERE l.version" PGM__EQ);
    pgm__strbuf_add_literal(sql, edit->version);
    pgm__strbuf_adds(sql, " AND l.duration_ms IS NULL");
    add_same(sql, "run_id", edit->run_id);
    pgm__context_add_hit_one(sql, PGM__MARK_TAKEN);
}

static size_t count_drops(const pgm__edits *edits) {
    size_t count = 0;
    for (size_t i = 0; i < edits->count; i++) {
        count += edits->items[i].kind == PGM__EDIT_DROP ? 1 : 0;
    }
    return count;
}

/* Begins an EXISTS of the rows that go, with the checksums that they had when they were read. */
static void add_exists_dropped(pgm__strbuf *sql, const pgm__edits *edits) {
    const char *separator = "EXISTS(SELECT FROM (VALUES(";
    for (size_t i = 0; i < edits->count; i++) {
        const pgm__edit *edit = &edits->items[i];
        if (edit->kind == PGM__EDIT_DROP) {
            pgm__strbuf_adds(sql, separator);
            pgm__strbuf_add_literal(sql, edit->version);
            pgm__strbuf_adds(sql, "::pg_catalog.text,");
            pgm__strbuf_add_literal(sql, edit->was == NULL ? "" : edit->was);
            pgm__strbuf_adds(sql, "::pg_catalog.text)");
            separator = ",(";
        }
    }
    pgm__strbuf_adds(sql, ") AS w");
}

/* All in one statement: a history has hundreds. @return How many statements that makes. */
static size_t add_drops(pgm__strbuf *sql, const pgm__context *context, const pgm__edits *edits) {
    size_t count = count_drops(edits);
    if (count == 0) {
        return 0;
    }
    pgm__strbuf_adds(sql, "WITH u AS (DELETE FROM ");
    pgm__context_add_table(sql, context);
    pgm__strbuf_adds(sql, " AS l WHERE ");
    add_exists_dropped(sql, edits);
    pgm__strbuf_adds(sql,
                     " WHERE l.version::pg_catalog.text" PGM__EQ
                     "w.column1 AND coalesce(l.checksum::pg_catalog.text,'')" PGM__EQ "w.column2)");
    pgm__context_add_hits(sql, count, PGM__MARK_TAKEN);
    return 1;
}

static void add_progress_key(pgm__strbuf *sql, const pgm__context *context, const pgm__edit *edit) {
    pgm__strbuf_adds(sql, " WHERE l.ledger" PGM__EQ);
    pgm__strbuf_add_literal(sql, context->table);
    pgm__strbuf_adds(sql, " AND l.version" PGM__EQ);
    pgm__strbuf_add_literal(sql, edit->version);
    pgm__strbuf_addf(sql, " AND l.direction" PGM__EQ "'%s'", edit->down ? "down" : "up");
}

/* Of the companion table: the row as it was read. */
static void add_progress_row(pgm__strbuf *sql, const pgm__context *context, const pgm__edit *edit) {
    add_progress_key(sql, context, edit);
    pgm__strbuf_addf(sql, " AND l.statement" PGM__EQ "%zu AND l.running" PGM__EQ "%s",
                     edit->statement, edit->running ? "true" : "false");
    add_same(sql, "run_id", edit->run_id);
    pgm__context_add_hit_one(sql, PGM__MARK_TAKEN);
}

static void add_forget(pgm__strbuf *sql, const pgm__context *context, const pgm__edit *edit) {
    pgm__strbuf_adds(sql, "WITH u AS (DELETE FROM ");
    pgm__context_add_companion(sql, context);
    pgm__strbuf_adds(sql, " AS l");
    add_progress_row(sql, context, edit);
}

/* The statement in doubt ran, or did not: the next run goes on behind it, or with it. */
static size_t settled_at(const pgm__edit *edit) {
    return edit->statement + (edit->ran ? 1 : 0);
}

static void add_settle(pgm__strbuf *sql, const pgm__context *context, const pgm__edit *edit) {
    pgm__strbuf_adds(sql, "WITH u AS (UPDATE ");
    pgm__context_add_companion(sql, context);
    pgm__strbuf_addf(sql, " AS l SET running=false,statement=%zu,run_id='%s'", settled_at(edit),
                     context->run_id);
    add_progress_row(sql, context, edit);
}

static size_t add_correction(pgm__strbuf *sql, const pgm__context *context, const pgm__edit *edit) {
    switch (edit->kind) {
    case PGM__EDIT_CHECKSUM:
        add_checksum(sql, context, edit);
        return 1;
    case PGM__EDIT_MOVE:
        add_move(sql, context, edit);
        return 1;
    case PGM__EDIT_DELETE:
        add_delete(sql, context, edit);
        return 1;
    case PGM__EDIT_FORGET:
        add_forget(sql, context, edit);
        return 1;
    case PGM__EDIT_SETTLE:
        add_settle(sql, context, edit);
        return 1;
    case PGM__EDIT_INSERT:
    case PGM__EDIT_DROP:
    default:
        return 0;
    }
}

/* ---- is it there? ---- */

/* All new rows, as they were sent. */
static void add_rows_there(pgm__strbuf *sql, const pgm__context *context, const pgm__edits *edits) {
    size_t count = 0;
    for (size_t i = 0; i < edits->count; i++) {
        const pgm__edit *edit = &edits->items[i];
        if (edit->kind != PGM__EDIT_INSERT) {
            continue;
        }
        if (count == 0) {
            pgm__strbuf_adds(sql, " AND (SELECT pg_catalog.count(*) FROM ");
            pgm__context_add_table(sql, context);
            pgm__strbuf_adds(sql, " AS l,(VALUES");
        }
        pgm__strbuf_adds(sql, count > 0 ? ",(" : "(");
        pgm__strbuf_add_literal(sql, edit->version);
        pgm__strbuf_addf(sql, "::pg_catalog.text,'%s'::pg_catalog.text)",
                         edit->migration->up.checksum);
        count++;
    }
    if (count > 0) {
        pgm__strbuf_adds(sql, ") AS w WHERE l.version::pg_catalog.text" PGM__EQ
                              "w.column1 AND l.checksum::pg_catalog.text" PGM__EQ
                              "w.column2 AND l.run_id::pg_catalog.text" PGM__EQ);
        pgm__strbuf_add_literal(sql, context->run_id);
        pgm__strbuf_addf(sql, ")" PGM__EQ "%zu", count);
    }
}

/* @param checksum  NULL: no row of that version may be there. */
static void add_row_there(pgm__strbuf *sql, const pgm__context *context, const char *version,
                          const char *checksum) {
    bool stays = checksum != NULL;
    pgm__strbuf_adds(sql, stays ? " AND EXISTS(SELECT FROM " : " AND NOT EXISTS(SELECT FROM ");
    pgm__context_add_table(sql, context);
    pgm__strbuf_adds(sql, " AS l WHERE l.version" PGM__EQ);
    pgm__strbuf_add_literal(sql, version);
    if (stays) {
        pgm__strbuf_addf(sql, " AND l.checksum" PGM__EQ "'%s'", checksum);
    }
    pgm__strbuf_addc(sql, ')');
}

static void add_progress_there(pgm__strbuf *sql, const pgm__context *context,
                               const pgm__edit *edit) {
    bool stays = edit->kind == PGM__EDIT_SETTLE;
    pgm__strbuf_adds(sql, stays ? " AND EXISTS(SELECT FROM " : " AND NOT EXISTS(SELECT FROM ");
    pgm__context_add_companion(sql, context);
    pgm__strbuf_adds(sql, " AS l");
    add_progress_key(sql, context, edit);
    if (stays) {
        pgm__strbuf_addf(sql,
                         " AND l.statement" PGM__EQ "%zu AND NOT l.running AND l.run_id" PGM__EQ,
                         settled_at(edit));
        pgm__strbuf_add_literal(sql, context->run_id);
    }
    pgm__strbuf_addc(sql, ')');
}

static void add_drops_gone(pgm__strbuf *sql, const pgm__context *context, const pgm__edits *edits) {
    if (count_drops(edits) > 0) {
        pgm__strbuf_adds(sql, " AND NOT ");
        add_exists_dropped(sql, edits);
        pgm__strbuf_addc(sql, ',');
        pgm__context_add_table(sql, context);
        pgm__strbuf_adds(sql, " AS l WHERE l.version::pg_catalog.text" PGM__EQ "w.column1)");
    }
}

static void add_correction_there(pgm__strbuf *sql, const pgm__context *context,
                                 const pgm__edit *edit) {
    switch (edit->kind) {
    case PGM__EDIT_CHECKSUM:
        add_row_there(sql, context, edit->version, edit->migration->up.checksum);
        break;
    case PGM__EDIT_MOVE:
        add_row_there(sql, context, edit->migration->version, edit->migration->up.checksum);
        if (strcmp(edit->version, edit->migration->version) != 0) {
            add_row_there(sql, context, edit->version, NULL);
        }
        break;
    case PGM__EDIT_DELETE:
        add_row_there(sql, context, edit->version, NULL);
        break;
    case PGM__EDIT_FORGET:
    case PGM__EDIT_SETTLE:
        add_progress_there(sql, context, edit);
        break;
    case PGM__EDIT_INSERT:
    case PGM__EDIT_DROP:
    default:
        break;
    }
}

/* What a statement returns is not what stays: a trigger can give back another row, or take away
 * again what was written. So all is read once more at the end, before it is committed. */
static void add_all_there(pgm__strbuf *sql, const pgm__context *context, const pgm__edits *edits) {
    pgm__strbuf_adds(sql, "SET CONSTRAINTS ALL IMMEDIATE;SELECT CASE WHEN true");
    add_rows_there(sql, context, edits);
    add_drops_gone(sql, context, edits);
    for (size_t i = 0; i < edits->count; i++) {
        add_correction_there(sql, context, &edits->items[i]);
    }
    pgm__strbuf_adds(sql, " THEN '1' ELSE '" PGM__MARK_REFUSED "' END::pg_catalog.int4;");
}

size_t pgm__edit_sql(pgm__strbuf *sql, const pgm__context *context, const pgm__edits *edits) {
    size_t replies = pgm__block_sql_open(sql, context);
    if (edits->fresh) {
        add_still_empty(sql, context);
        replies++;
    }
    replies += add_inserts(sql, context, edits);
    replies += add_drops(sql, context, edits);
    for (size_t i = 0; i < edits->count; i++) {
        replies += add_correction(sql, context, &edits->items[i]);
    }
    add_all_there(sql, context, edits);
    pgm__strbuf_adds(sql, "COMMIT;");
    return replies + 3;
}
