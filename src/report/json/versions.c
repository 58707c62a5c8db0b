#include "report/json/versions.h"

#include <string.h>

#include "base/mem.h"
#include "report/moment.h"

/* ---- the list ---- */

/* Two ways to write one number are two versions; and shards of which one was given another folder
 * may differ in whether there is a file. */
static int compare(const pgm__json_version *a, const pgm__json_version *b) {
    int order = pgm_migration_compare(a->version, b->version);
    order = order == 0 ? strcmp(a->version, b->version) : order;
    return order == 0 ? (int)a->known - (int)b->known : order;
}

/* The place of the first one that is not before it. */
static size_t place_of(const pgm__json_versions *versions, const pgm__json_version *version) {
    size_t low = 0;
    size_t high = versions->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (compare(&versions->items[middle], version) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

static bool add(pgm__json_versions *versions, const pgm__json_version *version) {
    size_t at = place_of(versions, version);
    if (at < versions->count && compare(&versions->items[at], version) == 0) {
        return true;
    }
    void *grown = pgm__grow(versions->items, versions->count, &versions->capacity,
                            sizeof *versions->items);
    if (grown == NULL) {
        return false;
    }
    versions->items = grown;
    memmove(&versions->items[at + 1], &versions->items[at],
            (versions->count - at) * sizeof *versions->items);
    versions->items[at] = *version;
    versions->count++;
    return true;
}

static bool add_all_of(pgm__json_versions *out, const pgm_result *result) {
    bool complete = true;
    for (size_t i = 0; i < result->ledger_count && complete; i++) {
        complete = add(out,
                       &(pgm__json_version){result->ledger[i].version, result->ledger[i].known});
    }
    for (size_t i = 0; i < result->pending_count && complete; i++) {
        complete = add(out, &(pgm__json_version){result->pending[i], true});
    }
    return complete;
}

bool pgm__json_versions_collect(pgm__json_versions *out, const pgm__report *report) {
    bool complete = true;
    for (size_t i = 0; i < report->result_count && complete; i++) {
        complete = add_all_of(out, report->results[i]);
    }
    return complete;
}

void pgm__json_versions_fini(pgm__json_versions *versions) {
    pgm__free(versions->items);
    *versions = (pgm__json_versions){0};
}

/* ---- as JSON ---- */

json_t *pgm__json_version_list(pgm__json_writer *w, const pgm__json_versions *versions) {
    json_t *array = pgm__json_checked(w, json_array());
    for (size_t i = 0; i < versions->count; i++) {
        json_t *object = pgm__json_checked(w, json_object());
        pgm__json_put(w, object, "version", pgm__json_text(w, versions->items[i].version));
        pgm__json_put(w, object, "known", json_boolean(versions->items[i].known));
        pgm__json_append(w, array, object);
    }
    return array;
}

static json_t *index_of(pgm__json_writer *w, const pgm__json_versions *versions, const char *text,
                        bool known) {
    if (versions == NULL) {
        return pgm__json_text(w, text);
    }
    return pgm__json_number(w, (int64_t)place_of(versions, &(pgm__json_version){text, known}));
}

/* What no calendar holds ("infinity") stays the text that the server gave. */
static json_t *applied_at(pgm__json_writer *w, const char *text) {
    int64_t seconds = 0;
    return text != NULL && pgm__moment_of_stamp(text, &seconds) ? pgm__json_number(w, seconds)
                                                                : pgm__json_text(w, text);
}

void pgm__json_put_ledger(pgm__json_writer *w, json_t *object, const pgm__json_versions *versions,
                          const pgm_result *result) {
    json_t *applied = pgm__json_checked(w, json_array());
    json_t *at = pgm__json_checked(w, json_array());
    for (size_t i = 0; i < result->ledger_count; i++) {
        const pgm_ledger_entry *entry = &result->ledger[i];
        pgm__json_append(w, applied, index_of(w, versions, entry->version, entry->known));
        pgm__json_append(w, at, applied_at(w, entry->applied_at));
    }
    json_t *pending = result->pending_unknown ? json_null() : pgm__json_checked(w, json_array());
    for (size_t i = 0; i < result->pending_count && !result->pending_unknown; i++) {
        pgm__json_append(w, pending, index_of(w, versions, result->pending[i], true));
    }
    pgm__json_put(w, object, "applied", applied);
    pgm__json_put(w, object, "applied_at", at);
    pgm__json_put(w, object, "pending", pending);
}
