#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/open_files.h"
#include "fleet/run.h"

enum { DEFAULT_JOBS = 32, DEFAULT_PER_SERVER = 8 };

static const pgm_limits default_limits = {
    .connect_timeout = 30 * 1000,
    .connect_wait = 10 * 1000,
    .lock_wait = 60 * 1000,
    .ddl_lock_timeout = 5 * 1000,
    .statement_timeout = 0,
    .target_timeout = 0,
};

/* ---- which ---- */

static bool matches_any(const pgm__target *target, const char *const *globs, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (pgm__target_matches(target, globs[i])) {
            return true;
        }
    }
    return false;
}

/* A glob that chooses nothing is a typing error, and the run would silently miss those targets. */
static pgm_status check_globs(const pgm__targets *targets, const pgm_options *options,
                              pgm_error *err) {
    for (size_t g = 0; g < options->only_count; g++) {
        bool used = false;
        for (size_t i = 0; i < pgm__targets_count(targets) && !used; i++) {
            used = pgm__target_matches(pgm__targets_at(targets, i), options->only[g]);
        }
        if (!used) {
            return pgm__error_set(err, PGM_EUSAGE, "no target matches \"%s\" (--only)",
                                  options->only[g]);
        }
    }
    return PGM_OK;
}

static pgm_status choose(pgm_run *run, const pgm_options *options, pgm_error *err) {
    size_t all = pgm__targets_count(run->targets);
    run->items = pgm__arena_calloc(&run->arena, all, sizeof *run->items);
    if (run->items == NULL) {
        return pgm__error_nomem(err);
    }
    for (size_t i = 0; i < all; i++) {
        const pgm__target *target = pgm__targets_at(run->targets, i);
        bool wanted = options->only_count == 0 ||
                      matches_any(target, options->only, options->only_count);
        if (wanted && !matches_any(target, options->exclude, options->exclude_count)) {
            run->items[run->count++].target = target;
        }
    }
    if (run->count == 0) {
        return pgm__error_set(err, PGM_EUSAGE,
                              "no target is left: --only and --exclude leave out all %zu", all);
    }
    return PGM_OK;
}

/* ---- settings ---- */

static int64_t first_set(int64_t a, int64_t b, int64_t c, int64_t fallback) {
    if (a != PGM_UNSET) {
        return a;
    }
    if (b != PGM_UNSET) {
        return b;
    }
    return c != PGM_UNSET ? c : fallback;
}

static pgm_limits limits_of(const pgm_limits *flags, const pgm__fleet_item *item) {
    const pgm_limits *file = &item->target->limits;
    const pgm_limits *fallback = &default_limits;
    return (pgm_limits){
        .connect_timeout = first_set(flags->connect_timeout, file->connect_timeout,
                                     item->login->conninfo.connect_timeout,
                                     fallback->connect_timeout),
        .connect_wait = first_set(flags->connect_wait, file->connect_wait, PGM_UNSET,
                                  fallback->connect_wait),
        .lock_wait = first_set(flags->lock_wait, file->lock_wait, PGM_UNSET, fallback->lock_wait),
        .ddl_lock_timeout = first_set(flags->ddl_lock_timeout, file->ddl_lock_timeout, PGM_UNSET,
                                      fallback->ddl_lock_timeout),
        .statement_timeout = first_set(flags->statement_timeout, file->statement_timeout, PGM_UNSET,
                                       fallback->statement_timeout),
        .target_timeout = first_set(flags->target_timeout, file->target_timeout, PGM_UNSET,
                                    fallback->target_timeout),
    };
}

static pgm_status check_cap(const char *name, int64_t value, pgm_error *err) {
    if (value < 1) {
        return pgm__error_set(err, PGM_EUSAGE, "%s must be at least 1", name);
    }
    return PGM_OK;
}

/* A march needs a socket, and at times a second one beside it: for a cancel request, or to ask what
 * blocks. Some are the program's own: standard files, the loop, look-ups. */
static size_t jobs_that_fit(size_t jobs) {
    enum { OWN = 20, PER_MARCH = 2 };
    size_t files = pgm__open_files();
    size_t room = files > OWN + PER_MARCH ? (files - OWN) / PER_MARCH : 1;
    return jobs < room ? jobs : room;
}

static pgm_status set_caps(pgm_run *run, const pgm_options *options, pgm_error *err) {
    int64_t jobs = first_set(options->jobs, pgm__targets_jobs(run->targets), PGM_UNSET,
                             DEFAULT_JOBS);
    int64_t per_server = first_set(options->per_server, pgm__targets_per_server(run->targets),
                                   PGM_UNSET, DEFAULT_PER_SERVER);
    pgm_status status = check_cap("jobs", jobs, err);
    if (status == PGM_OK) {
        status = check_cap("per-server", per_server, err);
    }
    run->caps = (pgm__caps){.jobs = jobs_that_fit((size_t)jobs), .per_server = (size_t)per_server};
    return status;
}

/* ---- one target ---- */

static const char *shown_place(pgm_run *run, const pgm__fleet_item *item) {
    const char *server = item->login->conninfo.server;
    const char *schema = item->target->schema;
    return schema == NULL ? server
                          : pgm__arena_printf(&run->arena, "%s (schema %s)", server, schema);
}

static pgm_status fill_item(pgm_run *run, pgm__fleet_item *item, pgm__logins *logins,
                            const pgm_options *options, pgm_error *err) {
    if (item->target->flaw != NULL) {
        return pgm__error_set(err, PGM_EPARSE, "%s", item->target->flaw);
    }
    pgm_status status = pgm__logins_find(logins, item->target, &item->login, err);
    if (status != PGM_OK) {
        return status;
    }
    const pgm__conninfo *conninfo = &item->login->conninfo;
    item->production = pgm__conninfo_is_production(item->target, conninfo);
    item->limits = limits_of(&options->limits, item);
    item->result = (pgm_result){
        .name = item->target->name,
        .server = shown_place(run, item),
        .production = item->production,
        .outcome = PGM_OUTCOME_NOT_RUN,
        .warnings = conninfo->warnings,
        .warning_count = conninfo->warning_count,
    };
    return item->result.server == NULL ? pgm__error_nomem(err) : PGM_OK;
}

static pgm_status fill_items(pgm_run *run, const pgm_options *options, pgm_error *err) {
    pgm__logins logins = {
        .arena = &run->arena,
        .application_name = pgm__arena_printf(&run->arena, "pgmarch/%s", run->id),
    };
    if (logins.application_name == NULL) {
        return pgm__error_nomem(err);
    }
    pgm_status status = PGM_OK;
    for (size_t i = 0; i < run->count && status == PGM_OK; i++) {
        status = fill_item(run, &run->items[i], &logins, options, err);
    }
    run->server_count = logins.server_count;
    pgm__logins_fini(&logins);
    return status;
}

pgm_status pgm__run_select(pgm_run *run, const pgm_options *options, pgm_error *err) {
    pgm_status status = check_globs(run->targets, options, err);
    if (status == PGM_OK) {
        status = choose(run, options, err);
    }
    if (status == PGM_OK) {
        status = set_caps(run, options, err);
    }
    return status == PGM_OK ? fill_items(run, options, err) : status;
}
