#include "fleet/run.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "base/strbuf.h"

#define DEFAULT_DIR "migrations"

const char *pgm_version(void) {
    return PGM_VERSION;
}

const char *pgm_command_name(pgm_command command) {
    static const char *const names[] = {
#define XX(name, text) [PGM_COMMAND_##name] = text,
        PGM_COMMAND_MAP(XX)
#undef XX
    };
    return names[command];
}

const char *pgm_outcome_name(pgm_outcome outcome) {
    static const char *const names[] = {
#define XX(name, text, meaning) [PGM_OUTCOME_##name] = text,
        PGM_OUTCOME_MAP(XX)
#undef XX
    };
    return outcome < PGM_OUTCOME_COUNT ? names[outcome] : "";
}

void pgm_options_init(pgm_options *options) {
    *options = (pgm_options){
        .size = sizeof *options,
        .command = PGM_COMMAND_UP,
        .jobs = PGM_UNSET,
        .per_server = PGM_UNSET,
        .limits = {PGM_UNSET, PGM_UNSET, PGM_UNSET, PGM_UNSET, PGM_UNSET, PGM_UNSET},
    };
}

/* ---- opening ---- */

static const char *read_environment(const char *name) {
    return getenv(name);
}

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
        status = pgm__targets_add_path(run->targets, options->target_files[i], read_environment,
                                       pgm__conninfo_is_keyword, err);
    }
    return status;
}

static pgm_status check_from(pgm_run *run, const pgm_options *options, pgm_error *err) {
    if (options->from == NULL) {
        return pgm__error_set(err, PGM_EUSAGE, "adopt needs --from TOOL, which is one of %s",
                              pgm__tool_list());
    }
    if (!pgm__tool_find(options->from, &run->request.tool)) {
        return pgm__error_set(err, PGM_EUSAGE, "--from \"%.40s\" is not one of %s", options->from,
                              pgm__tool_list());
    }
    return PGM_OK;
}

/* The number of several (--same-numbers): all their names, for one to be taken. */
static pgm_status refuse_ambiguous(const pgm__migrations *migrations, const char *number,
                                   size_t first, size_t count, pgm_error *err) {
    pgm__strbuf names = {0};
    for (size_t i = first; i < first + count; i++) {
        pgm__strbuf_addf(&names, "%s\"%s\"", i == first ? "" : ", ",
                         pgm__migrations_at(migrations, i)->version);
    }
    const char *text = pgm__strbuf_text(&names);
    pgm_status status = text == NULL ? pgm__error_nomem(err)
                                     : pgm__error_set(err, PGM_EUSAGE,
                                                      "\"%.40s\" is the number of %zu migrations; "
                                                      "name one of them in full: %s",
                                                      number, count, text);
    pgm__strbuf_fini(&names);
    return status;
}

static pgm_status check_to(pgm_run *run, const pgm_options *options, pgm_error *err) {
    run->request = (pgm__plan_request){
        .command = options->command,
        .out_of_order = options->out_of_order,
    };
    if (options->command == PGM_COMMAND_ADOPT) {
        return check_from(run, options, err);
    }
    if (options->to == NULL && options->command == PGM_COMMAND_BASELINE) {
        return pgm__error_set(err, PGM_EUSAGE, "baseline needs the version to record up to");
    }
    if (options->to == NULL || options->command == PGM_COMMAND_REPAIR) {
        return PGM_OK;
    }
    size_t index = 0;
    size_t found = pgm__migrations_named(run->migrations, options->to, &index);
    if (found > 1) {
        return refuse_ambiguous(run->migrations, options->to, index, found, err);
    }
    if (found == 0) {
        bool baseline = options->command == PGM_COMMAND_BASELINE;
        return pgm__error_set(err, PGM_EUSAGE, "no migration \"%s\"%s", options->to,
                              baseline ? " to record up to" : " (--to)");
    }
    run->request.to = pgm__migrations_at(run->migrations, index)->version;
    return PGM_OK;
}

static void make_id(pgm_run *run) {
    static const char digits[] = "0123456789abcdef";
    unsigned char bytes[8] = {0};
    (void)uv_random(NULL, NULL, bytes, sizeof bytes, 0, NULL);
    uint64_t seed = uv_hrtime();
    for (size_t i = 0; i < sizeof bytes; i++) {
        run->id[2 * i] = digits[bytes[i] >> 4];
        run->id[2 * i + 1] = digits[bytes[i] & 15];
        seed = (seed ^ bytes[i]) * 1099511628211U;
    }
    run->random_state = seed == 0 ? 1 : seed;
    run->summary.id = run->id;
}

static pgm_status open_loop(pgm_run *run, pgm_error *err) {
    /* Each look-up blocks a thread; four are not enough when DNS hangs. Only counts before the pool
     * is first used, and a value the user set stands. */
    (void)setenv("UV_THREADPOOL_SIZE", "16", 0);
    int failed = uv_loop_init(&run->loop);
    if (failed == 0) {
        run->loop_ready = true;
        failed = pgm__run_watch_stop(run);
    }
    if (failed != 0) {
        return pgm__error_set(err, PGM_EIO, "cannot set up the event loop: %s",
                              uv_strerror(failed));
    }
    return PGM_OK;
}

pgm_status pgm_run_open(pgm_run **out, const pgm_options *options, pgm_error *err) {
    if (options->size != sizeof *options) {
        return pgm__error_set(err, PGM_EUSAGE, "options are not set up: call pgm_options_init()");
    }
    pgm_run *run = pgm__calloc(1, sizeof *run);
    if (run == NULL) {
        return pgm__error_nomem(err);
    }
    make_id(run);
    run->summary.command = options->command;
    run->summary.dry_run = options->dry_run;
    run->flush_each = options->flush_each;
    run->observer = options->observer;
    run->observer_data = options->observer_data;
    const char *dir = options->dir == NULL ? DEFAULT_DIR : options->dir;
    pgm_status status = load_targets(run, options, err);
    if (status == PGM_OK && options->ledger != NULL) {
        status = pgm__targets_set_ledger(run->targets, options->ledger, err);
    }
    if (status == PGM_OK) {
        const pgm__load_options load = {.same_numbers = options->same_numbers,
                                        .fold_transactions = options->fold_transactions};
        status = pgm__migrations_load(&run->migrations, dir, &load, err);
    }
    if (status == PGM_OK) {
        status = check_to(run, options, err);
    }
    if (status == PGM_OK) {
        status = pgm__run_select(run, options, err);
    }
    if (status == PGM_OK) {
        status = open_loop(run, err);
    }
    if (status != PGM_OK) {
        pgm_run_free(run);
        return status;
    }
    pgm__run_count(run);
    *out = run;
    return PGM_OK;
}

void pgm_run_free(pgm_run *run) {
    if (run == NULL) {
        return;
    }
    if (run->loop_ready) {
        if (run->wake.data != NULL) {
            uv_close((uv_handle_t *)&run->wake, NULL);
        }
        (void)uv_run(&run->loop, UV_RUN_DEFAULT);
        int left_open = uv_loop_close(&run->loop);
        assert(left_open == 0);
        (void)left_open;
    }
    pgm__targets_free(run->targets);
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

size_t pgm_run_migration_count(const pgm_run *run) {
    return pgm__migrations_count(run->migrations);
}

pgm_migration_info pgm_run_migration(const pgm_run *run, size_t index) {
    const pgm__migration *migration = pgm__migrations_at(run->migrations, index);
    return (pgm_migration_info){migration->version, migration->up.path, migration->down.path};
}

const pgm_result *pgm_run_result(const pgm_run *run, size_t index) {
    return &run->items[index].result;
}

const pgm_summary *pgm_run_summary(const pgm_run *run) {
    return &run->summary;
}
