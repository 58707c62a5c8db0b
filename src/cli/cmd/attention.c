#include "cli/cmd/attention.h"

#include "cli/display/watch.h"

static void ends(pgm__attention *a) {
    if (a->listens) {
        a->caught = pgm__stop_end(&a->stop);
        pgm__stop_fini(&a->stop);
        a->listens = false;
    }
    pgm__watch_end(a->cli);
}

/* Where no thread can be had a signal ends the program, as everywhere else. */
static void begins(pgm__attention *a, pgm_run *run) {
    pgm_error err = {0};
    pgm__watch_prepare(&a->progress, a->cli, run);
    pgm__watch_begin(a->cli, &a->progress,
                     pgm_run_unasked(run) > 0 ? PGM__STAGE_SEARCH : PGM__STAGE_LOOK);
    a->listens = pgm__stop_start(&a->stop, a->cli, run, PGM__STOP_LOOKING, &err) == PGM_OK;
}

/* A signal that came while sources were asked has ended the look: the next stage has nothing more
 * to listen to. */
void pgm__attention_watch(pgm_run *run, void *data) {
    pgm__attention *a = data;
    ends(a);
    if (run != NULL && a->caught == 0) {
        begins(a, run);
    }
}
