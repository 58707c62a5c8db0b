/**
 * @file waves.h  The waves of a rollout: which there are before it, and what became of them.
 *
 * Layer: report. Pure.
 */
#ifndef PGM_REPORT_TEXT_WAVES_H
#define PGM_REPORT_TEXT_WAVES_H

#include "report/page/page.h"

/**
 * Before: each wave with its targets, and how many of them can fail at most. Nothing where all go
 * together and any number may fail. @return PGM_OK or PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__section_rollout(const pgm__page *page);

/** Behind: how each wave ended. @return PGM_OK. */
PGM_MUST_CHECK pgm_status pgm__section_waves(const pgm__page *page);

#endif
