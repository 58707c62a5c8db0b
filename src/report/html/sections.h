/**
 * @file sections.h  The sections of the HTML report: one function each, by the table of html.c.
 *
 * A section adds what stands below its headline. Whether there is something to say is asked first.
 *
 * Layer: report. Pure.
 */
#ifndef PGM_REPORT_HTML_SECTIONS_H
#define PGM_REPORT_HTML_SECTIONS_H

#include "report/html/sheet.h"

/** Adds a section. @return PGM_OK or PGM_ENOMEM. */
typedef pgm_status (*pgm__html_section_fn)(const pgm__html_sheet *sheet);

/** Is there something to say? */
typedef bool (*pgm__html_tells_fn)(const pgm__html_sheet *sheet);

/** What happened in a sentence, the shares of the endings, and the facts of the run. */
PGM_MUST_CHECK pgm_status pgm__html_head(const pgm__html_sheet *sheet);

/** Why targets did not end well, by cause, and which did not start. */
bool pgm__html_failures_tell(const pgm__html_sheet *sheet);
PGM_MUST_CHECK pgm_status pgm__html_failures(const pgm__html_sheet *sheet);

/** When each target was marched: a bar for each. */
bool pgm__html_timeline_tells(const pgm__html_sheet *sheet);
PGM_MUST_CHECK pgm_status pgm__html_timeline(const pgm__html_sheet *sheet);

/** How long each migration took over the fleet. */
bool pgm__html_times_tell(const pgm__html_sheet *sheet);
PGM_MUST_CHECK pgm_status pgm__html_times(const pgm__html_sheet *sheet);

/** Which target has which migration. */
bool pgm__html_matrix_tells(const pgm__html_sheet *sheet);
PGM_MUST_CHECK pgm_status pgm__html_matrix(const pgm__html_sheet *sheet);

/** What was to be looked at: a plan, warnings, what was slow, in the words of the text form. */
bool pgm__html_notes_tell(const pgm__html_sheet *sheet);
PGM_MUST_CHECK pgm_status pgm__html_notes(const pgm__html_sheet *sheet);

/** Every target: how it ended, when, how long, how often. */
bool pgm__html_targets_tell(const pgm__html_sheet *sheet);
PGM_MUST_CHECK pgm_status pgm__html_targets(const pgm__html_sheet *sheet);

#endif
