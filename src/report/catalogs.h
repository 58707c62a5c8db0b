/**
 * @file catalogs.h  What comparing the targets' catalogs has brought, in words.
 *
 * Layer: report. Pure.
 */
#ifndef PGM_REPORT_CATALOGS_H
#define PGM_REPORT_CATALOGS_H

#include "base/strbuf.h"
#include "pgmarch/result.h"

/** "catalogs: 4 compared, 1 differs", without an end of line. */
void pgm__catalogs_add(pgm__strbuf *out, const pgm_catalogs *catalogs);

#endif
