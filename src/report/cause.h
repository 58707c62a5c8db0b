/**
 * @file cause.h  Why targets did not end well, put together by cause.
 *
 * The same mistake on a thousand tenants is one mistake, although the server names another tenant
 * or another row each time. Two failures have one cause when outcome, phase, version, file, line
 * and SQLSTATE are the same, and so are message and detail once what is the target's own is taken
 * out of them: its name, the words of its URL, numbers, and values that the server quotes.
 *
 * Layer: report. Pure.
 */
#ifndef PGM_REPORT_CAUSE_H
#define PGM_REPORT_CAUSE_H

#include <stdbool.h>

#include "report/page/groups.h"
#include "report/report.h"

/** Is there something to say about this target: did it fail, is it unknown, was it cancelled? */
bool pgm__cause_is_told(const pgm_summary *summary, const pgm_result *result);

/**
 * Groups of the targets that did not end well, the largest first. Of each group the first member's
 * failure stands for all; it may have none.
 *
 * @param[out] causes  Zeroed; to be finished with pgm__groups_fini() in any case.
 * @return PGM_OK or PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__causes_find(const pgm__report *report, pgm__groups *causes);

#endif
