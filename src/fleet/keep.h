/**
 * @file keep.h  What a march tells is kept for as long as the run is there: a march takes its texts
 * with it when it ends.
 *
 * Running out of memory is remembered in the run and not answered at once.
 *
 * Layer: fleet.
 */
#ifndef PGM_FLEET_KEEP_H
#define PGM_FLEET_KEEP_H

#include "fleet/run_data.h"

/** A copy; NULL of NULL, and where memory has run out. */
const char *pgm__keep_text(pgm_run *run, const char *text);

/** The same of a failure with all its texts. */
const pgm_failure *pgm__keep_failure(pgm_run *run, const pgm_failure *failure);

#endif
