#include "report/text/code.h"

enum { SHOWN = 10 };

pgm_status pgm__section_code(const pgm__page *page) {
    const pgm_summary *summary = page->report->summary;
    size_t cap = pgm__page_cap(page, SHOWN);
    size_t shown = cap == 0 || summary->code_count <= cap + 1 ? summary->code_count : cap;
    if (summary->code_count == 0 || page->style->quiet) {
        return PGM_OK;
    }
    pgm__page_section(page);
    pgm__page_mark(page, "!", PGM__COLOUR_YELLOW);
    pgm__strbuf_adds(page->out, "not SQL, and left to their own tool:\n");
    for (size_t i = 0; i < shown; i++) {
        pgm__strbuf_adds(page->out, "    ");
        pgm__paint_line(page->out, summary->code[i]);
        pgm__strbuf_addc(page->out, '\n');
    }
    if (shown < summary->code_count) {
        pgm__strbuf_addf(page->out, "    … and %zu more\n", summary->code_count - shown);
    }
    return PGM_OK;
}
