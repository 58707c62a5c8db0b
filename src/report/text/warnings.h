/**
 * @file warnings.h  The section of warnings about targets.
 *
 * Layer: report. Pure.
 */
#ifndef PGM_REPORT_TEXT_WARNINGS_H
#define PGM_REPORT_TEXT_WARNINGS_H

#include "report/page/page.h"

/** Identical warnings once, with the targets they are about. @return PGM_OK or PGM_ENOMEM. */
PGM_MUST_CHECK pgm_status pgm__section_warnings(const pgm__page *page);

#endif
