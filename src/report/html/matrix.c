/* Which target has which migration: targets that are alike are one row. As a table, of a large
 * fleet as a picture too, in which a migration's targets of one state are one path. */
#include "report/html/matrix.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "report/html/cells.h"
#include "report/html/mark.h"

/* Rows of the table that are open, cells of all of them, for each is an element; columns of a
 * table; targets from which on there is a picture, its height, and how many pieces it has at most.
 */
enum { SHOWN = 8, CELLS_MOST = 3000, COLUMNS_MOST = 120, NAMES_ROOM = 60 };
enum { PICTURE_FROM = 20, PICTURE_HEIGHT = 360, PIECES_MOST = 40000 };

typedef struct matrix {
    const pgm__html_sheet *sheet;
    pgm__strbuf *out;
    pgm__groups groups;
    unsigned char *cells; /* of a row */
    unsigned char *rows;  /* of all groups, one behind the other */
    size_t *columns;      /* versions that are shown */
    size_t column_count;
    size_t left_out; /* versions that nothing was to be done with anywhere */
    size_t beyond;   /* versions that have no room */
} matrix;

static const struct {
    const char *sign;
    const char *letter; /* class */
    const char *word;
} looks[PGM__HTML_CELL_COUNT] = {
    [PGM__HTML_CELL_NOTHING] = {"·", "mn", "nothing to do"},
    [PGM__HTML_CELL_DONE] = {"✓", "md", "done"},
    [PGM__HTML_CELL_PENDING] = {"○", "mp", "pending"},
    [PGM__HTML_CELL_FAILED] = {"✗", "mf", "failed"},
    [PGM__HTML_CELL_UNKNOWN] = {"?", "mu", "unknown"},
};

static unsigned char cell_of(const matrix *m, size_t group, size_t column) {
    return m->rows[group * m->sheet->version_count + m->columns[column]];
}

/* ---- what is shown ---- */

static bool says_something(const matrix *m, size_t version) {
    for (size_t i = 0; i < m->groups.count; i++) {
        if (m->rows[i * m->sheet->version_count + version] != PGM__HTML_CELL_NOTHING) {
            return true;
        }
    }
    return false;
}

/* The newest have room first. */
static void choose_columns(matrix *m) {
    size_t versions = m->sheet->version_count;
    size_t said = 0;
    for (size_t i = 0; i < versions; i++) {
        said += says_something(m, i) ? 1 : 0;
    }
    m->left_out = versions - said;
    m->beyond = said > COLUMNS_MOST ? said - COLUMNS_MOST : 0;
    size_t skipped = 0;
    for (size_t i = 0; i < versions; i++) {
        if (says_something(m, i) && skipped++ >= m->beyond) {
            m->columns[m->column_count++] = i;
        }
    }
}

static pgm_status prepare(matrix *m) {
    size_t versions = m->sheet->version_count;
    m->cells = pgm__calloc(versions + 1, 1);
    m->columns = pgm__calloc(versions + 1, sizeof *m->columns);
    pgm_status status = m->cells == NULL || m->columns == NULL
                            ? PGM_ENOMEM
                            : pgm__html_cells_group(m->sheet, &m->groups, m->cells);
    if (status != PGM_OK) {
        return status;
    }
    m->rows = pgm__calloc(m->groups.count + 1, versions + 1);
    if (m->rows == NULL) {
        return PGM_ENOMEM;
    }
    for (size_t i = 0; i < m->groups.count; i++) {
        pgm__html_cells(m->sheet, m->groups.items[i].members[0], m->rows + i * versions);
    }
    choose_columns(m);
    return PGM_OK;
}

static void finish(matrix *m) {
    pgm__groups_fini(&m->groups);
    pgm__free(m->cells);
    pgm__free(m->columns);
    pgm__free(m->rows);
}

/* ---- the picture ---- */

/* A group as the picture has it. */
typedef struct band {
    const unsigned char *row;
    size_t size;
    size_t targets;
} band;

typedef struct picture {
    band *bands; /* by their cells, so that what is alike meets */
    size_t count;
    size_t targets;
} picture;

static int by_cells(const void *a, const void *b) {
    const band *left = a;
    const band *right = b;
    return memcmp(left->row, right->row, left->size);
}

static pgm_status sort_bands(const matrix *m, picture *p) {
    size_t size = m->sheet->version_count;
    p->bands = pgm__calloc(m->groups.count + 1, sizeof *p->bands);
    if (p->bands == NULL) {
        return PGM_ENOMEM;
    }
    for (size_t i = 0; i < m->groups.count; i++) {
        p->bands[i] = (band){m->rows + i * size, size, m->groups.items[i].count};
    }
    qsort(p->bands, m->groups.count, sizeof *p->bands, by_cells);
    return PGM_OK;
}

/* How many have room. */
static void choose_bands(const matrix *m, picture *p) {
    size_t pieces = m->column_count;
    for (; p->count < m->groups.count && pieces <= PIECES_MOST; p->count++) {
        const band *it = &p->bands[p->count];
        for (size_t i = 0; i < m->column_count && p->count > 0; i++) {
            pieces += it->row[m->columns[i]] != it[-1].row[m->columns[i]] ? 1 : 0;
        }
        p->targets += it->targets;
    }
}

/* A column's targets of one state: a line through its middle, from the first to the last of each
 * run. */
static void add_state(const matrix *m, const picture *p, size_t column, pgm__html_cell cell) {
    size_t version = m->columns[column];
    size_t top = 0;
    size_t pen = 0;
    bool begun = false;
    for (size_t i = 0; i < p->count;) {
        size_t height = 0;
        bool is = p->bands[i].row[version] == cell;
        for (; i < p->count && (p->bands[i].row[version] == cell) == is; i++) {
            height += p->bands[i].targets;
        }
        if (is && !begun) {
            pgm__strbuf_addf(m->out, "<path class=\"%s\" d=\"M%zu %zuv%zu", looks[cell].letter,
                             column * 2 + 1, top, height);
        } else if (is) {
            pgm__strbuf_addf(m->out, "m0 %zuv%zu", top - pen, height);
        }
        begun = begun || is;
        top += height;
        pen = is ? top : pen;
    }
    pgm__strbuf_adds(m->out, begun ? "\"/>\n" : "");
}

static void draw(const matrix *m, const picture *p) {
    enum { COLUMN = 60, ROW = 8 };
    size_t height = p->targets * ROW < PICTURE_HEIGHT ? p->targets * ROW : PICTURE_HEIGHT;
    pgm__strbuf_addf(
        m->out,
        "<svg class=\"matrix\" role=\"img\" width=\"%zu\" height=\"%zu\" "
        "viewBox=\"0 0 %zu %zu\" preserveAspectRatio=\"none\" aria-label=\"%zu targets "
        "from top to bottom, %zu migrations from left to right; the table below has "
        "the same as text\">\n",
        m->column_count * COLUMN, height, m->column_count * 2, p->targets, p->targets,
        m->column_count);
    for (size_t column = 0; column < m->column_count; column++) {
        for (int cell = PGM__HTML_CELL_NOTHING + 1; cell < PGM__HTML_CELL_COUNT; cell++) {
            add_state(m, p, column, (pgm__html_cell)cell);
        }
    }
    pgm__strbuf_adds(m->out, "</svg>\n");
    if (p->count < m->groups.count) {
        pgm__strbuf_addf(m->out, "<p>The picture has %zu of the targets.</p>\n", p->targets);
    }
}

static pgm_status add_picture(const matrix *m) {
    picture p = {0};
    pgm_status status = sort_bands(m, &p);
    if (status == PGM_OK) {
        choose_bands(m, &p);
        draw(m, &p);
    }
    pgm__free(p.bands);
    return status;
}

static void add_legend(const matrix *m) {
    pgm__strbuf_adds(m->out, "<ul class=\"legend\">\n");
    for (int i = 0; i < PGM__HTML_CELL_COUNT; i++) {
        pgm__strbuf_addf(m->out, "<li><i class=\"%s\">%s</i>%s</li>\n", looks[i].letter,
                         looks[i].sign, looks[i].word);
    }
    pgm__strbuf_adds(m->out, "</ul>\n");
}

/* ---- the table ---- */

static void add_row(const matrix *m, size_t group) {
    const pgm__group *it = &m->groups.items[group];
    pgm__strbuf_addf(m->out, "<tr><td>%zu</td><th scope=\"row\">", it->count);
    pgm__html_names(m->out, m->sheet->report, it, NAMES_ROOM);
    pgm__strbuf_adds(m->out, "</th>");
    for (size_t i = 0; i < m->column_count; i++) {
        const unsigned char cell = cell_of(m, group, i);
        pgm__strbuf_addf(m->out, "<td class=\"%s\">%s</td>", looks[cell].letter, looks[cell].sign);
    }
    pgm__strbuf_adds(m->out, "</tr>\n");
}

static void add_table(const matrix *m, size_t from, size_t to, const char *label) {
    pgm__strbuf_addf(m->out,
                     "<div class=\"wide cells\" tabindex=\"0\" role=\"group\" aria-label=\"%s\">"
                     "<table><thead><tr><td></td><th scope=\"col\">targets</th>",
                     label);
    for (size_t i = 0; i < m->column_count; i++) {
        pgm__strbuf_adds(m->out, "<th scope=\"col\"><span>");
        pgm__html_text(m->out, m->sheet->versions[m->columns[i]].name);
        pgm__strbuf_adds(m->out, "</span></th>");
    }
    pgm__strbuf_adds(m->out, "</tr></thead><tbody>\n");
    for (size_t i = from; i < to; i++) {
        add_row(m, i);
    }
    pgm__strbuf_adds(m->out, "</tbody></table></div>\n");
}

static void add_tables(const matrix *m) {
    size_t count = m->groups.count;
    size_t shown = count <= SHOWN + 1 ? count : SHOWN;
    size_t most = SHOWN + CELLS_MOST / (m->column_count + 1);
    size_t all = count <= most ? count : most;
    add_table(m, 0, shown, "Targets and migrations");
    if (shown < all) {
        pgm__strbuf_addf(m->out, "<details><summary>%zu more rows</summary>\n", all - shown);
        add_table(m, shown, all, "More targets and migrations");
        pgm__strbuf_adds(m->out, "</details>\n");
    }
    if (all < count) {
        pgm__strbuf_addf(m->out, "<p>… and %zu more targets: the JSON form has them</p>\n",
                         pgm__groups_targets(&m->groups, all));
    }
    if (m->left_out > 0) {
        pgm__strbuf_addf(m->out, "<p>With %zu more of the folder there was nothing to do.</p>\n",
                         m->left_out);
    }
    if (m->beyond > 0) {
        pgm__strbuf_addf(m->out, "<p>%zu older ones have no room here.</p>\n", m->beyond);
    }
}

bool pgm__html_matrix_tells(const pgm__html_sheet *sheet) {
    const pgm__report *report = sheet->report;
    for (size_t i = 0; i < report->result_count && sheet->version_count > 0; i++) {
        const pgm_result *result = report->results[i];
        if (result->done_count + result->pending_count + result->ledger_count > 0) {
            return true;
        }
    }
    return false;
}

pgm_status pgm__html_matrix(const pgm__html_sheet *sheet) {
    matrix m = {.sheet = sheet, .out = sheet->out};
    pgm_status status = prepare(&m);
    if (status == PGM_OK) {
        add_legend(&m);
        if (sheet->report->result_count >= PICTURE_FROM) {
            status = add_picture(&m);
        }
        add_tables(&m);
    }
    finish(&m);
    return status;
}
