/**
 * @file cells.h  What a target has of each migration: a row of cells, the same of targets that are
 * alike.
 *
 * Layer: report. Pure.
 */
#ifndef PGM_REPORT_HTML_CELLS_H
#define PGM_REPORT_HTML_CELLS_H

#include "report/html/sheet.h"
#include "report/page/groups.h"

/** A target and a migration. */
typedef enum pgm__html_cell {
    PGM__HTML_CELL_NOTHING, /* nothing to do: it is there, or was not asked for */
    PGM__HTML_CELL_DONE,    /* by this run; status: it is there */
    PGM__HTML_CELL_PENDING,
    PGM__HTML_CELL_FAILED,
    PGM__HTML_CELL_UNKNOWN, /* nobody knows */
    PGM__HTML_CELL_COUNT
} pgm__html_cell;

/** Fills the cells of a target, one for each version of the sheet: a byte each. */
void pgm__html_cells(const pgm__html_sheet *sheet, size_t result, unsigned char *cells);

/** Targets with the same cells. @param[out] groups  Zeroed; to be freed with pgm__groups_fini().
 * @param cells  Room for a row. @return PGM_OK or PGM_ENOMEM. */
PGM_MUST_CHECK pgm_status pgm__html_cells_group(const pgm__html_sheet *sheet, pgm__groups *groups,
                                                unsigned char *cells);

#endif
