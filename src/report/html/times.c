/* How long each migration took over the fleet: least, middle, 95 of 100, longest, and a histogram.
 */
#include "report/html/times.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/mem.h"
#include "report/html/mark.h"
#include "report/page/paint.h"

/* Rows that are open; the others unfold. A histogram's bins: half powers of two, from 1 ms on. */
enum { SHOWN = 12, BINS = 40, BIN_WIDTH = 6, HEIGHT = 24 };

typedef struct sample {
    int64_t took_us;
    size_t result;
} sample;

/* Of all versions, one behind the other. */
typedef struct samples {
    sample *items;
    size_t *from;  /* of each version, and the end of the last */
    size_t *order; /* versions that have some, the one that took longest all together first */
    size_t order_count;
    size_t first_bin; /* of all of them: the histograms have one axis */
    size_t last_bin;
} samples;

static int by_time(const void *a, const void *b) {
    const sample *left = a;
    const sample *right = b;
    return left->took_us < right->took_us ? -1 : left->took_us > right->took_us;
}

static void fill(const pgm__html_sheet *sheet, samples *s, size_t *next) {
    for (size_t i = 0; i < sheet->report->result_count; i++) {
        const pgm_result *result = sheet->report->results[i];
        for (size_t j = 0; j < result->time_count; j++) {
            size_t place = pgm__html_place(sheet, result->times[j].version);
            s->items[next[place]++] = (sample){result->times[j].took_us, i};
        }
    }
}

/* Insertion: there are some hundreds at most, and mostly in order of nothing. */
static void order(const pgm__html_sheet *sheet, samples *s) {
    for (size_t i = 0; i < sheet->version_count; i++) {
        if (sheet->versions[i].count == 0) {
            continue;
        }
        size_t at = s->order_count++;
        for (; at > 0 && sheet->versions[s->order[at - 1]].total_us < sheet->versions[i].total_us;
             at--) {
            s->order[at] = s->order[at - 1];
        }
        s->order[at] = i;
    }
}

static pgm_status gather(const pgm__html_sheet *sheet, samples *s) {
    size_t versions = sheet->version_count;
    size_t *next = pgm__calloc(versions + 1, sizeof *next);
    s->from = pgm__calloc(versions + 1, sizeof *s->from);
    s->order = pgm__calloc(versions + 1, sizeof *s->order);
    size_t all = 0;
    for (size_t i = 0; i < versions && next != NULL && s->from != NULL; i++) {
        s->from[i] = next[i] = all;
        all += sheet->versions[i].count;
    }
    s->items = pgm__calloc(all + 1, sizeof *s->items);
    bool well = next != NULL && s->from != NULL && s->order != NULL && s->items != NULL;
    if (well) {
        s->from[versions] = all;
        fill(sheet, s, next);
        for (size_t i = 0; i < versions; i++) {
            qsort(s->items + s->from[i], sheet->versions[i].count, sizeof *s->items, by_time);
        }
        order(sheet, s);
    }
    pgm__free(next);
    return well ? PGM_OK : PGM_ENOMEM;
}

/* ---- the histogram ---- */

static size_t bin_of(int64_t took_us) {
    enum { LEAST_US = 1000 };
    size_t bin = 0;
    double edge = LEAST_US;
    while (bin + 1 < BINS && (double)took_us >= edge) {
        edge *= bin % 2 == 0 ? 1.5 : 4.0 / 3; /* 1, 1.5, 2, 3, 4, 6, 8 … ms */
        bin++;
    }
    return bin;
}

static void find_bins(samples *s, size_t count) {
    s->first_bin = BINS - 1;
    for (size_t i = 0; i < count; i++) {
        size_t bin = bin_of(s->items[i].took_us);
        s->first_bin = bin < s->first_bin ? bin : s->first_bin;
        s->last_bin = bin > s->last_bin ? bin : s->last_bin;
    }
}

static void add_histogram(pgm__strbuf *out, const samples *s, const sample *items, size_t count) {
    size_t first = s->first_bin;
    size_t last = s->last_bin;
    size_t bins[BINS] = {0};
    size_t most = 1;
    for (size_t i = 0; i < count; i++) {
        size_t bin = bin_of(items[i].took_us);
        most = ++bins[bin] > most ? bins[bin] : most;
    }
    pgm__strbuf_addf(out,
                     "<svg class=\"histogram\" aria-hidden=\"true\" width=\"%zu\" "
                     "height=\"%d\"><path d=\"",
                     (last - first + 1) * BIN_WIDTH, HEIGHT);
    for (size_t i = first; i <= last; i++) {
        size_t height = (bins[i] * (HEIGHT - 2) + most - 1) / most; /* one target can be seen */
        if (height > 0) {
            pgm__strbuf_addf(out, "M%zu %dv-%zuh%dv%zuz", (i - first) * BIN_WIDTH, HEIGHT, height,
                             BIN_WIDTH - 1, height);
        }
    }
    pgm__strbuf_adds(out, "\"/></svg>");
}

/* ---- the table ---- */

static void add_time(pgm__strbuf *out, int64_t us) {
    enum { MILLI = 1000, EXACT = 10000 };
    pgm__strbuf_adds(out, "<td>");
    if (us < EXACT) { /* "0 ms" of a whole fleet says nothing */
        pgm__strbuf_addf(out, "%" PRId64 ".%" PRId64 " ms", us / MILLI, us % MILLI / 100);
    } else {
        pgm__paint_duration(out, us / MILLI);
    }
    pgm__strbuf_adds(out, "</td>");
}

/* The smallest that so many of a hundred do not exceed. */
static int64_t percentile(const sample *items, size_t count, size_t percent) {
    size_t rank = (count * percent + 99) / 100;
    return items[rank > 0 ? rank - 1 : 0].took_us;
}

static void add_row(const pgm__html_sheet *sheet, const samples *s, size_t version) {
    pgm__strbuf *out = sheet->out;
    const pgm__html_version *it = &sheet->versions[version];
    const sample *items = s->items + s->from[version];
    const sample *longest = &items[it->count - 1];
    pgm__strbuf_addf(out, "<tr><th scope=\"row\"><i class=\"c%zu\"></i>", it->colour);
    pgm__html_text(out, it->name);
    pgm__strbuf_addf(out, "</th><td>%zu</td>", it->count);
    add_time(out, items[0].took_us);
    add_time(out, percentile(items, it->count, 50));
    add_time(out, percentile(items, it->count, 95));
    add_time(out, longest->took_us);
    pgm__strbuf_adds(out, "<td class=\"name\">");
    pgm__html_text(out, sheet->report->results[longest->result]->name);
    pgm__strbuf_adds(out, "</td><td>");
    add_histogram(out, s, items, it->count);
    pgm__strbuf_adds(out, "</td></tr>\n");
}

static void add_table(const pgm__html_sheet *sheet, const samples *s, size_t from, size_t to,
                      const char *label) {
    pgm__strbuf_addf(sheet->out,
                     "<div class=\"wide\" tabindex=\"0\" role=\"group\" aria-label=\"%s\"><table>"
                     "<thead><tr><th scope=\"col\">migration</th><th scope=\"col\">targets</th>"
                     "<th scope=\"col\">least</th><th scope=\"col\">middle</th>"
                     "<th scope=\"col\">95 %%</th><th scope=\"col\">longest</th>"
                     "<th scope=\"col\" class=\"name\">on</th><th scope=\"col\" "
                     "class=\"name\">spread</th></tr></thead><tbody>\n",
                     label);
    for (size_t i = from; i < to; i++) {
        add_row(sheet, s, s->order[i]);
    }
    pgm__strbuf_adds(sheet->out, "</tbody></table></div>\n");
}

bool pgm__html_times_tell(const pgm__html_sheet *sheet) {
    return sheet->timed > 0;
}

pgm_status pgm__html_times(const pgm__html_sheet *sheet) {
    samples s = {0};
    pgm_status status = gather(sheet, &s);
    if (status == PGM_OK) {
        find_bins(&s, s.from[sheet->version_count]);
        size_t shown = s.order_count <= SHOWN + 1 ? s.order_count : SHOWN;
        add_table(sheet, &s, 0, shown, "Migrations that took longest");
        if (shown < s.order_count) {
            pgm__strbuf_addf(sheet->out, "<details><summary>%zu more, which took less</summary>\n",
                             s.order_count - shown);
            add_table(sheet, &s, shown, s.order_count, "Migrations that took less");
            pgm__strbuf_adds(sheet->out, "</details>\n");
        }
    }
    pgm__free(s.items);
    pgm__free(s.from);
    pgm__free(s.order);
    return status;
}
