/**
 * @file annotations.h  GitHub's annotations: a line for each cause of failure, which a workflow
 * shows at the file and line.
 *
 * A step may have ten; what is more is dropped without a word. So there are nine, and a tenth that
 * says how many more.
 *
 * Layer: report. Pure.
 */
#ifndef PGM_REPORT_FORMS_ANNOTATIONS_H
#define PGM_REPORT_FORMS_ANNOTATIONS_H

#include <stdbool.h>

#include "base/strbuf.h"
#include "report/report.h"

/** Appends the lines; nothing where all ended well. @return PGM_OK or PGM_ENOMEM. */
PGM_MUST_CHECK pgm_status pgm__annotations(pgm__strbuf *out, const pgm__report *report,
                                           pgm_error *err);

/**
 * Appends a text in which no line is a command to the runner any more, whatever a server has said:
 * "::error::" at a line's start becomes ": :error::", and "##[" anywhere "## [".
 *
 * @param json  The text is JSON, of which "[" becomes an escape: it stays the same document.
 */
void pgm__annotations_mute(pgm__strbuf *out, const char *text, size_t len, bool json);

#endif
