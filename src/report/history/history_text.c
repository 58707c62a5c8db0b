#include "report/history/history_text.h"

#include "base/error.h"
#include "report/history/history.h"
#include "report/page/page.h"
#include "report/page/table.h"
#include "report/text/failures.h"

/* Of a fleet that is years old the runs of the last weeks are of interest. */
enum { RUNS = 20, COLUMNS = 5 };

/* "1_a", or "1_a … 9_x (5)". */
static const char *versions_cell(pgm__arena *arena, const pgm__past_run *run) {
    if (run->version_count == 1) {
        return run->versions[0];
    }
    return pgm__arena_printf(arena, "%s … %s (%zu)", run->versions[0],
                             run->versions[run->version_count - 1], run->version_count);
}

static const char *slowest_cell(pgm__arena *arena, const pgm__past_run *run) {
    if (run->slowest == NULL) {
        return "";
    }
    pgm__strbuf took = {0};
    pgm__paint_duration(&took, run->slowest_ms);
    const char *cell = took.failed ? NULL
                                   : pgm__arena_printf(arena, "%s, %s", took.text, run->slowest);
    pgm__strbuf_fini(&took);
    return cell;
}

/* False: out of memory. */
static bool make_row(pgm__arena *arena, const pgm__past_run *run, pgm__table_row *row) {
    const char **cells = pgm__arena_calloc(arena, COLUMNS, sizeof *cells);
    if (cells == NULL) {
        return false;
    }
    cells[0] = run->id == NULL ? "(unsigned)" : run->id;
    cells[1] = run->last_at == NULL ? "" : run->last_at;
    cells[2] = pgm__arena_printf(arena, "%zu", run->targets.count);
    cells[3] = versions_cell(arena, run);
    cells[4] = slowest_cell(arena, run);
    *row = (pgm__table_row){.cells = cells};
    return cells[2] != NULL && cells[3] != NULL && cells[4] != NULL;
}

static pgm_status add_table(const pgm__page *page, pgm__history *history) {
    static const pgm__table_column columns[COLUMNS] = {
        {.title = "run"},        {.title = "ended (UTC)"}, {.title = "targets", .right = true},
        {.title = "migrations"}, {.title = "longest"},
    };
    size_t cap = pgm__page_cap(page, RUNS);
    size_t shown = cap == 0 || history->count <= cap + 1 ? history->count : cap;
    pgm__table_row *rows = pgm__arena_calloc(&history->arena, shown, sizeof *rows);
    for (size_t i = 0; i < shown; i++) {
        if (rows == NULL || !make_row(&history->arena, &history->runs[i], &rows[i])) {
            return PGM_ENOMEM;
        }
    }
    const pgm__table table = {
        .columns = columns, .column_count = COLUMNS, .rows = rows, .row_count = shown};
    if (shown > 0) {
        pgm__table_add(page, &table);
    }
    if (shown < history->count) {
        pgm__strbuf_addf(page->out, "… and %zu earlier: see --verbose\n", history->count - shown);
    }
    return PGM_OK;
}

/* "3 runs in the ledgers of 2 targets". */
static void closing(const pgm__page *page, const pgm__history *history) {
    size_t unsigned_ones = history->count > 0 && history->runs[history->count - 1].id == NULL;
    pgm__page_section(page);
    pgm__paint_count(page->out, history->count - unsigned_ones, "run");
    pgm__strbuf_adds(page->out, " in the ledgers of ");
    pgm__paint_count(page->out, history->target_count, "target");
    size_t unread = 0;
    for (size_t i = 0; i < page->report->result_count; i++) {
        unread += pgm__history_lacks(page->report->results[i]) ? 1 : 0;
    }
    if (unread > 0) {
        pgm__strbuf_addf(page->out, "; %zu could not be read", unread);
    }
    pgm__strbuf_addc(page->out, '\n');
}

pgm_status pgm__history_text(pgm__strbuf *out, const pgm__report *report,
                             const pgm__report_style *style, pgm_error *err) {
    const pgm__page page = pgm__page_of(out, report, style);
    pgm__history history;
    pgm_status status = pgm__history_of(&history, report);
    if (status == PGM_OK && !style->quiet) {
        status = add_table(&page, &history);
    }
    if (status == PGM_OK) {
        status = pgm__section_failures(&page);
    }
    if (status == PGM_OK) {
        closing(&page, &history);
    }
    pgm__history_fini(&history);
    return status == PGM_OK && !out->failed ? PGM_OK : pgm__error_nomem(err);
}
