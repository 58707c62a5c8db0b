/* The text form: which sections a run's report has, and in which order. */
#include "report/text/text.h"

#include "base/error.h"
#include "report/outcome.h"
#include "report/rehearsal/section.h"
#include "report/rehearsal/words.h"
#include "report/shard.h"
#include "report/status/status.h"
#include "report/text/catalogs.h"
#include "report/text/code.h"
#include "report/text/estimate.h"
#include "report/text/failures.h"
#include "report/text/lists.h"
#include "report/text/next.h"
#include "report/text/not_run.h"
#include "report/text/plan.h"
#include "report/text/runs.h"
#include "report/text/slow.h"
#include "report/text/sources.h"
#include "report/text/targets.h"
#include "report/text/times.h"
#include "report/text/warnings.h"
#include "report/text/waves.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static pgm__share share_of(const pgm__report *report) {
    const pgm_summary *summary = report->summary;
    return (pgm__share){.targets = report->result_count,
                        .selected = summary->selected_count,
                        .index = summary->shard_index,
                        .count = summary->shard_count};
}

/* "24 targets in 1.2 s: 20 applied, 3 up-to-date, 1 failed". */
static pgm_status closing(const pgm__page *page) {
    size_t counts[PGM__ENDING_COUNT] = {0};
    for (size_t i = 0; i < page->report->result_count; i++) {
        counts[pgm__outcome_ending(page->report->summary, page->report->results[i])]++;
    }
    pgm__page_section(page);
    pgm__share share = share_of(page->report);
    pgm__shard_targets(page->out, &share);
    pgm__strbuf_adds(page->out, " in ");
    pgm__paint_duration(page->out, page->report->summary->duration_ms);
    pgm__outcome_counts(page->out, counts);
    size_t passed = pgm__rehearsal_passed(page->report);
    if (passed > 0) {
        pgm__strbuf_addf(page->out, "; %zu passed a bound", passed);
    }
    pgm__strbuf_adds(page->out,
                     page->report->summary->dry_run ? " (dry run: nothing changed)\n" : "\n");
    return PGM_OK;
}

static bool is_status(const pgm__page *page) {
    return page->report->summary->command == PGM_COMMAND_STATUS;
}

/* What a command would do; `status` has a form of its own. */
static bool is_plan(const pgm__page *page) {
    return page->report->summary->dry_run && !is_status(page);
}

/* What was found or done, which `quiet` leaves out. */
static pgm_status body(const pgm__page *page) {
    static const pgm__section_fn march[] = {pgm__section_targets, pgm__section_done,
                                            pgm__section_pending};
    if (page->style->quiet) {
        return PGM_OK;
    }
    if (is_plan(page)) {
        return pgm__section_plan(page);
    }
    if (page->report->summary->command == PGM_COMMAND_REHEARSE) {
        return pgm__section_rehearsal(page);
    }
    return is_status(page) ? pgm__section_status(page) : pgm__page_write(page, march, COUNT(march));
}

/* Who did not end well, and who did not begin. */
static pgm_status causes(const pgm__page *page) {
    static const pgm__section_fn both[] = {pgm__section_failures, pgm__section_not_run};
    return pgm__page_write(page, both, COUNT(both));
}

/* In a large fleet that is what the report is read for. A plan says first what would happen. */
static bool causes_first(const pgm__page *page) {
    return !is_plan(page) && pgm__report_folds(page->report->result_count, page->style->verbose);
}

static pgm_status first_of_many(const pgm__page *page) {
    return causes_first(page) ? causes(page) : PGM_OK;
}

/* Of few targets it stands below their lines, where the prompt comes next. */
static pgm_status last_of_few(const pgm__page *page) {
    return causes_first(page) ? PGM_OK : causes(page);
}

/* A march says so before it begins; status says nothing before its report. */
static pgm_status sources(const pgm__page *page) {
    if (is_status(page) && !page->style->quiet && page->report->summary->source_count > 0) {
        pgm__page_section(page);
        pgm__sources_add(page->out, page->report->summary, page->style->width);
    }
    return PGM_OK;
}

/* In which order they would go, and how long; a run says so before it begins. */
static pgm_status waves(const pgm__page *page) {
    static const pgm__section_fn plan[] = {pgm__section_rollout, pgm__section_estimate};
    bool shown = is_plan(page) && !page->style->quiet;
    return shown ? pgm__page_write(page, plan, COUNT(plan)) : pgm__section_waves(page);
}

/* One target that was read is told of by its migrations, a fleet, and what is a part of one, by its
 * targets. */
static pgm_status end(const pgm__page *page) {
    const pgm__report *report = page->report;
    bool of_one = is_status(page) && report->result_count == 1 &&
                  report->summary->shard_count == 0 && report->results[0]->failure == NULL;
    return of_one ? pgm__section_status_closing(page) : closing(page);
}

/* Sections only remember that memory ran out while a text grew: it is asked once, here. */
static pgm_status write_page(const pgm__page *page, const pgm__section_fn *sections, size_t count,
                             pgm_error *err) {
    pgm_status status = pgm__page_write(page, sections, count);
    return status == PGM_OK && !page->out->failed ? PGM_OK : pgm__error_nomem(err);
}

pgm_status pgm__report_text(pgm__strbuf *out, const pgm__report *report,
                            const pgm__report_style *style, pgm_error *err) {
    static const pgm__section_fn all[] = {first_of_many,
                                          sources,
                                          body,
                                          pgm__section_slow,
                                          pgm__section_times,
                                          pgm__section_code,
                                          pgm__section_warnings,
                                          last_of_few,
                                          pgm__section_catalogs,
                                          pgm__section_excesses,
                                          waves,
                                          pgm__section_runs,
                                          pgm__section_next,
                                          end};
    pgm__page page = pgm__page_of(out, report, style);
    page.brief = is_plan(&page) && pgm__report_folds(report->result_count, style->verbose);
    return write_page(&page, all, COUNT(all), err);
}

pgm_status pgm__report_warnings(pgm__strbuf *out, const pgm__report *report,
                                const pgm__report_style *style, pgm_error *err) {
    static const pgm__section_fn all[] = {pgm__section_warnings};
    const pgm__page page = pgm__page_of(out, report, style);
    return write_page(&page, all, COUNT(all), err);
}

pgm_status pgm__report_rollout(pgm__strbuf *out, const pgm__report *report,
                               const pgm__report_style *style, pgm_error *err) {
    static const pgm__section_fn all[] = {pgm__section_rollout};
    const pgm__page page = pgm__page_of(out, report, style);
    return write_page(&page, all, COUNT(all), err);
}

pgm_status pgm__report_ahead(pgm__strbuf *out, const pgm__report *report,
                             const pgm__report_style *style, pgm_error *err) {
    static const pgm__section_fn all[] = {pgm__section_plan,     pgm__section_code,
                                          pgm__section_warnings, pgm__section_failures,
                                          pgm__section_rollout,  pgm__section_estimate};
    pgm_summary summary = *report->summary;
    summary.dry_run = true;
    pgm__report as_dry = *report;
    as_dry.summary = &summary;
    pgm__page page = pgm__page_of(out, &as_dry, style);
    page.brief = !style->verbose;
    return write_page(&page, all, COUNT(all), err);
}
