#include "report/merge/waves.h"

#include <stdlib.h>
#include <string.h>

/* A wave of all shards, while it is put together. */
typedef struct draft {
    pgm_wave wave;
    bool again;      /* of a shard that ran before: its caps count once */
    bool started;    /* some of its targets did */
    bool unfinished; /* some did not, or were stopped */
} draft;

typedef struct drafts {
    draft *items;
    size_t count;
} drafts;

/* ---- in their order ---- */

/* "canary", then "wave 3" by number, then "the rest". */
static int place_of(const char *name, long long *number) {
    *number = 0;
    if (strcmp(name, "canary") == 0) {
        return 0;
    }
    if (strncmp(name, "wave ", 5) == 0) {
        *number = strtoll(name + 5, NULL, 10);
        return 1;
    }
    return 2;
}

static int compare(const char *a, const char *b) {
    long long first = 0;
    long long second = 0;
    int place = place_of(a, &first);
    int other = place_of(b, &second);
    if (place != other) {
        return place - other;
    }
    return first != second ? (first < second ? -1 : 1) : strcmp(a, b);
}

static int by_place(const void *left, const void *right) {
    const draft *a = left;
    const draft *b = right;
    int names = compare(a->wave.name, b->wave.name);
    return names != 0 ? names : (int)a->again - (int)b->again;
}

static int name_against(const void *name, const void *item) {
    const draft *found = item;
    return compare(name, found->wave.name);
}

/* A canary goes first all the same. */
static bool is_reversed(const pgm_summary *summary) {
    size_t first = summary->wave_count > 0 && strcmp(summary->waves[0].name, "canary") == 0 ? 1 : 0;
    return summary->wave_count > first + 1 &&
           compare(summary->waves[first].name, summary->waves[first + 1].name) > 0;
}

/* ---- of all shards ---- */

static bool is_again(const pgm__report_set *rollout, size_t index) {
    for (size_t i = 0; i < index; i++) {
        if (rollout->reports[i]->summary.shard_index ==
            rollout->reports[index]->summary.shard_index) {
            return true;
        }
    }
    return false;
}

static bool collect(drafts *d, pgm__arena *arena, const pgm__report_set *rollout) {
    size_t most = 0;
    for (size_t i = 0; i < rollout->count; i++) {
        most += rollout->reports[i]->summary.wave_count;
    }
    d->items = pgm__arena_calloc(arena, most, sizeof *d->items);
    if (d->items == NULL) {
        return false;
    }
    for (size_t i = 0; i < rollout->count; i++) {
        const pgm_summary *summary = &rollout->reports[i]->summary;
        bool again = is_again(rollout, i);
        for (size_t j = 0; j < summary->wave_count; j++) {
            d->items[d->count++] = (draft){.wave = summary->waves[j], .again = again};
        }
    }
    qsort(d->items, d->count, sizeof *d->items, by_place);
    return true;
}

static size_t sum_of_limits(size_t a, size_t b) {
    return a == PGM_NO_LIMIT || b == PGM_NO_LIMIT ? PGM_NO_LIMIT : a + b;
}

/* Each name once, with the caps of all shards. */
static void join(drafts *d) {
    size_t kept = 0;
    for (size_t i = 0; i < d->count; i++) {
        draft *item = &d->items[i];
        draft *last = kept > 0 ? &d->items[kept - 1] : NULL;
        if (last == NULL || strcmp(last->wave.name, item->wave.name) != 0) {
            d->items[kept++] = *item;
        } else if (!item->again) {
            last->wave.at_once += item->wave.at_once;
            last->wave.limit = sum_of_limits(last->wave.limit, item->wave.limit);
        }
    }
    d->count = kept;
}

/* ---- what became of them ---- */

static void count_result(const drafts *d, const pgm_summary *summary, const pgm_result *result) {
    draft *of = result->wave == NULL
                    ? NULL
                    : bsearch(result->wave, d->items, d->count, sizeof *d->items, name_against);
    if (of == NULL) {
        return;
    }
    bool idle = result->outcome == PGM_OUTCOME_NOT_RUN;
    of->wave.targets++;
    of->wave.failed += pgm_result_verdict(summary, result) == PGM_VERDICT_BAD ? 1 : 0;
    of->started = of->started || !idle;
    of->unfinished = of->unfinished || idle || result->outcome == PGM_OUTCOME_CANCELLED;
}

static pgm_wave_state state_of(const draft *d, const pgm_summary *summary) {
    if (!d->started || summary->dry_run || summary->command == PGM_COMMAND_STATUS) {
        return PGM_WAVE_NOT_RUN;
    }
    return d->unfinished || d->wave.failed > d->wave.limit ? PGM_WAVE_STOPPED : PGM_WAVE_ENDED;
}

static bool hand_out(const drafts *d, pgm__arena *arena, bool reversed, pgm_summary *summary) {
    pgm_wave *waves = pgm__arena_calloc(arena, d->count, sizeof *waves);
    size_t first = d->count > 0 && strcmp(d->items[0].wave.name, "canary") == 0 ? 1 : 0;
    for (size_t i = 0; i < d->count && waves != NULL; i++) {
        bool turned = reversed && i >= first;
        waves[turned ? d->count - 1 - (i - first) : i] = d->items[i].wave;
    }
    summary->waves = waves;
    summary->wave_count = d->count;
    return waves != NULL;
}

pgm_status pgm__waves_fill(pgm__arena *arena, const pgm__report_set *rollout,
                           const pgm__report *report, pgm_summary *summary) {
    drafts d = {0};
    if (!collect(&d, arena, rollout)) {
        return PGM_ENOMEM;
    }
    join(&d);
    for (size_t i = 0; i < d.count; i++) {
        d.items[i].wave.targets = 0;
        d.items[i].wave.failed = 0;
    }
    for (size_t i = 0; i < report->result_count; i++) {
        count_result(&d, summary, report->results[i]);
    }
    bool reversed = false;
    for (size_t i = 0; i < rollout->count; i++) {
        reversed = reversed || is_reversed(&rollout->reports[i]->summary);
    }
    for (size_t i = 0; i < d.count; i++) {
        d.items[i].wave.state = state_of(&d.items[i], summary);
    }
    return hand_out(&d, arena, reversed, summary) ? PGM_OK : PGM_ENOMEM;
}
