/**
 * @file table.h  Rows and columns, as wide as the page. No cell is ever cut: columns that do not
 * fit any more are told below each row, the last ones first.
 *
 * Layer: report. Pure.
 */
#ifndef PGM_REPORT_PAGE_TABLE_H
#define PGM_REPORT_PAGE_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#include "report/page/page.h"

/** A heading, and how what is below it looks. */
typedef struct pgm__table_column {
    const char *title;
    bool right; /* numbers, which stand under each other by their ends */
    pgm__colour colour;
} pgm__table_column;

typedef struct pgm__table_row {
    const char *mark; /* before the first cell; or NULL */
    pgm__colour colour;
    const char *const *cells; /* one for each column; "": there is nothing to say */
} pgm__table_row;

/** All borrowed. The first column names the row: it is always there. The others stand in the order
 *  of how much they matter. */
typedef struct pgm__table {
    const pgm__table_column *columns;
    size_t column_count;
    const pgm__table_row *rows;
    size_t row_count;
} pgm__table;

/** Adds it as a section. A column that says nothing in any row is left out; one row is a list. */
void pgm__table_add(const pgm__page *page, const pgm__table *table);

#endif
