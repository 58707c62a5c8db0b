#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/fnv.h"
#include "base/mem.h"
#include "base/open_files.h"
#include "fleet/branches.h"
#include "fleet/catalogs.h"
#include "fleet/clean.h"
#include "fleet/compare.h"
#include "fleet/details.h"
#include "fleet/digests.h"
#include "fleet/discover.h"
#include "fleet/early.h"
#include "fleet/embed.h"
#include "fleet/execute.h"
#include "fleet/folder.h"
#include "fleet/gate.h"
#include "fleet/judge.h"
#include "fleet/options.h"
#include "fleet/request.h"
#include "fleet/results.h"
#include "fleet/run_data.h"
#include "fleet/select.h"
#include "fleet/steps.h"
#include "pg/conninfo/keyword.h"

#define DEFAULT_DIR "migrations"

enum { SLOW_MS = 30000 /* where nobody says what is slow */ };

/* ---- opening ---- */

static const char *read_environment(const char *name) {
    return getenv(name);
}

static pgm_status add_file(pgm_run *run, const char *path, pgm_error *err) {
    return strcmp(path, "-") == 0
               ? pgm__targets_add_input(run->targets, pgm__conninfo_is_keyword, err)
               : pgm__targets_add_path(run->targets, path, read_environment,
                                       pgm__conninfo_is_keyword, err);
}

/* Target files win over the URL, which mostly comes from DATABASE_URL: a fleet that is named must
 * not get one more target because of what a shell happens to hold. */
static pgm_status load_targets(pgm_run *run, const pgm_options *options, pgm_error *err) {
    run->targets = pgm__targets_new();
    if (run->targets == NULL) {
        return pgm__error_nomem(err);
    }
    if (options->target_file_count == 0 && (options->url == NULL || options->url[0] == '\0')) {
        return pgm__error_set(err, PGM_EUSAGE,
                              "no target: set DATABASE_URL, or give --url or --targets");
    }
    if (options->target_file_count == 0) {
        return pgm__targets_add_url(run->targets, options->url, "the URL", err);
    }
    pgm_status status = PGM_OK;
    for (size_t i = 0; i < options->target_file_count && status == PGM_OK; i++) {
        status = add_file(run, options->target_files[i], err);
    }
    return status;
}

/*
 * The id is written into each row that the run claims, and is how a march finds its own rows, and
 * its own orphaned session, after a lost connection. Hence random and not a time: two runs begin in
 * one second. Where the system has no randomness, bytes stay zero and the clock in the seed is what
 * is left for jitter.
 */
static void make_id(pgm_run *run) {
    static const char digits[] = "0123456789abcdef";
    unsigned char bytes[8] = {0};
    (void)uv_random(NULL, NULL, bytes, sizeof bytes, 0, NULL);
    uint64_t seed = uv_hrtime();
    for (size_t i = 0; i < sizeof bytes; i++) {
        run->id[2 * i] = digits[bytes[i] >> 4];
        run->id[2 * i + 1] = digits[bytes[i] & 15];
        seed = pgm__fnv_add(seed, bytes[i]);
    }
    run->random_state = seed == 0 ? 1 : seed;
    run->summary.id = run->id;
    run->summary.pgmarch = pgm_version();
}

enum { LOOP_FILES = 8 };

static pgm_status open_login_threads(pgm_run *run, int64_t limit, pgm_error *err) {
    if (limit < 0) {
        return pgm__error_set(err, PGM_EUSAGE, "login-threads must be at least 1");
    }
    run->login_threads = pgm__login_threads_new(&run->loop, (size_t)limit, PGM__LOGIN_PATIENCE_MS);
    return run->login_threads == NULL ? pgm__error_nomem(err) : PGM_OK;
}

static pgm_status open_loop(pgm_run *run, const pgm_options *options, pgm_error *err) {
    /* libuv ends the process when it gets no file for its signals (docs/inside/facts.md, "libuv");
     * and what opens the loop alone could do nothing with it. */
    int failed = pgm__open_files_fit(LOOP_FILES) ? uv_loop_init(&run->loop) : UV_EMFILE;
    if (failed == 0) {
        run->loop_ready = true;
        pgm__gate_open(run, options);
        failed = pgm__execute_watch_stop(run);
    }
    if (failed != 0) {
        return pgm__error_set(err, PGM_EIO, "cannot set up the event loop: %s",
                              uv_strerror(failed));
    }
    return open_login_threads(run, options->login_threads, err);
}

static const char *dir_of(const pgm_options *options) {
    return options->dir == NULL ? DEFAULT_DIR : options->dir;
}

static pgm__load_options load_options(const pgm_options *options) {
    return (pgm__load_options){.same_numbers = options->same_numbers,
                               .fold_transactions = options->fold_transactions,
                               .ignore = options->ignore,
                               .ignore_count = options->ignore_count,
                               .skip_code = options->skip_code};
}

/* What the report of this run is recognised by, beside the reports of other shards. */
static pgm_status note_digest(pgm_run *run, pgm_error *err) {
    char digest[PGM__SHA256_HEX];
    pgm_status status = pgm__digest_migrations(run->migrations, digest, err);
    if (status == PGM_OK) {
        run->summary.migrations_digest = pgm__arena_strdup(&run->arena, digest);
        status = run->summary.migrations_digest == NULL ? pgm__error_nomem(err) : PGM_OK;
    }
    return status;
}

/* The request comes behind the migrations, whose versions it names. */
static pgm_status prepare_work(pgm_run *run, const pgm_options *options, pgm_error *err) {
    run->summary.code = pgm__migrations_code(run->migrations, &run->summary.code_count);
    pgm_status status = pgm__request_make(run, options, err);
    if (status == PGM_OK) {
        run->summary.to = pgm__request_bound(&run->request);
        status = note_digest(run, err);
    }
    return status == PGM_OK ? pgm__judge_prepare(run, dir_of(options), err) : status;
}

/* Where the fleet itself is asked for, there is nothing to be done with it: whoever looks at it may
 * have no migrations yet. */
static pgm_status load_work(pgm_run *run, const pgm_options *options, pgm_error *err) {
    if (options->command == PGM_COMMAND_TARGETS) {
        run->request = (pgm__plan_request){.command = options->command};
        return PGM_OK;
    }
    const pgm__load_options load = load_options(options);
    pgm_status status = pgm__migrations_load(&run->migrations, dir_of(options), &load, err);
    return status == PGM_OK ? prepare_work(run, options, err) : status;
}

/* What is said of all targets; once all are known. */
static pgm_status finish_targets(pgm_run *run, const pgm_options *options, pgm_error *err) {
    pgm_status status = options->target_file_count > 0 ? pgm__targets_finish(run->targets, err)
                                                       : PGM_OK;
    if (status == PGM_OK && options->ledger != NULL) {
        status = pgm__targets_set_ledger(run->targets, options->ledger, err);
    }
    if (status == PGM_OK && options->role != NULL) {
        status = pgm__targets_set_role(run->targets, options->role, err);
    }
    return status;
}

static pgm_status choose_targets(pgm_run *run, const pgm_options *options, pgm_error *err) {
    pgm_status status = pgm__select(run, options, err);
    if (status == PGM_OK) {
        status = pgm__branches_check(run, options, err);
    }
    if (status == PGM_OK && options->command == PGM_COMMAND_TARGETS) {
        status = pgm__details_make(run, err);
    }
    run->chosen = status == PGM_OK;
    return status;
}

/* ---- the folder, and logins beside it ---- */

/* A small folder is read by then, and nobody was connected to for nothing when it is wrong. */
enum { MOMENT_MS = 3 };

/* Targets are chosen while the folder is read; where that takes longer, the first logins begin. */
static pgm_status work_beside(pgm_run *run, const pgm_options *options, pgm__folder *folder,
                              pgm_error *err) {
    pgm_status status = choose_targets(run, options, err);
    if (status != PGM_OK || pgm__folder_wait(folder, MOMENT_MS)) {
        return status;
    }
    status = open_loop(run, options, err);
    if (status == PGM_OK) {
        pgm__early_begin(run);
        pgm__folder_wait_on(folder, &run->loop);
    }
    return status;
}

/* What is wrong with the folder is said first, whatever else is wrong. */
static pgm_status open_early(pgm_run *run, const pgm_options *options, pgm__folder *folder,
                             pgm_error *err) {
    pgm_error beside = {0};
    pgm_status found = work_beside(run, options, folder, &beside);
    pgm_status status = pgm__folder_end(folder, &run->migrations, err);
    if (status == PGM_OK) {
        status = prepare_work(run, options, err);
    }
    if (status == PGM_OK && found != PGM_OK && err != NULL) {
        *err = beside;
    }
    return status == PGM_OK ? found : status;
}

/* ---- in this order ---- */

/* With sources the targets come behind all of that (pgm_run_discover()). */
static pgm_status open_in_order(pgm_run *run, const pgm_options *options, bool whole,
                                pgm_error *err) {
    pgm_status status = load_work(run, options, err);
    return whole && status == PGM_OK ? choose_targets(run, options, err) : status;
}

static pgm__folder *start_folder(const pgm_options *options, bool whole) {
    const pgm__load_options load = load_options(options);
    return whole && pgm__early_wanted(options) ? pgm__folder_start(dir_of(options), &load) : NULL;
}

/*
 * The files first: what is wrong with them is said before anything else is set up. And the loop
 * last, unless logins begin early: it alone takes descriptors.
 */
static pgm_status open_all(pgm_run *run, const pgm_options *options, pgm_error *err) {
    pgm_status status = load_targets(run, options, err);
    bool whole = status == PGM_OK && pgm__targets_source_count(run->targets) == 0;
    if (whole) {
        status = finish_targets(run, options, err);
    }
    if (status != PGM_OK) {
        return status;
    }
    pgm__folder *folder = start_folder(options, whole);
    status = folder != NULL ? open_early(run, options, folder, err)
                            : open_in_order(run, options, whole, err);
    return status == PGM_OK && !run->loop_ready ? open_loop(run, options, err) : status;
}

/* Of runs that could not be opened, and that nobody can ask. */
static atomic_bool left_behind;

static void leave(pgm_run *run) {
    pgm__early_drop(run);
    if (run->login_threads != NULL && pgm__login_threads_busy(run->login_threads)) {
        atomic_store(&left_behind, true);
    }
    pgm_run_free(run);
}

pgm_status pgm_run_open(pgm_run **out, const pgm_options *given, pgm_error *err) {
    pgm_options options;
    pgm_status status = pgm__options_take(&options, given, err);
    if (status != PGM_OK) {
        return status;
    }
    pgm_run *run = pgm__calloc(1, sizeof *run);
    if (run == NULL) {
        return pgm__error_nomem(err);
    }
    make_id(run);
    run->summary.command = options.command;
    run->summary.dry_run = options.dry_run;
    run->flush_each = options.flush_each;
    run->trust_ledger = options.trust_ledger;
    run->shared_servers = options.shared_servers;
    run->slow_ms = options.slow == 0 ? SLOW_MS : options.slow < 0 ? 0 : (uint64_t)options.slow;
    run->observer = options.observer;
    run->observer_data = options.observer_data;
    run->options = options;
    status = pgm__judge_open(run, &options, err);
    if (status == PGM_OK) {
        status = pgm__catalogs_check(&options, err);
    }
    if (status == PGM_OK) {
        status = open_all(run, &options, err);
    }
    if (status != PGM_OK) {
        leave(run);
        return status;
    }
    /* A caller may ask for results before it executes anything: all of them are NOT_RUN. */
    pgm__results_count(run);
    *out = run;
    return PGM_OK;
}

size_t pgm_run_unasked(const pgm_run *run) {
    return run->chosen ? 0 : pgm__targets_source_count(run->targets);
}

pgm_status pgm_run_discover(pgm_run *run, pgm_error *err) {
    if (run->chosen) {
        return PGM_OK;
    }
    if (run->discovery != NULL) {
        return pgm__error_set(err, PGM_EINTERNAL, "sources are asked once");
    }
    pgm_status status = pgm__fleet_discover(run, err);
    if (status == PGM_OK) {
        status = finish_targets(run, &run->options, err);
    }
    if (status == PGM_OK) {
        status = choose_targets(run, &run->options, err);
    }
    if (status == PGM_OK) {
        pgm__results_count(run);
    }
    return status;
}

/* ---- its life ---- */

pgm_status pgm_run_survey(pgm_run *run, pgm_error *err) {
    return pgm__steps_run(run, PGM__STEPS_SURVEY, err);
}

pgm_status pgm_run_execute(pgm_run *run, pgm_error *err) {
    return pgm__steps_run(run, PGM__STEPS_EXECUTION, err);
}

void pgm_run_free(pgm_run *run) {
    if (run == NULL || run->freeing) {
        return;
    }
    run->freeing = true;
    pgm__embedding_end(run);
    pgm__early_drop(run);
    pgm__resolver_free(run->resolver);
    if (run->loop_ready) {
        if (run->wake.data != NULL) {
            uv_close((uv_handle_t *)&run->wake, NULL);
        }
        pgm__login_threads_end(run->login_threads);
        pgm__gate_close(run);
        /* A handle's memory is libuv's until its close callback, so the loop turns once more. What
         * is then still open is a defect of ours: it would be used after it is freed. */
        (void)uv_run(&run->loop, UV_RUN_DEFAULT);
        int left_open = uv_loop_close(&run->loop);
        assert(left_open == 0);
        (void)left_open;
    }
    pgm__clean_fini(run);
    pgm__comparison_end(run);
    pgm__targets_free(run->targets);
    pgm__discovery_free(run->discovery);
    pgm__warned_fini(&run->warned);
    pgm__migrations_free(run->migrations);
    pgm__arena_clear(&run->arena);
    pgm__free(run);
}

/* ---- what can be asked ---- */

size_t pgm_run_target_count(const pgm_run *run) {
    return run->count;
}

pgm_target_info pgm_run_target(const pgm_run *run, size_t index) {
    const pgm_result *result = &run->items[index].result;
    return (pgm_target_info){result->name, result->server, result->production};
}

const pgm_target_details *pgm_run_target_details(const pgm_run *run, size_t index) {
    return run->details == NULL ? NULL : &run->details[index];
}

const pgm_fleet *pgm_run_fleet(const pgm_run *run) {
    return run->details == NULL ? NULL : &run->fleet;
}

size_t pgm_run_migration_count(const pgm_run *run) {
    return run->migrations == NULL ? 0 : pgm__migrations_count(run->migrations);
}

pgm_migration_info pgm_run_migration(const pgm_run *run, size_t index) {
    const pgm__migration *migration = pgm__migrations_at(run->migrations, index);
    return (pgm_migration_info){migration->version, migration->up.path, migration->down.path};
}

/* Marches say so of their logins; what sources and questions beside a march have left, the threads
 * know. */
bool pgm_run_lingers(const pgm_run *run) {
    if (run == NULL) {
        return atomic_load(&left_behind);
    }
    return run->lingers || pgm__login_threads_busy(run->login_threads);
}

const pgm_result *pgm_run_result(const pgm_run *run, size_t index) {
    return &run->items[index].result;
}

const pgm_summary *pgm_run_summary(const pgm_run *run) {
    return &run->summary;
}
