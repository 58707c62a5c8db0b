#include "support/fake_asked.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/error.h"
#include "base/strbuf.h"
#include "pgmarch/branches.h"

static void show_list(pgm__strbuf *out, const char *name, const char *const *items,
                      const char *const *origins, size_t count) {
    for (size_t i = 0; i < count; i++) {
        pgm__strbuf_addf(out, "%s[%s|%s] ", name, items[i], origins == NULL ? "?" : origins[i]);
    }
}

pgm_status fake_asked(const pgm_options *options, pgm_error *err) {
    pgm__strbuf text = {0};
    show_list(&text, "only", options->only, options->only_origins, options->only_count);
    show_list(&text, "exclude", options->exclude, options->exclude_origins, options->exclude_count);
    for (size_t i = 0; i < options->wave_count; i++) {
        pgm__strbuf_addf(&text, "wave[%lld] ",
                         options->waves[i] == PGM_WAVE_REST ? -99LL : (long long)options->waves[i]);
    }
    pgm__strbuf_addf(&text, "shard[%zu of %zu]", options->shard_index, options->shard_count);
    (void)pgm__error_set(err, PGM_EUSAGE, "asked: %s", pgm__strbuf_text(&text));
    pgm__strbuf_fini(&text);
    return PGM_EUSAGE;
}

/* No fleet of a fake is to be found. */
size_t pgm_run_unasked(const pgm_run *run) {
    (void)run;
    return 0;
}

pgm_status pgm_run_discover(pgm_run *run, pgm_error *err) {
    (void)run;
    (void)err;
    return PGM_OK;
}

/* The head, and names. */
pgm_status pgm_run_save_targets(pgm_run *run, const char *head, const char **text, size_t *secrets,
                                pgm_error *err) {
    static char file[4096];
    size_t count = pgm_run_target_count(run);
    if (count == 0) {
        return pgm__error_set(err, PGM_EUSAGE, "there is no target to be saved");
    }
    size_t len = (size_t)snprintf(file, sizeof file, "# %s\n", head);
    for (size_t i = 0; i < count && len < sizeof file; i++) {
        len += (size_t)snprintf(file + len, sizeof file - len, "[%s]\n",
                                pgm_run_target(run, i).name);
    }
    *text = file;
    *secrets = count - 1;
    return PGM_OK;
}

/* Its rehearsals have left nothing. */
pgm_status pgm_run_clean(pgm_run *run, bool all, pgm_error *err) {
    (void)run;
    (void)all;
    (void)err;
    return PGM_OK;
}

size_t pgm_run_branch_count(const pgm_run *run) {
    (void)run;
    return 0;
}

pgm_branch pgm_run_branch(const pgm_run *run, size_t index) {
    (void)run;
    (void)index;
    return (pgm_branch){.name = ""};
}

/* ---- drift ---- */

/* Of the fake's targets all are alike: what differs is made up of real servers
 * (tests/integration/fleet/test_drift.c). */
struct pgm_drift {
    pgm_run *run;
    const char **names;
    pgm_drift_group group;
    pgm_drift_cohort cohort;
    pgm_drift_summary summary;
};

static void tell_alike(pgm_drift *drift, const pgm_options *options) {
    size_t count = pgm_run_target_count(drift->run);
    for (size_t i = 0; i < count && drift->names != NULL; i++) {
        drift->names[i] = pgm_run_target(drift->run, i).name;
    }
    drift->group = (pgm_drift_group){.is_norm = true,
                                     .fingerprint = "0123456789abcdef0123456789abcdef0123456789"
                                                    "abcdef0123456789abcdef",
                                     .object_count = 7,
                                     .targets = drift->names,
                                     .target_count = count};
    drift->cohort = (pgm_drift_cohort){.server_version = 15,
                                       .whole = true,
                                       .norm = drift->names[0],
                                       .groups = &drift->group,
                                       .group_count = 1,
                                       .target_count = count};
    drift->summary = (pgm_drift_summary){.dir = options->dir,
                                         .target_count = count,
                                         .compared_count = count,
                                         .selected_count = count};
}

pgm_status pgm_drift_find(pgm_drift **out, const pgm_options *given,
                          const pgm_drift_options *options, pgm_error *err) {
    pgm_options look = *given;
    look.command = PGM_COMMAND_STATUS;
    (void)options;
    pgm_drift *drift = calloc(1, sizeof *drift);
    if (drift == NULL) {
        return PGM_ENOMEM;
    }
    pgm_status status = pgm_run_open(&drift->run, &look, err);
    if (status == PGM_OK) {
        drift->names = calloc(pgm_run_target_count(drift->run) + 1, sizeof *drift->names);
        status = drift->names == NULL ? PGM_ENOMEM : PGM_OK;
    }
    if (status != PGM_OK) {
        pgm_drift_free(drift);
        return status;
    }
    tell_alike(drift, given);
    *out = drift;
    return PGM_OK;
}

const pgm_drift_summary *pgm_drift_summary_of(const pgm_drift *drift) {
    return &drift->summary;
}

size_t pgm_drift_cohort_count(const pgm_drift *drift) {
    return drift->summary.target_count > 0 ? 1 : 0;
}

const pgm_drift_cohort *pgm_drift_cohort_at(const pgm_drift *drift, size_t index) {
    return &drift->cohort + index;
}

size_t pgm_drift_unread_count(const pgm_drift *drift) {
    return drift->summary.unread_count;
}

const pgm_drift_unread *pgm_drift_unread_at(const pgm_drift *drift, size_t index) {
    (void)drift;
    (void)index;
    return NULL;
}

pgm_status pgm_drift_baseline(pgm_drift *drift, const char **text, pgm_error *err) {
    (void)drift;
    (void)err;
    *text = "{\n  \"pgmarch_catalog\": 1\n}\n";
    return PGM_OK;
}

void pgm_drift_free(pgm_drift *drift) {
    if (drift != NULL) {
        pgm_run_free(drift->run);
        free((void *)drift->names);
        free(drift);
    }
}
