/* Where the time went. What of it was slow by the user's own measure has lines of its own (slow.h);
 * this is for who wonders afterwards why a rollout took as long as it did. */
#include "report/text/times.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

/* So many of each are told, and nothing that took less: nobody waits for that. */
enum { SLOWEST = 3, LEAST_MS = 1000, INDENT = 4 };

/* ---- targets ---- */

typedef struct slowest_targets {
    const pgm_result *items[SLOWEST]; /* the slowest first */
    size_t count;
} slowest_targets;

static void insert_target(slowest_targets *top, const pgm_result *result) {
    size_t at = top->count < SLOWEST ? top->count : SLOWEST - 1;
    bool full = top->count == SLOWEST;
    if (full && result->duration_ms <= top->items[at]->duration_ms) {
        return;
    }
    for (; at > 0 && top->items[at - 1]->duration_ms < result->duration_ms; at--) {
        top->items[at] = top->items[at - 1];
    }
    top->items[at] = result;
    top->count += full ? 0 : 1;
}

/* "t_0107 42.1 s (30.0 s of it waiting)" */
static void add_target(pgm__strbuf *out, const pgm_result *result) {
    pgm__paint_line(out, result->name);
    pgm__strbuf_addc(out, ' ');
    pgm__paint_duration(out, result->duration_ms);
    if (result->waited_ms * 10 >= result->duration_ms) {
        pgm__strbuf_adds(out, " (");
        pgm__paint_duration(out, result->waited_ms);
        pgm__strbuf_adds(out, " of it waiting)");
    }
}

static void show_targets(const pgm__page *page, const slowest_targets *top) {
    pgm__strbuf line = {0};
    for (size_t i = 0; i < top->count; i++) {
        pgm__strbuf_adds(&line, i == 0 ? "slowest targets: " : ", ");
        add_target(&line, top->items[i]);
    }
    const char *text = pgm__strbuf_text(&line);
    page->out->failed = page->out->failed || text == NULL;
    if (text != NULL && line.len > 0) {
        pgm__page_paragraphs(page, text, INDENT);
        pgm__strbuf_addc(page->out, '\n');
    }
    pgm__strbuf_fini(&line);
}

/* ---- migrations ---- */

/* A migration, and where it took longest. */
typedef struct longest {
    const pgm_result *result;
    const pgm_migration_time *time;
} longest;

typedef struct slowest_migrations {
    longest items[SLOWEST]; /* the slowest first */
    size_t count;
} slowest_migrations;

static void forget_version(slowest_migrations *top, size_t at) {
    for (; at + 1 < top->count; at++) {
        top->items[at] = top->items[at + 1];
    }
    top->count--;
}

/* One that had to leave for slower ones comes in again where it is slower than those itself. */
static void insert_migration(slowest_migrations *top, longest it) {
    for (size_t i = 0; i < top->count; i++) {
        if (strcmp(top->items[i].time->version, it.time->version) == 0) {
            if (it.time->took_us <= top->items[i].time->took_us) {
                return;
            }
            forget_version(top, i);
        }
    }
    size_t at = top->count < SLOWEST ? top->count : SLOWEST - 1;
    if (top->count == SLOWEST && it.time->took_us <= top->items[at].time->took_us) {
        return;
    }
    top->count += top->count < SLOWEST ? 1 : 0;
    for (; at > 0 && top->items[at - 1].time->took_us < it.time->took_us; at--) {
        top->items[at] = top->items[at - 1];
    }
    top->items[at] = it;
}

static int by_time(const void *a, const void *b) {
    int64_t left = *(const int64_t *)a;
    int64_t right = *(const int64_t *)b;
    return left < right ? -1 : left > right;
}

/* Of the targets on which it ended. A target has it once: the times are as many at most. */
static int64_t middle_of(const pgm__report *report, const char *version, int64_t *times,
                         size_t *count) {
    *count = 0;
    for (size_t i = 0; i < report->result_count; i++) {
        const pgm_result *result = report->results[i];
        for (size_t j = 0; j < result->time_count; j++) {
            if (strcmp(result->times[j].version, version) == 0) {
                times[(*count)++] = result->times[j].took_us;
                break;
            }
        }
    }
    qsort(times, *count, sizeof *times, by_time);
    return times[*count / 2];
}

/* "2_index 1.2 s in the middle of 283 targets, 42.0 s on t_0107" */
static void add_migration(pgm__strbuf *out, const pgm__report *report, const longest *it,
                          int64_t *times) {
    size_t count = 0;
    int64_t middle = middle_of(report, it->time->version, times, &count);
    pgm__paint_line(out, it->time->version);
    pgm__strbuf_addc(out, ' ');
    if (count > 1) {
        pgm__paint_duration(out, middle / 1000);
        pgm__strbuf_addf(out, " in the middle of %zu targets, ", count);
    }
    pgm__paint_duration(out, it->time->took_us / 1000);
    pgm__strbuf_adds(out, " on ");
    pgm__paint_line(out, it->result->name);
}

static pgm_status show_migrations(const pgm__page *page, const slowest_migrations *top) {
    if (top->count == 0) {
        return PGM_OK;
    }
    int64_t *times = pgm__calloc(page->report->result_count, sizeof *times);
    if (times == NULL) {
        return PGM_ENOMEM;
    }
    pgm__strbuf line = {0};
    for (size_t i = 0; i < top->count; i++) {
        pgm__strbuf_adds(&line, i == 0 ? "slowest migrations: " : "; ");
        add_migration(&line, page->report, &top->items[i], times);
    }
    const char *text = pgm__strbuf_text(&line);
    if (text != NULL) {
        pgm__page_paragraphs(page, text, INDENT);
        pgm__strbuf_addc(page->out, '\n');
    }
    pgm__strbuf_fini(&line);
    pgm__free(times);
    return text == NULL ? PGM_ENOMEM : PGM_OK;
}

/* ---- the section ---- */

/* Of what only looks, the time says nothing about migrations. */
static bool tells(const pgm__page *page) {
    const pgm_summary *summary = page->report->summary;
    return !page->style->quiet && !summary->dry_run && summary->command != PGM_COMMAND_STATUS &&
           pgm__report_folds(page->report->result_count, false);
}

/* Then they have just been told, and this goes on with it. */
static bool has_slow(const pgm__report *report) {
    for (size_t i = 0; i < report->result_count; i++) {
        if (report->results[i]->slow_count > 0) {
            return true;
        }
    }
    return false;
}

static void gather(const pgm_result *result, slowest_targets *targets,
                   slowest_migrations *migrations) {
    if (result->duration_ms >= LEAST_MS) {
        insert_target(targets, result);
    }
    for (size_t i = 0; i < result->time_count; i++) {
        if (result->times[i].took_us >= (int64_t)LEAST_MS * 1000) {
            insert_migration(migrations, (longest){result, &result->times[i]});
        }
    }
}

pgm_status pgm__section_times(const pgm__page *page) {
    slowest_targets targets = {.count = 0};
    slowest_migrations migrations = {.count = 0};
    for (size_t i = 0; i < page->report->result_count && tells(page); i++) {
        gather(page->report->results[i], &targets, &migrations);
    }
    if (targets.count == 0 && migrations.count == 0) {
        return PGM_OK;
    }
    if (!has_slow(page->report)) {
        pgm__page_section(page);
    }
    show_targets(page, &targets);
    return show_migrations(page, &migrations);
}
