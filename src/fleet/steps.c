#include "fleet/steps.h"

#include "base/error.h"
#include "fleet/catalogs.h"
#include "fleet/execute.h"
#include "fleet/sample.h"
#include "fleet/survey.h"

/* One pass over the targets, and what comes before and behind it. */
struct pgm__step {
    bool (*wanted)(const pgm_run *run);
    pgm_status (*enter)(pgm_run *run, pgm_error *err);
    /* Behind `enter` that went well, and all that followed: `status` is what came of it.
     * @return What comes of the step with that. */
    pgm_status (*leave)(pgm_run *run, pgm_status status, pgm_error *err);
};

/* ---- a survey ---- */

static bool always(const pgm_run *run) {
    (void)run;
    return true;
}

static pgm_status begin_survey(pgm_run *run, pgm_error *err) {
    if (!pgm__survey_begin(run)) {
        return pgm__error_nomem(err);
    }
    run->surveying = true;
    return PGM_OK;
}

static pgm_status end_survey(pgm_run *run, pgm_status status, pgm_error *err) {
    (void)err;
    run->surveying = false;
    run->surveyed = true;
    return status;
}

/* ---- the look that chooses which targets are rehearsed ---- */

/* The plan that it finds is what stands in the results of those that are not rehearsed. */
static pgm_status begin_look(pgm_run *run, pgm_error *err) {
    if (!pgm__sample_begin(run)) {
        return pgm__error_nomem(err);
    }
    run->surveying = true;
    return PGM_OK;
}

static pgm_status end_look(pgm_run *run, pgm_status status, pgm_error *err) {
    (void)err;
    run->surveying = false;
    return status;
}

/* ---- what is asked for ---- */

/* A rehearsal that was stopped in its look rehearses nothing. */
static bool marches(const pgm_run *run) {
    return run->sample == NULL || atomic_load(&run->stops) == 0;
}

static pgm_status begin_march(pgm_run *run, pgm_error *err) {
    if (run->sample != NULL) {
        pgm__sample_choose(run);
    }
    return pgm__catalogs_begin(run, err);
}

static pgm_status end_march(pgm_run *run, pgm_status status, pgm_error *err) {
    if (status != PGM_OK) {
        return status;
    }
    if (run->sample != NULL) {
        pgm__sample_tell(run);
    }
    status = pgm__catalogs_tell(run, err);
    return status == PGM_OK && run->no_memory ? pgm__error_nomem(err) : status;
}

/* ---- one behind the other ---- */

static const pgm__step survey[] = {{always, begin_survey, end_survey}, {0}};

static const pgm__step execution[] = {
    {pgm__sample_wanted, begin_look, end_look}, {marches, begin_march, end_march}, {0}};

pgm_status pgm__steps_check(const pgm_run *run, pgm__steps_kind kind, pgm_error *err) {
    if (kind == PGM__STEPS_SURVEY && (run->executed || run->surveyed || !run->chosen)) {
        return pgm__error_set(err, PGM_EINTERNAL,
                              "a survey comes once, behind pgm_run_discover() and before the run");
    }
    if (run->executed || !run->chosen) {
        return pgm__error_set(err, PGM_EINTERNAL,
                              "a run can be executed once, and behind pgm_run_discover()");
    }
    return PGM_OK;
}

void pgm__steps_begin(pgm_run *run, pgm__steps_kind kind) {
    run->progress = (pgm__progress){.step = kind == PGM__STEPS_SURVEY ? survey : execution};
    if (kind == PGM__STEPS_EXECUTION) {
        pgm__survey_forget(run);
        run->executed = true;
    }
}

static void leave(pgm_run *run) {
    pgm__progress *at = &run->progress;
    at->inside = false;
    pgm_status status = pgm__pass_end(run, at->error.status, &at->error);
    at->error.status = at->step->leave(run, status, &at->error);
    at->step++;
}

/* Behind a beginning that failed there is nothing to wait for. */
static void enter(pgm_run *run) {
    pgm__progress *at = &run->progress;
    at->error.status = at->step->enter(run, &at->error);
    if (at->error.status != PGM_OK) {
        return;
    }
    at->inside = true;
    at->error.status = pgm__pass_begin(run, &at->error);
    if (at->error.status != PGM_OK) {
        leave(run);
    }
}

bool pgm__steps_go_on(pgm_run *run) {
    pgm__progress *at = &run->progress;
    if (at->inside) {
        leave(run);
    }
    while (at->error.status == PGM_OK && at->step->wanted != NULL && !at->step->wanted(run)) {
        at->step++;
    }
    if (at->error.status == PGM_OK && at->step->wanted != NULL) {
        enter(run);
    }
    return at->inside;
}

pgm_status pgm__steps_run(pgm_run *run, pgm__steps_kind kind, pgm_error *err) {
    pgm_status status = pgm__steps_check(run, kind, err);
    if (status != PGM_OK) {
        return status;
    }
    pgm__steps_begin(run, kind);
    while (pgm__steps_go_on(run)) {
        (void)uv_run(&run->loop, UV_RUN_DEFAULT);
    }
    status = run->progress.error.status;
    if (status != PGM_OK && err != NULL) {
        *err = run->progress.error;
    }
    return status;
}
