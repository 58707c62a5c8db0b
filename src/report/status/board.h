/**
 * @file board.h  Targets × migrations, for status.
 *
 * Rows are the migrations of the folder, and between them those that only a ledger knows, in the
 * order in which they would run (pgm_migration_compare()). A cell says how a target stands to a
 * row.
 *
 * Layer: report. Pure.
 */
#ifndef PGM_REPORT_STATUS_BOARD_H
#define PGM_REPORT_STATUS_BOARD_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "report/page/paint.h"
#include "report/report.h"

/** How a target stands to a migration. */
typedef enum pgm__cell_state {
    PGM__CELL_NONE,    /* neither applied nor pending here */
    PGM__CELL_APPLIED, /* ✓ */
    PGM__CELL_PENDING, /* ○ */
    PGM__CELL_UNKNOWN  /* ! applied, but there is no file here */
} pgm__cell_state;

/** One target at one row. Texts are borrowed from its result. */
typedef struct pgm__cell {
    pgm__cell_state state;
    const char *applied_at; /* or NULL */
} pgm__cell;

/** How a cell is shown. Texts are static storage. */
typedef struct pgm__cell_look {
    const char *mark;
    pgm__colour colour;
} pgm__cell_look;

/** The look of a state. */
pgm__cell_look pgm__board_look(pgm__cell_state state);

/** A migration, of the folder or of a ledger; the text is borrowed from the report. */
typedef struct pgm__board_row {
    const char *version;
    bool known; /* there is a file */
} pgm__board_row;

/** The rows in their order. Zeroed = empty. */
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

/** Was the target's ledger read at all? Only then its cells say anything. */
bool pgm__board_knows(const pgm_result *result);

/** Fills in one cell per row. `cells` has board->row_count items. */
void pgm__board_cells(const pgm__board *board, const pgm_result *result, pgm__cell *cells);

/** Frees what the arena does not own. A zeroed board is fine. */
void pgm__board_fini(pgm__board *board);

#endif
