#include "report/page/table.h"

enum { GAP = 2, INDENT = 4 };

/* ---- lines ---- */

static bool says_anything(const pgm__table *table, size_t column) {
    for (size_t row = 0; row < table->row_count; row++) {
        if (table->rows[row].cells[column][0] != '\0') {
            return true;
        }
    }
    return column == 0;
}

static size_t width_of(const pgm__table *table, size_t column) {
    size_t width = pgm__paint_width(table->columns[column].title);
    for (size_t row = 0; row < table->row_count; row++) {
        size_t cell = pgm__paint_width(table->rows[row].cells[column]);
        width = cell > width ? cell : width;
    }
    return width;
}

static bool has_marks(const pgm__table *table) {
    for (size_t row = 0; row < table->row_count; row++) {
        if (table->rows[row].mark != NULL) {
            return true;
        }
    }
    return false;
}

/* As many columns from the front on as the page has room for; the first one in any case. */
static size_t fitting(const pgm__page *page, const pgm__table *table) {
    size_t used = has_marks(table) ? 2 : 0;
    size_t column = 0;
    for (; column < table->column_count; column++) {
        if (says_anything(table, column)) {
            used += (column > 0 ? GAP : 0) + width_of(table, column);
        }
        if (column > 0 && used > page->width) {
            break;
        }
    }
    return column;
}

static void add_mark(const pgm__page *page, const pgm__table_row *row, bool room) {
    if (row != NULL && row->mark != NULL) {
        pgm__page_mark(page, row->mark, row->colour);
    } else {
        pgm__paint_spaces(page->out, room ? 2 : 0);
    }
}

/* Blanks around a text, and not in it: a colour's code has no columns. */
static void add_cell(const pgm__page *page, const pgm__table_column *column, const char *text,
                     size_t width, bool coloured) {
    size_t used = pgm__paint_width(text);
    size_t blanks = used < width ? width - used : 0;
    pgm__colour colour = coloured && text[0] != '\0' ? column->colour : PGM__COLOUR_PLAIN;
    pgm__strbuf shown = {0};
    pgm__paint_line(&shown, text);
    const char *line = pgm__strbuf_text(&shown);
    page->out->failed = page->out->failed || line == NULL;
    pgm__paint_spaces(page->out, column->right ? blanks : 0);
    pgm__paint_coloured(page->out, page->style->colour, colour, line == NULL ? "" : line);
    pgm__paint_spaces(page->out, column->right ? 0 : blanks);
    pgm__strbuf_fini(&shown);
}

/* Of the heading, where there is no row. */
static void add_line(const pgm__page *page, const pgm__table *table, const pgm__table_row *row,
                     const size_t *widths, size_t kept) {
    add_mark(page, row, has_marks(table));
    for (size_t column = 0; column < kept; column++) {
        const pgm__table_column *of = &table->columns[column];
        if (widths[column] > 0) {
            pgm__paint_spaces(page->out, column > 0 ? GAP : 0);
            add_cell(page, of, row == NULL ? of->title : row->cells[column], widths[column],
                     row != NULL);
        }
    }
    pgm__page_end_line(page);
}

/* "    tags eu, west; limits lock_wait=2m" */
static void add_below(const pgm__page *page, const pgm__table *table, const pgm__table_row *row,
                      size_t kept) {
    pgm__strbuf text = {0};
    for (size_t column = kept; column < table->column_count; column++) {
        if (row->cells[column][0] != '\0') {
            pgm__strbuf_addf(&text, "%s%s ", text.len > 0 ? "; " : "",
                             table->columns[column].title);
            pgm__strbuf_adds(&text, row->cells[column]);
        }
    }
    const char *below = pgm__strbuf_text(&text);
    page->out->failed = page->out->failed || below == NULL;
    if (text.len > 0) {
        pgm__paint_spaces(page->out, INDENT);
        pgm__paint_wrapped(page->out, below == NULL ? "" : below, INDENT, INDENT, page->width);
        pgm__strbuf_addc(page->out, '\n');
    }
    pgm__strbuf_fini(&text);
}

/* ---- a list, of one row ---- */

static size_t label_width(const pgm__table *table) {
    size_t width = 0;
    for (size_t column = 1; column < table->column_count; column++) {
        size_t title = pgm__paint_width(table->columns[column].title);
        width = title > width ? title : width;
    }
    return width + GAP;
}

static void add_list(const pgm__page *page, const pgm__table *table, const pgm__table_row *row) {
    size_t label = label_width(table);
    add_mark(page, row, false);
    pgm__paint_line(page->out, row->cells[0]);
    pgm__strbuf_addc(page->out, '\n');
    for (size_t column = 1; column < table->column_count; column++) {
        if (row->cells[column][0] != '\0') {
            pgm__paint_spaces(page->out, INDENT);
            pgm__paint_padded(page->out, table->columns[column].title, label);
            add_cell(page, &table->columns[column], row->cells[column], 0, true);
            pgm__strbuf_addc(page->out, '\n');
        }
    }
}

/* ---- the whole ---- */

enum { COLUMNS_MAX = 32 };

void pgm__table_add(const pgm__page *page, const pgm__table *table) {
    size_t widths[COLUMNS_MAX] = {0};
    size_t kept = table->column_count < COLUMNS_MAX ? fitting(page, table) : 1;
    pgm__page_section(page);
    if (table->row_count == 1) {
        add_list(page, table, &table->rows[0]);
        return;
    }
    for (size_t column = 0; column < kept; column++) {
        widths[column] = says_anything(table, column) ? width_of(table, column) : 0;
    }
    add_line(page, table, NULL, widths, kept);
    for (size_t row = 0; row < table->row_count; row++) {
        add_line(page, table, &table->rows[row], widths, kept);
        add_below(page, table, &table->rows[row], kept);
    }
}
