#include "report/json/rehearsal.h"

/* What is not known is null. */
static json_t *known(pgm__json_writer *w, int64_t value) {
    return value < 0 ? json_null() : pgm__json_number(w, value);
}

/* An array of what is made of each item of a list. */
static json_t *list(pgm__json_writer *w, const void *items, size_t count, size_t size,
                    json_t *(*make)(pgm__json_writer *w, const void *item)) {
    json_t *array = pgm__json_checked(w, json_array());
    for (size_t i = 0; i < count && !w->failed; i++) {
        pgm__json_append(w, array, make(w, (const char *)items + i * size));
    }
    return array;
}

static json_t *lock(pgm__json_writer *w, const void *item) {
    const pgm_rehearsed_lock *from = item;
    json_t *object = pgm__json_checked(w, json_object());
    pgm__json_put(w, object, "relation", pgm__json_text(w, from->relation));
    pgm__json_put(w, object, "kind", pgm__json_text(w, from->kind));
    pgm__json_put(w, object, "mode", pgm__json_text(w, pgm_lock_mode_name(from->mode)));
    pgm__json_put(w, object, "held_before", json_boolean(from->held_before));
    pgm__json_put(w, object, "held_us", known(w, from->held_us));
    pgm__json_put(w, object, "rows", known(w, from->rows));
    pgm__json_put(w, object, "bytes", known(w, from->bytes));
    return object;
}

static json_t *rewrite(pgm__json_writer *w, const void *item) {
    const pgm_rehearsed_rewrite *from = item;
    json_t *object = pgm__json_checked(w, json_object());
    pgm__json_put(w, object, "relation", pgm__json_text(w, from->relation));
    pgm__json_put(w, object, "kind", pgm__json_text(w, from->kind));
    pgm__json_put(w, object, "rows", known(w, from->rows));
    pgm__json_put(w, object, "bytes", known(w, from->bytes));
    return object;
}

static json_t *rows(pgm__json_writer *w, const void *item) {
    const pgm_rehearsed_rows *from = item;
    json_t *object = pgm__json_checked(w, json_object());
    pgm__json_put(w, object, "relation", pgm__json_text(w, from->relation));
    pgm__json_put(w, object, "inserted", known(w, from->inserted));
    pgm__json_put(w, object, "updated", known(w, from->updated));
    pgm__json_put(w, object, "deleted", known(w, from->deleted));
    pgm__json_put(w, object, "scanned", known(w, from->scanned));
    return object;
}

static json_t *changed(pgm__json_writer *w, const void *item) {
    const pgm_rehearsed_object *from = item;
    json_t *object = pgm__json_checked(w, json_object());
    pgm__json_put(w, object, "change", pgm__json_text(w, pgm_object_change_name(from->change)));
    pgm__json_put(w, object, "kind", pgm__json_text(w, from->kind));
    pgm__json_put(w, object, "name", pgm__json_text(w, from->name));
    return object;
}

static json_t *statement(pgm__json_writer *w, const void *item) {
    const pgm_rehearsed_statement *from = item;
    json_t *object = pgm__json_checked(w, json_object());
    pgm__json_put(w, object, "line", pgm__json_line(w, from->line));
    pgm__json_put(w, object, "text", pgm__json_text(w, from->text));
    pgm__json_put(w, object, "ran", json_boolean(from->ran));
    pgm__json_put(w, object, "took_us", known(w, from->took_us));
    pgm__json_put(w, object, "wal_bytes", known(w, from->wal_bytes));
    pgm__json_put(w, object, "rows", known(w, from->rows));
    pgm__json_put(w, object, "locks",
                  list(w, from->locks, from->lock_count, sizeof *from->locks, lock));
    pgm__json_put(w, object, "rewrites",
                  list(w, from->rewrites, from->rewrite_count, sizeof *from->rewrites, rewrite));
    pgm__json_put(w, object, "tables",
                  list(w, from->tables, from->table_count, sizeof *from->tables, rows));
    pgm__json_put(w, object, "objects",
                  list(w, from->objects, from->object_count, sizeof *from->objects, changed));
    return object;
}

static json_t *migration(pgm__json_writer *w, const void *item) {
    const pgm_rehearsed_migration *from = item;
    json_t *object = pgm__json_checked(w, json_object());
    pgm__json_put(w, object, "version", pgm__json_text(w, from->version));
    pgm__json_put(w, object, "file", pgm__json_text(w, from->file));
    pgm__json_put(w, object, "state", pgm__json_text(w, pgm_rehearsed_name(from->state)));
    pgm__json_put(w, object, "took_us", known(w, from->took_us));
    pgm__json_put(w, object, "wal_bytes", known(w, from->wal_bytes));
    pgm__json_put(
        w, object, "statements",
        list(w, from->statements, from->statement_count, sizeof *from->statements, statement));
    pgm__json_put(w, object, "notes", pgm__json_texts(w, from->notes, from->note_count));
    return object;
}

static json_t *excess(pgm__json_writer *w, const void *item) {
    const pgm_rehearsed_excess *from = item;
    json_t *object = pgm__json_checked(w, json_object());
    pgm__json_put(w, object, "bound", pgm__json_text(w, from->bound));
    pgm__json_put(w, object, "version", pgm__json_text(w, from->version));
    pgm__json_put(w, object, "line", pgm__json_line(w, from->line));
    pgm__json_put(w, object, "relation", pgm__json_text(w, from->relation));
    pgm__json_put(w, object, "value", pgm__json_text(w, from->value));
    pgm__json_put(w, object, "measured", known(w, from->measured));
    return object;
}

static json_t *warning(pgm__json_writer *w, const void *item) {
    const pgm_rehearsed_warning *from = item;
    json_t *object = pgm__json_checked(w, json_object());
    pgm__json_put(w, object, "code", pgm__json_text(w, from->code));
    pgm__json_put(w, object, "version", pgm__json_text(w, from->version));
    pgm__json_put(w, object, "file", pgm__json_text(w, from->file));
    pgm__json_put(w, object, "line", pgm__json_line(w, from->line));
    pgm__json_put(w, object, "message", pgm__json_text(w, from->message));
    pgm__json_put(w, object, "state", pgm__json_text(w, pgm_warned_name(from->warned)));
    pgm__json_put(w, object, "evidence", pgm__json_text(w, from->evidence));
    return object;
}

json_t *pgm__json_rehearsal(pgm__json_writer *w, const pgm_rehearsal *from) {
    if (from == NULL) {
        return json_null();
    }
    json_t *object = pgm__json_checked(w, json_object());
    pgm__json_put(w, object, "kept", json_boolean(from->kept));
    pgm__json_put(w, object, "took_us", known(w, from->took_us));
    pgm__json_put(w, object, "wal_bytes", known(w, from->wal_bytes));
    pgm__json_put(w, object, "size_bytes", known(w, from->size));
    pgm__json_put(w, object, "sampled", pgm__json_text(w, from->sampled));
    pgm__json_put(w, object, "estimated_us", known(w, from->estimated_us));
    pgm__json_put(w, object, "branch", pgm__json_text(w, from->branch));
    pgm__json_put(
        w, object, "migrations",
        list(w, from->migrations, from->migration_count, sizeof *from->migrations, migration));
    pgm__json_put(w, object, "leaves", pgm__json_texts(w, from->leaves, from->leave_count));
    pgm__json_put(w, object, "excesses",
                  list(w, from->excesses, from->excess_count, sizeof *from->excesses, excess));
    pgm__json_put(w, object, "warnings",
                  list(w, from->warnings, from->warning_count, sizeof *from->warnings, warning));
    return object;
}
