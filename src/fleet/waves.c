#include "fleet/waves.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/error.h"
#include "base/mem.h"

/* ---- how many at once ---- */

/* A target's place: of a server, or of a group. */
typedef struct stand {
    size_t wave;
    size_t of;
} stand;

static int compare_stands(const void *left, const void *right) {
    const stand *a = left;
    const stand *b = right;
    if (a->wave != b->wave) {
        return a->wave < b->wave ? -1 : 1;
    }
    return (a->of > b->of) - (a->of < b->of);
}

static size_t smaller(size_t a, size_t b) {
    return a < b ? a : b;
}

/* Of each server, or group, no more than its cap and than the wave has there; of all together
 * `jobs`. */
static void add_up(const pgm_run *run, const stand *stands, const size_t *caps, size_t *at_once) {
    size_t begin = 0;
    for (size_t i = 1; i <= run->count; i++) {
        if (i == run->count || compare_stands(&stands[begin], &stands[i]) != 0) {
            size_t *sum = &at_once[stands[begin].wave];
            *sum = smaller(*sum + smaller(i - begin, caps[stands[begin].of]), run->jobs);
            begin = i;
        }
    }
}

typedef struct counting {
    stand *stands;
    size_t *by_server; /* of each wave */
    size_t *by_group;
    size_t *caps; /* of each group; number 0: none */
} counting;

static void count_by_server(const pgm_run *run, counting *work) {
    for (size_t i = 0; i < run->count; i++) {
        work->stands[i] = (stand){run->waves.of[i], run->items[i].login->server};
    }
    qsort(work->stands, run->count, sizeof *work->stands, compare_stands);
    add_up(run, work->stands, run->server_caps, work->by_server);
}

static void count_by_group(const pgm_run *run, counting *work) {
    work->caps[0] = SIZE_MAX;
    for (size_t i = 0; i < run->group_count; i++) {
        work->caps[i + 1] = run->group_caps[i];
    }
    for (size_t i = 0; i < run->count; i++) {
        work->stands[i] = (stand){run->waves.of[i], run->items[i].group};
    }
    qsort(work->stands, run->count, sizeof *work->stands, compare_stands);
    add_up(run, work->stands, work->caps, work->by_group);
}

/* What both allow. It may be less where servers and groups lie across each other. */
static pgm_status count_at_once(pgm_run *run, pgm_error *err) {
    counting work = {.stands = pgm__calloc(run->count, sizeof *work.stands),
                     .by_server = pgm__calloc(run->waves.count, sizeof *work.by_server),
                     .by_group = pgm__calloc(run->waves.count, sizeof *work.by_group),
                     .caps = pgm__calloc(run->group_count + 1, sizeof *work.caps)};
    bool enough = work.stands != NULL && work.by_server != NULL && work.by_group != NULL &&
                  work.caps != NULL;
    if (enough && run->count > 0) {
        count_by_server(run, &work);
        count_by_group(run, &work);
    }
    for (size_t i = 0; i < run->waves.count && enough; i++) {
        run->wave_states[i].at_once = smaller(work.by_server[i], work.by_group[i]);
    }
    pgm__free(work.stands);
    pgm__free(work.by_server);
    pgm__free(work.by_group);
    pgm__free(work.caps);
    return enough ? PGM_OK : pgm__error_nomem(err);
}

/* ---- the waves ---- */

static const char *name_of(pgm_run *run, const pgm__wave *wave) {
    switch (wave->kind) {
    case PGM__WAVE_CANARY:
        return "canary";
    case PGM__WAVE_NUMBERED:
        return pgm__arena_printf(&run->arena, "wave %" PRId64, wave->number);
    case PGM__WAVE_REST:
        break;
    }
    return run->waves.count == 1 ? "all" : "the rest";
}

static pgm_status show_waves(pgm_run *run, pgm_error *err) {
    run->wave_states = pgm__arena_calloc(&run->arena, run->waves.count, sizeof *run->wave_states);
    if (run->wave_states == NULL) {
        return pgm__error_nomem(err);
    }
    for (size_t i = 0; i < run->waves.count; i++) {
        const pgm__wave *wave = &run->waves.items[i];
        run->wave_states[i] = (pgm_wave){.name = name_of(run, wave),
                                         .targets = wave->targets,
                                         .limit = wave->limit,
                                         .state = PGM_WAVE_NOT_RUN};
        if (run->wave_states[i].name == NULL) {
            return pgm__error_nomem(err);
        }
    }
    for (size_t i = 0; i < run->count; i++) {
        run->items[i].result.wave = run->wave_states[run->waves.of[i]].name;
    }
    run->summary.waves = run->wave_states;
    run->summary.wave_count = run->waves.count;
    return count_at_once(run, err);
}

/* ---- who and how many ---- */

/* The message begins with the option. */
static pgm_status bad_option(pgm_error *err, const char *option, pgm_status status) {
    pgm__error_context(err, "%s", option);
    if (status == PGM_EPARSE && err != NULL) {
        err->status = PGM_EUSAGE;
    }
    return status == PGM_EPARSE ? PGM_EUSAGE : status;
}

/* In a shard a pattern may name a target of another one: all of them are told the same. */
static bool is_of_another_shard(const pgm_run *run, const char *glob) {
    bool found = false;
    for (size_t i = 0; i < pgm__targets_count(run->targets) && !found; i++) {
        found = pgm__target_matches(pgm__targets_at(run->targets, i), glob);
    }
    return found && run->summary.shard_count > 0;
}

/* Only what is `binding` has to choose somebody: see binds(). */
static pgm_status mark_chosen(const pgm_run *run, const pgm__globs *globs, bool binding,
                              pgm__member *members, pgm_error *err) {
    for (size_t g = 0; g < globs->count; g++) {
        bool used = false;
        for (size_t i = 0; i < run->count; i++) {
            if (pgm__target_matches(run->items[i].target, globs->items[g])) {
                members[i].canary = true;
                used = true;
            }
        }
        if (!used && binding && !is_of_another_shard(run, globs->items[g])) {
            return pgm__error_set(err, PGM_EUSAGE, "no selected target matches \"%s\" (--canary)",
                                  globs->items[g]);
        }
    }
    return PGM_OK;
}

static pgm_status mark_canary(const pgm_run *run, const pgm__canary *canary, bool binding,
                              pgm__member *members, pgm_error *err) {
    if (!canary->by_amount) {
        return mark_chosen(run, &canary->globs, binding, members, err);
    }
    if (canary->amount.number == 0) {
        return PGM_OK;
    }
    size_t size = pgm__waves_canary_size(canary->amount, run->count);
    pgm_status status = pgm__waves_pick_canary(members, run->count, size);
    return status == PGM_OK ? PGM_OK : pgm__error_nomem(err);
}

/* The flag is about the targets of this run: a pattern that chooses none of them would let the run
 * begin with everything. The file's are checked against all targets of the files, for a run may
 * leave out those that it names; and who only reads has no use for a canary, though the variable
 * may be set for the runs of the same job. */
static bool binds(const pgm_options *options) {
    return options->canary != NULL && options->command != PGM_COMMAND_STATUS;
}

/* The flag wins over the file. */
static pgm_status take_canary(pgm_run *run, const pgm_options *options, pgm__member *members,
                              pgm_error *err) {
    pgm__canary canary = pgm__targets_rollout(run->targets)->canary;
    if (options->canary != NULL) {
        pgm_status status = pgm__canary_parse(&run->arena, options->canary, &canary, err);
        if (status != PGM_OK) {
            return bad_option(err, "--canary", status);
        }
    }
    return mark_canary(run, &canary, binds(options), members, err);
}

static pgm_status take_rules(const pgm_run *run, const pgm_options *options, pgm__amount *amount,
                             pgm__wave_rules *rules, pgm_error *err) {
    const pgm__rollout_rules *files = pgm__targets_rollout(run->targets);
    *rules = (pgm__wave_rules){.reverse = options->reverse};
    if (options->max_failures != NULL && !pgm__amount_parse(options->max_failures, amount)) {
        return pgm__error_set(err, PGM_EUSAGE,
                              "--max-failures must be a whole number, or a percentage, as in 5%%");
    }
    if (options->max_failures != NULL) {
        rules->max_failures = amount;
    } else if (files->max_failures_origin != NULL) {
        rules->max_failures = &files->max_failures;
    }
    return PGM_OK;
}

/* ---- the whole ---- */

static pgm_status make(pgm_run *run, const pgm_options *options, pgm__member *members,
                       pgm_error *err) {
    for (size_t i = 0; i < run->count; i++) {
        const pgm__common *common = pgm__common_of(run->items[i].target);
        members[i] = (pgm__member){
            .name = run->items[i].target->name, .has_wave = common->has_wave, .wave = common->wave};
    }
    pgm__amount amount;
    pgm__wave_rules rules;
    pgm_status status = take_rules(run, options, &amount, &rules, err);
    if (status == PGM_OK) {
        status = take_canary(run, options, members, err);
    }
    if (status != PGM_OK) {
        return status;
    }
    status = pgm__waves_make(&run->arena, members, run->count, &rules, &run->waves);
    return status == PGM_OK ? show_waves(run, err) : pgm__error_nomem(err);
}

pgm_status pgm__fleet_waves(pgm_run *run, const pgm_options *options, pgm_error *err) {
    pgm__member *members = pgm__calloc(run->count, sizeof *members);
    if (members == NULL) {
        return pgm__error_nomem(err);
    }
    pgm_status status = make(run, options, members, err);
    pgm__free(members);
    return status;
}
