#include "cli/cmd/clean.h"

#include "base/error.h"
#include "cli/cmd/fleet.h"
#include "cli/cmd/stop.h"
#include "cli/display/console.h"
#include "cli/display/watch.h"
#include "cli/options/run_options.h"

#define STOPPING "removing no more branches"

/* No migrations are needed, and no target is connected to. */
static pgm_status open_fleet(pgm__cli *cli, pgm__progress *progress, pgm__fleet_opening *opening,
                             pgm_error *err) {
    const pgm__settings *settings = &cli->settings;
    const char *missing = pgm__fleet_missing(settings);
    if (missing == NULL && !settings->neon) {
        missing = "--clean is said with --neon: it removes branches there";
    }
    if (missing != NULL) {
        return pgm__error_set(err, PGM_EUSAGE, "%s", missing);
    }
    pgm_options options;
    pgm__settings_options(settings, &options);
    options.command = PGM_COMMAND_TARGETS;
    options.observer = pgm__watch_event;
    options.observer_data = progress;
    return pgm__fleet_open(opening, cli, &options, progress, err);
}

static void add_branch(pgm__strbuf *text, const pgm_branch *branch) {
    pgm__strbuf_addf(text, "%s: %s (%s) of project %s", pgm_branch_fate_name(branch->fate),
                     branch->name, branch->id, branch->project);
    if (branch->fate == PGM_BRANCH_IN_USE) {
        pgm__strbuf_adds(text, "; --yes removes it too");
    }
    if (branch->fate == PGM_BRANCH_FAILED) {
        pgm__strbuf_addf(text, "; %s", branch->why == NULL ? "not come to" : branch->why);
    }
    if (branch->fate != PGM_BRANCH_REMOVED && branch->expires != NULL) {
        pgm__strbuf_addf(text, "; Neon deletes it at %s", branch->expires);
    }
    pgm__strbuf_addc(text, '\n');
}

/* What was found, and how much of it is gone. */
static pgm__exit tell(pgm__cli *cli, const pgm_run *run) {
    pgm__strbuf text = {0};
    size_t counts[PGM_BRANCH_FATE_COUNT] = {0};
    for (size_t i = 0; i < pgm_run_branch_count(run); i++) {
        const pgm_branch branch = pgm_run_branch(run, i);
        counts[branch.fate]++;
        add_branch(&text, &branch);
    }
    pgm__strbuf_addf(&text, "%zu left by rehearsals: %zu removed, %zu in use, %zu not removed\n",
                     pgm_run_branch_count(run), counts[PGM_BRANCH_REMOVED],
                     counts[PGM_BRANCH_IN_USE], counts[PGM_BRANCH_FAILED]);
    pgm__exit code = pgm__console_print(cli, &text);
    pgm__strbuf_fini(&text);
    return counts[PGM_BRANCH_FAILED] > 0 ? PGM__EXIT_FAILED : code;
}

static pgm__exit clean(pgm__cli *cli, pgm_run *run) {
    pgm__stop stop;
    pgm_error err = {0};
    if (pgm__stop_start(&stop, cli, run, STOPPING, &err) != PGM_OK) {
        pgm__console_complain(cli, err.msg);
        return PGM__EXIT_FAILED;
    }
    pgm_status status = pgm_run_clean(run, cli->settings.yes, &err);
    int caught = pgm__stop_end(&stop);
    bool any = status == PGM_OK || pgm_run_branch_count(run) > 0;
    pgm__exit code = any ? tell(cli, run) : PGM__EXIT_FAILED;
    pgm__stop_fini(&stop);
    if (caught != 0) {
        return pgm__exit_of_signal(caught);
    }
    if (status != PGM_OK) {
        pgm__console_complain(cli, err.msg);
        return status == PGM_EUSAGE ? PGM__EXIT_USAGE : PGM__EXIT_FAILED;
    }
    return code;
}

pgm__exit pgm__cmd_clean(pgm__cli *cli, const char *command) {
    pgm__progress progress = {.command = command};
    pgm__fleet_opening opening = {0};
    pgm_error err = {0};
    pgm_status status = open_fleet(cli, &progress, &opening, &err);
    pgm__exit code = PGM__EXIT_OK;
    if (status == PGM_OK) {
        code = clean(cli, opening.run);
    } else {
        pgm__console_complain(cli, err.msg);
        code = pgm__fleet_exit(&opening, status == PGM_EIO || status == PGM_ENOMEM
                                             ? PGM__EXIT_FAILED
                                             : PGM__EXIT_USAGE);
    }
    pgm__progress_fini(&progress);
    pgm_run_free(opening.run);
    return code;
}
