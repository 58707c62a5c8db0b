#include "report/text/warnings.h"

#include <string.h>

#include "base/arena.h"

/* The target stands before the text, as in the lines that are printed while it runs. */
static void show_warning(const pgm__page *page, const pgm__group *group, const char *text) {
    pgm__page_mark(page, "!", PGM__COLOUR_YELLOW);
    pgm__page_targets(page, group);
    pgm__strbuf_adds(page->out, ": ");
    pgm__page_paragraphs(page, text, 4);
    pgm__strbuf_addc(page->out, '\n');
}

/* How many of its warnings are still to be said. What concerns the connection is said whatever the
 * style: where and as whom a migration goes is not to be overlooked. */
static size_t warnings_to_say(const pgm__page *page, const pgm_result *result) {
    bool all = !page->style->quiet && !page->style->warnings_shown;
    return all ? result->warning_count : result->connection_warning_count;
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
        for (size_t j = 0; j < warnings_to_say(page, result); j++) {
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
        size_t shown = pgm__page_shown(page, &groups);
        pgm__page_section(page);
        for (size_t i = 0; i < shown; i++) {
            show_warning(page, &groups.items[i], texts[i]);
        }
        pgm__page_rest(page, &groups, shown, "warnings", NULL);
    }
    pgm__groups_fini(&groups);
    pgm__arena_clear(&arena);
    return status;
}
