#include "report/merge/sets.h"

#include <string.h>

#include "base/error.h"
#include "report/merge/alike.h"
#include "report/merge/run_ids.h"
#include "report/merge/shards.h"

static bool put(pgm__report_sets *sets, pgm__arena *arena, const pgm__past_report *report,
                size_t most) {
    pgm__report_set *set = NULL;
    for (size_t i = 0; i < sets->count && set == NULL; i++) {
        bool same = pgm__alike(&sets->items[i].reports[0]->summary, &report->summary);
        set = same ? &sets->items[i] : NULL;
    }
    if (set == NULL) {
        set = &sets->items[sets->count++];
        set->reports = pgm__arena_calloc(arena, most, sizeof(const pgm__past_report *));
    }
    if (set->reports == NULL) {
        return false;
    }
    set->reports[set->count++] = report;
    return true;
}

static pgm_status group(pgm__report_sets *sets, pgm__arena *arena,
                        const pgm__past_report *const *reports, size_t count) {
    sets->items = pgm__arena_calloc(arena, count, sizeof *sets->items);
    for (size_t i = 0; i < count; i++) {
        if (sets->items == NULL || !put(sets, arena, reports[i], count)) {
            return PGM_ENOMEM;
        }
    }
    return PGM_OK;
}

/* ---- which one retries which ---- */

/* The reports of the sets that are placed, or of one set alone. */
typedef struct known {
    const pgm__past_report **reports;
    size_t count;
} known;

static bool is_id_of(const known *k, pgm__arena *arena, const char *id, bool *found) {
    const char *all = NULL;
    for (size_t i = 0; i < k->count && !*found; i++) {
        *found = strcmp(k->reports[i]->summary.id, id) == 0;
        for (size_t j = 0; j < k->reports[i]->run_count && !*found; j++) {
            *found = strcmp(k->reports[i]->runs[j].id, id) == 0;
        }
    }
    if (*found || k->count == 0) {
        return true;
    }
    if (pgm__run_ids_join(arena, k->reports, k->count, &all) != PGM_OK) {
        return false;
    }
    *found = strcmp(all, id) == 0;
    return true;
}

/* Is what this set retries a report of another set, that set as a whole, or all that is placed by
 * now? */
static bool finds_retried(const pgm__report_sets *sets, size_t index, const known *placed,
                          pgm__arena *arena, bool *found) {
    const char *id = sets->items[index].reports[0]->summary.retry_of;
    *found = false;
    if (id == NULL) {
        return true;
    }
    for (size_t i = 0; i < sets->count && !*found; i++) {
        const known one = {sets->items[i].reports, i == index ? 0 : sets->items[i].count};
        if (!is_id_of(&one, arena, id, found)) {
            return false;
        }
    }
    return *found || is_id_of(placed, arena, id, found);
}

static void place(pgm__report_set *set, known *placed) {
    set->placed = true;
    memcpy(placed->reports + placed->count, set->reports, set->count * sizeof(void *));
    placed->count += set->count;
}

/* The rollout itself: what it retries, if anything, is not here. */
static bool find_first(pgm__report_sets *sets, pgm__arena *arena, known *placed) {
    const known none = {0};
    for (size_t i = 0; i < sets->count; i++) {
        bool found = false;
        if (!finds_retried(sets, i, &none, arena, &found)) {
            return false;
        }
        if (!found) {
            pgm__report_set first = sets->items[i];
            sets->items[i] = sets->items[0];
            sets->items[0] = first;
            place(&sets->items[0], placed);
            return true;
        }
    }
    place(&sets->items[0], placed);
    return true;
}

/* Until no set is left whose retried run is known: each one that is placed may be that of another.
 */
static bool place_retries(pgm__report_sets *sets, pgm__arena *arena, known *placed) {
    for (bool more = true; more;) {
        more = false;
        for (size_t i = 1; i < sets->count; i++) {
            bool found = false;
            if (!sets->items[i].placed && !finds_retried(sets, i, placed, arena, &found)) {
                return false;
            }
            if (found) {
                place(&sets->items[i], placed);
                more = true;
            }
        }
    }
    return true;
}

/* A set that retries nothing of what is here is another rollout. */
static pgm_status check_sets(const pgm__report_sets *sets, pgm_error *err) {
    const pgm__past_report *first = sets->items[0].reports[0];
    for (size_t i = 1; i < sets->count; i++) {
        const pgm__past_report *other = sets->items[i].reports[0];
        if (!sets->items[i].placed && first->summary.retry_of == NULL &&
            other->summary.retry_of != NULL) {
            return pgm__error_set(err, PGM_EUSAGE,
                                  "\"%s\" retries run %s, of which no report is given: give that "
                                  "one too, or leave \"%s\" out",
                                  other->file, other->summary.retry_of, other->file);
        }
        if (!sets->items[i].placed || !pgm__alike_as_retry(&first->summary, &other->summary)) {
            return pgm__alike_refuse(first, other, sets->items[i].placed, err);
        }
    }
    return PGM_OK;
}

/* What reports of before they had digests are of, nobody can tell. */
static pgm_status check_known(const pgm__past_report *const *reports, size_t count,
                              pgm_error *err) {
    for (size_t i = 0; i < count && count > 1; i++) {
        const pgm_summary *summary = &reports[i]->summary;
        if (summary->fleet_digest == NULL || summary->selection_digest == NULL ||
            summary->migrations_digest == NULL) {
            return pgm__error_set(err, PGM_EUSAGE,
                                  "report \"%s\" does not say of which fleet and folder it is, as "
                                  "those of older versions: it cannot be put together with others",
                                  reports[i]->file);
        }
    }
    return PGM_OK;
}

pgm_status pgm__sets_make(pgm__report_sets *out, pgm__arena *arena,
                          const pgm__past_report *const *reports, size_t count, pgm_error *err) {
    pgm__report_sets sets = {0};
    known placed = {.reports = pgm__arena_calloc(arena, count, sizeof *placed.reports)};
    pgm_status status = pgm__run_ids_check(arena, reports, count, err);
    if (status == PGM_OK) {
        status = check_known(reports, count, err);
    }
    if (status != PGM_OK) {
        return status;
    }
    if (placed.reports == NULL || group(&sets, arena, reports, count) != PGM_OK ||
        !find_first(&sets, arena, &placed) || !place_retries(&sets, arena, &placed)) {
        return pgm__error_nomem(err);
    }
    status = check_sets(&sets, err);
    for (size_t i = 0; i < sets.count && status == PGM_OK; i++) {
        status = pgm__shards_check(arena, sets.items[i].reports, sets.items[i].count, err);
    }
    if (status == PGM_OK) {
        *out = sets;
    }
    return status;
}
