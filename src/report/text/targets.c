/* One line per target, so that nobody has to ask how one of them ended. */
#include "report/text/targets.h"

#include <string.h>

#include "report/cause.h"
#include "report/outcome.h"

enum { NAME_WIDTH = 40, DURATION = 7 };

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

/* Of one ending: its targets without a line. */
typedef struct tally {
    size_t targets;
    size_t migrations;
} tally;

/* With their migrations they are told by the next section. */
static bool is_listed(const pgm_summary *summary, pgm__ending ending) {
    bool tells_changes = ending == PGM__ENDING_REPAIRED || ending == PGM__ENDING_SQUASHED;
    return ending == pgm__outcome_words(summary->command).done && !tells_changes;
}

static void show_folded(const pgm__page *page, const tally tallies[PGM__ENDING_COUNT]) {
    for (int ending = 0; ending < PGM__ENDING_COUNT; ending++) {
        const tally *part = &tallies[ending];
        if (part->targets == 0 ||
            (part->migrations > 0 && is_listed(page->report->summary, (pgm__ending)ending))) {
            continue;
        }
        pgm__ending_look look = pgm__outcome_look((pgm__ending)ending);
        pgm__page_mark(page, look.mark, look.colour);
        pgm__paint_count(page->out, part->targets, "target");
        pgm__strbuf_addf(page->out, " %s", look.word);
        if (part->migrations > 0) {
            pgm__strbuf_adds(page->out, ", ");
            pgm__paint_count(page->out, part->migrations, "migration");
        }
        pgm__strbuf_addc(page->out, '\n');
    }
}

/* Where a target is told of. Those that never started have a line in common, unless somebody wants
 * all; in a large fleet whoever did not end well is named with the cause. */
typedef enum telling { A_LINE, A_COUNT, ELSEWHERE } telling;

static telling telling_of(const pgm__page *page, const pgm_result *result) {
    const pgm__report *report = page->report;
    if (page->style->verbose) {
        return A_LINE;
    }
    if (pgm__outcome_ending(report->summary, result) == PGM__ENDING_NOT_RUN) {
        return ELSEWHERE;
    }
    if (!pgm__report_folds(report->result_count, false)) {
        return A_LINE;
    }
    return pgm__cause_is_told(report->summary, result) ? ELSEWHERE : A_COUNT;
}

/* Of targets without a line, how many migrations they are about all together. */
static void add_to_tally(const pgm__page *page, const pgm_result *result, tally *tallies) {
    pgm__ending ending = pgm__outcome_ending(page->report->summary, result);
    tallies[ending].targets++;
    tallies[ending].migrations += ending == PGM__ENDING_PENDING ? result->pending_count
                                                                : result->done_count;
}

static void show_lines(const pgm__page *page, const columns *widths, pgm__strbuf *scratch) {
    for (size_t i = 0; i < page->report->result_count; i++) {
        if (telling_of(page, page->report->results[i]) == A_LINE) {
            show_target(page, page->report->results[i], widths, scratch);
        }
    }
}

pgm_status pgm__section_targets(const pgm__page *page) {
    const pgm__report *report = page->report;
    tally folded[PGM__ENDING_COUNT] = {0};
    columns widths = {0};
    pgm__strbuf scratch = {0};
    for (size_t i = 0; i < report->result_count; i++) {
        telling where = telling_of(page, report->results[i]);
        if (where == A_LINE) {
            measure(page, report->results[i], &widths, &scratch);
        } else if (where == A_COUNT) {
            add_to_tally(page, report->results[i], folded);
        }
    }
    pgm__page_section(page);
    show_folded(page, folded);
    show_lines(page, &widths, &scratch);
    pgm__strbuf_fini(&scratch);
    return page->out->failed ? PGM_ENOMEM : PGM_OK;
}
