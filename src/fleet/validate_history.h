/**
 * @file validate_history.h  What of a folder is of the past: by --since, by the ledgers, and by its
 * pgmarch.conf.
 *
 * Layer: fleet.
 */
#ifndef PGM_FLEET_VALIDATE_HISTORY_H
#define PGM_FLEET_VALIDATE_HISTORY_H

#include "fleet/validation.h"

/**
 * From which version on is warned: what was asked for, or else what the folder says. Mistakes in
 * pgmarch.conf become findings, since they stop no run; then nothing is left out by them.
 *
 * @return PGM_OK; PGM_EUSAGE: `asked` is no version of the folder; PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__validate_history(pgm_validation *v, const char *asked,
                                                pgm_error *err);

/** Only what is pending is warned of: what that is, by the look at the ledgers. Without one nothing
 *  is known to be. @return PGM_OK or PGM_ENOMEM. */
PGM_MUST_CHECK pgm_status pgm__validate_pending(pgm_validation *v, pgm_error *err);

/** Is nothing told of this in the migration at `index`? Counts the warnings that are left out. */
bool pgm__validate_leaves_out(pgm_validation *v, size_t index, const char *code,
                              pgm_severity severity);

#endif
