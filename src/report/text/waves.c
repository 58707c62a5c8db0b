#include "report/text/waves.h"

#include <string.h>

#include "report/outcome.h"
#include "report/page/groups.h"
#include "report/page/paint.h"

/* So many waves have a line; of a fleet with a wave for each target the others are counted. */
enum { WAVES = 10 };

static bool folds(const pgm__page *page) {
    return page->report->summary->wave_count > pgm__page_cap(page, WAVES) &&
           pgm__page_cap(page, WAVES) > 0;
}

static size_t widest_name(const pgm_summary *summary) {
    size_t widest = 0;
    for (size_t i = 0; i < summary->wave_count; i++) {
        size_t width = pgm__paint_width(summary->waves[i].name);
        widest = width > widest ? width : widest;
    }
    return widest;
}

/* ---- before ---- */

/* Behind a failure too many nothing starts, but what is under way may fail as well. */
static void can_fail(pgm__strbuf *out, const pgm_wave *wave) {
    if (wave->limit >= wave->targets) {
        pgm__strbuf_adds(out, "any number may fail");
        return;
    }
    size_t most = wave->limit + wave->at_once;
    if (most >= wave->targets) {
        pgm__strbuf_adds(out, "all can fail");
    } else {
        pgm__strbuf_addf(out, "at most %zu can fail", most);
    }
    pgm__strbuf_addf(out, " (%zu + %zu under way)", wave->limit, wave->at_once);
}

/* Those whose first member is of it; NULL when the results do not name their waves. */
static const pgm__group *members_of(const pgm__page *page, const pgm__groups *groups,
                                    const pgm_wave *wave) {
    for (size_t i = 0; i < groups->count; i++) {
        const pgm_result *first = page->report->results[groups->items[i].members[0]];
        if (strcmp(first->wave, wave->name) == 0) {
            return &groups->items[i];
        }
    }
    return NULL;
}

static pgm_status show_planned(const pgm__page *page, const pgm_wave *wave,
                               const pgm__groups *groups, size_t name_width) {
    bool is_all = page->report->summary->wave_count == 1;
    const pgm__group *members = is_all ? NULL : members_of(page, groups, wave);
    pgm__strbuf_adds(page->out, "    ");
    pgm__paint_padded(page->out, wave->name, name_width);
    pgm__strbuf_adds(page->out, "  ");
    pgm__paint_count(page->out, wave->targets, "target");
    pgm__strbuf_adds(page->out, ", ");
    can_fail(page->out, wave);
    pgm_status status = PGM_OK;
    if (members != NULL) {
        pgm__strbuf_adds(page->out, ": ");
        status = pgm__page_ranges(page, members);
    }
    pgm__strbuf_addc(page->out, '\n');
    return status;
}

/* The first ones and the last one: with what the rollout begins, and what it leaves for the end. */
static pgm_status show_all_planned(const pgm__page *page, const pgm__groups *groups) {
    const pgm_summary *summary = page->report->summary;
    size_t width = widest_name(summary);
    size_t last = summary->wave_count - 1;
    size_t shown = folds(page) ? WAVES - 2 : last;
    size_t targets = 0;
    pgm_status status = PGM_OK;
    for (size_t i = 0; i < last && status == PGM_OK; i++) {
        if (i < shown) {
            status = show_planned(page, &summary->waves[i], groups, width);
        } else {
            targets += summary->waves[i].targets;
        }
    }
    if (shown < last) {
        pgm__strbuf_addf(page->out, "    … %zu more waves with ", last - shown);
        pgm__paint_count(page->out, targets, "target");
        pgm__strbuf_addc(page->out, '\n');
    }
    return status == PGM_OK ? show_planned(page, &summary->waves[last], groups, width) : status;
}

static pgm_status group_by_wave(const pgm__report *report, pgm__groups *groups) {
    pgm_status status = PGM_OK;
    for (size_t i = 0; i < report->result_count && status == PGM_OK; i++) {
        const char *wave = report->results[i]->wave;
        if (wave != NULL) {
            status = pgm__groups_add(groups, wave, strlen(wave), i);
        }
    }
    return status;
}

static bool is_free(const pgm_summary *summary) {
    return summary->wave_count == 1 && summary->waves[0].limit >= summary->waves[0].targets;
}

pgm_status pgm__section_rollout(const pgm__page *page) {
    const pgm_summary *summary = page->report->summary;
    if (summary->wave_count == 0 || is_free(summary)) {
        return PGM_OK;
    }
    pgm__groups groups = {0};
    pgm_status status = group_by_wave(page->report, &groups);
    if (status == PGM_OK) {
        pgm__page_section(page);
        pgm__paint_count(page->out, summary->wave_count, "wave");
        pgm__strbuf_adds(page->out, summary->wave_count == 1 ? ":\n" : ", one after the other:\n");
        status = show_all_planned(page, &groups);
    }
    pgm__groups_fini(&groups);
    return status;
}

/* ---- behind ---- */

typedef struct look {
    const char *mark;
    pgm__colour colour;
} look;

static look as_ending(pgm__ending ending, pgm__colour colour) {
    return (look){pgm__outcome_look(ending).mark, colour};
}

/* A wave that was stopped did not fail itself: its targets did, or somebody stopped the run. */
static look look_of(pgm_wave_state state) {
    switch (state) {
    case PGM_WAVE_NOT_RUN:
        return as_ending(PGM__ENDING_NOT_RUN, PGM__COLOUR_YELLOW);
    case PGM_WAVE_RUNNING:
        return (look){"▸", PGM__COLOUR_PLAIN};
    case PGM_WAVE_ENDED:
        return as_ending(PGM__ENDING_APPLIED, PGM__COLOUR_GREEN);
    case PGM_WAVE_STOPPED:
    case PGM_WAVE_STATE_COUNT:
        break;
    }
    return as_ending(PGM__ENDING_CANCELLED, PGM__COLOUR_RED);
}

static void show_ended(const pgm__page *page, const pgm_wave *wave, size_t name_width) {
    enum { WORD = 7 }; /* the longest: "stopped" */
    const look how = look_of(wave->state);
    pgm__page_mark(page, how.mark, how.colour);
    pgm__paint_padded(page->out, wave->name, name_width);
    pgm__strbuf_adds(page->out, "  ");
    pgm__paint_padded(page->out, pgm_wave_state_name(wave->state), WORD);
    pgm__strbuf_adds(page->out, "  ");
    pgm__paint_count(page->out, wave->targets, "target");
    if (wave->failed > 0) {
        pgm__strbuf_addf(page->out, ", %zu failed", wave->failed);
    }
    pgm__strbuf_addc(page->out, '\n');
}

/* Of waves that are counted only, of which nobody has anything to look at. */
static void show_counted(const pgm__page *page, pgm_wave_state state) {
    const pgm_summary *summary = page->report->summary;
    size_t waves = 0;
    size_t targets = 0;
    for (size_t i = 0; i < summary->wave_count; i++) {
        if (summary->waves[i].state == state && summary->waves[i].failed == 0) {
            waves++;
            targets += summary->waves[i].targets;
        }
    }
    if (waves > 0) {
        pgm__page_mark(page, look_of(state).mark, look_of(state).colour);
        pgm__paint_count(page->out, waves, "wave");
        pgm__strbuf_addf(page->out, " %s, ", pgm_wave_state_name(state));
        pgm__paint_count(page->out, targets, "target");
        pgm__strbuf_addc(page->out, '\n');
    }
}

/* `failed` counts the lines of waves with failures so far. Where the rollout stopped is always
 * told. */
static bool has_line(const pgm__page *page, const pgm_wave *wave, size_t *failed) {
    if (!folds(page) || wave->state == PGM_WAVE_STOPPED) {
        return true;
    }
    return wave->failed > 0 && (*failed)++ < WAVES;
}

static void show_all_ended(const pgm__page *page) {
    const pgm_summary *summary = page->report->summary;
    size_t width = widest_name(summary);
    size_t failed = 0;
    if (folds(page)) {
        show_counted(page, PGM_WAVE_ENDED);
    }
    for (size_t i = 0; i < summary->wave_count; i++) {
        if (has_line(page, &summary->waves[i], &failed)) {
            show_ended(page, &summary->waves[i], width);
        }
    }
    if (failed > WAVES) {
        pgm__strbuf_addf(page->out, "… and %zu more waves with failures\n", failed - WAVES);
    }
    if (folds(page)) {
        show_counted(page, PGM_WAVE_NOT_RUN);
    }
}

/* Where targets were only looked at, or nothing was begun, all waves are as they were. */
static bool has_begun(const pgm_summary *summary) {
    for (size_t i = 0; i < summary->wave_count; i++) {
        if (summary->waves[i].state != PGM_WAVE_NOT_RUN) {
            return true;
        }
    }
    return false;
}

pgm_status pgm__section_waves(const pgm__page *page) {
    const pgm_summary *summary = page->report->summary;
    if (summary->wave_count > 1 && has_begun(summary) && !page->style->quiet) {
        pgm__page_section(page);
        show_all_ended(page);
    }
    return PGM_OK;
}
