/* Hundreds of targets are in a few states. Nobody reads a cell for each of their migrations: what
 * matters is who is behind, and by what. */
#include "report/status/states.h"

#include <stdlib.h>

#include "report/outcome.h"
#include "report/page/versions.h"
#include "report/status/board.h"

/* So many states of targets that are behind are shown, and so many of those that are not. */
enum { BEHIND = 10, UP_TO_DATE = 4 };

/* Targets are in one state when the same versions are applied and the same are pending. The times
 * at which they were applied differ everywhere and do not count. */
static void add_key(pgm__strbuf *key, const pgm_result *result) {
    pgm__strbuf_clear(key);
    for (size_t i = 0; i < result->ledger_count; i++) {
        pgm__groups_key(key, result->ledger[i].version);
    }
    pgm__strbuf_addc(key, '/');
    for (size_t i = 0; i < result->pending_count; i++) {
        pgm__groups_key(key, result->pending[i]);
    }
    pgm__strbuf_addf(key, "/%zu", result->half_done_count);
}

static pgm_status group_states(const pgm__report *report, pgm__groups *behind,
                               pgm__groups *up_to_date) {
    pgm__strbuf key = {0};
    pgm_status status = PGM_OK;
    for (size_t i = 0; i < report->result_count && status == PGM_OK; i++) {
        const pgm_result *result = report->results[i];
        if (pgm__board_knows(result)) {
            pgm__groups *groups = result->pending_count > 0 ? behind : up_to_date;
            add_key(&key, result);
            status = key.failed ? PGM_ENOMEM : pgm__groups_add(groups, key.text, key.len, i);
        }
    }
    pgm__strbuf_fini(&key);
    return status;
}

static const pgm_result *first_of(const pgm__page *page, const pgm__group *group) {
    return page->report->results[group->members[0]];
}

/* The most behind first, and of those that are as far behind the larger group: sorted by size
 * already. There are few groups, or nobody could read them. */
static void sort_by_lag(const pgm__page *page, pgm__groups *groups) {
    for (size_t i = 1; i < groups->count; i++) {
        const pgm__group moved = groups->items[i];
        size_t lag = first_of(page, &moved)->pending_count;
        size_t at = i;
        for (; at > 0 && first_of(page, &groups->items[at - 1])->pending_count < lag; at--) {
            groups->items[at] = groups->items[at - 1];
        }
        groups->items[at] = moved;
    }
}

/* ---- a state ---- */

/* "; applied and no file here: 2_hot", and "; half done: 3_c". */
static void add_unknown(const pgm__page *page, const pgm_result *result) {
    size_t unknown = 0;
    const char *first = NULL;
    for (size_t i = 0; i < result->ledger_count; i++) {
        first = first == NULL && !result->ledger[i].known ? result->ledger[i].version : first;
        unknown += result->ledger[i].known ? 0 : 1;
    }
    if (unknown > 0) {
        pgm__strbuf_adds(page->out, "; applied, no file here: ");
        pgm__paint_line(page->out, first);
    }
    if (unknown > 1) {
        pgm__strbuf_addf(page->out, " and %zu more", unknown - 1);
    }
    if (result->half_done_count > 0) {
        pgm__strbuf_adds(page->out, "; half done: ");
        pgm__paint_line(page->out, result->half_done[0].version);
    }
}

/* "○ 31 targets 2 behind: 119_y, 120_z" and below who they are. */
static pgm_status show_state(const pgm__page *page, const pgm__group *group) {
    const pgm_result *first = first_of(page, group);
    const pgm__ending_look look =
        pgm__outcome_look(pgm__outcome_ending(page->report->summary, first));
    pgm__page_mark(page, look.mark, look.colour);
    if (group->count == 1) {
        pgm__paint_line(page->out, first->name);
    } else {
        pgm__paint_count(page->out, group->count, "target");
    }
    if (first->pending_count == 0) {
        pgm__strbuf_addf(page->out, " %s", look.word);
    } else {
        pgm__strbuf_addf(page->out, " %zu behind", first->pending_count);
        if (pgm__versions_fit(page, first->pending, first->pending_count)) {
            pgm__versions_add_all(page, first->pending, first->pending_count);
        } else {
            pgm__versions_add_short(page, first->pending, first->pending_count);
        }
    }
    add_unknown(page, first);
    pgm_status status = PGM_OK;
    if (group->count > 1) {
        pgm__strbuf_adds(page->out, "\n    ");
        status = pgm__page_ranges(page, group);
    }
    pgm__strbuf_addc(page->out, '\n');
    return status;
}

static pgm_status show_states(const pgm__page *page, const pgm__groups *groups, size_t cap,
                              const char *what) {
    size_t shown = groups->count <= cap + 1 ? groups->count : cap;
    pgm_status status = PGM_OK;
    for (size_t i = 0; i < shown && status == PGM_OK; i++) {
        status = show_state(page, &groups->items[i]);
    }
    size_t left = pgm__groups_targets(groups, shown);
    if (left > 0) {
        pgm__strbuf_addf(page->out, "… and %zu more states of ", groups->count - shown);
        pgm__paint_count(page->out, left, "target");
        pgm__strbuf_addf(page->out, " %s: see --only GLOB, --verbose or --report FILE\n", what);
    }
    return status;
}

/* "17 of 300 targets are behind, by 1 to 120 migrations" */
static void count_behind(const pgm__page *page, const pgm__groups *behind) {
    size_t targets = pgm__groups_targets(behind, 0);
    if (targets == 0) {
        return;
    }
    size_t most = first_of(page, &behind->items[0])->pending_count;
    size_t least = first_of(page, &behind->items[behind->count - 1])->pending_count;
    pgm__page_section(page);
    pgm__strbuf_addf(page->out, "%zu of ", targets);
    pgm__paint_count(page->out, page->report->result_count, "target");
    pgm__strbuf_addf(page->out, " %s behind, by ", targets == 1 ? "is" : "are");
    if (least < most) {
        pgm__strbuf_addf(page->out, "%zu to ", least);
    }
    pgm__paint_count(page->out, most, "migration");
    pgm__strbuf_addc(page->out, '\n');
}

pgm_status pgm__status_states(const pgm__page *page) {
    pgm__groups behind = {0};
    pgm__groups up_to_date = {0};
    pgm_status status = group_states(page->report, &behind, &up_to_date);
    if (status == PGM_OK) {
        pgm__groups_sort(&behind);
        pgm__groups_sort(&up_to_date);
        sort_by_lag(page, &behind);
        pgm__page_section(page);
        status = show_states(page, &behind, BEHIND, "behind");
    }
    if (status == PGM_OK && !page->style->pending_only) {
        status = show_states(page, &up_to_date, UP_TO_DATE, "up-to-date");
    }
    if (status == PGM_OK) {
        count_behind(page, &behind);
    }
    pgm__groups_fini(&behind);
    pgm__groups_fini(&up_to_date);
    return status;
}
