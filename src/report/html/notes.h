/**
 * @file notes.h  A plan, warnings, and what was slow, in the words of the text form.
 *
 * Layer: report. Pure.
 */
#ifndef PGM_REPORT_HTML_NOTES_H
#define PGM_REPORT_HTML_NOTES_H

#include <stdbool.h>

#include "report/html/sheet.h"

/** Is there something to say? */
bool pgm__html_notes_tell(const pgm__html_sheet *sheet);

/** Adds what stands below the headline. @return PGM_OK or PGM_ENOMEM. */
PGM_MUST_CHECK pgm_status pgm__html_notes(const pgm__html_sheet *sheet);

#endif
