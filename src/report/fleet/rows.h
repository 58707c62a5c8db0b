/**
 * @file rows.h  The table of a fleet: a row for each target or for each group of them, without the
 * columns that say the same everywhere, which are said once.
 *
 * Layer: report. Pure.
 */
#ifndef PGM_REPORT_FLEET_ROWS_H
#define PGM_REPORT_FLEET_ROWS_H

#include "base/arena.h"
#include "report/page/table.h"

/** Zeroed = empty, and may be freed. */
typedef struct pgm__fleet_rows {
    pgm__arena arena;
    pgm__table table;  /* no rows: there is nothing to be shown in one */
    pgm__groups shown; /* MANY: the groups, of which the first have rows */
    pgm__strbuf all;   /* "server h:5432; database shop": what is true of all; may be empty */
    pgm__strbuf found; /* the same of those that were reached, where these are not all */
} pgm__fleet_rows;

/**
 * @param page  How wide it is, and whether everything is asked for.
 * @return PGM_OK or PGM_ENOMEM; in either case it is to be freed.
 */
PGM_MUST_CHECK pgm_status pgm__fleet_rows_make(pgm__fleet_rows *rows, const pgm__page *page,
                                               const pgm__fleet_report *report);

/** Frees it; what is left is empty. */
void pgm__fleet_rows_fini(pgm__fleet_rows *rows);

#endif
