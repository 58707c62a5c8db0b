#include "fleet/clean.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "discover/neon_options.h"
#include "model/targets/source_row.h"
#include "pgmarch/branches.h"

static const char *read_environment(const char *name) {
    return getenv(name);
}

/* The project of a target; NULL: it was not found at Neon, or not by this source. */
static const char *project_of(const pgm__target *target, const pgm__source *source) {
    const pgm__target_found *found = target->found;
    for (size_t i = 0; found != NULL && found->source == source && i < found->row->count; i++) {
        const pgm__source_column *column = &found->row->columns[i];
        if (strcmp(column->name, "project_id") == 0) {
            return column->value;
        }
    }
    return NULL;
}

/* Projects of the chosen targets of a source, each once; they come one after the other, as a
 * rule. */
static size_t collect(const pgm_run *run, const pgm__source *source, const char **out) {
    size_t count = 0;
    for (size_t i = 0; i < run->count; i++) {
        const char *project = project_of(run->items[i].target, source);
        bool known = project == NULL;
        for (size_t j = count; j > 0 && !known; j--) {
            known = strcmp(out[j - 1], project) == 0;
        }
        if (!known) {
            out[count++] = project;
        }
    }
    return count;
}

typedef struct cleaning {
    pgm_run *run;
    pgm_error error;
} cleaning;

static void on_over(const pgm_error *err, void *data) {
    cleaning *self = data;
    self->error = *err;
    self->run->cleaner = NULL;
}

static pgm_status clean_source(pgm_run *run, const pgm__source *source, bool all, size_t *projects,
                               pgm_error *err) {
    const char **ids = pgm__arena_calloc(&run->arena, run->count, sizeof *ids);
    pgm__neon_options options;
    if (ids == NULL) {
        return pgm__error_nomem(err);
    }
    size_t count = collect(run, source, ids);
    *projects += count;
    if (count == 0) {
        return PGM_OK;
    }
    pgm_status status = pgm__neon_options_read(&run->arena, source, read_environment, &options,
                                               err);
    if (status != PGM_OK) {
        return status;
    }
    uv_timeval64_t now = {0};
    (void)uv_gettimeofday(&now);
    const pgm__cleaner_wish wish = {
        .api = {options.api, options.key, options.authorities, (uint32_t)run->random_state},
        .projects = ids,
        .project_count = count,
        .all = all,
        .now = now.tv_sec};
    cleaning self = {.run = run};
    status = pgm__cleaner_start(&run->cleaner, &run->loop, &wish, &run->arena, &run->cleaned,
                                on_over, &self, err);
    if (status != PGM_OK) {
        return status;
    }
    (void)uv_run(&run->loop, UV_RUN_DEFAULT);
    return self.error.status == PGM_OK
               ? PGM_OK
               : pgm__error_set(err, self.error.status, "%s", self.error.msg);
}

pgm_status pgm_run_clean(pgm_run *run, bool all, pgm_error *err) {
    if (run->was_cleaned || !run->chosen || run->embedding != NULL) {
        return pgm__error_set(err, PGM_EINTERNAL,
                              "a run can clean once, behind pgm_run_discover(), and not while it "
                              "is under way");
    }
    run->was_cleaned = true;
    size_t projects = 0;
    pgm_status status = PGM_OK;
    for (size_t i = 0; i < pgm__targets_source_count(run->targets) && status == PGM_OK; i++) {
        const pgm__source *source = pgm__targets_source(run->targets, i);
        if (atomic_load(&run->stops) > 0) {
            status = pgm__error_set(err, PGM_ECANCELLED, "stopped on request");
        } else if (source->kind == PGM__SOURCE_NEON) {
            status = clean_source(run, source, all, &projects, err);
        }
    }
    if (status == PGM_OK && projects == 0) {
        status = pgm__error_set(err, PGM_EUSAGE,
                                "no target was found by a \"discover = neon\": there is no project "
                                "in which rehearsals could have left a branch");
    }
    return status;
}

size_t pgm_run_branch_count(const pgm_run *run) {
    return run->cleaned.count;
}

pgm_branch pgm_run_branch(const pgm_run *run, size_t index) {
    return run->cleaned.items[index];
}

void pgm__clean_stop(const pgm_run *run) {
    if (run->cleaner != NULL) {
        pgm__cleaner_stop(run->cleaner);
    }
}

void pgm__clean_fini(pgm_run *run) {
    pgm__free(run->cleaned.items);
    run->cleaned = (pgm__cleaned){0};
}
