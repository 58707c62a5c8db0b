/* status: the list of one target, or the matrix of a fleet. */
#include "base/arena.h"
#include "report/board.h"
#include "report/groups.h"
#include "report/sections.h"

enum { GAP = 2, VERSION_WIDTH = 60, COLUMNS_MAX = 26 };

static void cell_look(pgm__cell_state state, const char **mark, pgm__colour *colour) {
    static const char *const marks[] = {[PGM__CELL_NONE] = "·",
                                        [PGM__CELL_APPLIED] = "✓",
                                        [PGM__CELL_PENDING] = "✗",
                                        [PGM__CELL_UNKNOWN] = "!"};
    static const pgm__colour colours[] = {[PGM__CELL_NONE] = PGM__COLOUR_DIM,
                                          [PGM__CELL_APPLIED] = PGM__COLOUR_GREEN,
                                          [PGM__CELL_PENDING] = PGM__COLOUR_RED,
                                          [PGM__CELL_UNKNOWN] = PGM__COLOUR_YELLOW};
    *mark = marks[state];
    *colour = colours[state];
}

/* Was the target's ledger read at all? */
static bool has_state(const pgm_result *result) {
    return result->ledger_count > 0 || result->pending_count > 0 ||
           result->outcome == PGM_OUTCOME_UP_TO_DATE || result->outcome == PGM_OUTCOME_APPLIED;
}

/* ---- the list ---- */

static void list_row(const pgm__page *page, const char *version, const pgm__cell *cell) {
    const char *mark;
    pgm__colour colour;
    cell_look(cell->state, &mark, &colour);
    pgm__page_mark(page, mark, colour);
    pgm__paint_line(page->out, version);
    pgm__strbuf_adds(page->out, cell->state == PGM__CELL_PENDING ? " (pending" : " (applied");
    if (cell->applied_at != NULL) {
        pgm__strbuf_addc(page->out, ' ');
        pgm__paint_line(page->out, cell->applied_at);
    }
    pgm__strbuf_adds(page->out, cell->state == PGM__CELL_UNKNOWN ? ", no file here)\n" : ")\n");
}

static pgm_status show_list(const pgm__page *page, size_t member) {
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
        pgm__page_section(page);
        pgm__paint_line(page->out, result->name);
        pgm__strbuf_adds(page->out, "  ");
        pgm__paint_line(page->out, result->server);
        pgm__strbuf_addc(page->out, '\n');
        for (size_t i = 0; i < board.row_count; i++) {
            if (cells[i].state != PGM__CELL_NONE) {
                list_row(page, board.rows[i].version, &cells[i]);
            }
        }
    }
    pgm__board_fini(&board);
    pgm__arena_clear(&arena);
    return status;
}

/* ---- the matrix ---- */

/* One column for every target, one for every group of identical ones, or the same by letters. */
typedef enum header_kind { HEADER_NAMES, HEADER_GROUPS, HEADER_LETTERS } header_kind;

typedef struct column {
    const pgm__group *group;
    const pgm_result *like; /* its first member */
    const char *header;
    size_t width;
    pgm__cell *cells;
} column;

typedef struct matrix {
    pgm__arena arena;
    pgm__groups groups;
    pgm__groups singles;
    pgm__board board;
    header_kind headers;
    column *columns;
    size_t column_count;
    size_t version_width;
    bool has_unknown;
    bool has_none;
} matrix;

static pgm_status group_targets(const pgm__report *report, matrix *m) {
    pgm__strbuf key = {0};
    pgm_status status = PGM_OK;
    for (size_t i = 0; i < report->result_count && status == PGM_OK; i++) {
        const pgm_result *result = report->results[i];
        if (!has_state(result)) {
            continue;
        }
        pgm__strbuf_clear(&key);
        for (size_t j = 0; j < result->ledger_count; j++) {
            pgm__groups_key(&key, result->ledger[j].version);
        }
        pgm__strbuf_addc(&key, '/');
        for (size_t j = 0; j < result->pending_count; j++) {
            pgm__groups_key(&key, result->pending[j]);
        }
        status = key.failed ? PGM_ENOMEM : pgm__groups_add(&m->groups, key.text, key.len, i);
        if (status == PGM_OK) {
            status = pgm__groups_add(&m->singles, (const char *)&i, sizeof i, i);
        }
    }
    pgm__strbuf_fini(&key);
    return status;
}

static const char *letters(pgm__arena *arena, size_t index) {
    return pgm__arena_printf(arena, "%c", (int)('A' + index));
}

static const char *header_of(matrix *m, const pgm_result *like, size_t count, size_t index) {
    if (m->headers == HEADER_LETTERS) {
        return letters(&m->arena, index);
    }
    if (count == 1) {
        return like->name;
    }
    return pgm__arena_printf(&m->arena, "%zu like %s", count, like->name);
}

/* Makes the columns of one kind; *fits tells whether they fit beside the versions. */
static pgm_status make_columns(const pgm__page *page, matrix *m, header_kind kind, bool *fits) {
    const pgm__groups *groups = kind == HEADER_NAMES ? &m->singles : &m->groups;
    m->headers = kind;
    m->column_count = groups->count < COLUMNS_MAX ? groups->count : COLUMNS_MAX;
    m->columns = pgm__arena_calloc(&m->arena, m->column_count, sizeof *m->columns);
    if (m->columns == NULL) {
        return PGM_ENOMEM;
    }
    size_t used = m->version_width;
    *fits = groups->count <= COLUMNS_MAX || kind == HEADER_LETTERS;
    for (size_t i = 0; i < m->column_count && *fits; i++) {
        column *c = &m->columns[i];
        c->group = &groups->items[i];
        c->like = page->report->results[c->group->members[0]];
        c->header = header_of(m, c->like, c->group->count, i);
        c->cells = pgm__arena_calloc(&m->arena, m->board.row_count, sizeof *c->cells);
        if (c->header == NULL || c->cells == NULL) {
            return PGM_ENOMEM;
        }
        c->width = pgm__paint_width(c->header);
        used += c->width + GAP;
        if (used > page->width && kind != HEADER_LETTERS) {
            *fits = false;
        }
    }
    return PGM_OK;
}

static pgm_status choose_columns(const pgm__page *page, matrix *m) {
    bool fits = false;
    pgm_status status = PGM_OK;
    for (int kind = HEADER_NAMES; kind <= HEADER_LETTERS && !fits && status == PGM_OK; kind++) {
        status = make_columns(page, m, (header_kind)kind, &fits);
    }
    return status;
}

static void fill_columns(matrix *m) {
    for (size_t i = 0; i < m->column_count; i++) {
        column *c = &m->columns[i];
        pgm__board_cells(&m->board, c->like, c->cells);
        for (size_t row = 0; row < m->board.row_count; row++) {
            m->has_unknown = m->has_unknown || c->cells[row].state == PGM__CELL_UNKNOWN;
            m->has_none = m->has_none || c->cells[row].state == PGM__CELL_NONE;
        }
    }
}

static pgm_status make_matrix(const pgm__page *page, matrix *m) {
    const pgm__report *report = page->report;
    pgm_status status = group_targets(report, m);
    if (status != PGM_OK) {
        return status;
    }
    size_t members[COLUMNS_MAX];
    size_t count = m->groups.count < COLUMNS_MAX ? m->groups.count : COLUMNS_MAX;
    for (size_t i = 0; i < count; i++) {
        members[i] = m->groups.items[i].members[0];
    }
    status = pgm__board_make(&m->board, &m->arena, report, members, count);
    for (size_t i = 0; i < m->board.row_count; i++) {
        size_t width = pgm__paint_width(m->board.rows[i].version);
        m->version_width = width > m->version_width ? width : m->version_width;
    }
    m->version_width = m->version_width > VERSION_WIDTH ? VERSION_WIDTH : m->version_width;
    if (status == PGM_OK) {
        status = choose_columns(page, m);
    }
    if (status == PGM_OK) {
        fill_columns(m);
    }
    return status;
}

static void centred(const pgm__page *page, size_t width, const char *text, pgm__colour colour) {
    size_t left = (width - 1) / 2;
    pgm__paint_spaces(page->out, GAP + left);
    pgm__paint_coloured(page->out, page->style->colour, colour, text);
    pgm__paint_spaces(page->out, width - left - 1);
}

static void show_headers(const pgm__page *page, const matrix *m, size_t from, size_t to) {
    pgm__page_section(page);
    pgm__paint_spaces(page->out, m->version_width);
    for (size_t i = from; i < to; i++) {
        pgm__paint_spaces(page->out, GAP);
        pgm__paint_padded(page->out, m->columns[i].header, m->columns[i].width);
    }
    pgm__page_end_line(page);
}

static void show_columns(const pgm__page *page, const matrix *m, size_t from, size_t to) {
    show_headers(page, m, from, to);
    for (size_t row = 0; row < m->board.row_count; row++) {
        pgm__paint_cell(page->out, m->board.rows[row].version, m->version_width);
        for (size_t i = from; i < to; i++) {
            const char *mark;
            pgm__colour colour;
            cell_look(m->columns[i].cells[row].state, &mark, &colour);
            centred(page, m->columns[i].width, mark, colour);
        }
        pgm__page_end_line(page);
    }
}

static void show_key(const pgm__page *page, const matrix *m) {
    pgm__page_section(page);
    pgm__strbuf_adds(page->out, "✓ applied  ✗ pending");
    pgm__strbuf_adds(page->out, m->has_unknown ? "  ! applied, no file here" : "");
    pgm__strbuf_adds(page->out, m->has_none ? "  · not there" : "");
    pgm__strbuf_addc(page->out, '\n');
}

/* Who is meant by a letter, or by "24 like tenant_01". */
static void show_legend(const pgm__page *page, const matrix *m, size_t shown) {
    bool first = true;
    for (size_t i = 0; i < shown; i++) {
        const column *c = &m->columns[i];
        if (m->headers != HEADER_LETTERS && c->group->count == 1) {
            continue;
        }
        if (first) {
            pgm__page_section(page);
            first = false;
        }
        pgm__paint_padded(page->out, c->header, m->headers == HEADER_LETTERS ? 3 : 0);
        pgm__strbuf_adds(page->out, m->headers == HEADER_LETTERS ? " " : ": ");
        if (m->headers == HEADER_LETTERS && c->group->count > 1) {
            pgm__strbuf_addf(page->out, "%zu targets: ", c->group->count);
        }
        pgm__page_names(page, c->group);
        pgm__strbuf_addc(page->out, '\n');
    }
}

/* How many columns from `from` on fit into the page's width; at least one. */
static size_t fitting(const pgm__page *page, const matrix *m, size_t from) {
    size_t used = m->version_width;
    size_t to = from;
    while (to < m->column_count &&
           (to == from || used + GAP + m->columns[to].width <= page->width)) {
        used += GAP + m->columns[to].width;
        to++;
    }
    return to;
}

static void show_unshown(const pgm__page *page, const matrix *m, size_t from) {
    size_t targets = 0;
    if (m->headers == HEADER_NAMES) {
        return;
    }
    for (size_t i = from; i < m->groups.count; i++) {
        targets += m->groups.items[i].count;
    }
    if (targets > 0) {
        pgm__page_section(page);
        pgm__strbuf_addf(page->out, "… and %zu more states in ", m->groups.count - from);
        pgm__paint_count(page->out, targets, "target");
        pgm__strbuf_adds(page->out, ": see --only GLOB, --verbose or --report FILE\n");
    }
}

static pgm_status show_matrix(const pgm__page *page) {
    matrix m = {0};
    pgm_status status = make_matrix(page, &m);
    if (status == PGM_OK && m.column_count > 0) {
        size_t shown = fitting(page, &m, 0);
        show_columns(page, &m, 0, shown);
        show_key(page, &m);
        show_legend(page, &m, shown);
        show_unshown(page, &m, shown);
    }
    pgm__board_fini(&m.board);
    pgm__groups_fini(&m.groups);
    pgm__groups_fini(&m.singles);
    pgm__arena_clear(&m.arena);
    return status;
}

/* ---- both ---- */

pgm_status pgm__section_status(const pgm__page *page) {
    const pgm__report *report = page->report;
    if (report->result_count > 1 && !page->style->verbose) {
        return show_matrix(page);
    }
    pgm_status status = PGM_OK;
    for (size_t i = 0; i < report->result_count && status == PGM_OK; i++) {
        if (has_state(report->results[i])) {
            status = show_list(page, i);
        }
    }
    return status;
}

void pgm__section_status_closing(const pgm__page *page) {
    const pgm_result *result = page->report->results[0];
    size_t unknown = 0;
    for (size_t i = 0; i < result->ledger_count; i++) {
        unknown += result->ledger[i].known ? 0 : 1;
    }
    pgm__page_section(page);
    pgm__paint_line(page->out, result->name);
    pgm__strbuf_adds(page->out, " in ");
    pgm__paint_duration(page->out, page->report->summary->duration_ms);
    pgm__strbuf_addf(page->out, ": %zu applied, %zu pending", result->ledger_count,
                     result->pending_count);
    if (unknown > 0) {
        pgm__strbuf_addf(page->out, ", %zu without a file", unknown);
    }
    pgm__strbuf_addc(page->out, '\n');
}
