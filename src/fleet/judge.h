/**
 * @file judge.h  What is made of a rehearsal that was measured: which bounds it passes, and which
 * warnings of `validate` came true.
 *
 * Layer: fleet.
 */
#ifndef PGM_FLEET_JUDGE_H
#define PGM_FLEET_JUDGE_H

#include "fleet/run_data.h"

/** Takes the bounds of the options. @return PGM_OK, PGM_EUSAGE (what is no bound), PGM_ENOMEM. */
PGM_MUST_CHECK pgm_status pgm__judge_open(pgm_run *run, const pgm_options *options, pgm_error *err);

/** Reads what `validate` warns of in the migrations of `dir`, where the run rehearses. @return
 *  PGM_OK, PGM_ENOMEM. */
PGM_MUST_CHECK pgm_status pgm__judge_prepare(pgm_run *run, const char *dir, pgm_error *err);

/** Gives the rehearsal of a result that was kept what is said of it; nothing where there is none.
 *  When memory runs out the run notes it. */
void pgm__judge(pgm_run *run, pgm_result *result);

#endif
