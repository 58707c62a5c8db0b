/* What was done and what is left, and on which targets: identical lists once. */
#include "report/text/lists.h"

#include "report/outcome.h"
#include "report/page/versions.h"

enum { VERSIONS = 10 };

/* They change rows and run nothing: what they did is told in its own words, not by versions. */
static bool tells_changes(const pgm__page *page) {
    pgm_command command = page->report->summary->command;
    return command == PGM_COMMAND_REPAIR || command == PGM_COMMAND_SQUASH;
}

/* What a section lists of a target. */
typedef const char *const *(*lines_fn)(const pgm__page *page, const pgm_result *result,
                                       size_t *count);

/* repair and squash tell what they change, done or not; every other command what is still to be
 * done. */
static const char *const *lines_of(const pgm__page *page, const pgm_result *result, size_t *count) {
    *count = tells_changes(page) ? result->change_count : result->pending_count;
    return tells_changes(page) ? result->changes : result->pending;
}

/* Where a target failed on its way, what it has still to do says how far it came. */
static const char *const *done_of(const pgm__page *page, const pgm_result *result, size_t *count) {
    (void)page;
    *count = result->outcome == PGM_OUTCOME_APPLIED ? result->done_count : 0;
    return result->done;
}

static void mark(const pgm__page *page, pgm__ending ending) {
    const pgm__ending_look look = pgm__outcome_look(ending);
    pgm__page_mark(page, look.mark, look.colour);
}

/* "✓ applied in " */
static void list_title(const pgm__page *page, const pgm__group *group, bool is_done) {
    const pgm_summary *summary = page->report->summary;
    const pgm__command_words words = pgm__outcome_words(summary->command);
    const pgm_result *first = page->report->results[group->members[0]];
    const char *title = words.still;
    if (is_done || (first->outcome == PGM_OUTCOME_APPLIED && tells_changes(page))) {
        title = pgm__outcome_look(words.done).word;
        mark(page, words.done);
    } else {
        mark(page, PGM__ENDING_PENDING);
    }
    pgm__strbuf_addf(page->out, "%s in ", title);
}

/* How many lines of a list; 0 = all. */
static size_t lines_cap(const pgm__page *page) {
    return tells_changes(page) ? 0 : pgm__page_cap(page, VERSIONS);
}

/* "287 targets applied, 574 migrations", or as the title of a list. */
static void row_title(const pgm__page *page, const pgm__group *group, bool is_done, size_t count) {
    const pgm__command_words words = pgm__outcome_words(page->report->summary->command);
    if (is_done) {
        mark(page, words.done);
        pgm__paint_count(page->out, group->count, "target");
        pgm__strbuf_addf(page->out, " %s, ", pgm__outcome_look(words.done).word);
        pgm__paint_count(page->out, group->count * count, "migration");
    } else {
        mark(page, PGM__ENDING_PENDING);
        pgm__strbuf_addf(page->out, "%s in ", words.still);
        pgm__paint_count(page->out, group->count, "target");
    }
}

/* Of a large fleet a list is a line, and its targets another one where not all have the same. */
static pgm_status show_row(const pgm__page *page, const pgm__group *group, lines_fn lines_for,
                           bool named) {
    size_t count = 0;
    const char *const *lines = lines_for(page, page->report->results[group->members[0]], &count);
    pgm_status status = PGM_OK;
    row_title(page, group, lines_for != lines_of, count);
    if (pgm__versions_fit(page, lines, count)) {
        pgm__versions_add_all(page, lines, count);
    } else {
        pgm__versions_add_short(page, lines, count);
    }
    if (named) {
        pgm__strbuf_adds(page->out, "\n    on ");
        status = pgm__page_ranges(page, group);
    }
    pgm__strbuf_addc(page->out, '\n');
    return status;
}

/* One line more costs no more than the line that would say that it is missing. */
static void show_list(const pgm__page *page, const pgm__group *group, lines_fn lines_for,
                      size_t cap) {
    const pgm_result *first = page->report->results[group->members[0]];
    size_t count = 0;
    const char *const *lines = lines_for(page, first, &count);
    size_t shown = cap == 0 || count <= cap + 1 ? count : cap;
    pgm__page_section(page);
    list_title(page, group, lines_for != lines_of);
    pgm__page_targets(page, group);
    pgm__strbuf_adds(page->out, ":\n");
    for (size_t i = 0; i < shown; i++) {
        pgm__strbuf_adds(page->out, "    ");
        pgm__paint_line(page->out, lines[i]);
        pgm__strbuf_addc(page->out, '\n');
    }
    if (shown < count) {
        pgm__strbuf_addf(page->out, "    … and %zu more\n", count - shown);
    }
}

/* What was done and what is left may be the same list, and must not be put together. */
static pgm_status group_lists(const pgm__page *page, lines_fn lines_for, pgm__groups *groups) {
    pgm__strbuf key = {0};
    pgm_status status = PGM_OK;
    for (size_t i = 0; i < page->report->result_count && status == PGM_OK; i++) {
        const pgm_result *result = page->report->results[i];
        size_t count = 0;
        const char *const *lines = lines_for(page, result, &count);
        if (count == 0) {
            continue;
        }
        pgm__strbuf_clear(&key);
        pgm__strbuf_addc(&key, result->outcome == PGM_OUTCOME_APPLIED ? '+' : '-');
        for (size_t j = 0; j < count; j++) {
            pgm__groups_key(&key, lines[j]);
        }
        status = key.failed ? PGM_ENOMEM : pgm__groups_add(groups, key.text, key.len, i);
    }
    pgm__strbuf_fini(&key);
    return status;
}

/* Where all targets are alike a list says nothing that their lines do not say: `least` is how many
 * different ones there must be. */
static pgm_status show_lists(const pgm__page *page, lines_fn lines_for, size_t least,
                             const char *rest) {
    pgm__groups groups = {0};
    pgm_status status = group_lists(page, lines_for, &groups);
    if (status == PGM_OK && groups.count >= least) {
        pgm__groups_sort(&groups);
        bool rows = pgm__report_folds(page->report->result_count, page->style->verbose);
        size_t shown = pgm__page_shown(page, &groups);
        for (size_t i = 0; i < shown && status == PGM_OK; i++) {
            if (rows && !tells_changes(page)) {
                status = show_row(page, &groups.items[i], lines_for, groups.count > 1);
            } else {
                show_list(page, &groups.items[i], lines_for, lines_cap(page));
            }
        }
        pgm__page_rest(page, &groups, shown, rest, NULL);
    }
    pgm__groups_fini(&groups);
    return status;
}

pgm_status pgm__section_pending(const pgm__page *page) {
    return show_lists(page, lines_of, 1, "lists of pending migrations");
}

pgm_status pgm__section_done(const pgm__page *page) {
    bool folded = pgm__report_folds(page->report->result_count, page->style->verbose);
    if (tells_changes(page) || page->report->summary->command == PGM_COMMAND_STATUS) {
        return PGM_OK;
    }
    return folded ? show_lists(page, done_of, 1, "lists of migrations")
                  : show_lists(page, done_of, 2, "lists of migrations");
}
