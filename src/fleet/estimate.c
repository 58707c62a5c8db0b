/*
 * A target takes as long as it took to look at it, for the connection and the ledger are the same,
 * and what its pending migrations took elsewhere. Who goes when is simulated by the scheduler that
 * the run would have. What nobody can know is left out: locks that are waited for, questions, and
 * how large this target's tables are beside the others'.
 */
#include "fleet/estimate.h"

#include <string.h>

#include "base/mem.h"
#include "engine/simulate.h"

/* `down` has no ledger that says how long a way back took, and the others run nothing. */
static bool is_wanted(const pgm_run *run) {
    bool looks = run->surveying || run->summary.dry_run;
    return looks && run->summary.command == PGM_COMMAND_UP;
}

pgm_status pgm__estimate_begin(pgm_run *run) {
    run->summary.estimate = NULL;
    if (!is_wanted(run)) {
        return PGM_OK;
    }
    size_t count = pgm__migrations_count(run->migrations);
    run->durations = pgm__calloc(count + 1, sizeof *run->durations);
    return run->durations == NULL ? PGM_ENOMEM : PGM_OK;
}

/* A run that lists its fleet has no migrations, and nothing to be judged. */
void pgm__estimate_fini(pgm_run *run) {
    if (run->durations == NULL) {
        return;
    }
    for (size_t i = 0; i < pgm__migrations_count(run->migrations); i++) {
        pgm__durations_fini(&run->durations[i]);
    }
    pgm__free(run->durations);
    run->durations = NULL;
}

/* Of this very content. Rows that were recorded without running anything have 0, and so has what
 * took less than half a millisecond. */
static bool tells(const pgm__ledger_row *row, const pgm__migration *migration) {
    bool same = row->checksum == NULL || strcmp(row->checksum, migration->up.checksum) == 0;
    return row->duration_ms > 0 && same;
}

pgm_status pgm__estimate_note(pgm_run *run, const pgm__march_result *result) {
    pgm_status status = PGM_OK;
    for (size_t i = 0; run->durations != NULL && i < result->row_count && status == PGM_OK; i++) {
        const pgm__ledger_row *row = &result->rows[i];
        size_t index;
        if (pgm__migrations_find_exact(run->migrations, row->version, &index) &&
            tells(row, pgm__migrations_at(run->migrations, index))) {
            status = pgm__durations_add(&run->durations[index], row->duration_ms);
        }
    }
    return status;
}

/* ---- the whole ---- */

/* What is known of each migration, once it is all there. */
typedef struct known {
    uint64_t median;
    uint64_t longest;
    bool pending; /* somewhere */
} known;

typedef struct work {
    pgm_run *run;
    known *migrations;
    uint64_t *likely;  /* of each target */
    uint64_t *longest; /* the same */
    pgm__slot *slots;
    size_t *limits; /* of each wave */
} work;

static void add_target(work *w, size_t index) {
    const pgm_result *result = &w->run->items[index].result;
    uint64_t look = result->duration_ms > 0 ? (uint64_t)result->duration_ms : 0;
    w->likely[index] = look;
    w->longest[index] = look;
    for (size_t i = 0; i < result->pending_count && result->outcome == PGM_OUTCOME_NOT_RUN; i++) {
        size_t migration;
        if (pgm__migrations_find_exact(w->run->migrations, result->pending[i], &migration)) {
            w->migrations[migration].pending = true;
            w->likely[index] += w->migrations[migration].median;
            w->longest[index] += w->migrations[migration].longest;
        }
    }
}

static void judge(const work *w, pgm_estimate *estimate) {
    size_t count = pgm__migrations_count(w->run->migrations);
    for (size_t i = 0; i < count; i++) {
        size_t judges = w->run->durations[i].count;
        if (!w->migrations[i].pending) {
            continue;
        }
        estimate->migrations++;
        if (judges == 0) {
            estimate->unknown++;
            continue;
        }
        bool first = estimate->judged_most == 0;
        estimate->judged_least = first || judges < estimate->judged_least ? judges
                                                                          : estimate->judged_least;
        estimate->judged_most = judges > estimate->judged_most ? judges : estimate->judged_most;
    }
}

static pgm_status simulate(const work *w, const uint64_t *durations, int64_t *total) {
    const pgm_run *run = w->run;
    const pgm__schedule schedule = {.slots = w->slots,
                                    .count = run->count,
                                    .server_caps = run->server_caps,
                                    .server_count = run->server_count,
                                    .limits = w->limits,
                                    .wave_count = run->waves.count,
                                    .jobs = run->jobs,
                                    .group_caps = run->group_caps,
                                    .group_count = run->group_count};
    uint64_t delay = run->gatekeeper.delay > 0 ? (uint64_t)run->gatekeeper.delay : 0;
    uint64_t ms = 0;
    pgm_status status = pgm__simulate(&schedule, durations, delay, &ms);
    *total = (int64_t)ms;
    return status;
}

static void fill(work *w) {
    pgm_run *run = w->run;
    for (size_t i = 0; i < pgm__migrations_count(run->migrations); i++) {
        w->migrations[i].median = pgm__durations_median(&run->durations[i]);
        w->migrations[i].longest = run->durations[i].longest;
    }
    for (size_t i = 0; i < run->count; i++) {
        w->slots[i] = (pgm__slot){.server = run->items[i].login->server,
                                  .wave = run->waves.of[i],
                                  .group = run->items[i].group};
        add_target(w, i);
    }
    for (size_t i = 0; i < run->waves.count; i++) {
        w->limits[i] = run->waves.items[i].limit;
    }
}

/* Where no ledger knows any of them there is no number: how long a connection takes is none. */
static pgm_status make(work *w) {
    pgm_run *run = w->run;
    pgm_estimate *estimate = pgm__arena_calloc(&run->arena, 1, sizeof *estimate);
    if (estimate == NULL) {
        return PGM_ENOMEM;
    }
    fill(w);
    judge(w, estimate);
    estimate->likely_ms = -1;
    estimate->longest_ms = -1;
    pgm_status status = PGM_OK;
    if (estimate->judged_most > 0) {
        status = simulate(w, w->likely, &estimate->likely_ms);
    }
    if (estimate->judged_most > 0 && status == PGM_OK) {
        status = simulate(w, w->longest, &estimate->longest_ms);
    }
    run->summary.estimate = status == PGM_OK && estimate->migrations > 0 ? estimate : NULL;
    return status;
}

pgm_status pgm__estimate_end(pgm_run *run) {
    if (run->durations == NULL) {
        return PGM_OK;
    }
    pgm__arena arena = {0};
    size_t migrations = pgm__migrations_count(run->migrations) + 1;
    work w = {.run = run,
              .migrations = pgm__arena_calloc(&arena, migrations, sizeof *w.migrations),
              .likely = pgm__arena_calloc(&arena, run->count + 1, sizeof *w.likely),
              .longest = pgm__arena_calloc(&arena, run->count + 1, sizeof *w.longest),
              .slots = pgm__arena_calloc(&arena, run->count + 1, sizeof *w.slots),
              .limits = pgm__arena_calloc(&arena, run->waves.count + 1, sizeof *w.limits)};
    bool enough = w.migrations != NULL && w.likely != NULL && w.longest != NULL &&
                  w.slots != NULL && w.limits != NULL;
    pgm_status status = enough ? make(&w) : PGM_ENOMEM;
    pgm__arena_clear(&arena);
    pgm__estimate_fini(run);
    return status;
}
