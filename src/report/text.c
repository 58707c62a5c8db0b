#include <string.h>

#include "base/error.h"
#include "report/groups.h"
#include "report/report.h"
#include "report/sections.h"

enum { DEFAULT_WIDTH = 100, NAME_WIDTH = 40, BAD_LINES = 20 };

/* ---- what the sections share ---- */

void pgm__page_section(const pgm__page *page) {
    if (page->out->len > page->begin) {
        pgm__strbuf_addc(page->out, '\n');
    }
}

void pgm__page_mark(const pgm__page *page, const char *mark, pgm__colour colour) {
    pgm__paint_coloured(page->out, page->style->colour, colour, mark);
    pgm__strbuf_addc(page->out, ' ');
}

/* The columns of the line that was begun; with a colour's code in it a few too many. */
static size_t line_width(const pgm__page *page) {
    if (page->out->len == 0) {
        return 0;
    }
    const char *line = strrchr(page->out->text, '\n');
    return pgm__paint_width(line == NULL ? page->out->text : line + 1);
}

void pgm__page_names(const pgm__page *page, const pgm__group *group) {
    size_t used = line_width(page);
    size_t room = used + 1 < page->width ? page->width - used : 1;
    pgm__groups_names(page->out, page->report, group, page->style->verbose ? 0 : room);
}

void pgm__page_end_line(const pgm__page *page) {
    while (page->out->len > 0 && page->out->text[page->out->len - 1] == ' ') {
        page->out->text[--page->out->len] = '\0';
    }
    pgm__strbuf_addc(page->out, '\n');
}

size_t pgm__page_cap(const pgm__page *page, size_t cap) {
    return page->style->verbose ? 0 : cap;
}

/* ---- one line per target ---- */

typedef struct columns {
    size_t name;
    size_t word;
    size_t work;
} columns;

/* "3 migrations", "after 2 migrations, 3 pending", or nothing. */
static void work_done(pgm__strbuf *out, const pgm_summary *summary, const pgm_result *result) {
    pgm__ending ending = pgm__ending_of(summary, result);
    bool down = summary->command == PGM_COMMAND_DOWN;
    size_t done = down ? result->rolled_back_count : result->applied_count;
    pgm__strbuf_clear(out);
    if (ending == PGM__ENDING_PENDING) {
        pgm__paint_count(out, result->pending_count, "migration");
        return;
    }
    if (done > 0) {
        bool well = pgm__ending_look_of(ending).well;
        pgm__strbuf_adds(out, well ? "" : "after ");
        pgm__paint_count(out, done, "migration");
    }
    if (result->pending_count > 0) {
        bool up = summary->command == PGM_COMMAND_UP || summary->command == PGM_COMMAND_STATUS;
        pgm__strbuf_addf(out, "%s%zu ", done > 0 ? ", " : "", result->pending_count);
        pgm__strbuf_adds(out, up ? "pending" : "not ");
        pgm__strbuf_adds(out,
                         up ? "" : pgm__ending_look_of(pgm__ending_done(summary->command)).word);
    }
}

/* Clearing the scratch for the next use forgets that memory ran out. */
static void keep_failure(const pgm__page *page, const pgm__strbuf *scratch) {
    page->out->failed = page->out->failed || scratch->failed;
}

static void measure(const pgm__page *page, const pgm_result *result, columns *widths,
                    pgm__strbuf *scratch) {
    pgm__ending ending = pgm__ending_of(page->report->summary, result);
    size_t name = pgm__paint_width(result->name);
    size_t word = strlen(pgm__ending_look_of(ending).word);
    work_done(scratch, page->report->summary, result);
    keep_failure(page, scratch);
    widths->name = name > widths->name && name <= NAME_WIDTH ? name : widths->name;
    widths->word = word > widths->word ? word : widths->word;
    widths->work = scratch->len > widths->work ? scratch->len : widths->work;
}

static void show_target(const pgm__page *page, const pgm_result *result, const columns *widths,
                        pgm__strbuf *scratch) {
    const pgm_summary *summary = page->report->summary;
    pgm__ending_look look = pgm__ending_look_of(pgm__ending_of(summary, result));
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
        pgm__strbuf_clear(scratch);
        pgm__paint_duration(scratch, result->duration_ms);
        keep_failure(page, scratch);
        pgm__strbuf_adds(page->out, "  ");
        pgm__paint_spaces(page->out, scratch->len < 7 ? 7 - scratch->len : 0);
        pgm__strbuf_adds(page->out, scratch->len > 0 ? scratch->text : "");
    }
    pgm__page_end_line(page);
}

typedef struct tally {
    size_t targets;
    size_t migrations;
} tally;

/* Those that ended well come before the lines; the rest of those that did not, after them. */
static void show_folded(const pgm__page *page, const tally tallies[PGM__ENDING_COUNT], bool well) {
    for (int i = 0; i < PGM__ENDING_COUNT; i++) {
        pgm__ending_look look = pgm__ending_look_of((pgm__ending)i);
        if (tallies[i].targets == 0 || look.well != well) {
            continue;
        }
        pgm__page_mark(page, look.mark, look.colour);
        pgm__strbuf_adds(page->out, well ? "" : "… and ");
        pgm__paint_count(page->out, tallies[i].targets, well ? "target" : "more target");
        pgm__strbuf_addf(page->out, " %s", look.word);
        if (tallies[i].migrations > 0) {
            pgm__strbuf_adds(page->out, well ? ", " : ", after ");
            pgm__paint_count(page->out, tallies[i].migrations, "migration");
        }
        pgm__strbuf_addc(page->out, '\n');
    }
}

static bool shows_line(const pgm__page *page, const pgm_result *result, size_t bad) {
    if (page->style->verbose || page->report->result_count <= PGM__REPORT_FOLD) {
        return true;
    }
    pgm__ending ending = pgm__ending_of(page->report->summary, result);
    return !pgm__ending_look_of(ending).well && bad < BAD_LINES;
}

static void add_to_tally(const pgm__page *page, const pgm_result *result, tally *tallies) {
    const pgm_summary *summary = page->report->summary;
    pgm__ending ending = pgm__ending_of(summary, result);
    tallies[ending].targets++;
    if (ending == PGM__ENDING_PENDING) {
        tallies[ending].migrations += result->pending_count;
    } else {
        tallies[ending].migrations += summary->command == PGM_COMMAND_DOWN
                                          ? result->rolled_back_count
                                          : result->applied_count;
    }
}

pgm_status pgm__section_targets(const pgm__page *page) {
    const pgm__report *report = page->report;
    tally folded[PGM__ENDING_COUNT] = {0};
    columns widths = {0};
    pgm__strbuf scratch = {0};
    size_t bad = 0;
    for (size_t i = 0; i < report->result_count; i++) {
        if (shows_line(page, report->results[i], bad)) {
            bad++;
            measure(page, report->results[i], &widths, &scratch);
        } else {
            add_to_tally(page, report->results[i], folded);
        }
    }
    pgm__page_section(page);
    show_folded(page, folded, true);
    bad = 0;
    for (size_t i = 0; i < report->result_count; i++) {
        if (shows_line(page, report->results[i], bad)) {
            bad++;
            show_target(page, report->results[i], &widths, &scratch);
        }
    }
    show_folded(page, folded, false);
    pgm__strbuf_fini(&scratch);
    return page->out->failed ? PGM_ENOMEM : PGM_OK;
}

/* ---- the last line ---- */

void pgm__section_closing(const pgm__page *page) {
    size_t counts[PGM__ENDING_COUNT] = {0};
    for (size_t i = 0; i < page->report->result_count; i++) {
        counts[pgm__ending_of(page->report->summary, page->report->results[i])]++;
    }
    pgm__page_section(page);
    pgm__paint_count(page->out, page->report->result_count, "target");
    pgm__strbuf_adds(page->out, " in ");
    pgm__paint_duration(page->out, page->report->summary->duration_ms);
    const char *separator = ": ";
    for (int i = 0; i < PGM__ENDING_COUNT; i++) {
        if (counts[i] > 0) {
            pgm__strbuf_addf(page->out, "%s%zu %s", separator, counts[i],
                             pgm__ending_look_of((pgm__ending)i).word);
            separator = ", ";
        }
    }
    pgm__strbuf_adds(page->out,
                     page->report->summary->dry_run ? " (dry run: nothing changed)\n" : "\n");
}

/* ---- the page ---- */

static pgm_status march_body(const pgm__page *page) {
    if (page->style->quiet) {
        return PGM_OK;
    }
    pgm_status status = pgm__section_targets(page);
    if (status == PGM_OK) {
        status = pgm__section_pending(page);
    }
    return status;
}

pgm_status pgm__report_text(pgm__strbuf *out, const pgm__report *report,
                            const pgm__report_style *style, pgm_error *err) {
    const pgm__page page = {.out = out,
                            .begin = out->len,
                            .report = report,
                            .style = style,
                            .width = style->width == 0 ? DEFAULT_WIDTH : style->width};
    bool is_status = report->summary->command == PGM_COMMAND_STATUS;
    pgm_status status = PGM_OK;
    if (!is_status) {
        status = march_body(&page);
    } else if (!style->quiet) {
        status = pgm__section_status(&page);
    }
    if (status == PGM_OK && !style->quiet && !style->warnings_shown) {
        status = pgm__section_warnings(&page);
    }
    if (status == PGM_OK) {
        status = pgm__section_failures(&page);
    }
    if (is_status && report->result_count == 1 && report->results[0]->failure == NULL) {
        pgm__section_status_closing(&page);
    } else {
        pgm__section_closing(&page);
    }
    return status == PGM_OK && !out->failed ? PGM_OK : pgm__error_nomem(err);
}
