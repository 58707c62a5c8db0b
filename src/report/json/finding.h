/**
 * @file finding.h  What is wrong with a folder or a ledger, as JSON.
 *
 * Layer: report. Pure.
 */
#ifndef PGM_REPORT_JSON_FINDING_H
#define PGM_REPORT_JSON_FINDING_H

#include "pgmarch/result.h"
#include "report/json/writer.h"

/** An object with every field; what is not known is null. */
json_t *pgm__json_finding(pgm__json_writer *w, const pgm_finding *from);

#endif
