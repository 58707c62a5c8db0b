#include "report/fleet/plan.h"

#include <string.h>

#include "base/arena.h"
#include "report/page/ranges.h"
#include "report/page/table.h"

/* So many waves have a row: of a fleet in which each target is a wave of its own, the first and the
 * last tell most. */
enum { WAVES = 20, NAMES = 40 };

enum { WAVE, TARGETS, AT_ONCE, MAY_FAIL, CAN_FAIL, WHO, COLUMNS };

static const pgm__table_column columns[COLUMNS] = {
    [WAVE] = {.title = "wave"},
    [TARGETS] = {.title = "targets", .right = true},
    [AT_ONCE] = {.title = "at once", .right = true},
    [MAY_FAIL] = {.title = "may fail", .right = true},
    [CAN_FAIL] = {.title = "can fail", .right = true},
    [WHO] = {.title = "who"},
};

typedef struct work {
    const pgm__page *page;
    const pgm__fleet_report *report;
    pgm__arena arena;
    pgm__table_row *rows;
    size_t row_count;
    pgm__strbuf scratch;
    size_t *first;      /* of each wave, the place of its names in `names` */
    const char **names; /* of all targets, by wave */
} work;

/* ---- who is in which wave ---- */

/* Results have the very name of their wave, not a copy of it (pgm_result.wave). */
static size_t wave_of(const pgm_summary *summary, const pgm_result *result) {
    size_t wave = 0;
    while (wave + 1 < summary->wave_count && strcmp(summary->waves[wave].name, result->wave) != 0) {
        wave++;
    }
    return wave;
}

/* Of a fleet of ten thousand waves this is asked ten thousand times: the last answer is mostly the
 * next one too. */
static size_t next_wave_of(const pgm_summary *summary, const pgm_result *result, size_t last) {
    bool same = strcmp(summary->waves[last].name, result->wave) == 0;
    return same ? last : wave_of(summary, result);
}

static pgm_status gather(work *w) {
    const pgm__report *run = &w->report->run;
    const pgm_summary *summary = run->summary;
    w->first = pgm__arena_calloc(&w->arena, summary->wave_count + 1, sizeof *w->first);
    w->names = pgm__arena_calloc(&w->arena, run->result_count, sizeof *w->names);
    size_t *next = pgm__arena_calloc(&w->arena, summary->wave_count + 1, sizeof *next);
    if (w->first == NULL || w->names == NULL || next == NULL) {
        return PGM_ENOMEM;
    }
    for (size_t i = 0; i < summary->wave_count; i++) {
        w->first[i + 1] = w->first[i] + summary->waves[i].targets;
        next[i] = w->first[i];
    }
    size_t wave = 0;
    for (size_t i = 0; i < run->result_count; i++) {
        wave = next_wave_of(summary, run->results[i], wave);
        w->names[next[wave]++] = run->results[i]->name;
    }
    return PGM_OK;
}

/* ---- rows ---- */

static const char *number(work *w, size_t value) {
    return pgm__arena_printf(&w->arena, "%zu", value);
}

/* Behind a failure too many nothing starts, but what is under way may fail as well. */
static const char *can_fail(work *w, const pgm_wave *wave) {
    if (wave->limit >= wave->targets || wave->limit + wave->at_once >= wave->targets) {
        return number(w, wave->targets);
    }
    return number(w, wave->limit + wave->at_once);
}

static const char *who(work *w, size_t index) {
    const char **names = w->names + w->first[index];
    size_t count = w->first[index + 1] - w->first[index];
    pgm__strbuf_clear(&w->scratch);
    pgm__ranges_sort(names, count);
    pgm__ranges_add(&w->scratch, names, count, w->page->style->verbose ? 0 : NAMES);
    const char *text = pgm__strbuf_text(&w->scratch);
    return text == NULL ? NULL : pgm__arena_strdup(&w->arena, text);
}

/* False: out of memory. */
static bool add_row(work *w, const char *const cells[COLUMNS]) {
    const char **kept = pgm__arena_calloc(&w->arena, COLUMNS, sizeof *kept);
    for (size_t i = 0; i < COLUMNS && kept != NULL; i++) {
        kept[i] = cells[i];
        kept = cells[i] == NULL ? NULL : kept;
    }
    w->rows[w->row_count++] = (pgm__table_row){.cells = kept};
    return kept != NULL;
}

static bool add_wave(work *w, size_t index) {
    const pgm_wave *wave = &w->report->run.summary->waves[index];
    const char *const cells[COLUMNS] = {
        [WAVE] = wave->name,
        [TARGETS] = number(w, wave->targets),
        [AT_ONCE] = number(w, wave->at_once),
        [MAY_FAIL] = wave->limit >= wave->targets ? "all" : number(w, wave->limit),
        [CAN_FAIL] = can_fail(w, wave),
        [WHO] = who(w, index),
    };
    return add_row(w, cells);
}

static bool add_left_out(work *w, size_t from, size_t to) {
    const char *const cells[COLUMNS] = {
        [WAVE] = pgm__arena_printf(&w->arena, "… %zu more waves", to - from),
        [TARGETS] = number(w, w->first[to] - w->first[from]),
        [AT_ONCE] = "",
        [MAY_FAIL] = "",
        [CAN_FAIL] = "",
        [WHO] = "",
    };
    return add_row(w, cells);
}

static pgm_status add_rows(work *w) {
    size_t count = w->report->run.summary->wave_count;
    size_t cap = pgm__page_cap(w->page, WAVES);
    size_t shown = cap == 0 || count <= cap ? count : cap - 1;
    w->rows = pgm__arena_calloc(&w->arena, shown + 2, sizeof *w->rows);
    bool enough = w->rows != NULL;
    for (size_t i = 0; i < shown && enough; i++) {
        enough = add_wave(w, i);
    }
    if (shown < count && enough) {
        enough = add_left_out(w, shown, count - 1) && add_wave(w, count - 1);
    }
    return enough ? PGM_OK : PGM_ENOMEM;
}

/* ---- the whole ---- */

/* "; in between it waits 5 min 00 s, runs "./health", asks": in that order. */
static void add_between(pgm__strbuf *out, const pgm__fleet_report *report) {
    const char *before = "; in between it ";
    if (report->wave_delay > 0) {
        pgm__strbuf_addf(out, "%swaits ", before);
        pgm__paint_duration(out, report->wave_delay);
        before = ", ";
    }
    if (report->check != NULL) {
        pgm__strbuf_addf(out, "%sruns \"%s\"", before, report->check);
        before = ", ";
    }
    pgm__strbuf_addf(out, "%s%s", report->pauses ? before : "", report->pauses ? "asks" : "");
}

static void explain(const pgm__page *page, const pgm__fleet_report *report) {
    pgm__strbuf text = {0};
    pgm__strbuf_adds(&text,
                     "waves go one after the other: the next one starts when no more targets "
                     "of the one before have failed than may");
    add_between(&text, report);
    const char *sentence = pgm__strbuf_text(&text);
    page->out->failed = page->out->failed || sentence == NULL;
    pgm__page_section(page);
    pgm__paint_wrapped(page->out, sentence == NULL ? "" : sentence, 0, 0, page->width);
    pgm__strbuf_addc(page->out, '\n');
    pgm__strbuf_fini(&text);
}

pgm_status pgm__fleet_plan(const pgm__page *page, const pgm__fleet_report *report) {
    work w = {.page = page, .report = report};
    pgm_status status = report->run.summary->wave_count == 0 ? PGM_OK : gather(&w);
    if (status == PGM_OK && report->run.summary->wave_count > 0) {
        status = add_rows(&w);
    }
    if (status == PGM_OK && w.row_count > 0) {
        const pgm__table table = {
            .columns = columns, .column_count = COLUMNS, .rows = w.rows, .row_count = w.row_count};
        pgm__table_add(page, &table);
        if (report->run.summary->wave_count > 1) {
            explain(page, report);
        }
    }
    pgm__strbuf_fini(&w.scratch);
    pgm__arena_clear(&w.arena);
    return status;
}
