/* Each kind of target has a line or two, however many there are of it: a plan is read before a
 * fleet is changed, and what does not fit on a screen is not read. */
#include "report/text/plan.h"

#include <string.h>

#include "report/outcome.h"
#include "report/page/versions.h"

/* So many groups have their lines; where there are so few, each version may have one. */
enum { GROUPS = 8, FEW_GROUPS = 2, LINES = 20, BRIEF_LINES = 10 };

/* What would happen, in the order in which it is told. */
typedef enum kind { WORK, STOPS, NOT_LOOKED_AT, SKIPPED, IDLE, KINDS } kind;

static bool tells_changes(const pgm__page *page) {
    pgm_command command = page->report->summary->command;
    return command == PGM_COMMAND_REPAIR || command == PGM_COMMAND_SQUASH;
}

/* repair and squash tell what they change in words, every other command its migrations. */
static const char *const *lines_of(const pgm__page *page, const pgm_result *result, size_t *count) {
    bool changes = tells_changes(page);
    *count = changes ? result->change_count : result->pending_count;
    return changes ? result->changes : result->pending;
}

static kind kind_of(const pgm__page *page, const pgm_result *result) {
    if (pgm_result_verdict(page->report->summary, result) == PGM_VERDICT_BAD) {
        return STOPS;
    }
    if (result->outcome == PGM_OUTCOME_UP_TO_DATE) {
        return IDLE;
    }
    if (result->outcome == PGM_OUTCOME_SKIPPED) {
        return SKIPPED;
    }
    size_t count = 0;
    (void)lines_of(page, result, &count);
    return result->outcome == PGM_OUTCOME_NOT_RUN && count > 0 ? WORK : NOT_LOOKED_AT;
}

/* ---- why one would stop ---- */

/* What the codes of findings mean in a line; the whole of it stands with the failures. */
static const char *words_of(const char *code) {
    static const struct {
        const char *code;
        const char *words;
    } all[] = {
        {"edited", "the file of an applied migration was edited"},
        {"partly-applied", "a migration is half done"},
        {"target-ahead", "ahead of the migrations folder"},
        {"renamed", "an applied migration has another name now"},
        {"renumbered", "an applied migration has another number now"},
        {"out-of-order", "a pending migration is older than the newest applied one"},
        {"no-down-file", "a migration has no way down"},
        {"down-refused", "a way down cannot be run"},
        {"no-up-file", "a migration has only a down file"},
    };
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        if (strcmp(all[i].code, code) == 0) {
            return all[i].words;
        }
    }
    return code;
}

/* Static storage, or the result's own. */
static const char *why(const pgm_result *result) {
    if (result->finding_count > 0 && result->findings[0].severity == PGM_SEVERITY_ERROR) {
        return words_of(result->findings[0].code);
    }
    const char *phase = result->failure == NULL ? NULL : result->failure->phase;
    if (phase == NULL || strcmp(phase, "plan") == 0) {
        return "see below";
    }
    bool away = strcmp(phase, "connect") == 0 || strcmp(phase, "resolve") == 0;
    return away ? "not reached" : "could not be read";
}

/* ---- groups ---- */

static void add_key(pgm__strbuf *key, const pgm__page *page, const pgm_result *result, kind what) {
    pgm__strbuf_clear(key);
    if (what == STOPS) {
        pgm__groups_key(key, why(result));
    } else if (what == WORK) {
        size_t count = 0;
        const char *const *lines = lines_of(page, result, &count);
        for (size_t i = 0; i < count; i++) {
            pgm__groups_key(key, lines[i]);
        }
    } else {
        pgm__groups_key(key, NULL);
    }
}

static pgm_status gather(const pgm__page *page, pgm__groups groups[KINDS]) {
    pgm__strbuf key = {0};
    pgm_status status = PGM_OK;
    for (size_t i = 0; i < page->report->result_count && status == PGM_OK; i++) {
        const pgm_result *result = page->report->results[i];
        kind what = kind_of(page, result);
        add_key(&key, page, result, what);
        status = key.failed ? PGM_ENOMEM : pgm__groups_add(&groups[what], key.text, key.len, i);
    }
    pgm__strbuf_fini(&key);
    for (int what = 0; what < KINDS; what++) {
        pgm__groups_sort(&groups[what]);
    }
    return status;
}

/* ---- names ---- */

/* "dev", or of several "312 targets": their names have a line of their own. */
static void who(const pgm__page *page, const pgm__group *group) {
    if (group->count == 1) {
        pgm__paint_line(page->out, page->report->results[group->members[0]]->name);
    } else {
        pgm__paint_count(page->out, group->count, "target");
    }
}

static pgm_status name_all(const pgm__page *page, const pgm__group *group) {
    if (group->count < 2) {
        return PGM_OK;
    }
    pgm__strbuf_adds(page->out, "    on ");
    pgm_status status = pgm__page_ranges(page, group);
    pgm__strbuf_addc(page->out, '\n');
    return status;
}

/* ---- what would be done ---- */

/* One line more costs no more than the line that would say that it is missing. */
static void add_column(const pgm__page *page, const char *const *lines, size_t count) {
    size_t cap = pgm__page_cap(page, page->brief ? BRIEF_LINES : LINES);
    size_t shown = cap == 0 || count <= cap + 1 ? count : cap;
    for (size_t i = 0; i < shown; i++) {
        pgm__strbuf_adds(page->out, "      ");
        pgm__paint_line(page->out, lines[i]);
        pgm__strbuf_addc(page->out, '\n');
    }
    if (shown < count) {
        pgm__strbuf_addf(page->out, "      … and %zu more\n", count - shown);
    }
}

static pgm_status show_work(const pgm__page *page, const pgm__group *group, size_t groups) {
    const pgm__command_words words = pgm__outcome_words(page->report->summary->command);
    size_t count = 0;
    const char *const *lines = lines_of(page, page->report->results[group->members[0]], &count);
    const pgm__ending_look look = pgm__outcome_look(PGM__ENDING_PENDING);
    pgm__page_mark(page, look.mark, look.colour);
    who(page, group);
    pgm__strbuf_adds(page->out, ": ");
    if (!tells_changes(page)) {
        pgm__paint_count(page->out, count, "migration");
        pgm__strbuf_addc(page->out, ' ');
    }
    pgm__strbuf_adds(page->out, words.would);
    bool row = !tells_changes(page) && pgm__versions_fit(page, lines, count);
    bool column = !row && (tells_changes(page) || page->style->verbose || groups <= FEW_GROUPS);
    if (row) {
        pgm__versions_add_all(page, lines, count);
    } else if (!column) {
        pgm__versions_add_short(page, lines, count);
    }
    pgm__strbuf_addc(page->out, '\n');
    pgm_status status = name_all(page, group);
    if (column) {
        add_column(page, lines, count);
    }
    return status;
}

/* ---- the others ---- */

static pgm_status show_rest(const pgm__page *page, const pgm__group *group, kind what) {
    const pgm_result *first = page->report->results[group->members[0]];
    pgm__ending ending = pgm__outcome_ending(page->report->summary, first);
    pgm__ending_look look = pgm__outcome_look(ending);
    pgm__page_mark(page, look.mark, look.colour);
    who(page, group);
    if (what == STOPS) {
        pgm__strbuf_addf(page->out, ": %s: ", group->count == 1 ? "stops" : "stop");
        pgm__paint_line(page->out, why(first));
    } else {
        pgm__strbuf_addf(page->out, ": %s", look.word);
    }
    pgm__strbuf_addc(page->out, '\n');
    return name_all(page, group);
}

static pgm_status show_kind(const pgm__page *page, const pgm__groups *groups, kind what) {
    size_t cap = pgm__page_cap(page, GROUPS);
    size_t shown = cap == 0 || groups->count <= cap ? groups->count : cap;
    pgm_status status = PGM_OK;
    for (size_t i = 0; i < shown && status == PGM_OK; i++) {
        status = what == WORK ? show_work(page, &groups->items[i], groups->count)
                              : show_rest(page, &groups->items[i], what);
    }
    size_t left = pgm__groups_targets(groups, shown);
    if (left > 0) {
        pgm__strbuf_addf(page->out, "… and %zu more kinds of work on ", groups->count - shown);
        pgm__paint_count(page->out, left, "target");
        pgm__strbuf_addf(page->out, ": see %s\n",
                         page->brief ? "--dry-run --verbose" : "--verbose or --report FILE");
    }
    return status;
}

pgm_status pgm__section_plan(const pgm__page *page) {
    pgm__groups groups[KINDS] = {0};
    pgm_status status = gather(page, groups);
    if (status == PGM_OK && page->report->result_count > 0) {
        pgm__page_section(page);
    }
    for (int what = 0; what < KINDS && status == PGM_OK; what++) {
        status = show_kind(page, &groups[what], (kind)what);
    }
    for (int what = 0; what < KINDS; what++) {
        pgm__groups_fini(&groups[what]);
    }
    return status;
}
