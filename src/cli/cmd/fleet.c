#include "cli/cmd/fleet.h"

#include "cli/cmd/stop.h"

static pgm_status discover(pgm__fleet_opening *out, const pgm__cli *cli, pgm_error *err) {
    pgm__stop stop;
    pgm_status status = pgm__stop_start(&stop, cli, out->run, PGM__STOP_LOOKING, err);
    if (status != PGM_OK) {
        return status;
    }
    status = pgm_run_discover(out->run, err);
    out->caught = pgm__stop_end(&stop);
    pgm__stop_fini(&stop);
    out->unreached = status == PGM_EIO;
    return status;
}

const char *pgm__fleet_missing(const pgm__settings *settings) {
    return settings->url == NULL && settings->targets.count == 0
               ? "no target: set DATABASE_URL, or give --url or --targets"
               : NULL;
}

pgm_status pgm__fleet_open(pgm__fleet_opening *out, const pgm__cli *cli, const pgm_options *options,
                           pgm_error *err) {
    pgm_status status = pgm_run_open(&out->run, options, err);
    if (status != PGM_OK || !pgm_run_must_discover(out->run)) {
        return status;
    }
    return discover(out, cli, err);
}

pgm__exit pgm__fleet_exit(const pgm__fleet_opening *opening, pgm__exit code) {
    if (opening->caught != 0) {
        return pgm__exit_of_signal(opening->caught);
    }
    return opening->unreached ? PGM__EXIT_FAILED : code;
}
