/* What the text form says in words of its own, and what needs no picture. */
#include "report/html/notes.h"

#include "report/html/mark.h"
#include "report/page/page.h"
#include "report/text/catalogs.h"
#include "report/text/code.h"
#include "report/text/estimate.h"
#include "report/text/plan.h"
#include "report/text/slow.h"
#include "report/text/warnings.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

/* Of a large fleet nobody reads all; as in the text form, it is folded then. */
static pgm_status write_notes(const pgm__html_sheet *sheet, pgm__strbuf *text) {
    static const pgm__section_fn plan[] = {pgm__section_plan, pgm__section_estimate};
    static const pgm__section_fn notes[] = {pgm__section_slow, pgm__section_code,
                                            pgm__section_warnings, pgm__section_catalogs};
    const pgm_summary *summary = sheet->report->summary;
    const pgm__report_style style = {0};
    const pgm__page page = pgm__page_of(text, sheet->report, &style);
    bool is_plan = summary->dry_run && summary->command != PGM_COMMAND_STATUS;
    pgm_status status = is_plan ? pgm__page_write(&page, plan, COUNT(plan)) : PGM_OK;
    return status == PGM_OK ? pgm__page_write(&page, notes, COUNT(notes)) : status;
}

bool pgm__html_notes_tell(const pgm__html_sheet *sheet) {
    const pgm__report *report = sheet->report;
    bool tells = report->summary->dry_run || report->summary->code_count > 0 ||
                 report->summary->catalogs != NULL;
    for (size_t i = 0; i < report->result_count && !tells; i++) {
        const pgm_result *result = report->results[i];
        tells = result->warning_count > 0 || result->slow_count > 0 || result->finding_count > 0;
    }
    return tells;
}

pgm_status pgm__html_notes(const pgm__html_sheet *sheet) {
    pgm__strbuf text = {0};
    pgm_status status = write_notes(sheet, &text);
    pgm__strbuf_adds(sheet->out, "<pre class=\"said\">");
    pgm__html_take(sheet->out, &text);
    pgm__strbuf_adds(sheet->out, "</pre>\n");
    return status;
}
