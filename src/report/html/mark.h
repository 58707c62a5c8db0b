/**
 * @file mark.h  Texts, shares and names as HTML has them.
 *
 * Names and servers' messages may hold any byte: all that is not ours goes through
 * pgm__html_text(), in elements and in attributes alike.
 *
 * Layer: report. Pure.
 */
#ifndef PGM_REPORT_HTML_MARK_H
#define PGM_REPORT_HTML_MARK_H

#include <stdint.h>

#include "base/strbuf.h"
#include "report/page/groups.h"
#include "report/report.h"

/** Adds a text so that nothing in it is markup; control characters become U+FFFD. NULL adds
 * nothing. */
void pgm__html_text(pgm__strbuf *out, const char *text);

/** Adds what was put together elsewhere, as above, and frees it. */
void pgm__html_take(pgm__strbuf *out, pgm__strbuf *text);

/** Adds "12.34%": `part` of `whole`, no less than 0 and no more than all. */
void pgm__html_share(pgm__strbuf *out, int64_t part, int64_t whole);

/** Adds "t_00 … t_17, u": the names of a group. @param columns  Room for them; 0 = all. */
void pgm__html_names(pgm__strbuf *out, const pgm__report *report, const pgm__group *group,
                     size_t columns);

#endif
