/* One line per target, so that nobody has to ask how one of them ended. */
#include "report/text/targets.h"

#include <string.h>

#include "report/outcome.h"

enum { NAME_WIDTH = 40, BAD_LINES = 20, DURATION = 7 };

typedef struct columns {
    size_t name;
    size_t word;
    size_t work;
} columns;

/* "3 migrations", "after 2 migrations, 3 pending", or nothing. */
static void work_done(pgm__strbuf *out, const pgm_summary *summary, const pgm_result *result) {
    pgm__ending ending = pgm__outcome_ending(summary, result);
    size_t done = result->done_count;
    pgm__strbuf_clear(out);
    if (ending == PGM__ENDING_PENDING) {
        pgm__paint_count(out, result->pending_count, "migration");
        return;
    }
    if (done > 0) {
        bool well = pgm_result_verdict(summary, result) == PGM_VERDICT_WELL;
        pgm__strbuf_adds(out, well ? "" : "after ");
        pgm__paint_count(out, done, "migration");
    }
    if (result->pending_count > 0) {
        pgm__strbuf_addf(out, "%s%zu %s", done > 0 ? ", " : "", result->pending_count,
                         pgm__outcome_words(summary->command).left);
    }
}

/* Clearing the scratch for the next use forgets that memory ran out. */
static void keep_failure(const pgm__page *page, const pgm__strbuf *scratch) {
    page->out->failed = page->out->failed || scratch->failed;
}

/* Columns are as wide as what is shown in them, but one long name must not push all others away. */
static void measure(const pgm__page *page, const pgm_result *result, columns *widths,
                    pgm__strbuf *scratch) {
    pgm__ending ending = pgm__outcome_ending(page->report->summary, result);
    size_t name = pgm__paint_width(result->name);
    size_t word = strlen(pgm__outcome_look(ending).word);
    work_done(scratch, page->report->summary, result);
    keep_failure(page, scratch);
    widths->name = name > widths->name && name <= NAME_WIDTH ? name : widths->name;
    widths->word = word > widths->word ? word : widths->word;
    widths->work = scratch->len > widths->work ? scratch->len : widths->work;
}

/* To the right, so that a slow target sticks out. */
static void show_duration(const pgm__page *page, int64_t ms, pgm__strbuf *scratch) {
    pgm__strbuf_clear(scratch);
    pgm__paint_duration(scratch, ms);
    keep_failure(page, scratch);
    pgm__strbuf_adds(page->out, "  ");
    pgm__paint_spaces(page->out, scratch->len < DURATION ? DURATION - scratch->len : 0);
    pgm__strbuf_adds(page->out, scratch->len > 0 ? scratch->text : "");
}

static void show_target(const pgm__page *page, const pgm_result *result, const columns *widths,
                        pgm__strbuf *scratch) {
    const pgm_summary *summary = page->report->summary;
    pgm__ending_look look = pgm__outcome_look(pgm__outcome_ending(summary, result));
    pgm__page_mark(page, look.mark, look.colour);
    pgm__paint_padded(page->out, result->name, widths->name);
    pgm__strbuf_adds(page->out, "  ");
    pgm__paint_padded(page->out, look.word, widths->word);
    if (widths->work > 0) {
        work_done(scratch, summary, result);
        keep_failure(page, scratch);
        pgm__strbuf_adds(page->out, "  ");
        pgm__paint_padded(page->out, scratch->len > 0 ? scratch->text : "", widths->work);
    }
    if (result->attempts > 0) {
        show_duration(page, result->duration_ms, scratch);
    }
    pgm__page_end_line(page);
}

/* Of one ending: its targets without a line, and whether others of it have one. */
typedef struct tally {
    size_t targets;
    size_t migrations;
    bool well;
    bool shown;
} tally;

/* Those that ended well come before the lines; the rest of those that did not, after them, and the
 * worst first: they go on where the lines end. */
static void show_folded(const pgm__page *page, const tally tallies[PGM__ENDING_COUNT], bool well) {
    for (int i = 0; i < PGM__ENDING_COUNT; i++) {
        int ending = well ? i : PGM__ENDING_COUNT - 1 - i;
        const tally *part = &tallies[ending];
        if (part->targets == 0 || part->well != well) {
            continue;
        }
        pgm__ending_look look = pgm__outcome_look((pgm__ending)ending);
        pgm__page_mark(page, look.mark, look.colour);
        pgm__strbuf_adds(page->out, part->shown ? "… and " : "");
        pgm__paint_count(page->out, part->targets, part->shown ? "more target" : "target");
        pgm__strbuf_addf(page->out, " %s", look.word);
        if (part->migrations > 0) {
            pgm__strbuf_adds(page->out, well ? ", " : ", after ");
            pgm__paint_count(page->out, part->migrations, "migration");
        }
        pgm__strbuf_addc(page->out, '\n');
    }
}

/* Who has a line: in a large fleet only those that did not end well, and only so many of them. */
typedef struct view {
    bool folds;
    bool crowded; /* there are more of them than lines */
    size_t lines; /* so far */
} view;

static bool ended_well(const pgm__page *page, const pgm_result *result) {
    return pgm_result_verdict(page->report->summary, result) == PGM_VERDICT_WELL;
}

static view view_of(const pgm__page *page) {
    const pgm__report *report = page->report;
    view seen = {.folds = pgm__report_folds(report->result_count, page->style->verbose)};
    size_t bad = 0;
    for (size_t i = 0; i < report->result_count; i++) {
        bad += ended_well(page, report->results[i]) ? 0 : 1;
    }
    seen.crowded = bad > BAD_LINES;
    return seen;
}

/* Where lines are short, a target that never started leaves its own to one that did. */
static bool takes_line(const pgm__page *page, const pgm_result *result, view *seen) {
    bool shows = !seen->folds || (!ended_well(page, result) && seen->lines < BAD_LINES);
    if (seen->folds && seen->crowded) {
        pgm__ending ending = pgm__outcome_ending(page->report->summary, result);
        shows = shows && ending != PGM__ENDING_NOT_RUN;
    }
    seen->lines += shows ? 1 : 0;
    return shows;
}

/* Of targets without a line, how many migrations they are about all together. */
static void add_to_tally(const pgm__page *page, const pgm_result *result, tally *tallies) {
    const pgm_summary *summary = page->report->summary;
    pgm__ending ending = pgm__outcome_ending(summary, result);
    tallies[ending].targets++;
    tallies[ending].well = ended_well(page, result);
    tallies[ending].migrations += ending == PGM__ENDING_PENDING ? result->pending_count
                                                                : result->done_count;
}

pgm_status pgm__section_targets(const pgm__page *page) {
    const pgm__report *report = page->report;
    tally folded[PGM__ENDING_COUNT] = {0};
    columns widths = {0};
    pgm__strbuf scratch = {0};
    const view unseen = view_of(page);
    view seen = unseen;
    for (size_t i = 0; i < report->result_count; i++) {
        if (takes_line(page, report->results[i], &seen)) {
            folded[pgm__outcome_ending(report->summary, report->results[i])].shown = true;
            measure(page, report->results[i], &widths, &scratch);
        } else {
            add_to_tally(page, report->results[i], folded);
        }
    }
    pgm__page_section(page);
    show_folded(page, folded, true);
    seen = unseen;
    for (size_t i = 0; i < report->result_count; i++) {
        if (takes_line(page, report->results[i], &seen)) {
            show_target(page, report->results[i], &widths, &scratch);
        }
    }
    show_folded(page, folded, false);
    pgm__strbuf_fini(&scratch);
    return page->out->failed ? PGM_ENOMEM : PGM_OK;
}
