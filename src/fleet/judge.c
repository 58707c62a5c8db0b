#include "fleet/judge.h"

/* The variable may be set for every command of a job, and only a rehearsal measures anything. */
pgm_status pgm__judge_open(pgm_run *run, const pgm_options *options, pgm_error *err) {
    bool asked = options->command == PGM_COMMAND_REHEARSE && options->fail_on != NULL;
    return asked ? pgm__bounds_parse(&run->arena, options->fail_on, &run->bounds, err) : PGM_OK;
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
                          &judged->excess_count) != PGM_OK) {
        run->no_memory = true;
        return;
    }
    result->rehearsal = judged;
}
