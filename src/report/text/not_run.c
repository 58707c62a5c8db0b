/* Targets that never started have one reason, as a rule, and it is not their own. */
#include "report/text/not_run.h"

#include <string.h>

#include "report/cause.h"
#include "report/outcome.h"

enum { INDENT = 4 };

/* A plan tells of those it did not look at; here it has only those that a rollout left out. */
static bool is_told(const pgm__page *page, const pgm_result *result) {
    const pgm_summary *summary = page->report->summary;
    bool plan = summary->dry_run && summary->command != PGM_COMMAND_STATUS;
    return pgm__outcome_ending(summary, result) == PGM__ENDING_NOT_RUN &&
           !pgm__cause_is_told(summary, result) && (!plan || result->reason != NULL);
}

/* The reason comes first: it is the same for all, and the names may be cut. */
static pgm_status show_reason(const pgm__page *page, const pgm__group *group) {
    const pgm__ending_look look = pgm__outcome_look(PGM__ENDING_NOT_RUN);
    const char *reason = page->report->results[group->members[0]]->reason;
    pgm__page_mark(page, look.mark, look.colour);
    pgm__paint_count(page->out, group->count, "target");
    pgm__strbuf_adds(page->out, " did not start: ");
    if (reason != NULL) {
        pgm__page_paragraphs(page, reason, INDENT);
        pgm__strbuf_addc(page->out, '\n');
        pgm__paint_spaces(page->out, INDENT);
    }
    pgm_status status = pgm__page_ranges(page, group);
    pgm__strbuf_addc(page->out, '\n');
    return status;
}

pgm_status pgm__section_not_run(const pgm__page *page) {
    pgm__groups groups = {0};
    pgm_status status = PGM_OK;
    for (size_t i = 0; i < page->report->result_count && status == PGM_OK; i++) {
        const pgm_result *result = page->report->results[i];
        const char *reason = result->reason == NULL ? "" : result->reason;
        if (is_told(page, result)) {
            status = pgm__groups_add(&groups, reason, strlen(reason), i);
        }
    }
    if (status == PGM_OK && groups.count > 0) {
        size_t shown = pgm__page_shown(page, &groups);
        pgm__groups_sort(&groups);
        pgm__page_section(page);
        for (size_t i = 0; i < shown && status == PGM_OK; i++) {
            status = show_reason(page, &groups.items[i]);
        }
        pgm__page_rest(page, &groups, shown, "reasons", NULL);
    }
    pgm__groups_fini(&groups);
    return status;
}
