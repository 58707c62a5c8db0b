#include "report/status/matrix.h"

#include <string.h>

#include "base/arena.h"
#include "report/status/board.h"

/* More rows than SCREEN are folded where FOLDED and more of them one after the other are alike. */
enum { GAP = 2, VERSION_WIDTH = 60, COLUMNS_MAX = 26, SCREEN = 20, FOLDED = 5 };

typedef struct column {
    const pgm_result *result;
    size_t width;
    pgm__cell *cells;
} column;

typedef struct matrix {
    pgm__arena arena;
    pgm__board board;
    column columns[COLUMNS_MAX];
    size_t members[COLUMNS_MAX]; /* which result a column is */
    size_t column_count;
    size_t version_width;
    size_t row_count; /* that have something to say */
    bool has_unknown;
    bool has_none;
    bool pending_only;
} matrix;

/* ---- columns ---- */

/* A target that could not be read has no column, and with --pending none that has all. */
static bool has_column(const matrix *m, const pgm_result *result) {
    return pgm__board_knows(result) && (!m->pending_only || result->pending_count > 0);
}

/* False: there are too many. */
static bool choose_columns(const pgm__page *page, matrix *m) {
    for (size_t i = 0; i < page->report->result_count; i++) {
        const pgm_result *result = page->report->results[i];
        if (!has_column(m, result)) {
            continue;
        }
        if (m->column_count == COLUMNS_MAX) {
            return false;
        }
        m->members[m->column_count] = i;
        m->columns[m->column_count++] = (column){.result = result,
                                                 .width = pgm__paint_width(result->name)};
    }
    return true;
}

static bool fit(const pgm__page *page, matrix *m) {
    size_t used = 0;
    for (size_t i = 0; i < m->board.row_count; i++) {
        size_t width = pgm__paint_width(m->board.rows[i].version);
        m->version_width = width > m->version_width ? width : m->version_width;
    }
    m->version_width = m->version_width > VERSION_WIDTH ? VERSION_WIDTH : m->version_width;
    for (size_t i = 0; i < m->column_count; i++) {
        used += GAP + m->columns[i].width;
    }
    return m->version_width + used <= page->width;
}

/* ---- rows ---- */

static bool says_something(const matrix *m, size_t row) {
    bool pending = false;
    for (size_t i = 0; i < m->column_count; i++) {
        pending = pending || m->columns[i].cells[row].state == PGM__CELL_PENDING;
    }
    return pending || !m->pending_only;
}

/* What no cell says needs no word in the key below the matrix. */
static pgm_status fill_columns(matrix *m) {
    for (size_t i = 0; i < m->column_count; i++) {
        column *c = &m->columns[i];
        c->cells = pgm__arena_calloc(&m->arena, m->board.row_count, sizeof *c->cells);
        if (c->cells == NULL) {
            return PGM_ENOMEM;
        }
        pgm__board_cells(&m->board, c->result, c->cells);
    }
    for (size_t row = 0; row < m->board.row_count; row++) {
        bool shown = says_something(m, row);
        m->row_count += shown ? 1 : 0;
        for (size_t i = 0; i < m->column_count && shown; i++) {
            pgm__cell_state state = m->columns[i].cells[row].state;
            m->has_unknown = m->has_unknown || state == PGM__CELL_UNKNOWN;
            m->has_none = m->has_none || state == PGM__CELL_NONE;
        }
    }
    return PGM_OK;
}

static bool alike(const matrix *m, size_t row, size_t other) {
    for (size_t i = 0; i < m->column_count; i++) {
        if (m->columns[i].cells[row].state != m->columns[i].cells[other].state) {
            return false;
        }
    }
    return true;
}

/* Behind the rows that say the same as this one. */
static size_t end_of_alike(const matrix *m, size_t row) {
    size_t end = row + 1;
    while (end < m->board.row_count && alike(m, row, end)) {
        end++;
    }
    return end;
}

/* ---- the page ---- */

/* The mark of a cell in the middle of its column. */
static void centred(const pgm__page *page, size_t width, pgm__cell_state state) {
    const pgm__cell_look look = pgm__board_look(state);
    size_t left = (width - 1) / 2;
    pgm__paint_spaces(page->out, GAP + left);
    pgm__paint_coloured(page->out, page->style->colour, look.colour, look.mark);
    pgm__paint_spaces(page->out, width - left - 1);
}

static void show_headers(const pgm__page *page, const matrix *m) {
    pgm__page_section(page);
    pgm__paint_spaces(page->out, m->version_width);
    for (size_t i = 0; i < m->column_count; i++) {
        pgm__paint_spaces(page->out, GAP);
        pgm__paint_padded(page->out, m->columns[i].result->name, m->columns[i].width);
    }
    pgm__page_end_line(page);
}

static void show_row(const pgm__page *page, const matrix *m, const char *label, size_t row) {
    pgm__paint_cell(page->out, label, m->version_width);
    for (size_t i = 0; i < m->column_count; i++) {
        centred(page, m->columns[i].width, m->columns[i].cells[row].state);
    }
    pgm__page_end_line(page);
}

static pgm_status show_rows(const pgm__page *page, matrix *m) {
    for (size_t row = 0; row < m->board.row_count; row++) {
        size_t end = end_of_alike(m, row);
        if (!says_something(m, row)) {
            row = end - 1;
            continue;
        }
        show_row(page, m, m->board.rows[row].version, row);
        if (m->row_count > SCREEN && end - row >= FOLDED) {
            const char *label = pgm__arena_printf(&m->arena, "… %zu more", end - row - 2);
            if (label == NULL) {
                return PGM_ENOMEM;
            }
            show_row(page, m, label, row);
            row = end - 2; /* the last one comes next */
        }
    }
    return PGM_OK;
}

/* The marks mean nothing to somebody who sees the matrix for the first time. */
static void show_key(const pgm__page *page, const matrix *m) {
    pgm__page_section(page);
    pgm__strbuf_addf(page->out, "%s applied  %s pending", pgm__board_look(PGM__CELL_APPLIED).mark,
                     pgm__board_look(PGM__CELL_PENDING).mark);
    pgm__strbuf_adds(page->out, m->has_unknown ? "  ! applied, no file here" : "");
    pgm__strbuf_adds(page->out, m->has_none ? "  · not there" : "");
    pgm__strbuf_addc(page->out, '\n');
}

pgm_status pgm__status_matrix(const pgm__page *page, bool *fits) {
    matrix m = {.pending_only = page->style->pending_only};
    *fits = choose_columns(page, &m);
    if (!*fits || m.column_count == 0) {
        return PGM_OK;
    }
    pgm_status status = pgm__board_make(&m.board, &m.arena, page->report, m.members,
                                        m.column_count);
    *fits = status == PGM_OK && fit(page, &m);
    if (*fits) {
        status = fill_columns(&m);
    }
    if (*fits && status == PGM_OK) {
        show_headers(page, &m);
        status = show_rows(page, &m);
        show_key(page, &m);
    }
    pgm__board_fini(&m.board);
    pgm__arena_clear(&m.arena);
    return status;
}
