#include "report/html/bars.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

static size_t wave_of(const pgm_summary *summary, const pgm_result *result) {
    for (size_t i = 0; i < summary->wave_count && result->wave != NULL; i++) {
        if (strcmp(summary->waves[i].name, result->wave) == 0) {
            return i;
        }
    }
    return summary->wave_count;
}

static int by_beginning(const void *a, const void *b) {
    const pgm__html_bar *left = a;
    const pgm__html_bar *right = b;
    if (left->wave != right->wave) {
        return left->wave < right->wave ? -1 : 1;
    }
    if (left->from_ms != right->from_ms) {
        return left->from_ms < right->from_ms ? -1 : 1;
    }
    return left->result < right->result ? -1 : left->result > right->result;
}

pgm_status pgm__html_bars_init(pgm__html_bars *bars, const pgm__html_sheet *sheet) {
    const pgm__report *report = sheet->report;
    bars->items = pgm__calloc(report->result_count + 1, sizeof *bars->items);
    if (bars->items == NULL) {
        return PGM_ENOMEM;
    }
    for (size_t i = 0; i < report->result_count; i++) {
        int64_t began = pgm__html_began(sheet, i);
        const pgm_result *result = report->results[i];
        if (began >= 0 && result->attempts > 0) {
            bars->items[bars->count++] = (pgm__html_bar){.result = i,
                                                         .wave = wave_of(report->summary, result),
                                                         .from_ms = began,
                                                         .to_ms = began + result->duration_ms};
        }
    }
    qsort(bars->items, bars->count, sizeof *bars->items, by_beginning);
    return PGM_OK;
}

void pgm__html_bars_fini(pgm__html_bars *bars) {
    pgm__free(bars->items);
    *bars = (pgm__html_bars){0};
}

int pgm__html_unit(const pgm__html_sheet *sheet, int64_t ms) {
    double share = (double)ms / (double)sheet->span_ms;
    share = share < 0 ? 0 : share > 1 ? 1 : share;
    return (int)(share * PGM__HTML_UNITS + 0.5);
}

static int grained(int unit, int grain) {
    return (unit + grain / 2) / grain * grain;
}

/* From the last one back: no migration ended later than the next one began, and how long it took is
 * known better than when its reply was read. */
size_t pgm__html_parts(const pgm__html_sheet *sheet, const pgm__html_bar *bar, int grain,
                       pgm__html_part *parts) {
    enum { MILLI = 1000 };
    const pgm_result *result = sheet->report->results[bar->result];
    int64_t run_ms = bar->from_ms - result->started_ms; /* when its run began */
    int64_t next_ms = bar->to_ms;
    size_t count = 0;
    for (size_t i = result->time_count; i > 0; i--) {
        const pgm_migration_time *time = &result->times[i - 1];
        int64_t to_ms = run_ms + time->ended_ms < next_ms ? run_ms + time->ended_ms : next_ms;
        int64_t from_ms = to_ms - time->took_us / MILLI;
        from_ms = from_ms < bar->from_ms ? bar->from_ms : from_ms;
        int from = grained(pgm__html_unit(sheet, from_ms), grain);
        int to = grained(pgm__html_unit(sheet, to_ms), grain);
        if (to > from) {
            parts[count++] = (pgm__html_part){pgm__html_place(sheet, time->version), from, to};
        }
        next_ms = from_ms;
    }
    for (size_t i = 0; i < count / 2; i++) {
        pgm__html_part part = parts[i];
        parts[i] = parts[count - 1 - i];
        parts[count - 1 - i] = part;
    }
    return count;
}

int pgm__html_grain(const pgm__html_sheet *sheet, const pgm__html_bars *bars, size_t most,
                    pgm__html_part *parts) {
    for (int grain = 1; grain < PGM__HTML_UNITS; grain *= 2) {
        size_t all = 0;
        for (size_t i = 0; i < bars->count && all <= most; i++) {
            all += pgm__html_parts(sheet, &bars->items[i], grain, parts);
        }
        if (all <= most) {
            return grain;
        }
    }
    return PGM__HTML_UNITS;
}
