#include "fleet/judge.h"

#include "base/error.h"

/* The variable may be set for every command of a job, and only a rehearsal measures anything. */
pgm_status pgm__judge_open(pgm_run *run, const pgm_options *options, pgm_error *err) {
    bool asked = options->command == PGM_COMMAND_REHEARSE && options->fail_on != NULL;
    return asked ? pgm__bounds_parse(&run->arena, options->fail_on, &run->bounds, err) : PGM_OK;
}

pgm_status pgm__judge_prepare(pgm_run *run, const char *dir, pgm_error *err) {
    if (run->summary.command != PGM_COMMAND_REHEARSE) {
        return PGM_OK;
    }
    return pgm__warned_read(&run->arena, run->migrations, dir, &run->warned) == PGM_OK
               ? PGM_OK
               : pgm__error_nomem(err);
}

void pgm__judge(pgm_run *run, pgm_result *result) {
    if (result->rehearsal == NULL) {
        return;
    }
    pgm_rehearsal *judged = pgm__arena_alloc(&run->arena, sizeof *judged);
    if (judged == NULL) {
        run->no_memory = true;
        return;
    }
    *judged = *result->rehearsal;
    if (pgm__bounds_judge(&run->arena, &run->bounds, judged, &judged->excesses,
                          &judged->excess_count) != PGM_OK ||
        pgm__warned_judge(&run->arena, &run->warned, judged, &judged->warnings,
                          &judged->warning_count) != PGM_OK) {
        run->no_memory = true;
        return;
    }
    result->rehearsal = judged;
}
