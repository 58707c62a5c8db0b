/**
 * @file sources.h  Where the targets come from that no file lists.
 *
 * Layer: report, text. Pure.
 */
#ifndef PGM_REPORT_TEXT_SOURCES_H
#define PGM_REPORT_TEXT_SOURCES_H

#include "base/strbuf.h"
#include "pgmarch/result.h"

/** Adds a line for each source: what was asked, what it found, what was passed over. */
void pgm__sources_add(pgm__strbuf *out, const pgm_summary *summary);

#endif
