#include "report/status/status.h"

#include "report/status/board.h"
#include "report/status/list.h"
#include "report/status/matrix.h"
#include "report/status/states.h"

pgm_status pgm__section_status(const pgm__page *page) {
    const pgm__report *report = page->report;
    bool fleet = report->result_count > 1 && !page->style->verbose;
    bool fits = false;
    pgm_status status = fleet ? pgm__status_matrix(page, &fits) : PGM_OK;
    if (fleet) {
        return status == PGM_OK && !fits ? pgm__status_states(page) : status;
    }
    for (size_t i = 0; i < report->result_count && status == PGM_OK; i++) {
        bool tells = !page->style->pending_only || report->results[i]->pending_count > 0;
        if (pgm__board_knows(report->results[i]) && tells) {
            status = pgm__status_list(page, i);
        }
    }
    return status;
}

pgm_status pgm__section_status_closing(const pgm__page *page) {
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
    return PGM_OK;
}
