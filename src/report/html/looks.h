/**
 * @file looks.h  The style sheet and the script of the HTML report.
 *
 * Layer: report. Pure.
 */
#ifndef PGM_REPORT_HTML_LOOKS_H
#define PGM_REPORT_HTML_LOOKS_H

#include "base/strbuf.h"

/** Adds what stands in the style element. */
void pgm__html_add_style(pgm__strbuf *out);

/** Adds what stands in the script element. */
void pgm__html_add_script(pgm__strbuf *out);

#endif
