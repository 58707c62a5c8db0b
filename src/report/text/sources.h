/**
 * @file sources.h  Where the targets come from that no file lists.
 *
 * Layer: report, text. Pure.
 */
#ifndef PGM_REPORT_TEXT_SOURCES_H
#define PGM_REPORT_TEXT_SOURCES_H

#include "base/strbuf.h"
#include "pgmarch/result.h"

/**
 * Adds what was asked, what it found and what was passed over, for each source.
 *
 * @param width  Lines are broken there, in columns; 0 = each source has one line.
 */
void pgm__sources_add(pgm__strbuf *out, const pgm_summary *summary, size_t width);

#endif
