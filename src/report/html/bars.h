/**
 * @file bars.h  What the timeline draws: when each target began and ended, wave by wave, and which
 * part of that was which migration.
 *
 * Layer: report. Pure.
 */
#ifndef PGM_REPORT_HTML_BARS_H
#define PGM_REPORT_HTML_BARS_H

#include "report/html/sheet.h"

/** The whole width of the timeline, in units that parts of a bar are counted in. */
enum { PGM__HTML_UNITS = 2000 };

/** A target that has started. Times as pgm__html_began() has them. */
typedef struct pgm__html_bar {
    size_t result;
    size_t wave; /* place in the summary; behind the last one: of none */
    int64_t from_ms;
    int64_t to_ms;
} pgm__html_bar;

typedef struct pgm__html_bars {
    pgm__html_bar *items; /* by wave, and in it by when they began */
    size_t count;
} pgm__html_bars;

/** A part of a bar in which a migration ran. */
typedef struct pgm__html_part {
    size_t version; /* place in the sheet */
    int from;       /* units */
    int to;
} pgm__html_part;

/** @param[out] bars  Zeroed; to be freed with pgm__html_bars_fini(). @return PGM_OK or PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__html_bars_init(pgm__html_bars *bars, const pgm__html_sheet *sheet);
void pgm__html_bars_fini(pgm__html_bars *bars);

/** A moment of the sheet's clock in units. */
int pgm__html_unit(const pgm__html_sheet *sheet, int64_t ms);

/**
 * The parts of a bar, from left to right. Where replies came together their migrations stand one
 * before the other, each as long as the server says.
 *
 * @param grain       Where a part begins and ends is rounded to so many units, and one that has no
 *                    width then is left out.
 * @param[out] parts  Room for as many as the target has times.
 */
size_t pgm__html_parts(const pgm__html_sheet *sheet, const pgm__html_bar *bar, int grain,
                       pgm__html_part *parts);

/** The smallest grain with which all bars together have no more than `most` parts, or one that
 * leaves next to none. @param parts  Room for the times of any target. */
int pgm__html_grain(const pgm__html_sheet *sheet, const pgm__html_bars *bars, size_t most,
                    pgm__html_part *parts);

#endif
