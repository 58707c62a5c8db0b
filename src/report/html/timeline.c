/* When each target was marched. Of few targets a bar is a rectangle with its name beside it; of
 * many all parts of one colour are one path, which a browser draws in a moment. */
#include "report/html/timeline.h"

#include <inttypes.h>

#include "base/mem.h"
#include "report/html/bars.h"
#include "report/html/mark.h"
#include "report/outcome.h"
#include "report/page/paint.h"

/* Up to so many targets and migrations of theirs are rectangles; a large fleet's bars have no more
 * parts than that all together. Pixels: of the axis, a wave's headline, a row, and all rows of a
 * large fleet; the least of a wave. */
enum { RECTS = 150, RECT_PARTS = 4000, PATH_PARTS = 40000 };
enum { AXIS = 24, HEADLINE = 24, ROW = 20, LARGE_HEIGHT = 1400, LEAST_HEIGHT = 16 };

typedef struct timeline {
    const pgm__html_sheet *sheet;
    pgm__strbuf *out;
    pgm__html_bars bars;
    pgm__html_part *parts; /* of the target that is drawn */
    bool rects;
    bool headlines; /* there are several waves */
    int grain;
    size_t y; /* pixels, of what comes next */
} timeline;

/* ---- the bars of a wave ---- */

static size_t wave_end(const timeline *t, size_t from) {
    size_t to = from;
    while (to < t->bars.count && t->bars.items[to].wave == t->bars.items[from].wave) {
        to++;
    }
    return to;
}

static size_t wave_height(const timeline *t, size_t bars) {
    size_t height = bars * LARGE_HEIGHT / t->bars.count;
    height = height < LEAST_HEIGHT ? LEAST_HEIGHT : height;
    return t->rects ? bars * ROW : height;
}

static size_t all_height(const timeline *t) {
    size_t height = AXIS;
    for (size_t from = 0; from < t->bars.count; from = wave_end(t, from)) {
        height += t->headlines ? HEADLINE : 0;
        height += wave_height(t, wave_end(t, from) - from);
    }
    return height;
}

static const pgm_result *result_of(const timeline *t, const pgm__html_bar *bar) {
    return t->sheet->report->results[bar->result];
}

static pgm__ending_look look_of(const timeline *t, const pgm__html_bar *bar) {
    return pgm__outcome_look(pgm__outcome_ending(t->sheet->report->summary, result_of(t, bar)));
}

static bool is_marked(const timeline *t, const pgm__html_bar *bar) {
    return pgm_result_verdict(t->sheet->report->summary, result_of(t, bar)) != PGM_VERDICT_WELL;
}

static const char *wave_name(const timeline *t, const pgm__html_bar *bar) {
    const pgm_summary *summary = t->sheet->report->summary;
    return bar->wave < summary->wave_count ? summary->waves[bar->wave].name : "no wave";
}

/* ---- the axis ---- */

static int64_t step_of(int64_t span_ms) {
    static const int64_t steps[] = {1,       2,       5,        10,      20,     50,      100,
                                    200,     500,     1000,     2000,    5000,   10000,   20000,
                                    30000,   60000,   120000,   300000,  600000, 1200000, 1800000,
                                    3600000, 7200000, 18000000, 36000000};
    enum { COUNT = sizeof steps / sizeof *steps, MOST = 8 };
    for (size_t i = 0; i < COUNT; i++) {
        if (span_ms / steps[i] <= MOST) {
            return steps[i];
        }
    }
    return span_ms / MOST;
}

static void add_axis(timeline *t) {
    int64_t span_ms = t->sheet->span_ms;
    int64_t step = step_of(span_ms);
    pgm__strbuf_adds(t->out, "<g class=\"axis\">");
    for (int64_t at = 0; at <= span_ms; at += step) {
        pgm__strbuf_adds(t->out, "<line y2=\"100%\" x1=\"");
        pgm__html_share(t->out, at, span_ms);
        pgm__strbuf_adds(t->out, "\" x2=\"");
        pgm__html_share(t->out, at, span_ms);
        pgm__strbuf_adds(t->out, "\"/>");
        if (at * 100 <= span_ms * 92) { /* behind that its words have no room */
            pgm__strbuf_adds(t->out, "<text y=\"14\" dx=\"4\" x=\"");
            pgm__html_share(t->out, at, span_ms);
            pgm__strbuf_adds(t->out, "\">");
            pgm__paint_duration(t->out, at);
            pgm__strbuf_adds(t->out, "</text>");
        }
    }
    pgm__strbuf_adds(t->out, "</g>\n");
    t->y = AXIS;
}

/* ---- waves ---- */

/* The band stands behind its bars, from the first one's beginning to the last one's end. */
static void add_band(timeline *t, size_t from, size_t to) {
    const pgm__html_sheet *sheet = t->sheet;
    int64_t began = t->bars.items[from].from_ms;
    int64_t ended = began;
    for (size_t i = from; i < to; i++) {
        ended = t->bars.items[i].to_ms > ended ? t->bars.items[i].to_ms : ended;
    }
    pgm__strbuf_adds(t->out, "<g class=\"wave\" data-name=\"");
    pgm__html_text(t->out, wave_name(t, &t->bars.items[from]));
    pgm__strbuf_addf(t->out, "\"><rect y=\"%zu\" height=\"%zu\" x=\"", t->y,
                     wave_height(t, to - from) + HEADLINE);
    pgm__html_share(t->out, began, sheet->span_ms);
    pgm__strbuf_adds(t->out, "\" width=\"");
    pgm__html_share(t->out, ended - began, sheet->span_ms);
    bool right = began * 2 > sheet->span_ms;
    pgm__strbuf_addf(t->out, "\"/><text y=\"%zu\" dx=\"%s\" text-anchor=\"%s\" x=\"", t->y + 16,
                     right ? "-4" : "4", right ? "end" : "start");
    pgm__html_share(t->out, right ? ended : began, sheet->span_ms);
    pgm__strbuf_adds(t->out, "\">");
    pgm__html_text(t->out, wave_name(t, &t->bars.items[from]));
    pgm__strbuf_adds(t->out, ": ");
    pgm__paint_count(t->out, to - from, "target");
    pgm__strbuf_adds(t->out, "</text></g>\n");
    t->y += HEADLINE;
}

/* ---- few targets: rectangles ---- */

static void add_x(timeline *t, int64_t from_ms, int64_t to_ms) {
    pgm__strbuf_adds(t->out, " x=\"");
    pgm__html_share(t->out, from_ms, t->sheet->span_ms);
    pgm__strbuf_adds(t->out, "\" width=\"");
    pgm__html_share(t->out, to_ms - from_ms, t->sheet->span_ms);
    pgm__strbuf_adds(t->out, "\"");
}

static void add_part(timeline *t, const pgm__html_part *part) {
    enum { READABLE = PGM__HTML_UNITS / 40 };
    size_t colour = t->sheet->versions[part->version].colour;
    pgm__strbuf_addf(t->out, "<rect class=\"c%zu\" y=\"%zu\" height=\"%d\" x=\"", colour, t->y + 3,
                     ROW - 6);
    pgm__html_share(t->out, part->from, PGM__HTML_UNITS);
    pgm__strbuf_adds(t->out, "\" width=\"");
    pgm__html_share(t->out, part->to - part->from, PGM__HTML_UNITS);
    pgm__strbuf_adds(t->out, "\"/>");
    if (colour < PGM__HTML_COLOURS && part->to - part->from >= READABLE) {
        pgm__strbuf_addf(t->out, "<text class=\"n\" y=\"%zu\" x=\"", t->y + 14);
        pgm__html_share(t->out, part->from + part->to, (int64_t)2 * PGM__HTML_UNITS);
        pgm__strbuf_addf(t->out, "\">%zu</text>", colour + 1);
    }
}

/* "2 tries, waited 1.2 s"; nothing where there was neither. */
static void add_trouble(pgm__strbuf *out, const pgm_result *result) {
    enum { WORTH_TELLING = 100 };
    if (result->attempts > 1) {
        pgm__strbuf_addf(out, "%u tries", result->attempts);
    }
    if (result->waited_ms >= WORTH_TELLING) {
        pgm__strbuf_adds(out, result->attempts > 1 ? ", waited " : "waited ");
        pgm__paint_duration(out, result->waited_ms);
    }
}

static void add_title(timeline *t, const pgm__html_bar *bar) {
    const pgm_result *result = result_of(t, bar);
    pgm__strbuf_adds(t->out, "<title>");
    pgm__html_text(t->out, result->name);
    pgm__strbuf_addf(t->out, ": %s after ", look_of(t, bar).word);
    pgm__paint_duration(t->out, result->duration_ms);
    pgm__strbuf_adds(t->out, ", began at ");
    pgm__paint_duration(t->out, bar->from_ms);
    pgm__strbuf_adds(t->out, ". ");
    add_trouble(t->out, result);
    pgm__strbuf_adds(t->out, "</title>");
}

/* Behind the bar where there is room, else before it; a bar over all of the width has its title. */
static void add_signs(timeline *t, const pgm__html_bar *bar) {
    int64_t span_ms = t->sheet->span_ms;
    bool behind = bar->to_ms * 4 < span_ms * 3;
    if (is_marked(t, bar)) {
        bool fits = bar->to_ms * 100 < span_ms * 97;
        pgm__ending_look look = look_of(t, bar);
        pgm__strbuf_addf(t->out, "<text class=\"x t%d\" y=\"%zu\" x=\"", (int)look.colour,
                         t->y + 15);
        pgm__html_share(t->out, bar->to_ms, span_ms);
        pgm__strbuf_addf(t->out, "\" dx=\"%d\">%s</text>", fits ? 8 : -8, look.mark);
    }
    if (behind || bar->from_ms * 4 > span_ms) {
        pgm__strbuf_addf(t->out, "<text class=\"w\" y=\"%zu\" text-anchor=\"%s\" dx=\"%d\" x=\"",
                         t->y + 14, behind ? "start" : "end", behind ? 18 : -6);
        pgm__html_share(t->out, behind ? bar->to_ms : bar->from_ms, span_ms);
        pgm__strbuf_adds(t->out, "\">");
        add_trouble(t->out, result_of(t, bar));
        pgm__strbuf_adds(t->out, "</text>");
    }
}

static void add_rects(timeline *t, size_t from, size_t to) {
    for (size_t i = from; i < to; i++) {
        const pgm__html_bar *bar = &t->bars.items[i];
        size_t count = pgm__html_parts(t->sheet, bar, t->grain, t->parts);
        pgm__strbuf_addf(t->out, "<g id=\"b%zu\">", bar->result);
        add_title(t, bar);
        pgm__strbuf_addf(t->out, "<rect class=\"base\" y=\"%zu\" height=\"4\"", t->y + 8);
        add_x(t, bar->from_ms, bar->to_ms);
        pgm__strbuf_adds(t->out, "/>");
        for (size_t j = 0; j < count; j++) {
            add_part(t, &t->parts[j]);
        }
        add_signs(t, bar);
        pgm__strbuf_adds(t->out, "</g>\n");
        t->y += ROW;
    }
}

/* ---- many targets: paths ---- */

/* Where the pen of a path stands. */
typedef struct pen {
    int x;
    long y; /* halves of a row */
} pen;

static void draw(pgm__strbuf *out, pen *at, int x, size_t row, int width) {
    long y = (long)row * 2 + 1;
    pgm__strbuf_addf(out, "m%d %ldh%d", x - at->x, y - at->y, width);
    *at = (pen){x + width, y};
}

static void add_colour(timeline *t, size_t from, size_t to, size_t colour) {
    pen at = {0};
    bool begun = false;
    for (size_t i = from; i < to; i++) {
        size_t count = pgm__html_parts(t->sheet, &t->bars.items[i], t->grain, t->parts);
        for (size_t j = 0; j < count; j++) {
            if (t->sheet->versions[t->parts[j].version].colour == colour) {
                if (!begun) {
                    pgm__strbuf_addf(t->out, "<path class=\"c%zu\" d=\"M0 0", colour);
                    begun = true;
                }
                draw(t->out, &at, t->parts[j].from, i - from, t->parts[j].to - t->parts[j].from);
            }
        }
    }
    pgm__strbuf_adds(t->out, begun ? "\"/>\n" : "");
}

static void add_bases(timeline *t, size_t from, size_t to) {
    pen at = {0};
    pgm__strbuf_adds(t->out, "<path class=\"base\" d=\"M0 0");
    for (size_t i = from; i < to; i++) {
        int begin = pgm__html_unit(t->sheet, t->bars.items[i].from_ms);
        int width = pgm__html_unit(t->sheet, t->bars.items[i].to_ms) - begin;
        draw(t->out, &at, begin, i - from, width > 0 ? width : 1);
    }
    pgm__strbuf_adds(t->out, "\"/>\n");
}

/* Dots of a size that no stretching changes. */
static void add_dots(timeline *t, size_t from, size_t to) {
    pen at = {0};
    pgm__strbuf_adds(t->out, "<path class=\"dots\" d=\"M0 0");
    for (size_t i = from; i < to; i++) {
        if (is_marked(t, &t->bars.items[i])) {
            draw(t->out, &at, pgm__html_unit(t->sheet, t->bars.items[i].to_ms), i - from, 0);
        }
    }
    pgm__strbuf_adds(t->out, "\"/>\n");
}

static void add_paths(timeline *t, size_t from, size_t to) {
    size_t height = wave_height(t, to - from);
    pgm__strbuf_addf(t->out,
                     "<svg y=\"%zu\" width=\"100%%\" height=\"%zu\" viewBox=\"0 0 %d %zu\" "
                     "preserveAspectRatio=\"none\">\n",
                     t->y, height, PGM__HTML_UNITS, (to - from) * 2);
    add_bases(t, from, to);
    for (size_t colour = 0; colour <= PGM__HTML_COLOURS; colour++) {
        add_colour(t, from, to, colour);
    }
    add_dots(t, from, to);
    pgm__strbuf_adds(t->out, "</svg>\n");
    t->y += height;
}

/* ---- around it ---- */

static void add_legend(const timeline *t) {
    const pgm__html_sheet *sheet = t->sheet;
    size_t shown = 0;
    pgm__strbuf_adds(t->out, "<ul class=\"legend\">\n");
    for (size_t i = 0; i < sheet->version_count; i++) {
        const pgm__html_version *version = &sheet->versions[i];
        if (version->colour < PGM__HTML_COLOURS) {
            pgm__strbuf_addf(t->out, "<li><i class=\"c%zu\">%zu</i>", version->colour,
                             version->colour + 1);
            pgm__html_text(t->out, version->name);
            pgm__strbuf_adds(t->out, "</li>\n");
            shown++;
        }
    }
    if (sheet->timed > shown) {
        pgm__strbuf_addf(t->out, "<li><i class=\"c%d\"></i>%zu other migrations</li>\n",
                         PGM__HTML_COLOURS, sheet->timed - shown);
    }
    pgm__strbuf_adds(t->out, "<li><i class=\"base\"></i>connecting, reading, waiting</li>\n"
                             "<li><b class=\"t2\">");
    pgm__strbuf_adds(t->out, t->rects ? "✗" : "●");
    pgm__strbuf_adds(t->out, "</b> did not end well</li>\n</ul>\n");
    if (sheet->report->run_count > 1) {
        pgm__strbuf_adds(t->out, "<p>Time between runs is left out.</p>\n");
    }
}

static void add_names(const timeline *t) {
    pgm__strbuf_adds(t->out, "<div class=\"names\" aria-hidden=\"true\">\n");
    for (size_t from = 0; from < t->bars.count; from = wave_end(t, from)) {
        pgm__strbuf_adds(t->out, t->headlines ? "<p class=\"h\"></p>\n" : "");
        for (size_t i = from; i < wave_end(t, from); i++) {
            pgm__strbuf_adds(t->out, "<p>");
            pgm__html_text(t->out, result_of(t, &t->bars.items[i])->name);
            pgm__strbuf_adds(t->out, "</p>\n");
        }
    }
    pgm__strbuf_adds(t->out, "</div>\n");
}

static void add_picture(timeline *t) {
    pgm__strbuf_adds(t->out, "<div class=\"timeline\">\n");
    if (t->rects) {
        add_names(t);
    }
    pgm__strbuf_addf(t->out,
                     "<div class=\"plot\" tabindex=\"0\" role=\"group\" "
                     "aria-label=\"Timeline, scrolls to the side\"><div class=\"inner\">\n"
                     "<svg role=\"img\" width=\"100%%\" height=\"%zu\" aria-label=\"%zu targets, a "
                     "bar each from when it started to when it ended; the section Targets has the "
                     "same as text\">\n",
                     all_height(t), t->bars.count);
    add_axis(t);
    for (size_t from = 0; from < t->bars.count; from = wave_end(t, from)) {
        size_t to = wave_end(t, from);
        if (t->headlines) {
            add_band(t, from, to);
        }
        if (t->rects) {
            add_rects(t, from, to);
        } else {
            add_paths(t, from, to);
        }
    }
    pgm__strbuf_adds(t->out, "</svg>\n</div></div>\n</div>\n");
}

static size_t most_times(const pgm__report *report, size_t *all) {
    size_t most = 0;
    for (size_t i = 0; i < report->result_count; i++) {
        size_t count = report->results[i]->time_count;
        *all += count;
        most = count > most ? count : most;
    }
    return most;
}

bool pgm__html_timeline_tells(const pgm__html_sheet *sheet) {
    bool tells = false;
    for (size_t i = 0; i < sheet->report->result_count && !tells; i++) {
        tells = pgm__html_is_march(sheet) && pgm__html_began(sheet, i) >= 0 &&
                sheet->report->results[i]->attempts > 0;
    }
    return tells;
}

pgm_status pgm__html_timeline(const pgm__html_sheet *sheet) {
    size_t all = 0;
    timeline t = {.sheet = sheet, .out = sheet->out, .grain = 1};
    t.parts = pgm__calloc(most_times(sheet->report, &all) + 1, sizeof *t.parts);
    pgm_status status = t.parts == NULL ? PGM_ENOMEM : pgm__html_bars_init(&t.bars, sheet);
    if (status == PGM_OK) {
        t.rects = t.bars.count <= RECTS && all <= RECT_PARTS;
        t.headlines = wave_end(&t, 0) < t.bars.count;
        t.grain = t.rects ? 1 : pgm__html_grain(sheet, &t.bars, PATH_PARTS, t.parts);
        add_legend(&t);
        add_picture(&t);
    }
    pgm__html_bars_fini(&t.bars);
    pgm__free(t.parts);
    return status;
}
