/**
 * @file fake_asked.h  What of fake_run.c answers "fake://asked"; and a made-up
 * pgm_run_save_targets().
 */
#ifndef PGM_TESTS_FAKE_ASKED_H
#define PGM_TESTS_FAKE_ASKED_H

#include "pgmarch/pgmarch.h"

/** Refuses, and says which targets were asked for: "asked: only[a|--only] shard[0 of 0]". */
pgm_status fake_asked(const pgm_options *options, pgm_error *err);

#endif
