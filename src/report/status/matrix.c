#include "report/status/matrix.h"

#include "base/arena.h"
#include "report/status/board.h"

enum { GAP = 2, VERSION_WIDTH = 60, COLUMNS_MAX = 26 };

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

/* Targets stand alike when the same versions are applied and the same are pending. The times at
 * which they were applied differ everywhere and do not count. */
static pgm_status group_targets(const pgm__report *report, matrix *m) {
    pgm__strbuf key = {0};
    pgm_status status = PGM_OK;
    for (size_t i = 0; i < report->result_count && status == PGM_OK; i++) {
        const pgm_result *result = report->results[i];
        if (!pgm__board_knows(result)) {
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

/* There are as many columns at most as there are letters. */
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

/* The first kind that fits: names tell most, letters fit always. */
static pgm_status choose_columns(const pgm__page *page, matrix *m) {
    bool fits = false;
    pgm_status status = PGM_OK;
    for (int kind = HEADER_NAMES; kind <= HEADER_LETTERS && !fits && status == PGM_OK; kind++) {
        status = make_columns(page, m, (header_kind)kind, &fits);
    }
    return status;
}

/* What no cell says needs no word in the key below the matrix. */
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

/* Only groups that may get a column bring rows: a version that one of two thousand targets has
 * would be a row without a mark. */
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

/* The mark of a cell in the middle of its column. */
static void centred(const pgm__page *page, size_t width, pgm__cell_state state) {
    const pgm__cell_look look = pgm__board_look(state);
    size_t left = (width - 1) / 2;
    pgm__paint_spaces(page->out, GAP + left);
    pgm__paint_coloured(page->out, page->style->colour, look.colour, look.mark);
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
            centred(page, m->columns[i].width, m->columns[i].cells[row].state);
        }
        pgm__page_end_line(page);
    }
}

/* The marks mean nothing to somebody who sees the matrix for the first time. */
static void show_key(const pgm__page *page, const matrix *m) {
    pgm__page_section(page);
    pgm__strbuf_adds(page->out, "✓ applied  ○ pending");
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

pgm_status pgm__status_matrix(const pgm__page *page) {
    matrix m = {0};
    pgm_status status = make_matrix(page, &m);
    if (status == PGM_OK && m.column_count > 0) {
        size_t shown = fitting(page, &m, 0);
        show_columns(page, &m, 0, shown);
        show_key(page, &m);
        show_legend(page, &m, shown);
        if (m.headers != HEADER_NAMES) {
            pgm__page_rest(page, &m.groups, shown, "states",
                           "--only GLOB, --verbose or --report FILE");
        }
    }
    pgm__board_fini(&m.board);
    pgm__groups_fini(&m.groups);
    pgm__groups_fini(&m.singles);
    pgm__arena_clear(&m.arena);
    return status;
}
