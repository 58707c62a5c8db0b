#include "cli/display/watch.h"

#include <stdio.h>
#include <string.h>

#include "cli/display/announce.h"
#include "cli/display/console.h"
#include "cli/display/live.h"

static bool is_set(const pgm__cli *cli, const char *name) {
    const char *value = cli->env(name);
    return value != NULL && *value != '\0' && strcmp(value, "false") != 0;
}

/* What a service records of a terminal that it has made up is read as a log. */
static bool wants_block(const pgm__cli *cli) {
    const char *term = cli->env("TERM");
    return cli->settings.progress == PGM__PROGRESS_AUTO && !cli->settings.quiet && cli->err_tty &&
           term != NULL && *term != '\0' && strcmp(term, "dumb") != 0 && !is_set(cli, "CI");
}

void pgm__watch_prepare(pgm__progress *progress, const pgm__cli *cli, const pgm_run *run) {
    const pgm__settings *settings = &cli->settings;
    const pgm_summary *summary = pgm_run_summary(run);
    size_t sources = pgm_run_unasked(run);
    pgm__progress_fini(progress);
    *progress = (pgm__progress){.cli = cli,
                                .colour = pgm__console_wants_colour(cli, cli->err_tty),
                                .quiet = settings->quiet ||
                                         settings->progress == PGM__PROGRESS_NONE,
                                .verbose = settings->verbose,
                                .command = progress->command,
                                .looks = progress->looks,
                                .asked = {.command = summary->command, .dry_run = summary->dry_run},
                                .target_count = sources > 0 ? sources : pgm_run_target_count(run),
                                .wave_count = summary->wave_count,
                                .name_width = pgm__announce_name_width(run),
                                .now_ms = pgm__progress_clock,
                                .last_ms = pgm__progress_clock()};
}

void pgm__watch_begin(pgm__cli *cli, const pgm__progress *progress, pgm__stage stage) {
    if (!wants_block(cli)) {
        return;
    }
    const pgm__live_setup setup = {.fd = fileno(cli->err),
                                   .colour = progress->colour,
                                   .ascii = cli->ascii,
                                   .command = progress->command,
                                   .stage = stage,
                                   .targets = progress->target_count,
                                   .waves = progress->wave_count,
                                   .now_ms = progress->now_ms};
    pgm__live *live = NULL;
    /* Without it there are lines, as in a log. */
    cli->live = pgm__live_start(&live, &setup) == PGM_OK ? live : NULL;
}

void pgm__watch_end(pgm__cli *cli) {
    pgm__live *live = cli->live;
    cli->live = NULL;
    pgm__live_end(live);
}

void pgm__watch_event(const pgm_event *event, void *data) {
    const pgm__progress *progress = data;
    if (progress->cli->live != NULL) {
        pgm__live_event(progress->cli->live, event);
    }
    pgm__progress_event(event, data);
}
