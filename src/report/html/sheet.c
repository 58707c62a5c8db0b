#include "report/html/sheet.h"

#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "base/mem.h"

typedef struct entry {
    const char *name; /* borrowed from the report */
    size_t place;
    UT_hash_handle hh;
} entry;

struct pgm__html_table {
    entry *head;
};

/* ---- versions ---- */

static entry *find(const pgm__html_sheet *sheet, const char *version) {
    entry *found = NULL;
    HASH_FIND_STR(sheet->table->head, version, found);
    return found;
}

static bool add_version(pgm__html_sheet *sheet, const char *version) {
    if (version == NULL || find(sheet, version) != NULL) {
        return true;
    }
    entry *item = pgm__calloc(1, sizeof *item);
    if (item == NULL) {
        return false;
    }
    item->name = version;
    HASH_ADD_KEYPTR(hh, sheet->table->head, item->name, strlen(item->name), item);
    if (item->hh.tbl == NULL) { /* no memory for the table */
        pgm__free(item);
        return false;
    }
    sheet->version_count++;
    return true;
}

static bool add_all(pgm__html_sheet *sheet, const char *const *versions, size_t count) {
    bool well = true;
    for (size_t i = 0; i < count && well; i++) {
        well = add_version(sheet, versions[i]);
    }
    return well;
}

static bool add_result(pgm__html_sheet *sheet, const pgm_result *result) {
    bool well = add_all(sheet, result->done, result->done_count) &&
                add_all(sheet, result->pending, result->pending_count);
    for (size_t i = 0; i < result->ledger_count && well; i++) {
        well = add_version(sheet, result->ledger[i].version);
    }
    for (size_t i = 0; i < result->time_count && well; i++) {
        well = add_version(sheet, result->times[i].version);
    }
    return well && add_version(sheet, result->failure == NULL ? NULL : result->failure->version);
}

static int by_order(const void *a, const void *b) {
    return pgm_migration_compare(((const pgm__html_version *)a)->name,
                                 ((const pgm__html_version *)b)->name);
}

/* Out of the table into an array in order, and the places into the table. */
static bool order_versions(pgm__html_sheet *sheet) {
    sheet->versions = pgm__calloc(sheet->version_count + 1, sizeof *sheet->versions);
    if (sheet->versions == NULL) {
        return false;
    }
    size_t place = 0;
    for (const entry *item = sheet->table->head; item != NULL; item = item->hh.next) {
        sheet->versions[place++] = (pgm__html_version){.name = item->name,
                                                       .colour = PGM__HTML_COLOURS};
    }
    qsort(sheet->versions, sheet->version_count, sizeof *sheet->versions, by_order);
    for (size_t i = 0; i < sheet->version_count; i++) {
        find(sheet, sheet->versions[i].name)->place = i;
    }
    return true;
}

static bool gather_versions(pgm__html_sheet *sheet) {
    const pgm__report *report = sheet->report;
    bool well = true;
    for (size_t i = 0; i < report->migration_count && well; i++) {
        well = add_version(sheet, report->migrations[i].version);
    }
    for (size_t i = 0; i < report->result_count && well; i++) {
        well = add_result(sheet, report->results[i]);
    }
    return well && order_versions(sheet);
}

/* ---- times and colours ---- */

static void count_times(pgm__html_sheet *sheet) {
    for (size_t i = 0; i < sheet->report->result_count; i++) {
        const pgm_result *result = sheet->report->results[i];
        for (size_t j = 0; j < result->time_count; j++) {
            size_t place = pgm__html_place(sheet, result->times[j].version);
            sheet->versions[place].count++;
            sheet->versions[place].total_us += result->times[j].took_us;
        }
    }
    for (size_t i = 0; i < sheet->version_count; i++) {
        sheet->timed += sheet->versions[i].count > 0 ? 1 : 0;
    }
}

/* Those that took longest get one; colours go in the order of the migrations, so that neighbours
 * differ. */
static void give_colours(pgm__html_sheet *sheet) {
    enum { CHOSEN = PGM__HTML_COLOURS + 1 };
    for (size_t chosen = 0; chosen < PGM__HTML_COLOURS; chosen++) {
        pgm__html_version *longest = NULL;
        for (size_t i = 0; i < sheet->version_count; i++) {
            pgm__html_version *it = &sheet->versions[i];
            bool open = it->count > 0 && it->colour == PGM__HTML_COLOURS;
            if (open && (longest == NULL || it->total_us > longest->total_us)) {
                longest = it;
            }
        }
        if (longest != NULL) {
            longest->colour = CHOSEN;
        }
    }
    size_t colour = 0;
    for (size_t i = 0; i < sheet->version_count; i++) {
        if (sheet->versions[i].colour == CHOSEN) {
            sheet->versions[i].colour = colour++;
        }
    }
}

/* ---- the clock ---- */

static bool gather_runs(pgm__html_sheet *sheet) {
    const pgm__report *report = sheet->report;
    sheet->run_offset = pgm__calloc(report->run_count + 1, sizeof *sheet->run_offset);
    if (sheet->run_offset == NULL) {
        return false;
    }
    int64_t left_out = report->run_count > 0 ? report->runs[0].started_at_ms : 0;
    int64_t end = left_out;
    for (size_t i = 0; i < report->run_count; i++) {
        const pgm__report_run *run = &report->runs[i];
        left_out += run->started_at_ms > end ? run->started_at_ms - end : 0;
        sheet->run_offset[i] = run->started_at_ms - left_out;
        int64_t run_end = run->started_at_ms + run->duration_ms;
        end = run_end > end ? run_end : end;
    }
    return true;
}

static void measure_span(pgm__html_sheet *sheet) {
    sheet->span_ms = 1;
    for (size_t i = 0; i < sheet->report->result_count; i++) {
        int64_t began = pgm__html_began(sheet, i);
        int64_t ended = began + sheet->report->results[i]->duration_ms;
        sheet->span_ms = began >= 0 && ended > sheet->span_ms ? ended : sheet->span_ms;
    }
}

/* ---- the sheet ---- */

pgm_status pgm__html_sheet_init(pgm__html_sheet *sheet, pgm__strbuf *out,
                                const pgm__report *report) {
    *sheet = (pgm__html_sheet){.out = out, .report = report};
    sheet->table = pgm__calloc(1, sizeof *sheet->table);
    if (sheet->table == NULL || !gather_versions(sheet) || !gather_runs(sheet)) {
        return PGM_ENOMEM;
    }
    count_times(sheet);
    give_colours(sheet);
    measure_span(sheet);
    return PGM_OK;
}

void pgm__html_sheet_fini(pgm__html_sheet *sheet) {
    entry *item = NULL;
    entry *next = NULL;
    if (sheet->table != NULL) {
        HASH_ITER(hh, sheet->table->head, item, next) {
            HASH_DEL(sheet->table->head, item);
            pgm__free(item);
        }
    }
    pgm__free(sheet->table);
    pgm__free(sheet->versions);
    pgm__free(sheet->run_offset);
    *sheet = (pgm__html_sheet){0};
}

size_t pgm__html_place(const pgm__html_sheet *sheet, const char *version) {
    const entry *found = find(sheet, version);
    return found == NULL ? sheet->version_count : found->place;
}

int64_t pgm__html_began(const pgm__html_sheet *sheet, size_t result) {
    const pgm__report *report = sheet->report;
    int64_t started = report->results[result]->started_ms;
    if (started < 0) {
        return -1;
    }
    return started + (report->run_count > 0 ? sheet->run_offset[report->run_of[result]] : 0);
}

bool pgm__html_is_march(const pgm__html_sheet *sheet) {
    const pgm_summary *summary = sheet->report->summary;
    return !summary->dry_run && summary->command != PGM_COMMAND_STATUS;
}
