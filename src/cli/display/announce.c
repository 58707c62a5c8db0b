#include "cli/display/announce.h"

#include "report/page/paint.h"
#include "report/report.h"
#include "report/shard.h"
#include "report/text/sources.h"

/* A longer name only breaks its own line. */
enum { NAME_WIDTH = 40, ANNOUNCED = 10, PLANNED = 3 };

size_t pgm__announce_name_width(const pgm_run *run) {
    size_t widest = 0;
    for (size_t i = 0; i < pgm_run_target_count(run); i++) {
        size_t width = pgm__paint_width(pgm_run_target(run, i).name);
        widest = width > widest && width <= NAME_WIDTH ? width : widest;
    }
    return widest;
}

/* A name says what a target is called, the server where the run is about to go. */
static void add_target(pgm__strbuf *out, const pgm_target_info *target,
                       const pgm__progress *progress) {
    pgm__strbuf_adds(out, "  ");
    pgm__paint_padded(out, target->name, progress->name_width);
    pgm__strbuf_adds(out, "  ");
    pgm__paint_line(out, target->server);
    if (target->production) {
        pgm__strbuf_adds(out, "  ");
        pgm__paint_coloured(out, progress->colour, PGM__COLOUR_YELLOW, "production");
    }
    pgm__strbuf_addc(out, '\n');
}

void pgm__announce(pgm__strbuf *out, const pgm__cli *cli, const pgm_run *run, pgm_command command,
                   const pgm__progress *progress) {
    const pgm__settings *settings = &cli->settings;
    size_t count = pgm_run_target_count(run);
    bool dry = progress->asked.dry_run;
    size_t some = dry ? PLANNED : ANNOUNCED; /* a plan is to fit on a screen */
    size_t shown = pgm__report_folds(count, settings->verbose) ? some : count;
    pgm__sources_add(out, pgm_run_summary(run), cli->err_columns);
    pgm__strbuf_adds(out, pgm_run_summary(run)->source_count > 0 ? "\n" : "");
    pgm__strbuf_addf(out, "%s%s: ", pgm_command_name(command), dry ? ", dry run" : "");
    const pgm_summary *summary = pgm_run_summary(run);
    const pgm__share share = {.targets = count,
                              .selected = summary->selected_count,
                              .index = summary->shard_index,
                              .count = summary->shard_count};
    pgm__shard_targets(out, &share);
    pgm__strbuf_adds(out, ", ");
    pgm__paint_count(out, pgm_run_migration_count(run), "migration");
    pgm__strbuf_adds(out, " in \"");
    pgm__paint_line(out, settings->dir == NULL ? "migrations" : settings->dir);
    pgm__strbuf_adds(out, "\"\n");
    for (size_t i = 0; i < shown; i++) {
        pgm_target_info target = pgm_run_target(run, i);
        add_target(out, &target, progress);
    }
    if (shown < count) {
        pgm__strbuf_addf(out, "  … and %zu more\n", count - shown);
    }
    pgm__strbuf_addc(out, '\n');
}
