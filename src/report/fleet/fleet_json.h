/**
 * @file fleet_json.h  The JSON form of a fleet: what `targets` tells programs.
 *
 * Layer: report. Pure.
 */
#ifndef PGM_REPORT_FLEET_FLEET_JSON_H
#define PGM_REPORT_FLEET_FLEET_JSON_H

#include "base/strbuf.h"
#include "report/report.h"

/** Appends it; the style says nothing here. @return PGM_OK or PGM_ENOMEM. */
PGM_MUST_CHECK pgm_status pgm__fleet_json(pgm__strbuf *out, const pgm__fleet_report *report,
                                          const pgm__report_style *style, pgm_error *err);

#endif
