#include "fleet/discover.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/error.h"

static const char *read_environment(const char *name) {
    return getenv(name);
}

static pgm_status tell(pgm_run *run, pgm_error *err) {
    size_t count = pgm__targets_source_count(run->targets);
    pgm_source *sources = pgm__arena_calloc(&run->arena, count, sizeof *sources);
    if (sources == NULL) {
        return pgm__error_nomem(err);
    }
    for (size_t i = 0; i < count; i++) {
        const pgm__discovered asked = pgm__discovery_at(run->discovery, i);
        sources[i] = (pgm_source){.name = asked.source->name,
                                  .kind = pgm__source_kind_at(asked.source->kind)->name,
                                  .origin = asked.source->origin,
                                  .place = asked.place,
                                  .found = asked.found,
                                  .passed_over = asked.passed_over,
                                  .passed_over_count = asked.passed_over_count,
                                  .duration_ms = (int64_t)asked.duration_ms};
    }
    run->summary.sources = sources;
    run->summary.source_count = count;
    return PGM_OK;
}

static void on_told(size_t index, bool ended, void *data) {
    const pgm_run *run = data;
    const pgm_event event = {.kind = ended ? PGM_EVENT_SOURCE_ANSWERED : PGM_EVENT_SOURCE_ASKED,
                             .target = index,
                             .name = pgm__targets_source(run->targets, index)->name,
                             .survey = true};
    if (run->observer != NULL) {
        run->observer(&event, run->observer_data);
    }
}

/* Whoever asked for an end before the loop ran is heard here. */
static pgm_status ask(pgm_run *run, pgm_error *err) {
    if (atomic_load(&run->stops) > 0) {
        return pgm__error_set(err, PGM_EIO, "stopped on request");
    }
    pgm_status status = pgm__discovery_run(run->discovery, err);
    if (status == PGM_OK) {
        status = pgm__targets_take_found(run->targets, pgm__discovery_found(run->discovery), err);
    }
    return status == PGM_OK ? tell(run, err) : status;
}

pgm_status pgm__fleet_discover(pgm_run *run, pgm_error *err) {
    pgm__resolver *resolver = pgm__resolver_new(&run->loop);
    const pgm__discover_env env = {
        .loop = &run->loop,
        .resolver = resolver,
        .login_threads = run->login_threads,
        .application_name = pgm__arena_printf(&run->arena, "pgmarch/%s", run->id),
        .variable = read_environment,
        .complaints = run->options.command_errors,
        .input = STDIN_FILENO,
        .allow_empty = run->options.allow_empty,
        .tells = on_told,
        .tells_data = run,
    };
    run->discovery = pgm__discovery_new(run->targets, &env);
    bool enough = resolver != NULL && env.application_name != NULL && run->discovery != NULL;
    pgm_status status = enough ? ask(run, err) : pgm__error_nomem(err);
    pgm__resolver_free(resolver);
    return status;
}
