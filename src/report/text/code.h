/**
 * @file code.h  The section of migrations in code, which were left out.
 *
 * Layer: report. Pure.
 */
#ifndef PGM_REPORT_TEXT_CODE_H
#define PGM_REPORT_TEXT_CODE_H

#include "report/page/page.h"

/** Which numbers are not SQL; nothing where all are. @return PGM_OK. */
PGM_MUST_CHECK pgm_status pgm__section_code(const pgm__page *page);

#endif
