/**
 * @file markdown_text.h  Texts and names as Markdown has them, and how much of it there may be.
 *
 * Layer: report. Pure.
 */
#ifndef PGM_REPORT_FORMS_MARKDOWN_TEXT_H
#define PGM_REPORT_FORMS_MARKDOWN_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/strbuf.h"
#include "report/page/groups.h"
#include "report/report.h"

/** GitHub takes 1 MiB for a step, and nothing at all of what is more. Bytes. */
enum { PGM__MARKDOWN_MOST = 900 * 1024 };

/** Adds a text on one line, so that nothing in it is a table's border, a tag, a link or emphasis.
 */
void pgm__markdown_cell(pgm__strbuf *out, const char *text);

/** Adds a text as a block of code, which nothing in it can end; of one that has more than so many
 *  bytes the beginning, and "…". */
void pgm__markdown_code(pgm__strbuf *out, const char *text, size_t most);

/** Adds "t_00 … t_17, u": the names of a group, as many as a cell can hold. */
void pgm__markdown_names(pgm__strbuf *out, const pgm__report *report, const pgm__group *group);

/**
 * Is there still room for the rest? A piece that goes beyond the budget is taken back.
 *
 * @param before  Where the last piece began.
 * @param start   Where the document began.
 */
bool pgm__markdown_fits(pgm__strbuf *out, size_t before, size_t start);

#endif
