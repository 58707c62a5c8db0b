/*
 * Two passes: first every target says its fingerprint and how many objects there are; then, where
 * fingerprints differ, one target of the norm and one of each other group say what the objects are.
 * Five thousand equal targets cost five thousand short answers.
 */
#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "fleet/drift_data.h"
#include "fleet/drift_march.h"
#include "fleet/drift_norm.h"
#include "fleet/drift_tell.h"
#include "fleet/execute.h"
#include "fleet/options.h"

/* ---- what counts ---- */

static void add_counted(pgm_drift *d, const char **list, const char *text) {
    list[d->summary.counted_count++] = text;
}

/* In words, for people, and for a baseline to be held against. */
static bool list_counted(pgm_drift *d, const pgm_drift_options *options) {
    enum { WORDS = 5 };
    const struct {
        bool on;
        const char *text;
    } words[WORDS] = {
        {options->column_order, "column order"},
        {options->comments, "comments"},
        {options->owners, "owners"},
        {options->privileges, "privileges"},
        {options->ignore_names, "no names of constraints and indexes"},
    };
    const char **list = pgm__arena_calloc(&d->arena, WORDS + options->ignore_object_count,
                                          sizeof *list);
    if (list == NULL) {
        return false;
    }
    for (size_t i = 0; i < WORDS; i++) {
        if (words[i].on) {
            add_counted(d, list, words[i].text);
        }
    }
    for (size_t i = 0; i < options->ignore_object_count; i++) {
        const char *text = pgm__arena_printf(&d->arena, "not %s", options->ignore_objects[i]);
        if (text == NULL) {
            return false;
        }
        add_counted(d, list, text);
    }
    d->summary.counted = list;
    return true;
}

static pgm__compare_ask ask_of(const pgm_drift_options *options) {
    return (pgm__compare_ask){
        .options = {.column_order = options->column_order,
                    .comments = options->comments,
                    .owners = options->owners,
                    .privileges = options->privileges,
                    .ignore_names = options->ignore_names,
                    .ignored = options->ignore_objects,
                    .ignored_count = options->ignore_object_count},
        .form = PGM__CATALOG_FINGERPRINT,
        .alone = true,
    };
}

/* ---- the first pass ---- */

static void show(const pgm_drift_options *options, pgm_run *run) {
    if (options->watch != NULL) {
        options->watch(run, options->watch_data);
    }
}

static pgm_status open_run(pgm_drift *d, const pgm_options *given, const pgm_drift_options *options,
                           pgm_error *err) {
    pgm_options look = *given;
    look.command = PGM_COMMAND_STATUS;
    look.to = NULL;
    look.drift = false;
    pgm_status status = pgm_run_open(&d->run, &look, err);
    if (status == PGM_OK && pgm_run_unasked(d->run) > 0) {
        show(options, d->run);
        status = pgm_run_discover(d->run, err);
    }
    return status;
}

static pgm_status ask_fingerprints(pgm_drift *d, const pgm__compare_ask *ask, pgm_error *err) {
    return pgm__comparison_begin(d->run, ask) ? pgm_run_execute(d->run, err)
                                              : pgm__error_nomem(err);
}

/* ---- between them ---- */

static bool list_unread(pgm_drift *d) {
    const pgm_run *run = d->run;
    d->unread = pgm__arena_calloc(&d->arena, run->count, sizeof *d->unread);
    if (d->unread == NULL) {
        return false;
    }
    for (size_t i = 0; i < run->count; i++) {
        const pgm_result *result = &run->items[i].result;
        if (!run->compare->items[i].read) {
            d->unread[d->summary.unread_count++] = (pgm_drift_unread){result->name,
                                                                      result->failure};
        }
    }
    return true;
}

static pgm_status group(pgm_drift *d, pgm_error *err) {
    pgm_status status = pgm__drift_list_members(d, err);
    if (status == PGM_OK) {
        status = pgm__drift_groups_make(&d->arena, d->members, d->member_count, &d->groups);
    }
    return status == PGM_OK && list_unread(d)         ? PGM_OK
           : status != PGM_OK && status != PGM_ENOMEM ? status
                                                      : pgm__error_nomem(err);
}

/* ---- the second pass ---- */

/* Does anything of the cohort have to be told? */
static bool differs(const pgm_drift *d, const pgm__drift_cohort *cohort) {
    return cohort->group_count > 1 &&
           (d->summary.norm == PGM_DRIFT_NORM_MAJORITY || cohort->has_norm);
}

static void want(const pgm_drift *d, const pgm__drift_group *from, bool *wanted, size_t *count) {
    size_t target = pgm__drift_shown(d, from);
    if (target != SIZE_MAX) {
        wanted[target] = true;
        *count += 1;
    }
}

/* Not to be asked again by somebody who wants it to end. */
static pgm_status ask_objects(pgm_drift *d, pgm_error *err) {
    bool *wanted = pgm__arena_calloc(&d->arena, d->run->count, sizeof *wanted);
    if (wanted == NULL) {
        return pgm__error_nomem(err);
    }
    size_t count = 0;
    for (size_t i = 0; i < d->groups.cohort_count; i++) {
        const pgm__drift_cohort *cohort = &d->groups.cohorts[i];
        const pgm__drift_group *groups = &d->groups.groups[cohort->first_group];
        size_t asked = differs(d, cohort) ? cohort->group_count : 0;
        if (i == 0 && d->keeps_norm && asked == 0) {
            asked = 1;
        }
        for (size_t j = 0; j < asked; j++) {
            want(d, &groups[j], wanted, &count);
        }
    }
    if (count == 0 || atomic_load(&d->run->stops) > 0) {
        return PGM_OK;
    }
    d->run->compare->wanted = wanted;
    d->run->compare->ask.form = PGM__CATALOG_OBJECTS;
    return pgm__execute(d->run, err);
}

/* ---- the whole ---- */

static pgm_status find(pgm_drift *d, const pgm_options *given, const pgm_drift_options *options,
                       pgm_error *err) {
    const pgm__compare_ask ask = ask_of(options);
    d->keeps_norm = options->keeps_norm;
    pgm_status status = pgm__drift_read_baseline(d, options, err);
    if (status == PGM_OK) {
        status = open_run(d, given, options, err);
    }
    if (status == PGM_OK) {
        status = pgm__drift_find_norm(d, options, err);
    }
    if (status == PGM_OK) {
        show(options, d->run);
        status = pgm__drift_prepare_march(d, options, err);
    }
    if (status == PGM_OK) {
        status = ask_fingerprints(d, &ask, err);
    }
    if (status == PGM_OK) {
        status = pgm__drift_march(d, given, options, &ask, err);
    }
    if (status == PGM_OK) {
        status = group(d, err);
    }
    if (status == PGM_OK) {
        status = ask_objects(d, err);
    }
    return status == PGM_OK ? pgm__drift_tell(d, given, err) : status;
}

static pgm_status check_norms(const pgm_drift_options *options, pgm_error *err) {
    const char *const norms[] = {options->against_target, options->against_text,
                                 options->against_migrations};
    size_t named = 0;
    for (size_t i = 0; i < sizeof norms / sizeof *norms; i++) {
        named += norms[i] != NULL;
    }
    return named > 1 ? pgm__error_set(err, PGM_EUSAGE,
                                      "only one can be the norm: a target, a file (--against), or "
                                      "what the migrations make (--against-migrations)")
                     : PGM_OK;
}

static pgm_status take(pgm_options *given, const pgm_options *given_options,
                       pgm_drift_options *options, const pgm_drift_options *given_drift,
                       pgm_error *err) {
    pgm_status status = pgm__options_take(given, given_options, err);
    if (status == PGM_OK) {
        status = pgm__options_take_drift(options, given_drift, err);
    }
    return status == PGM_OK ? check_norms(options, err) : status;
}

pgm_status pgm_drift_find(pgm_drift **out, const pgm_options *given_options,
                          const pgm_drift_options *given_drift, pgm_error *err) {
    pgm_options given;
    pgm_drift_options options;
    pgm_status status = take(&given, given_options, &options, given_drift, err);
    if (status != PGM_OK) {
        return status;
    }
    pgm_drift *d = pgm__calloc(1, sizeof *d);
    if (d == NULL) {
        return pgm__error_nomem(err);
    }
    status = list_counted(d, &options) ? find(d, &given, &options, err) : pgm__error_nomem(err);
    if (d->run != NULL) {
        show(&options, NULL);
    }
    if (status != PGM_OK) {
        pgm_drift_free(d);
        return status;
    }
    *out = d;
    return PGM_OK;
}

/* ---- what can be asked ---- */

const pgm_drift_summary *pgm_drift_summary_of(const pgm_drift *drift) {
    return &drift->summary;
}

size_t pgm_drift_cohort_count(const pgm_drift *drift) {
    return drift->cohort_count;
}

const pgm_drift_cohort *pgm_drift_cohort_at(const pgm_drift *drift, size_t index) {
    return &drift->cohorts[index];
}

size_t pgm_drift_unread_count(const pgm_drift *drift) {
    return drift->summary.unread_count;
}

const pgm_drift_unread *pgm_drift_unread_at(const pgm_drift *drift, size_t index) {
    return &drift->unread[index];
}

pgm_status pgm_drift_baseline(pgm_drift *drift, const char **text, pgm_error *err) {
    return pgm__drift_write_baseline(drift, text, err);
}

void pgm_drift_free(pgm_drift *drift) {
    if (drift == NULL) {
        return;
    }
    pgm_run_free(drift->stopped_run);
    pgm_run_free(drift->run);
    pgm__arena_clear(&drift->arena);
    pgm__free(drift);
}
