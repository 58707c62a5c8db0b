/* Why targets failed. What many of them say in the same words is said once: the same mistake on a
 * thousand tenants is one mistake. */
#include "report/text/failures.h"

#include "report/outcome.h"

/* Somebody who reads a plan is told of so many kinds in full; all of them have a line above. */
enum { LABEL = 10, BRIEF_KINDS = 3 };

/* A target may have failed without a reason that could be noted; it is named all the same. */
static bool is_failure(const pgm__page *page, const pgm_result *result) {
    return result->failure != NULL ||
           pgm_result_verdict(page->report->summary, result) == PGM_VERDICT_BAD;
}

/* Hint and context do not count: they follow from the rest, and those of the first target are
 * shown. */
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

/* An error of several lines goes on under its first one, behind the label. */
static void field(const pgm__page *page, const char *name, const char *text) {
    if (text != NULL && *text != '\0') {
        label(page, name);
        pgm__paint_block(page->out, text, 4 + LABEL);
        pgm__strbuf_addc(page->out, '\n');
    }
}

/* The place comes first and as compilers print it, which editors and terminals know how to open. */
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

/* One target is named in full, with its server; of many, their names must do. */
static void show_failure(const pgm__page *page, const pgm__group *group) {
    const pgm_result *first = page->report->results[group->members[0]];
    pgm__ending_look look = pgm__outcome_look(pgm__outcome_ending(page->report->summary, first));
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
    if (status == PGM_OK && groups.count > 0) {
        size_t shown = pgm__page_shown(page, &groups);
        shown = page->brief && shown > BRIEF_KINDS ? BRIEF_KINDS : shown;
        for (size_t i = 0; i < shown; i++) {
            show_failure(page, &groups.items[i]);
        }
        pgm__page_rest(page, &groups, shown, "kinds of failure", NULL);
    }
    pgm__strbuf_fini(&key);
    pgm__groups_fini(&groups);
    return status;
}
