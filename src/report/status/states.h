/**
 * @file states.h  status of a fleet: each state that targets are in, and who is in it.
 *
 * Layer: report. Pure.
 */
#ifndef PGM_REPORT_STATUS_STATES_H
#define PGM_REPORT_STATUS_STATES_H

#include "report/page/page.h"

/**
 * Adds a line or two for each state, that of the targets which are most behind first, and how many
 * are behind and how far. @return PGM_OK or PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__status_states(const pgm__page *page);

#endif
