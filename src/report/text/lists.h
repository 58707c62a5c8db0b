/**
 * @file lists.h  The sections that list migrations: what was done, and what is left.
 *
 * Targets whose lists are the same share one. Each returns PGM_OK or PGM_ENOMEM.
 *
 * Layer: report. Pure.
 */
#ifndef PGM_REPORT_TEXT_LISTS_H
#define PGM_REPORT_TEXT_LISTS_H

#include "report/page/page.h"

/** What is still to be done. */
PGM_MUST_CHECK pgm_status pgm__section_pending(const pgm__page *page);

/**
 * What was done: on the targets of a large fleet, which have no line each; and where it was not the
 * same on all that ended well.
 */
PGM_MUST_CHECK pgm_status pgm__section_done(const pgm__page *page);

#endif
