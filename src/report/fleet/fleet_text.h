/**
 * @file fleet_text.h  The text form of a fleet: what `targets` shows to people.
 *
 * Layer: report. Pure.
 */
#ifndef PGM_REPORT_FLEET_FLEET_TEXT_H
#define PGM_REPORT_FLEET_FLEET_TEXT_H

#include "base/strbuf.h"
#include "report/report.h"

/** Appends it. @return PGM_OK or PGM_ENOMEM. */
PGM_MUST_CHECK pgm_status pgm__fleet_text(pgm__strbuf *out, const pgm__fleet_report *report,
                                          const pgm__report_style *style, pgm_error *err);

#endif
