/* Failures, warnings and pending lists: what many targets say in the same words is said once. */
#include <string.h>

#include "base/arena.h"
#include "report/groups.h"
#include "report/sections.h"

enum { GROUPS = 20, VERSIONS = 10, LABEL = 10 };

/* ---- failures ---- */

static bool is_failure(const pgm__page *page, const pgm_result *result) {
    pgm__ending ending = pgm__ending_of(page->report->summary, result);
    return result->failure != NULL || ending == PGM__ENDING_FAILED || ending == PGM__ENDING_UNKNOWN;
}

static void failure_key(pgm__strbuf *key, const pgm_result *result) {
    static const pgm_failure none = {0};
    const pgm_failure *failure = result->failure == NULL ? &none : result->failure;
    pgm__strbuf_clear(key);
    pgm__strbuf_addf(key, "%d %u ", (int)result->outcome, failure->line);
    pgm__groups_key(key, failure->phase);
    pgm__groups_key(key, failure->version);
    pgm__groups_key(key, failure->file);
    pgm__groups_key(key, failure->sqlstate);
    pgm__groups_key(key, failure->message);
    pgm__groups_key(key, failure->detail);
}

static void label(const pgm__page *page, const char *name) {
    pgm__strbuf_adds(page->out, "    ");
    pgm__strbuf_addf(page->out, "%-*s", LABEL, name);
}

static void field(const pgm__page *page, const char *name, const char *text) {
    if (text != NULL && *text != '\0') {
        label(page, name);
        pgm__paint_block(page->out, text, 4 + LABEL);
        pgm__strbuf_addc(page->out, '\n');
    }
}

static void place_and_message(const pgm__page *page, const pgm_failure *failure) {
    if (failure->file == NULL) {
        field(page, "migration", failure->version);
    } else {
        label(page, "file");
        pgm__paint_line(page->out, failure->file);
        if (failure->line > 0) {
            pgm__strbuf_addf(page->out, ":%u", failure->line);
        }
        pgm__strbuf_addc(page->out, '\n');
    }
    field(page, "phase", failure->phase);
    field(page, "sqlstate", failure->sqlstate);
    field(page, "error", failure->message);
    field(page, "detail", failure->detail);
    field(page, "hint", failure->hint);
    field(page, "context", failure->context);
}

static void show_failure(const pgm__page *page, const pgm__group *group) {
    const pgm_result *first = page->report->results[group->members[0]];
    pgm__ending_look look = pgm__ending_look_of(pgm__ending_of(page->report->summary, first));
    pgm__page_section(page);
    pgm__page_mark(page, look.mark, look.colour);
    if (group->count == 1) {
        pgm__paint_line(page->out, first->name);
        pgm__strbuf_addf(page->out, " %s\n", look.word);
        field(page, "server", first->server);
    } else {
        pgm__strbuf_addf(page->out, "%zu targets %s: ", group->count, look.word);
        pgm__page_names(page, group);
        pgm__strbuf_addc(page->out, '\n');
    }
    if (first->failure != NULL) {
        place_and_message(page, first->failure);
    }
}

static void show_rest(const pgm__page *page, const pgm__groups *groups, size_t shown,
                      const char *what) {
    size_t targets = 0;
    for (size_t i = shown; i < groups->count; i++) {
        targets += groups->items[i].count;
    }
    if (targets > 0) {
        pgm__page_section(page);
        pgm__strbuf_addf(page->out, "… and %zu more %s in ", groups->count - shown, what);
        pgm__paint_count(page->out, targets, "target");
        pgm__strbuf_adds(page->out, ": see --verbose or --report FILE\n");
    }
}

static size_t shown_groups(const pgm__page *page, const pgm__groups *groups) {
    size_t cap = pgm__page_cap(page, GROUPS);
    return cap == 0 || groups->count <= cap ? groups->count : cap;
}

pgm_status pgm__section_failures(const pgm__page *page) {
    pgm__groups groups = {0};
    pgm__strbuf key = {0};
    pgm_status status = PGM_OK;
    for (size_t i = 0; i < page->report->result_count && status == PGM_OK; i++) {
        if (is_failure(page, page->report->results[i])) {
            failure_key(&key, page->report->results[i]);
            status = key.failed ? PGM_ENOMEM : pgm__groups_add(&groups, key.text, key.len, i);
        }
    }
    size_t shown = shown_groups(page, &groups);
    for (size_t i = 0; i < shown && status == PGM_OK; i++) {
        show_failure(page, &groups.items[i]);
    }
    show_rest(page, &groups, shown, "kinds of failure");
    pgm__strbuf_fini(&key);
    pgm__groups_fini(&groups);
    return status;
}

/* ---- warnings ---- */

static void show_warning(const pgm__page *page, const pgm__group *group, const char *text) {
    pgm__page_mark(page, "!", PGM__COLOUR_YELLOW);
    if (group->count > 1) {
        pgm__strbuf_addf(page->out, "%zu targets, ", group->count);
    }
    pgm__page_names(page, group);
    pgm__strbuf_adds(page->out, ": ");
    pgm__paint_block(page->out, text, 4);
    pgm__strbuf_addc(page->out, '\n');
}

/* The text of a group is the key it was made from: found again by its first member. */
static pgm_status group_warnings(const pgm__page *page, pgm__groups *groups, const char ***texts,
                                 pgm__arena *arena) {
    size_t total = 0;
    for (size_t i = 0; i < page->report->result_count; i++) {
        total += page->report->results[i]->warning_count;
    }
    *texts = pgm__arena_calloc(arena, total, sizeof **texts);
    if (*texts == NULL) {
        return PGM_ENOMEM;
    }
    for (size_t i = 0; i < page->report->result_count; i++) {
        const pgm_result *result = page->report->results[i];
        for (size_t j = 0; j < result->warning_count; j++) {
            const char *text = result->warnings[j];
            size_t before = groups->count;
            if (pgm__groups_add(groups, text, strlen(text), i) != PGM_OK) {
                return PGM_ENOMEM;
            }
            if (groups->count > before) {
                (*texts)[before] = text;
            }
        }
    }
    return PGM_OK;
}

pgm_status pgm__section_warnings(const pgm__page *page) {
    pgm__groups groups = {0};
    pgm__arena arena = {0};
    const char **texts = NULL;
    pgm_status status = group_warnings(page, &groups, &texts, &arena);
    if (status == PGM_OK && groups.count > 0) {
        size_t shown = shown_groups(page, &groups);
        pgm__page_section(page);
        for (size_t i = 0; i < shown; i++) {
            show_warning(page, &groups.items[i], texts[i]);
        }
        show_rest(page, &groups, shown, "warnings");
    }
    pgm__groups_fini(&groups);
    pgm__arena_clear(&arena);
    return status;
}

/* ---- pending ---- */

static bool is_repair(const pgm__page *page) {
    return page->report->summary->command == PGM_COMMAND_REPAIR;
}

/* repair tells what it changes, done or not; every other command what is still to be done. */
static const char *const *lines_of(const pgm__page *page, const pgm_result *result, size_t *count) {
    *count = is_repair(page) ? result->change_count : result->pending_count;
    return is_repair(page) ? result->changes : result->pending;
}

static void pending_title(const pgm__page *page, const pgm__group *group) {
    const pgm_summary *summary = page->report->summary;
    const char *done = pgm__ending_look_of(pgm__ending_done(summary->command)).word;
    bool up = summary->command == PGM_COMMAND_UP || summary->command == PGM_COMMAND_STATUS;
    const pgm_result *first = page->report->results[group->members[0]];
    if (first->outcome == PGM_OUTCOME_APPLIED && is_repair(page)) {
        pgm__page_mark(page, "✓", PGM__COLOUR_GREEN);
        pgm__strbuf_addf(page->out, "%s in ", done);
    } else {
        pgm__page_mark(page, "–", PGM__COLOUR_YELLOW);
        pgm__strbuf_adds(page->out, summary->dry_run ? "would be "
                                    : up             ? "still "
                                                     : "still to be ");
        pgm__strbuf_addf(page->out, "%s in ", up && !summary->dry_run ? "pending" : done);
    }
    if (group->count > 1) {
        pgm__strbuf_addf(page->out, "%zu targets, ", group->count);
    }
    pgm__page_names(page, group);
    pgm__strbuf_adds(page->out, ":\n");
}

static void show_pending(const pgm__page *page, const pgm__group *group) {
    const pgm_result *first = page->report->results[group->members[0]];
    bool all = page->report->summary->dry_run || is_repair(page);
    size_t cap = all ? 0 : pgm__page_cap(page, VERSIONS);
    size_t count = 0;
    const char *const *lines = lines_of(page, first, &count);
    size_t shown = cap == 0 || count <= cap + 1 ? count : cap;
    pgm__page_section(page);
    pending_title(page, group);
    for (size_t i = 0; i < shown; i++) {
        pgm__strbuf_adds(page->out, "    ");
        pgm__paint_line(page->out, lines[i]);
        pgm__strbuf_addc(page->out, '\n');
    }
    if (shown < count) {
        pgm__strbuf_addf(page->out, "    … and %zu more\n", count - shown);
    }
}

pgm_status pgm__section_pending(const pgm__page *page) {
    pgm__groups groups = {0};
    pgm__strbuf key = {0};
    pgm_status status = PGM_OK;
    for (size_t i = 0; i < page->report->result_count && status == PGM_OK; i++) {
        const pgm_result *result = page->report->results[i];
        size_t count = 0;
        const char *const *lines = lines_of(page, result, &count);
        if (count == 0) {
            continue;
        }
        pgm__strbuf_clear(&key);
        pgm__strbuf_addc(&key, result->outcome == PGM_OUTCOME_APPLIED ? '+' : '-');
        for (size_t j = 0; j < count; j++) {
            pgm__groups_key(&key, lines[j]);
        }
        status = key.failed ? PGM_ENOMEM : pgm__groups_add(&groups, key.text, key.len, i);
    }
    size_t shown = shown_groups(page, &groups);
    for (size_t i = 0; i < shown && status == PGM_OK; i++) {
        show_pending(page, &groups.items[i]);
    }
    show_rest(page, &groups, shown, "lists of pending migrations");
    pgm__strbuf_fini(&key);
    pgm__groups_fini(&groups);
    return status;
}
