/**
 * @file markdown.h  The Markdown form: a comment on a pull request, the summary of a CI job.
 *
 * What is shown there is cut off as a whole when it is too long, so that it keeps within a budget
 * of its own: failures by cause first, then the targets by how they ended.
 *
 * Layer: report. Pure.
 */
#ifndef PGM_REPORT_FORMS_MARKDOWN_H
#define PGM_REPORT_FORMS_MARKDOWN_H

#include "base/strbuf.h"
#include "report/report.h"

/** GitHub takes 1 MiB for a step, and nothing at all of what is more. Bytes. */
enum { PGM__MARKDOWN_MOST = 900 * 1024 };

/** Appends the text; the style says nothing here. @return PGM_OK or PGM_ENOMEM. */
PGM_MUST_CHECK pgm_status pgm__markdown_run(pgm__strbuf *out, const pgm__report *report,
                                            const pgm__report_style *style, pgm_error *err);

/** Appends that of a command that could not begin. */
PGM_MUST_CHECK pgm_status pgm__markdown_refusal(pgm__strbuf *out, const pgm__refusal *refusal,
                                                pgm_error *err);

/** Adds a text on one line, so that nothing in it is a table's border, a tag, a link or emphasis.
 */
void pgm__markdown_cell(pgm__strbuf *out, const char *text);

#endif
