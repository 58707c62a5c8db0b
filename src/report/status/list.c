#include "report/status/list.h"

#include <string.h>

#include "base/arena.h"
#include "report/status/board.h"

/* "half done, statement 1 of 2 in doubt" */
static void list_half_done(const pgm__page *page, const pgm_half_done *half) {
    if (half->ran == 0 && !half->in_doubt) {
        pgm__strbuf_adds(page->out, "begun, no statement ran");
        return;
    }
    pgm__strbuf_addf(page->out, "half done, %s%zu", half->in_doubt ? "statement " : "",
                     half->ran + (half->in_doubt ? 1 : 0));
    if (half->statements > 0) {
        pgm__strbuf_addf(page->out, " of %zu", half->statements);
    }
    pgm__strbuf_adds(page->out, half->in_doubt                            ? " in doubt"
                                : half->ran == 1 && half->statements <= 1 ? " statement ran"
                                                                          : " statements ran");
}

/* A few at most: a migration is half done only while it waits for somebody. */
static const pgm_half_done *half_done_of(const pgm_result *result, const char *version) {
    for (size_t i = 0; i < result->half_done_count; i++) {
        if (strcmp(result->half_done[i].version, version) == 0) {
            return &result->half_done[i];
        }
    }
    return NULL;
}

/* One line, whatever is known of it: time and progress stand in one pair of parentheses. */
static void list_row(const pgm__page *page, const char *version, const pgm__cell *cell,
                     const pgm_half_done *half) {
    const pgm__cell_look look = pgm__board_look(cell->state);
    pgm__page_mark(page, look.mark, look.colour);
    pgm__paint_line(page->out, version);
    pgm__strbuf_adds(page->out, cell->state == PGM__CELL_PENDING ? " (pending" : " (applied");
    if (cell->applied_at != NULL) {
        pgm__strbuf_addc(page->out, ' ');
        pgm__paint_line(page->out, cell->applied_at);
    }
    pgm__strbuf_adds(page->out, cell->state == PGM__CELL_UNKNOWN ? ", no file here" : "");
    if (half != NULL) {
        pgm__strbuf_adds(page->out, "; ");
        list_half_done(page, half);
    }
    pgm__strbuf_adds(page->out, ")\n");
}

static void list_rows(const pgm__page *page, const pgm_result *result, const pgm__board *board,
                      const pgm__cell *cells) {
    pgm__page_section(page);
    pgm__paint_line(page->out, result->name);
    pgm__strbuf_adds(page->out, "  ");
    pgm__paint_line(page->out, result->server);
    pgm__strbuf_addc(page->out, '\n');
    for (size_t i = 0; i < board->row_count; i++) {
        bool tells = cells[i].state == PGM__CELL_PENDING || !page->style->pending_only;
        if (cells[i].state != PGM__CELL_NONE && tells) {
            const char *version = board->rows[i].version;
            list_row(page, version, &cells[i], half_done_of(result, version));
        }
    }
}

pgm_status pgm__status_list(const pgm__page *page, size_t member) {
    const pgm_result *result = page->report->results[member];
    pgm__arena arena = {0};
    pgm__board board;
    pgm_status status = pgm__board_make(&board, &arena, page->report, &member, 1);
    pgm__cell *cells = NULL;
    if (status == PGM_OK) {
        cells = pgm__arena_calloc(&arena, board.row_count, sizeof *cells);
        status = cells == NULL ? PGM_ENOMEM : PGM_OK;
    }
    if (status == PGM_OK) {
        pgm__board_cells(&board, result, cells);
        list_rows(page, result, &board, cells);
    }
    pgm__board_fini(&board);
    pgm__arena_clear(&arena);
    return status;
}
