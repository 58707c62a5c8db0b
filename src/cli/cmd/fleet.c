#include "cli/cmd/fleet.h"

#include "cli/cmd/stop.h"
#include "cli/display/watch.h"

static pgm_status discover(pgm__fleet_opening *out, pgm__cli *cli, pgm__progress *progress,
                           pgm_error *err) {
    pgm__stop stop;
    pgm__watch_prepare(progress, cli, out->run);
    pgm__watch_begin(cli, progress, PGM__STAGE_SEARCH);
    pgm_status status = pgm__stop_start(&stop, cli, out->run, PGM__STOP_LOOKING, err);
    if (status == PGM_OK) {
        status = pgm_run_discover(out->run, err);
        out->caught = pgm__stop_end(&stop);
        pgm__stop_fini(&stop);
        out->unreached = status == PGM_EIO;
    }
    pgm__watch_end(cli);
    return status;
}

const char *pgm__fleet_missing(const pgm__settings *settings) {
    return settings->url == NULL && settings->targets.count == 0
               ? "no target: set DATABASE_URL, or give --url or --targets"
               : NULL;
}

pgm_status pgm__fleet_open(pgm__fleet_opening *out, pgm__cli *cli, const pgm_options *options,
                           pgm__progress *progress, pgm_error *err) {
    pgm_status status = pgm_run_open(&out->run, options, err);
    if (status != PGM_OK || pgm_run_unasked(out->run) == 0) {
        return status;
    }
    return discover(out, cli, progress, err);
}

pgm__exit pgm__fleet_exit(const pgm__fleet_opening *opening, pgm__exit code) {
    if (opening->caught != 0) {
        return pgm__exit_of_signal(opening->caught);
    }
    return opening->unreached ? PGM__EXIT_FAILED : code;
}
