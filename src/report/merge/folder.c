#include "report/merge/folder.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"

static int by_version(const void *left, const void *right) {
    const pgm_migration_info *a = left;
    const pgm_migration_info *b = right;
    return pgm_migration_compare(a->version, b->version);
}

static size_t count_named(const pgm__report *report) {
    size_t count = 0;
    for (size_t i = 0; i < report->result_count; i++) {
        count += report->results[i]->pending_count + report->results[i]->ledger_count;
    }
    return count;
}

/* That there is a file is known, and its name is not needed. */
static void add(pgm_migration_info *items, size_t *count, const char *version) {
    items[(*count)++] = (pgm_migration_info){.version = version, .up_file = ""};
}

static size_t add_named(pgm_migration_info *items, const pgm_result *result) {
    size_t count = 0;
    for (size_t i = 0; i < result->pending_count; i++) {
        add(items, &count, result->pending[i]);
    }
    for (size_t i = 0; i < result->ledger_count; i++) {
        if (result->ledger[i].known) {
            add(items, &count, result->ledger[i].version);
        }
    }
    return count;
}

static size_t drop_repeated(pgm_migration_info *items, size_t count) {
    size_t kept = 0;
    for (size_t i = 0; i < count; i++) {
        if (kept == 0 || strcmp(items[kept - 1].version, items[i].version) != 0) {
            items[kept++] = items[i];
        }
    }
    return kept;
}

pgm_status pgm__folder_fill(pgm__arena *arena, pgm__report *report, pgm_error *err) {
    if (report->summary->command != PGM_COMMAND_STATUS) {
        return PGM_OK;
    }
    pgm_migration_info *items = pgm__arena_calloc(arena, count_named(report), sizeof *items);
    if (items == NULL) {
        return pgm__error_nomem(err);
    }
    size_t count = 0;
    for (size_t i = 0; i < report->result_count; i++) {
        count += add_named(items + count, report->results[i]);
    }
    qsort(items, count, sizeof *items, by_version);
    report->migrations = items;
    report->migration_count = drop_repeated(items, count);
    return PGM_OK;
}
