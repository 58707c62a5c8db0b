#include "report/forms/markdown_rehearsal.h"

#include "report/forms/markdown_text.h"
#include "report/rehearsal/rows.h"
#include "report/rehearsal/section.h"
#include "report/rehearsal/words.h"

/* Bytes of what is folded. */
enum { DETAILS_MOST = 256 * 1024 };

/* The piece that is put together is escaped as a whole. */
static void take_cell(pgm__strbuf *out, pgm__strbuf *text) {
    pgm__markdown_cell(out, text->failed ? "" : pgm__strbuf_text(text));
    out->failed = out->failed || text->failed;
    pgm__strbuf_fini(text);
}

static void add_excesses(pgm__strbuf *out, const pgm__digest *digest, size_t start) {
    for (size_t i = 0; i < digest->excess_count; i++) {
        size_t before = out->len;
        pgm__strbuf text = {0};
        pgm__strbuf_adds(out, "\n✗ ");
        pgm__rehearsal_excess(&text, &digest->excesses[i]);
        take_cell(out, &text);
        pgm__strbuf_adds(out, "\n");
        if (!pgm__markdown_fits(out, before, start)) {
            return;
        }
    }
}

static void add_row(pgm__strbuf *out, const pgm__report *report, const pgm__rehearsal_row *row) {
    pgm__strbuf_adds(out, "|");
    for (int column = 0; column < PGM__REHEARSAL_COLUMNS; column++) {
        pgm__strbuf text = {0};
        pgm__strbuf_adds(out, " ");
        pgm__rehearsal_cell(&text, row, (pgm__rehearsal_column)column);
        take_cell(out, &text);
        pgm__strbuf_adds(out, " |");
    }
    pgm__strbuf_adds(out, " ");
    pgm__markdown_names(out, report, &row->group->targets);
    pgm__strbuf_adds(out, " |\n");
}

static void add_table(pgm__strbuf *out, const pgm__report *report, const pgm__rehearsal_rows *rows,
                      size_t start) {
    pgm__strbuf_adds(out, "\n|");
    for (int column = 0; column < PGM__REHEARSAL_COLUMNS; column++) {
        pgm__strbuf_addf(out, " %s |", pgm__rehearsal_title((pgm__rehearsal_column)column));
    }
    pgm__strbuf_adds(out, " targets |\n|");
    for (int column = 0; column <= PGM__REHEARSAL_COLUMNS; column++) {
        pgm__strbuf_adds(out, "---|");
    }
    pgm__strbuf_adds(out, "\n");
    for (size_t i = 0; i < rows->count; i++) {
        size_t before = out->len;
        add_row(out, report, &rows->items[i]);
        if (!pgm__markdown_fits(out, before, start)) {
            pgm__strbuf_addf(out, "\n… and %zu more\n", rows->count - i);
            return;
        }
    }
}

/* As the text form has it. */
static pgm_status add_details(pgm__strbuf *out, const pgm__report *report, size_t start) {
    const pgm__report_style style = {0};
    pgm__strbuf text = {0};
    const pgm__page page = pgm__page_of(&text, report, &style);
    pgm_status status = pgm__section_rehearsal(&page);
    size_t before = out->len;
    if (status == PGM_OK && text.len > 0) {
        pgm__strbuf_adds(out, "\n<details><summary>All that was measured</summary>\n");
        pgm__markdown_code(out, text.failed ? "" : pgm__strbuf_text(&text), DETAILS_MOST);
        pgm__strbuf_adds(out, "\n</details>\n");
        (void)pgm__markdown_fits(out, before, start);
    }
    out->failed = out->failed || text.failed;
    pgm__strbuf_fini(&text);
    return status;
}

pgm_status pgm__markdown_rehearsal(pgm__strbuf *out, const pgm__report *report, size_t start) {
    pgm__digest digest = {0};
    pgm__rehearsal_rows rows = {0};
    pgm_status status = pgm__digest_make(&digest, report);
    if (status == PGM_OK) {
        status = pgm__rehearsal_rows_make(&rows, &digest);
    }
    if (status == PGM_OK) {
        add_excesses(out, &digest, start);
    }
    if (status == PGM_OK && rows.count > 0) {
        add_table(out, report, &rows, start);
        status = add_details(out, report, start);
    }
    pgm__digest_fini(&digest);
    return status;
}
