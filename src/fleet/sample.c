#include "fleet/sample.h"

#include <stdlib.h>
#include <string.h>

#include "fleet/survey.h"

/* One target, as the first pass found it. */
typedef struct weighed {
    size_t index;
    const pgm_result *result; /* in the end that of the second pass */
    const char *const *plan;  /* of the first one: the second may have applied some of it */
    size_t plan_count;
    int64_t size; /* -1 = not known */
    bool chosen;
} weighed;

struct pgm__sample {
    weighed *items;  /* in the order of the run's */
    weighed **order; /* those that have something to rehearse: by plan, and the largest first */
    size_t count;
    bool choosing; /* the first pass */
};

bool pgm__sample_wanted(const pgm_run *run) {
    return run->summary.command == PGM_COMMAND_REHEARSE && run->options.sample > 0 &&
           !run->summary.dry_run;
}

bool pgm__sample_passes_by(const pgm_run *run, size_t index) {
    return run->sample != NULL && !run->sample->choosing && !run->sample->items[index].chosen;
}

void pgm__sample_note(pgm_run *run, size_t index, const pgm__march_result *result) {
    if (run->sample != NULL && run->sample->choosing) {
        run->sample->items[index].size = result->size;
    }
}

/* ---- which ---- */

/* Of the same migrations: the texts are the run's own, and the same for every target. */
static int by_plan(const weighed *a, const weighed *b) {
    size_t left = a->plan_count;
    size_t right = b->plan_count;
    int order = (left > right) - (left < right);
    for (size_t i = 0; i < left && order == 0; i++) {
        order = strcmp(a->plan[i], b->plan[i]);
    }
    return order;
}

static int by_plan_and_size(const void *a, const void *b) {
    const weighed *left = *(weighed *const *)a;
    const weighed *right = *(weighed *const *)b;
    int order = by_plan(left, right);
    order = order != 0 ? order : (left->size < right->size) - (left->size > right->size);
    return order != 0 ? order : (left->index > right->index) - (left->index < right->index);
}

void pgm__sample_choose(pgm_run *run) {
    pgm__sample *sample = run->sample;
    sample->choosing = false;
    for (size_t i = 0; i < run->count; i++) {
        weighed *item = &sample->items[i];
        item->result = &run->items[i].result;
        item->plan = item->result->pending;
        item->plan_count = item->result->pending_count;
        if (item->result->outcome == PGM_OUTCOME_NOT_RUN && item->result->pending_count > 0) {
            sample->order[sample->count++] = item;
        }
    }
    if (sample->count > 0) {
        qsort(sample->order, sample->count, sizeof(weighed *), by_plan_and_size);
    }
    size_t of_group = 0;
    for (size_t i = 0; i < sample->count; i++) {
        bool same = i > 0 && by_plan(sample->order[i - 1], sample->order[i]) == 0;
        of_group = same ? of_group + 1 : 0;
        sample->order[i]->chosen = of_group < run->options.sample;
        if (sample->order[i]->chosen) {
            size_t index = sample->order[i]->index;
            run->items[index].result = run->survey[index].untouched;
        }
    }
}

/* ---- what it says of the others ---- */

static int64_t distance(const weighed *a, const weighed *b) {
    return a->size > b->size ? a->size - b->size : b->size - a->size;
}

/* Of those that were rehearsed to the end, with the same plan, the nearest in size; where none was,
 * the first of them says at least which one was tried. */
static const weighed *nearest(const pgm__sample *sample, const weighed *to) {
    const weighed *found = NULL;
    for (size_t i = 0; i < sample->count; i++) {
        const weighed *other = sample->order[i];
        if (!other->chosen || by_plan(other, to) != 0) {
            continue;
        }
        bool well = other->result->outcome == PGM_OUTCOME_APPLIED;
        bool found_well = found != NULL && found->result->outcome == PGM_OUTCOME_APPLIED;
        if (found == NULL || (well && !found_well) ||
            (well == found_well && distance(other, to) < distance(found, to))) {
            found = other;
        }
    }
    return found;
}

/* As much longer as it is larger. What takes the same time everywhere is made too long by that for
 * a target that is larger, and too short for a smaller one. */
static int64_t estimate(const weighed *of, const weighed *by) {
    const pgm_rehearsal *measured = by->result->rehearsal;
    bool known = of->size >= 0 && by->size > 0 && measured != NULL &&
                 by->result->outcome == PGM_OUTCOME_APPLIED;
    return known ? (int64_t)((double)measured->took_us * (double)of->size / (double)by->size) : -1;
}

static void tell(pgm_run *run, const weighed *of) {
    const weighed *by = nearest(run->sample, of);
    pgm_rehearsal *told = pgm__arena_calloc(&run->arena, 1, sizeof *told);
    if (told == NULL || by == NULL) {
        run->no_memory = run->no_memory || told == NULL;
        return;
    }
    *told = (pgm_rehearsal){.took_us = -1,
                            .wal_bytes = -1,
                            .size = of->size,
                            .sampled = by->result->name,
                            .estimated_us = estimate(of, by)};
    run->items[of->index].result.rehearsal = told;
}

/* ---- both passes ---- */

bool pgm__sample_begin(pgm_run *run) {
    pgm__sample *sample = pgm__arena_calloc(&run->arena, 1, sizeof *sample);
    if (sample == NULL || !pgm__survey_begin(run)) {
        return false;
    }
    sample->items = pgm__arena_calloc(&run->arena, run->count, sizeof *sample->items);
    sample->order = pgm__arena_calloc(&run->arena, run->count, sizeof(weighed *));
    if (sample->items == NULL || sample->order == NULL) {
        return false;
    }
    for (size_t i = 0; i < run->count; i++) {
        sample->items[i] = (weighed){.index = i, .size = -1};
    }
    sample->choosing = true;
    run->sample = sample;
    return true;
}

void pgm__sample_tell(pgm_run *run) {
    for (size_t i = 0; i < run->sample->count; i++) {
        if (!run->sample->order[i]->chosen) {
            tell(run, run->sample->order[i]);
        }
    }
}
