#include "report/html/rehearsal.h"

#include "report/html/mark.h"
#include "report/page/page.h"
#include "report/rehearsal/rows.h"
#include "report/rehearsal/section.h"
#include "report/rehearsal/words.h"

/* What is beyond is counted. Rows; columns of names. */
enum { ROWS_MOST = 200, NAMES_ROOM = 60 };

static void add_row(const pgm__html_sheet *sheet, const pgm__rehearsal_row *row) {
    pgm__strbuf *out = sheet->out;
    for (int column = 0; column < PGM__REHEARSAL_COLUMNS; column++) {
        pgm__strbuf text = {0};
        bool names_row = column == PGM__REHEARSAL_MIGRATION;
        pgm__strbuf_adds(out, names_row ? "<tr><th scope=\"row\">" : "<td class=\"name wrap\">");
        pgm__rehearsal_cell(&text, row, (pgm__rehearsal_column)column);
        pgm__html_take(out, &text);
        pgm__strbuf_adds(out, names_row ? "</th>" : "</td>");
    }
    pgm__strbuf_adds(out, "<td class=\"name wrap\">");
    pgm__html_names(out, sheet->report, &row->group->targets, NAMES_ROOM);
    pgm__strbuf_adds(out, "</td></tr>\n");
}

static void add_table(const pgm__html_sheet *sheet, const pgm__rehearsal_rows *rows) {
    pgm__strbuf *out = sheet->out;
    size_t shown = rows->count <= ROWS_MOST ? rows->count : ROWS_MOST;
    pgm__strbuf_adds(out, "<div class=\"wide\" tabindex=\"0\" role=\"group\" "
                          "aria-label=\"What was measured\"><table><thead><tr>");
    for (int column = 0; column < PGM__REHEARSAL_COLUMNS; column++) {
        pgm__strbuf_addf(out, "<th scope=\"col\" class=\"name\">%s</th>",
                         pgm__rehearsal_title((pgm__rehearsal_column)column));
    }
    pgm__strbuf_adds(out, "<th scope=\"col\" class=\"name\">targets</th></tr></thead><tbody>\n");
    for (size_t i = 0; i < shown; i++) {
        add_row(sheet, &rows->items[i]);
    }
    pgm__strbuf_adds(out, "</tbody></table></div>\n");
    if (shown < rows->count) {
        pgm__strbuf_addf(out, "<p>… and %zu more, none worse: the JSON form has them</p>\n",
                         rows->count - shown);
    }
}

static void add_excesses(const pgm__html_sheet *sheet, const pgm__digest *digest) {
    for (size_t i = 0; i < digest->excess_count; i++) {
        pgm__strbuf text = {0};
        pgm__strbuf_adds(sheet->out, "<p><span class=\"t2\">✗</span> ");
        pgm__rehearsal_excess(&text, &digest->excesses[i]);
        pgm__html_take(sheet->out, &text);
        pgm__strbuf_adds(sheet->out, "</p>\n");
    }
}

static pgm_status add_details(const pgm__html_sheet *sheet) {
    const pgm__report_style style = {0};
    pgm__strbuf text = {0};
    const pgm__page page = pgm__page_of(&text, sheet->report, &style);
    pgm_status status = pgm__section_rehearsal(&page);
    pgm__strbuf_adds(sheet->out, "<details><summary>All that was measured</summary>\n"
                                 "<pre class=\"said\">");
    pgm__html_take(sheet->out, &text);
    pgm__strbuf_adds(sheet->out, "</pre>\n</details>\n");
    return status;
}

bool pgm__html_rehearsal_tells(const pgm__html_sheet *sheet) {
    for (size_t i = 0; i < sheet->report->result_count; i++) {
        if (pgm__digest_is_rehearsed(sheet->report->results[i])) {
            return true;
        }
    }
    return false;
}

pgm_status pgm__html_rehearsal(const pgm__html_sheet *sheet) {
    pgm__digest digest = {0};
    pgm__rehearsal_rows rows = {0};
    pgm_status status = pgm__digest_make(&digest, sheet->report);
    if (status == PGM_OK) {
        status = pgm__rehearsal_rows_make(&rows, &digest);
    }
    if (status == PGM_OK) {
        add_excesses(sheet, &digest);
        add_table(sheet, &rows);
        status = add_details(sheet);
    }
    pgm__digest_fini(&digest);
    return status;
}
