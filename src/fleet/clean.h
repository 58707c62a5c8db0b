/**
 * @file clean.h  Has a run's cleaning of branches stop.
 *
 * Layer: fleet.
 */
#ifndef PGM_FLEET_CLEAN_H
#define PGM_FLEET_CLEAN_H

#include "fleet/run_data.h"

/** Does nothing where nothing is being cleaned. */
void pgm__clean_stop(const pgm_run *run);

/** Frees what was found. */
void pgm__clean_fini(pgm_run *run);

#endif
