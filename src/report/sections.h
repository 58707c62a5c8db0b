/**
 * @file sections.h  The parts that the text report is put together from.
 *
 * Each adds its part to the page, with an empty line before it when the page is not empty, and
 * nothing at all when there is nothing to say.
 *
 * Layer: report. Pure.
 */
#ifndef PGM_REPORT_SECTIONS_H
#define PGM_REPORT_SECTIONS_H

#include "report/paint.h"
#include "report/report.h"

struct pgm__group;

/** What a section writes to, and what it is told. `begin` is where the page began in `out`. */
typedef struct pgm__page {
    pgm__strbuf *out;
    size_t begin;
    const pgm__report *report;
    const pgm__report_style *style;
    size_t width;
} pgm__page;

/** Starts a section: an empty line, but not at the top. */
void pgm__page_section(const pgm__page *page);

/** Adds a coloured mark and a space. */
void pgm__page_mark(const pgm__page *page, const char *mark, pgm__colour colour);

/** Adds the names of a group, as many as fit on the line that was begun; all when verbose. */
void pgm__page_names(const pgm__page *page, const struct pgm__group *group);

/** Takes away spaces at the end of the line and ends it. */
void pgm__page_end_line(const pgm__page *page);

/** How many names, versions or groups to show before "and N more"; 0 = all. */
size_t pgm__page_cap(const pgm__page *page, size_t cap);

/** Why targets failed: identical failures once. */
PGM_MUST_CHECK pgm_status pgm__section_failures(const pgm__page *page);

/** Identical warnings once. */
PGM_MUST_CHECK pgm_status pgm__section_warnings(const pgm__page *page);

/** What is still to be done, and in a dry run what would be done: identical lists once. */
PGM_MUST_CHECK pgm_status pgm__section_pending(const pgm__page *page);

/** One line per target, or counts for those of a large fleet that ended well. */
PGM_MUST_CHECK pgm_status pgm__section_targets(const pgm__page *page);

/** status: the list of one target's migrations, or the matrix of a fleet. */
PGM_MUST_CHECK pgm_status pgm__section_status(const pgm__page *page);

/** "24 targets in 1.2 s: 20 applied, 3 up-to-date, 1 failed". */
void pgm__section_closing(const pgm__page *page);

/** The same for status of one target: "dev in 12 ms: 2 applied, 1 pending". */
void pgm__section_status_closing(const pgm__page *page);

#endif
