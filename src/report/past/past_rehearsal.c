#include "report/past/past_rehearsal.h"

#include "pgmarch/rehearsal.h"

static const char *mode_word(int value) {
    return pgm_lock_mode_name((pgm_lock_mode)value);
}

static const char *change_word(int value) {
    return pgm_object_change_name((pgm_object_change)value);
}

static const char *rehearsed_word(int value) {
    return pgm_rehearsed_name((pgm_rehearsed)value);
}

static const char *warned_word(int value) {
    return pgm_warned_name((pgm_warned)value);
}

_Static_assert(sizeof(pgm_lock_mode) == sizeof(int) && sizeof(pgm_object_change) == sizeof(int) &&
                   sizeof(pgm_rehearsed) == sizeof(int) && sizeof(pgm_warned) == sizeof(int),
               "PGM__FIELD_WORD writes an int");

#define FIELDS(rows, type)                                                                         \
    { rows, sizeof(rows) / sizeof *(rows), sizeof(type) }
#define AT(type, member) .offset = offsetof(type, member)

/* PGM__FIELD_GUESS takes rows and bytes as well as times: null is -1, nobody knows. */

static const pgm__field lock_rows[] = {
    {.key = "relation", .kind = PGM__FIELD_PROSE, AT(pgm_rehearsed_lock, relation)},
    {.key = "kind", .kind = PGM__FIELD_PROSE, AT(pgm_rehearsed_lock, kind)},
    {.key = "mode", .kind = PGM__FIELD_WORD, AT(pgm_rehearsed_lock, mode), .word = mode_word},
    {.key = "held_before", .kind = PGM__FIELD_FLAG, AT(pgm_rehearsed_lock, held_before)},
    {.key = "held_us", .kind = PGM__FIELD_GUESS, AT(pgm_rehearsed_lock, held_us)},
    {.key = "rows", .kind = PGM__FIELD_GUESS, AT(pgm_rehearsed_lock, rows)},
    {.key = "bytes", .kind = PGM__FIELD_GUESS, AT(pgm_rehearsed_lock, bytes)},
};
static const pgm__fields lock_fields = FIELDS(lock_rows, pgm_rehearsed_lock);

static const pgm__field rewrite_rows[] = {
    {.key = "relation", .kind = PGM__FIELD_PROSE, AT(pgm_rehearsed_rewrite, relation)},
    {.key = "kind", .kind = PGM__FIELD_PROSE, AT(pgm_rehearsed_rewrite, kind)},
    {.key = "rows", .kind = PGM__FIELD_GUESS, AT(pgm_rehearsed_rewrite, rows)},
    {.key = "bytes", .kind = PGM__FIELD_GUESS, AT(pgm_rehearsed_rewrite, bytes)},
};
static const pgm__fields rewrite_fields = FIELDS(rewrite_rows, pgm_rehearsed_rewrite);

static const pgm__field table_rows[] = {
    {.key = "relation", .kind = PGM__FIELD_PROSE, AT(pgm_rehearsed_rows, relation)},
    {.key = "inserted", .kind = PGM__FIELD_GUESS, AT(pgm_rehearsed_rows, inserted)},
    {.key = "updated", .kind = PGM__FIELD_GUESS, AT(pgm_rehearsed_rows, updated)},
    {.key = "deleted", .kind = PGM__FIELD_GUESS, AT(pgm_rehearsed_rows, deleted)},
    {.key = "scanned", .kind = PGM__FIELD_GUESS, AT(pgm_rehearsed_rows, scanned)},
};
static const pgm__fields table_fields = FIELDS(table_rows, pgm_rehearsed_rows);

static const pgm__field object_rows[] = {
    {.key = "change",
     .kind = PGM__FIELD_WORD,
     AT(pgm_rehearsed_object, change),
     .word = change_word},
    {.key = "kind", .kind = PGM__FIELD_PROSE, AT(pgm_rehearsed_object, kind)},
    {.key = "name", .kind = PGM__FIELD_PROSE, AT(pgm_rehearsed_object, name)},
};
static const pgm__fields object_fields = FIELDS(object_rows, pgm_rehearsed_object);

static const pgm__field statement_rows[] = {
    {.key = "line", .kind = PGM__FIELD_SHORT, AT(pgm_rehearsed_statement, line), .nullable = true},
    {.key = "text", .kind = PGM__FIELD_PROSE, AT(pgm_rehearsed_statement, text)},
    {.key = "ran", .kind = PGM__FIELD_FLAG, AT(pgm_rehearsed_statement, ran)},
    {.key = "took_us", .kind = PGM__FIELD_GUESS, AT(pgm_rehearsed_statement, took_us)},
    {.key = "wal_bytes", .kind = PGM__FIELD_GUESS, AT(pgm_rehearsed_statement, wal_bytes)},
    {.key = "rows", .kind = PGM__FIELD_GUESS, AT(pgm_rehearsed_statement, rows)},
    {.key = "locks",
     .kind = PGM__FIELD_OBJECTS,
     AT(pgm_rehearsed_statement, locks),
     .count = offsetof(pgm_rehearsed_statement, lock_count),
     .inner = &lock_fields},
    {.key = "rewrites",
     .kind = PGM__FIELD_OBJECTS,
     AT(pgm_rehearsed_statement, rewrites),
     .count = offsetof(pgm_rehearsed_statement, rewrite_count),
     .inner = &rewrite_fields},
    {.key = "tables",
     .kind = PGM__FIELD_OBJECTS,
     AT(pgm_rehearsed_statement, tables),
     .count = offsetof(pgm_rehearsed_statement, table_count),
     .inner = &table_fields},
    {.key = "objects",
     .kind = PGM__FIELD_OBJECTS,
     AT(pgm_rehearsed_statement, objects),
     .count = offsetof(pgm_rehearsed_statement, object_count),
     .inner = &object_fields},
};
static const pgm__fields statement_fields = FIELDS(statement_rows, pgm_rehearsed_statement);

static const pgm__field migration_rows[] = {
    {.key = "version", .kind = PGM__FIELD_TEXT, AT(pgm_rehearsed_migration, version)},
    {.key = "file", .kind = PGM__FIELD_TEXT, AT(pgm_rehearsed_migration, file), .nullable = true},
    {.key = "state",
     .kind = PGM__FIELD_WORD,
     AT(pgm_rehearsed_migration, state),
     .word = rehearsed_word},
    {.key = "took_us", .kind = PGM__FIELD_GUESS, AT(pgm_rehearsed_migration, took_us)},
    {.key = "wal_bytes", .kind = PGM__FIELD_GUESS, AT(pgm_rehearsed_migration, wal_bytes)},
    {.key = "statements",
     .kind = PGM__FIELD_OBJECTS,
     AT(pgm_rehearsed_migration, statements),
     .count = offsetof(pgm_rehearsed_migration, statement_count),
     .inner = &statement_fields},
    {.key = "notes",
     .kind = PGM__FIELD_TEXTS,
     AT(pgm_rehearsed_migration, notes),
     .count = offsetof(pgm_rehearsed_migration, note_count)},
};
static const pgm__fields migration_fields = FIELDS(migration_rows, pgm_rehearsed_migration);

static const pgm__field excess_rows[] = {
    {.key = "bound", .kind = PGM__FIELD_TEXT, AT(pgm_rehearsed_excess, bound)},
    {.key = "version", .kind = PGM__FIELD_TEXT, AT(pgm_rehearsed_excess, version)},
    {.key = "line", .kind = PGM__FIELD_SHORT, AT(pgm_rehearsed_excess, line), .nullable = true},
    {.key = "relation",
     .kind = PGM__FIELD_PROSE,
     AT(pgm_rehearsed_excess, relation),
     .nullable = true},
    {.key = "value", .kind = PGM__FIELD_PROSE, AT(pgm_rehearsed_excess, value), .nullable = true},
    {.key = "measured", .kind = PGM__FIELD_GUESS, AT(pgm_rehearsed_excess, measured)},
};
static const pgm__fields excess_fields = FIELDS(excess_rows, pgm_rehearsed_excess);

static const pgm__field warning_rows[] = {
    {.key = "code", .kind = PGM__FIELD_TEXT, AT(pgm_rehearsed_warning, code)},
    {.key = "version", .kind = PGM__FIELD_TEXT, AT(pgm_rehearsed_warning, version)},
    {.key = "file", .kind = PGM__FIELD_TEXT, AT(pgm_rehearsed_warning, file), .nullable = true},
    {.key = "line", .kind = PGM__FIELD_SHORT, AT(pgm_rehearsed_warning, line), .nullable = true},
    {.key = "message",
     .kind = PGM__FIELD_PROSE,
     AT(pgm_rehearsed_warning, message),
     .nullable = true},
    {.key = "state",
     .kind = PGM__FIELD_WORD,
     AT(pgm_rehearsed_warning, warned),
     .word = warned_word},
    {.key = "evidence",
     .kind = PGM__FIELD_PROSE,
     AT(pgm_rehearsed_warning, evidence),
     .nullable = true},
};
static const pgm__fields warning_fields = FIELDS(warning_rows, pgm_rehearsed_warning);

static const pgm__field rehearsal_rows[] = {
    {.key = "kept", .kind = PGM__FIELD_FLAG, AT(pgm_rehearsal, kept)},
    {.key = "took_us", .kind = PGM__FIELD_GUESS, AT(pgm_rehearsal, took_us)},
    {.key = "wal_bytes", .kind = PGM__FIELD_GUESS, AT(pgm_rehearsal, wal_bytes)},
    {.key = "size_bytes", .kind = PGM__FIELD_GUESS, AT(pgm_rehearsal, size)},
    {.key = "sampled", .kind = PGM__FIELD_TEXT, AT(pgm_rehearsal, sampled), .nullable = true},
    {.key = "estimated_us", .kind = PGM__FIELD_GUESS, AT(pgm_rehearsal, estimated_us)},
    {.key = "branch", .kind = PGM__FIELD_TEXT, AT(pgm_rehearsal, branch), .nullable = true},
    {.key = "migrations",
     .kind = PGM__FIELD_OBJECTS,
     AT(pgm_rehearsal, migrations),
     .count = offsetof(pgm_rehearsal, migration_count),
     .inner = &migration_fields},
    {.key = "leaves",
     .kind = PGM__FIELD_TEXTS,
     AT(pgm_rehearsal, leaves),
     .count = offsetof(pgm_rehearsal, leave_count)},
    {.key = "excesses",
     .kind = PGM__FIELD_OBJECTS,
     AT(pgm_rehearsal, excesses),
     .count = offsetof(pgm_rehearsal, excess_count),
     .inner = &excess_fields},
    {.key = "warnings",
     .kind = PGM__FIELD_OBJECTS,
     AT(pgm_rehearsal, warnings),
     .count = offsetof(pgm_rehearsal, warning_count),
     .inner = &warning_fields},
};
const pgm__fields pgm__past_rehearsal = FIELDS(rehearsal_rows, pgm_rehearsal);
