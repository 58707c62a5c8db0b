/* Every target as text, for who searches for one, and for who does not see the timeline. */
#include "report/html/targets.h"

#include "report/html/mark.h"
#include "report/outcome.h"
#include "report/page/paint.h"

/* A table of more rows takes a browser seconds: then a line each, in one element. Columns. */
enum { TABLE_MOST = 300, NAME_WIDTH = 32, WORD_WIDTH = 12, TIME_WIDTH = 14 };

static pgm__ending_look look_of(const pgm__html_sheet *sheet, size_t result) {
    const pgm__report *report = sheet->report;
    return pgm__outcome_look(pgm__outcome_ending(report->summary, report->results[result]));
}

static void add_began(pgm__strbuf *out, const pgm__html_sheet *sheet, size_t result) {
    int64_t began = pgm__html_began(sheet, result);
    if (began >= 0) {
        pgm__paint_duration(out, began);
    } else {
        pgm__strbuf_adds(out, "–");
    }
}

static void add_waited(pgm__strbuf *out, const pgm_result *result) {
    if (result->waited_ms > 0) {
        pgm__paint_duration(out, result->waited_ms);
    } else {
        pgm__strbuf_adds(out, "–");
    }
}

static void add_row(const pgm__html_sheet *sheet, size_t i) {
    pgm__strbuf *out = sheet->out;
    const pgm_result *result = sheet->report->results[i];
    pgm__ending_look look = look_of(sheet, i);
    pgm__strbuf_adds(out, "<tr><th scope=\"row\">");
    pgm__html_text(out, result->name);
    pgm__strbuf_addf(out, "</th><td class=\"name\"><span class=\"t%d\">%s</span> %s</td><td>",
                     (int)look.colour, look.mark, look.word);
    add_began(out, sheet, i);
    pgm__strbuf_adds(out, "</td><td>");
    pgm__paint_duration(out, result->duration_ms);
    pgm__strbuf_adds(out, "</td><td>");
    add_waited(out, result);
    pgm__strbuf_addf(out, "</td><td>%u</td><td>%zu</td><td>", result->attempts, result->done_count);
    if (result->pending_unknown) {
        pgm__strbuf_adds(out, "?");
    } else {
        pgm__strbuf_addf(out, "%zu", result->pending_count);
    }
    pgm__strbuf_adds(out, "</td></tr>\n");
}

static void add_table(const pgm__html_sheet *sheet) {
    pgm__strbuf_adds(
        sheet->out,
        "<div class=\"wide\" tabindex=\"0\" role=\"group\" aria-label=\"All targets\">"
        "<table><thead><tr><th scope=\"col\">target</th><th scope=\"col\" class=\"name\">ended</th>"
        "<th scope=\"col\">began at</th><th scope=\"col\">took</th>"
        "<th scope=\"col\">waited</th><th scope=\"col\">tries</th>"
        "<th scope=\"col\">done</th><th scope=\"col\">pending</th></tr></thead>"
        "<tbody>\n");
    for (size_t i = 0; i < sheet->report->result_count; i++) {
        add_row(sheet, i);
    }
    pgm__strbuf_adds(sheet->out, "</tbody></table></div>\n");
}

static void add_padded(pgm__strbuf *line, pgm__strbuf *cell, size_t width) {
    line->failed = line->failed || cell->failed;
    pgm__paint_padded(line, cell->failed ? "" : pgm__strbuf_text(cell), width);
    pgm__strbuf_adds(line, " ");
    pgm__strbuf_clear(cell);
}

static void add_line(const pgm__html_sheet *sheet, size_t i, pgm__strbuf *line, pgm__strbuf *cell) {
    const pgm_result *result = sheet->report->results[i];
    pgm__paint_padded(line, result->name, NAME_WIDTH);
    pgm__strbuf_addf(line, " %s ", look_of(sheet, i).mark);
    pgm__paint_padded(line, look_of(sheet, i).word, WORD_WIDTH);
    add_began(cell, sheet, i);
    add_padded(line, cell, TIME_WIDTH);
    pgm__paint_duration(cell, result->duration_ms);
    add_padded(line, cell, TIME_WIDTH);
    pgm__strbuf_addf(line, "%zu done\n", result->done_count);
}

static void add_lines(const pgm__html_sheet *sheet) {
    pgm__strbuf lines = {0};
    pgm__strbuf cell = {0};
    for (size_t i = 0; i < sheet->report->result_count; i++) {
        add_line(sheet, i, &lines, &cell);
    }
    pgm__strbuf_adds(sheet->out, "<p>name, how it ended, when it began, how long it took</p>\n"
                                 "<pre tabindex=\"0\" class=\"all\">");
    pgm__html_take(sheet->out, &lines);
    pgm__strbuf_adds(sheet->out, "</pre>\n");
    pgm__strbuf_fini(&cell);
}

bool pgm__html_targets_tell(const pgm__html_sheet *sheet) {
    return sheet->report->result_count > 0;
}

pgm_status pgm__html_targets(const pgm__html_sheet *sheet) {
    enum { OPEN = 20 };
    size_t count = sheet->report->result_count;
    pgm__strbuf_addf(sheet->out, "<details%s><summary>", count <= OPEN ? " open" : "");
    pgm__paint_count(sheet->out, count, "target");
    pgm__strbuf_adds(sheet->out, "</summary>\n");
    if (count <= TABLE_MOST) {
        add_table(sheet);
    } else {
        add_lines(sheet);
    }
    pgm__strbuf_adds(sheet->out, "</details>\n");
    return PGM_OK;
}
