/**
 * @file board.h  Targets × migrations, for status.
 *
 * Rows are the migrations of the folder, and between them, by version order, those that only a
 * ledger knows. A cell says how a target stands to a row.
 *
 * Layer: report. Pure.
 */
#ifndef PGM_REPORT_BOARD_H
#define PGM_REPORT_BOARD_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "report/report.h"

typedef enum pgm__cell_state {
    PGM__CELL_NONE,    /* neither applied nor pending here */
    PGM__CELL_APPLIED, /* ✓ */
    PGM__CELL_PENDING, /* ✗ */
    PGM__CELL_UNKNOWN  /* ! applied, but there is no file here */
} pgm__cell_state;

typedef struct pgm__cell {
    pgm__cell_state state;
    const char *applied_at; /* or NULL */
} pgm__cell;

typedef struct pgm__board_row {
    const char *version;
    bool known; /* there is a file */
} pgm__board_row;

typedef struct pgm__board {
    const pgm__board_row *rows;
    size_t row_count;
    void *index; /* hash: version → row */
} pgm__board;

/**
 * Makes the rows for some of the results.
 *
 * @param arena    Owns the rows.
 * @param members  Indices of the results whose ledgers count.
 * @return PGM_OK or PGM_ENOMEM; the board is to be finished with pgm__board_fini() in both cases.
 */
PGM_MUST_CHECK pgm_status pgm__board_make(pgm__board *board, pgm__arena *arena,
                                          const pgm__report *report, const size_t *members,
                                          size_t member_count);

/** Fills in one cell per row. `cells` has board->row_count items. */
void pgm__board_cells(const pgm__board *board, const pgm_result *result, pgm__cell *cells);

void pgm__board_fini(pgm__board *board);

/** Order of versions: leading digits as a number of any length, then bytes. */
int pgm__board_compare(const char *left, const char *right);

#endif
