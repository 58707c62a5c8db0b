#include "fleet/select.h"

#include "base/error.h"
#include "base/open_files.h"
#include "fleet/group_caps.h"
#include "fleet/rehearsal.h"
#include "fleet/selection.h"
#include "fleet/server_caps.h"
#include "fleet/waves.h"

enum { DEFAULT_JOBS = 32 };

/* ---- which ---- */

static const char *kept(pgm_run *run, const char *digest) {
    return pgm__arena_strdup(&run->arena, digest);
}

/* What a report of this run is recognised by, beside the reports of other shards. */
static pgm_status fill_summary(pgm_run *run, const pgm_options *options,
                               const pgm__selection *selection, pgm_error *err) {
    pgm_summary *summary = &run->summary;
    summary->fleet_digest = kept(run, selection->fleet_digest);
    summary->selection_digest = kept(run, selection->digest);
    summary->selected_count = selection->in_all_shards;
    summary->shard_index = options->shard_index;
    summary->shard_count = options->shard_count;
    summary->retry_of = kept(run, options->retry_of);
    bool complete = (options->retry_of == NULL || summary->retry_of != NULL) &&
                    summary->fleet_digest != NULL && summary->selection_digest != NULL;
    return complete ? PGM_OK : pgm__error_nomem(err);
}

static pgm_status take(pgm_run *run, const pgm__selection *selection, pgm_error *err) {
    run->items = pgm__arena_calloc(&run->arena, selection->count, sizeof *run->items);
    if (run->items == NULL) {
        return pgm__error_nomem(err);
    }
    run->count = selection->count;
    for (size_t i = 0; i < run->count; i++) {
        run->items[i].target = selection->targets[i];
    }
    return PGM_OK;
}

/* What choosing needs of memory is given back: a fleet may be large, and the run has not begun. */
static pgm_status choose(pgm_run *run, const pgm_options *options, pgm_error *err) {
    pgm__arena scratch = {0};
    pgm__selection selection = {0};
    pgm_status status = pgm__selection_make(&selection, &scratch, run->targets, options, err);
    if (status == PGM_OK) {
        status = take(run, &selection, err);
    }
    if (status == PGM_OK) {
        status = fill_summary(run, options, &selection, err);
    }
    pgm__arena_clear(&scratch);
    return status;
}

/* ---- settings ---- */

/*
 * A march needs a socket, and at times a second one beside it: for a cancel request, or to ask what
 * blocks. Some are the program's own: standard files, the loop, look-ups. Fewer at once is the
 * better answer than an error in the middle: out of descriptors glibc says that a host's name does
 * not exist, which would be final.
 */
static size_t jobs_that_fit(size_t jobs) {
    enum { OWN = 20, PER_MARCH = 2 };
    size_t files = pgm__open_files();
    size_t room = files > OWN + PER_MARCH ? (files - OWN) / PER_MARCH : 1;
    return jobs < room ? jobs : room;
}

static pgm_status set_jobs(pgm_run *run, const pgm_options *options, pgm_error *err) {
    int64_t in_files = pgm__targets_jobs(run->targets);
    int64_t said = options->jobs != PGM_UNSET ? options->jobs : in_files;
    int64_t jobs = said != PGM_UNSET ? said : DEFAULT_JOBS;
    if (jobs < 1) {
        return pgm__error_set(err, PGM_EUSAGE, "jobs must be at least 1");
    }
    run->jobs = jobs_that_fit((size_t)jobs);
    return PGM_OK;
}

/* ---- one target ---- */

static const char *shown_place(pgm_run *run, const pgm__fleet_item *item) {
    const char *server = item->login->conninfo.server;
    const char *schema = item->target->schema;
    return schema == NULL ? server
                          : pgm__arena_printf(&run->arena, "%s (schema %s)", server, schema);
}

/* NULL when memory has run out. */
static const char *whole_origin(pgm_run *run, const pgm__target *target) {
    return target->found == NULL || target->found->ids == NULL
               ? target->origin
               : pgm__arena_printf(&run->arena, "%s, %s", target->origin, target->found->ids);
}

/* A flaw (a variable that is not set) is an error of who chooses the target, not of the file that
 * others use too: `--only dev` must not fail for want of production's password. */
static pgm_status find_login(pgm__fleet_item *item, pgm__logins *logins, pgm_error *err) {
    const char *flaw = pgm__common_of(item->target)->flaw;
    if (flaw != NULL) {
        return pgm__error_set(err, PGM_EPARSE, "%s", flaw);
    }
    return pgm__logins_find(logins, item->target, &item->login, err);
}

/* Who wants to see the fleet wants to see all of it: there what is wrong with one target is told
 * with it. */
static pgm_status find_login_or_flaw(pgm_run *run, pgm__fleet_item *item, pgm__logins *logins,
                                     pgm_error *err) {
    pgm_error flaw = {0};
    pgm_status status = find_login(item, logins, &flaw);
    if (status == PGM_OK || status == PGM_ENOMEM) {
        return status == PGM_OK ? PGM_OK : pgm__error_nomem(err);
    }
    const char *kept_flaw = kept(run, flaw.msg);
    run->flaws[item - run->items] = kept_flaw;
    return kept_flaw == NULL ? pgm__error_nomem(err)
                             : pgm__logins_nowhere(logins, &item->login, err);
}

/* Of a copy of production the name says what it is a copy of. Whoever rehearses there may: the file
 * says that it is one. Any other command asks. */
static bool is_copy_of_production(const pgm_options *options, const pgm__target *target) {
    const pgm__common *common = pgm__common_of(target);
    return options->command == PGM_COMMAND_REHEARSE && common->is_copy &&
           common->production == PGM__PRODUCTION_BY_NAME;
}

static pgm_status fill_item(pgm_run *run, pgm__fleet_item *item, pgm__logins *logins,
                            const pgm_options *options, pgm_error *err) {
    pgm_status status = run->flaws != NULL ? find_login_or_flaw(run, item, logins, err)
                                           : find_login(item, logins, err);
    if (status != PGM_OK) {
        return status;
    }
    const pgm__conninfo conninfo = pgm__conninfo_unpack(&item->login->conninfo);
    const pgm__common *common = pgm__common_of(item->target);
    /* What runs on a branch changes nothing of the target itself. */
    item->production = !options->neon && pgm__conninfo_is_production(item->target, &conninfo) &&
                       !is_copy_of_production(options, item->target);
    item->sleeps = pgm__conninfo_sleeps(item->target, &conninfo);
    item->result = (pgm_result){
        .name = item->target->name,
        .origin = whole_origin(run, item->target),
        .server = shown_place(run, item),
        .production = item->production,
        .outcome = PGM_OUTCOME_NOT_RUN,
        .started_ms = -1,
        .pending_unknown = true,
        .schema = item->target->schema,
        .tags = common->tags,
        .tag_count = common->tag_count,
        .warnings = conninfo.warnings,
        .warning_count = conninfo.warning_count,
        .connection_warning_count = conninfo.warning_count,
    };
    bool complete = item->result.server != NULL && item->result.origin != NULL;
    return complete ? PGM_OK : pgm__error_nomem(err);
}

/* All of them before the first is connected: one target whose settings are wrong ends the run while
 * nothing has been touched. */
static pgm_status fill_items(pgm_run *run, const pgm_options *options, pgm_error *err) {
    pgm__logins logins = {
        .arena = &run->arena,
        .application_name = pgm__arena_printf(&run->arena, "pgmarch/%s", run->id),
    };
    run->limits = options->limits;
    run->taken_back = options->command == PGM_COMMAND_REHEARSE && !options->neon;
    bool lists = run->summary.command == PGM_COMMAND_TARGETS;
    run->flaws = lists ? pgm__arena_calloc(&run->arena, run->count, sizeof *run->flaws) : NULL;
    if (logins.application_name == NULL || (lists && run->flaws == NULL)) {
        return pgm__error_nomem(err);
    }
    pgm_status status = PGM_OK;
    for (size_t i = 0; i < run->count && status == PGM_OK; i++) {
        status = fill_item(run, &run->items[i], &logins, options, err);
    }
    run->server_count = logins.server_count;
    run->login_count = logins.login_count;
    pgm__logins_fini(&logins);
    return status;
}

pgm_status pgm__select(pgm_run *run, const pgm_options *options, pgm_error *err) {
    pgm_status status = choose(run, options, err);
    if (status == PGM_OK) {
        status = set_jobs(run, options, err);
    }
    if (status == PGM_OK) {
        status = fill_items(run, options, err);
    }
    if (status == PGM_OK) {
        status = pgm__server_caps(run, options, err);
    }
    if (status == PGM_OK) {
        status = pgm__group_caps(run, options, err);
    }
    if (status == PGM_OK) {
        status = pgm__rehearsal_check(run, options, err);
    }
    return status == PGM_OK ? pgm__fleet_waves(run, options, err) : status;
}
