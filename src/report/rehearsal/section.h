/**
 * @file section.h  The sections of a rehearsal on a page of text: what production would feel, and
 * which bounds of --fail-on were passed.
 *
 * Layer: report. Pure.
 */
#ifndef PGM_REPORT_REHEARSAL_SECTION_H
#define PGM_REPORT_REHEARSAL_SECTION_H

#include "report/page/page.h"

/** What was measured, targets with the same result put together. @return PGM_OK or PGM_ENOMEM. */
PGM_MUST_CHECK pgm_status pgm__section_rehearsal(const pgm__page *page);

/** The bounds that were passed; nothing where none was. @return PGM_OK or PGM_ENOMEM. */
PGM_MUST_CHECK pgm_status pgm__section_excesses(const pgm__page *page);

#endif
