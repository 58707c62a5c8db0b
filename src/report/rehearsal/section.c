/* For somebody who has to say tonight whether it can go: per migration what waits and how long,
 * and then the rest. Targets with the same result are one block, the worst block first. */
#include "report/rehearsal/section.h"

#include <stdlib.h>
#include <string.h>

#include "report/outcome.h"
#include "report/rehearsal/digest.h"
#include "report/rehearsal/words.h"

enum {
    INDENT = 4,
    LABEL = 10,
    NAME_WIDTH = 40, /* one long name must not push all others away */
    BLOCKS = 8,      /* groups */
    LINES = 5,       /* of one label */
    OBJECTS = 6
};

/* ---- lines ---- */

/* Taken from the scratch, which is cleared for the next one. */
static const char *text_of(const pgm__page *page, const pgm__strbuf *scratch) {
    const char *text = pgm__strbuf_text(scratch);
    page->out->failed = page->out->failed || text == NULL;
    return text == NULL ? "" : text;
}

static void fact(const pgm__page *page, const char *label, pgm__strbuf *text) {
    pgm__paint_spaces(page->out, INDENT + 2);
    pgm__strbuf_addf(page->out, "%-*s", LABEL, label);
    pgm__page_paragraphs(page, text_of(page, text), INDENT + 2 + LABEL);
    pgm__strbuf_addc(page->out, '\n');
    pgm__strbuf_clear(text);
}

/* A line for each of a list, the label on the first one; what is beyond the cap is counted. One
 * line more costs no more than the one that would say that it is missing. */
typedef struct list {
    const pgm__page *page;
    const char *label;
    const char *what; /* of those that are missing */
    size_t shown;
    size_t missing;
    pgm__strbuf text;
} list;

static void list_line(list *l) {
    size_t cap = pgm__page_cap(l->page, LINES);
    if (cap != 0 && l->shown >= cap) {
        l->missing++;
        (void)text_of(l->page, &l->text);
        pgm__strbuf_clear(&l->text);
        return;
    }
    fact(l->page, l->shown++ == 0 ? l->label : "", &l->text);
}

static void list_end(list *l) {
    if (l->missing > 0) {
        pgm__strbuf_addf(&l->text, "… and %zu more %s: see --verbose", l->missing, l->what);
        fact(l->page, "", &l->text);
    }
    pgm__strbuf_fini(&l->text);
}

/* ---- what a migration did ---- */

static bool ran(pgm_rehearsed state) {
    return state == PGM_REHEARSED_RAN || state == PGM_REHEARSED_KEPT;
}

/* Of one that was not run, all that it would lock; of one that was, what keeps people out. */
static void show_blocks(const pgm__page *page, const pgm__digest_migration *migration) {
    pgm_rehearsed state = migration->first->state;
    list l = {.page = page, .label = "blocks", .what = "relations"};
    for (size_t i = 0; i < migration->lock_count; i++) {
        if (pgm__rehearsal_blocks(&migration->locks[i])) {
            pgm__rehearsal_lock(&l.text, &migration->locks[i], state);
            list_line(&l);
        }
    }
    if (l.shown == 0 && ran(state)) {
        pgm__strbuf_adds(&l.text, "nobody who reads or writes");
        list_line(&l);
    }
    list_end(&l);
}

static void show_weak_locks(const pgm__page *page, const pgm__digest_migration *migration) {
    pgm_rehearsed state = migration->first->state;
    list l = {.page = page, .label = "locks", .what = "relations"};
    for (size_t i = 0; i < migration->lock_count; i++) {
        bool shown = page->style->verbose || state == PGM_REHEARSED_ALONE;
        if (shown && !pgm__rehearsal_blocks(&migration->locks[i])) {
            pgm__rehearsal_lock(&l.text, &migration->locks[i], state);
            list_line(&l);
        }
    }
    list_end(&l);
}

static void show_rewrites(const pgm__page *page, const pgm__digest_migration *migration) {
    list l = {.page = page, .label = "rewrites", .what = "files"};
    for (size_t i = 0; i < migration->rewrite_count; i++) {
        pgm__rehearsal_rewrite(&l.text, &migration->rewrites[i]);
        list_line(&l);
    }
    list_end(&l);
}

static void show_rows(const pgm__page *page, const pgm__digest_migration *migration) {
    list l = {.page = page, .label = "rows", .what = "tables"};
    for (size_t i = 0; i < migration->table_count; i++) {
        if (pgm__rehearsal_touches(&migration->tables[i])) {
            pgm__rehearsal_touched(&l.text, &migration->tables[i]);
            list_line(&l);
        }
    }
    list_end(&l);
}

static void show_objects(const pgm__page *page, const pgm__digest_migration *migration) {
    pgm__strbuf text = {0};
    for (int change = 0; change < PGM_OBJECT_CHANGE_COUNT; change++) {
        size_t most = pgm__page_cap(page, OBJECTS);
        size_t count = pgm__rehearsal_objects(&text, migration, (pgm_object_change)change, most);
        if (count > 0) {
            fact(page, pgm_object_change_name((pgm_object_change)change), &text);
        }
    }
    pgm__strbuf_fini(&text);
}

static void show_notes(const pgm__page *page, const pgm_rehearsed_migration *migration) {
    list l = {.page = page, .label = "note", .what = "notes"};
    for (size_t i = 0; i < migration->note_count; i++) {
        pgm__strbuf_adds(&l.text, migration->notes[i]);
        list_line(&l);
    }
    list_end(&l);
}

/* What cannot be seen is not worth a line each. */
static void show_warnings(const pgm__page *page, const pgm__digest_migration *migration,
                          size_t targets) {
    list l = {.page = page, .label = "warned", .what = "warnings"};
    size_t unseen = 0;
    for (size_t i = 0; i < migration->warning_count; i++) {
        const pgm__digest_warning *warning = &migration->warnings[i];
        if (warning->warning->warned == PGM_WARNED_NOT_SEEN && !page->style->verbose) {
            unseen++;
            continue;
        }
        pgm__rehearsal_warning(&l.text, warning, targets);
        list_line(&l);
    }
    if (unseen > 0) {
        pgm__strbuf_addf(&l.text, "%zu%s that a rehearsal cannot see", unseen,
                         l.shown > 0 ? " more" : "");
        list_line(&l);
    }
    list_end(&l);
}

/* ---- statements ---- */

/* "3_index.sql:1" is how editors open it. */
static void add_place(pgm__strbuf *out, const pgm_rehearsed_migration *migration,
                      const pgm_rehearsed_statement *statement) {
    pgm__strbuf_adds(out, migration->file == NULL ? migration->version : migration->file);
    if (statement->line > 0) {
        pgm__strbuf_addf(out, ":%u", statement->line);
    }
    pgm__strbuf_adds(out, "  ");
}

static void show_statement(list *l, const pgm_rehearsed_migration *migration,
                           const pgm_rehearsed_statement *statement) {
    const pgm__span wal = {statement->wal_bytes, statement->wal_bytes,
                           statement->wal_bytes < 0 ? NULL : ""};
    add_place(&l->text, migration, statement);
    if (statement->ran) {
        pgm__rehearsal_time(&l->text, statement->took_us);
        pgm__strbuf_adds(&l->text, "  WAL ");
        pgm__rehearsal_sizes(&l->text, &wal);
        pgm__strbuf_adds(&l->text, "  ");
    }
    if (statement->ran && statement->rows >= 0) {
        pgm__rehearsal_row_count(&l->text, statement->rows);
        pgm__strbuf_adds(&l->text, "  ");
    }
    pgm__strbuf_adds(&l->text, statement->text);
    pgm__strbuf_adds(&l->text, statement->ran || migration->state == PGM_REHEARSED_ALONE
                                   ? ""
                                   : "  (did not run to its end)");
    list_line(l);
}

/* Those of a migration that nobody ran are what is to be known of it. */
static void show_statements(const pgm__page *page, const pgm__digest_migration *migration) {
    const pgm_rehearsed_migration *of = migration->worst;
    list l = {.page = page, .label = "runs", .what = "statements"};
    bool shown = page->style->verbose || of->state == PGM_REHEARSED_ALONE;
    for (size_t i = 0; i < of->statement_count && shown; i++) {
        show_statement(&l, of, &of->statements[i]);
    }
    list_end(&l);
}

/* ---- migrations of a group ---- */

/* Columns of text, as wide as what stands in them. */
typedef struct columns {
    size_t name;
    size_t time;
} columns;

static columns measure(const pgm__page *page, const pgm__digest_group *group) {
    columns widths = {sizeof "migration" - 1, sizeof "time" - 1};
    pgm__strbuf time = {0};
    for (size_t i = 0; i < group->migration_count; i++) {
        size_t name = pgm__paint_width(group->migrations[i].first->version);
        pgm__strbuf_clear(&time);
        pgm__rehearsal_times(&time, &group->migrations[i].took_us);
        size_t wide = pgm__paint_width(text_of(page, &time));
        widths.name = name > widths.name && name <= NAME_WIDTH ? name : widths.name;
        widths.time = wide > widths.time ? wide : widths.time;
    }
    pgm__strbuf_fini(&time);
    return widths;
}

static void show_heading(const pgm__page *page, const columns *widths) {
    pgm__paint_spaces(page->out, INDENT);
    pgm__paint_padded(page->out, "migration", widths->name + 2);
    pgm__paint_padded(page->out, "time", widths->time + 2);
    pgm__strbuf_adds(page->out, "WAL at most\n");
}

static void show_row(const pgm__page *page, const pgm__digest_migration *migration,
                     const columns *widths) {
    const char *why = pgm__rehearsal_why_not(migration->first->state);
    pgm__strbuf text = {0};
    pgm__paint_spaces(page->out, INDENT);
    pgm__paint_padded(page->out, migration->first->version, widths->name + 2);
    if (migration->took_us.worst != NULL) {
        pgm__rehearsal_times(&text, &migration->took_us);
        pgm__paint_padded(page->out, text_of(page, &text), widths->time + 2);
        pgm__strbuf_clear(&text);
        pgm__rehearsal_sizes(&text, &migration->wal_bytes);
        pgm__strbuf_adds(&text, why == NULL ? "" : "  ");
    }
    pgm__strbuf_adds(&text, why == NULL ? "" : why);
    pgm__page_paragraphs(page, text_of(page, &text), INDENT + widths->name + 2);
    pgm__strbuf_fini(&text);
    pgm__page_end_line(page);
}

static void show_migration(const pgm__page *page, const pgm__digest_group *group,
                           const pgm__digest_migration *migration, const columns *widths) {
    pgm_rehearsed state = migration->first->state;
    show_row(page, migration, widths);
    if (state == PGM_REHEARSED_NOT_REACHED || state == PGM_REHEARSED_UNTOLD) {
        show_notes(page, migration->first);
        return;
    }
    show_blocks(page, migration);
    show_weak_locks(page, migration);
    show_rewrites(page, migration);
    show_rows(page, migration);
    show_objects(page, migration);
    show_statements(page, migration);
    show_notes(page, migration->first);
    show_warnings(page, migration, group->targets.count);
}

/* ---- a group ---- */

/* So few are named with their times, the slowest first. */
enum { TIMED = 10 };

static void who(const pgm__page *page, const pgm__group *targets) {
    if (targets->count == 1) {
        pgm__paint_line(page->out, page->report->results[targets->members[0]]->name);
    } else {
        pgm__paint_count(page->out, targets->count, "target");
    }
}

static pgm_status show_names(const pgm__page *page, const pgm__group *targets, const char *before) {
    if (targets->count < 2) {
        return PGM_OK;
    }
    pgm__paint_spaces(page->out, INDENT);
    pgm__strbuf_adds(page->out, before);
    pgm_status status = pgm__page_ranges(page, targets);
    pgm__strbuf_addc(page->out, '\n');
    return status;
}

static int by_time(const void *left, const void *right) {
    const pgm_result *const *a = left;
    const pgm_result *const *b = right;
    int64_t a_us = (*a)->rehearsal->took_us;
    int64_t b_us = (*b)->rehearsal->took_us;
    return a_us > b_us ? -1 : a_us < b_us ? 1 : strcmp((*a)->name, (*b)->name);
}

/* "    on t_0107 (6.4 s), t_0003 (0.3 s)" */
static pgm_status show_targets(const pgm__page *page, const pgm__group *targets) {
    const pgm_result *few[TIMED];
    pgm__strbuf text = {0};
    const char *branch = page->report->results[targets->members[0]]->rehearsal->branch;
    if (targets->count == 1 && branch != NULL) {
        pgm__paint_spaces(page->out, INDENT);
        pgm__strbuf_adds(page->out, "on branch ");
        pgm__paint_line(page->out, branch);
        pgm__strbuf_adds(page->out, " at Neon, made for it\n");
        return PGM_OK;
    }
    if (targets->count < 2 || targets->count > TIMED) {
        return show_names(page, targets, "on ");
    }
    for (size_t i = 0; i < targets->count; i++) {
        few[i] = page->report->results[targets->members[i]];
    }
    qsort(few, targets->count, sizeof(const pgm_result *), by_time);
    for (size_t i = 0; i < targets->count; i++) {
        pgm__strbuf_adds(&text, i == 0 ? "on " : ", ");
        pgm__strbuf_adds(&text, few[i]->name);
        pgm__strbuf_adds(&text, " (");
        pgm__rehearsal_time(&text, few[i]->rehearsal->took_us);
        pgm__strbuf_addc(&text, ')');
    }
    pgm__paint_spaces(page->out, INDENT);
    pgm__page_paragraphs(page, text_of(page, &text), INDENT);
    pgm__strbuf_addc(page->out, '\n');
    pgm__strbuf_fini(&text);
    return PGM_OK;
}

/* "✓ 312 targets: 3 migrations ran and were taken back, 0.3 s to 6.4 s, longest on t_0107" */
static pgm_status show_title(const pgm__page *page, const pgm__digest_group *group) {
    const pgm_result *first = page->report->results[group->targets.members[0]];
    pgm__ending_look look = pgm__outcome_look(pgm__outcome_ending(page->report->summary, first));
    pgm__strbuf text = {0};
    pgm__page_mark(page, look.mark, look.colour);
    who(page, &group->targets);
    pgm__strbuf_adds(page->out, ": ");
    pgm__rehearsal_done(&text, group);
    pgm__strbuf_adds(&text, ", ");
    pgm__rehearsal_times(&text, &group->took_us);
    if (group->took_us.least != group->took_us.most) {
        pgm__strbuf_adds(&text, ", longest on ");
        pgm__strbuf_adds(&text, group->took_us.worst);
    }
    pgm__page_paragraphs(page, text_of(page, &text), INDENT);
    pgm__strbuf_addc(page->out, '\n');
    pgm__strbuf_fini(&text);
    return show_targets(page, &group->targets);
}

/* Who was told by these, and about how long that would take. */
static pgm_status show_sampled(const pgm__page *page, const pgm__digest_group *group) {
    if (group->sampled.count == 0) {
        return PGM_OK;
    }
    pgm__strbuf text = {0};
    pgm__paint_spaces(page->out, INDENT);
    pgm__strbuf_adds(&text, "stands for ");
    pgm__paint_count(&text, group->sampled.count, "target");
    pgm__strbuf_adds(&text, " with the same plan: ");
    if (group->estimated_us.worst == NULL) {
        pgm__strbuf_adds(&text, "how long it takes there is not known");
    } else {
        pgm__strbuf_adds(&text, "by size about ");
        pgm__rehearsal_times(&text, &group->estimated_us);
        pgm__strbuf_adds(&text, group->sampled.count == 1 ? "" : " each");
    }
    pgm__page_paragraphs(page, text_of(page, &text), INDENT);
    pgm__strbuf_fini(&text);
    pgm__strbuf_addc(page->out, '\n');
    pgm__paint_spaces(page->out, INDENT);
    pgm__strbuf_adds(page->out, "not rehearsed: ");
    pgm_status status = pgm__page_ranges(page, &group->sampled);
    pgm__strbuf_addc(page->out, '\n');
    return status;
}

/* What no rollback takes back. Of several targets, as on the one that took longest. */
static void show_leaves(const pgm__page *page, const pgm__digest_group *group) {
    const pgm_rehearsal *of = group->worst;
    size_t cap = pgm__page_cap(page, LINES);
    size_t shown = cap == 0 || of->leave_count <= cap + 1 ? of->leave_count : cap;
    pgm__strbuf text = {0};
    for (size_t i = 0; i < shown; i++) {
        pgm__strbuf_adds(&text, i == 0 ? "" : "; ");
        pgm__strbuf_adds(&text, of->leaves[i]);
    }
    if (shown < of->leave_count) {
        pgm__strbuf_addf(&text, "; and %zu more", of->leave_count - shown);
    }
    if (of->leave_count > 0) {
        pgm__paint_spaces(page->out, INDENT);
        pgm__strbuf_adds(page->out, "not taken back");
        if (group->targets.count > 1) {
            pgm__strbuf_adds(page->out, ", as on ");
            pgm__paint_line(page->out, group->took_us.worst);
        }
        pgm__strbuf_adds(page->out, ": ");
        pgm__page_paragraphs(page, text_of(page, &text), INDENT);
        pgm__strbuf_addc(page->out, '\n');
    }
    pgm__strbuf_fini(&text);
}

static pgm_status show_group(const pgm__page *page, const pgm__digest_group *group) {
    columns widths = measure(page, group);
    pgm__page_section(page);
    pgm_status status = show_title(page, group);
    if (status == PGM_OK) {
        status = show_sampled(page, group);
    }
    show_heading(page, &widths);
    for (size_t i = 0; i < group->migration_count && status == PGM_OK; i++) {
        show_migration(page, group, &group->migrations[i], &widths);
    }
    show_leaves(page, group);
    return status;
}

/* ---- those without figures ---- */

/* Not those that are told with a cause, or as not run, nor whom a sample tells of. */
static bool is_plain(const pgm__page *page, const pgm_result *result) {
    pgm__ending ending = pgm__outcome_ending(page->report->summary, result);
    bool elsewhere = ending == PGM__ENDING_FAILED || ending == PGM__ENDING_UNKNOWN ||
                     ending == PGM__ENDING_CANCELLED || ending == PGM__ENDING_NOT_RUN;
    bool sampled = result->rehearsal != NULL && result->rehearsal->sampled != NULL;
    return !elsewhere && !sampled && !pgm__digest_is_rehearsed(result);
}

static pgm_status show_plain(const pgm__page *page) {
    pgm__groups groups = {0};
    pgm_status status = PGM_OK;
    for (size_t i = 0; i < page->report->result_count && status == PGM_OK; i++) {
        const pgm_result *result = page->report->results[i];
        if (is_plain(page, result)) {
            const char *word =
                pgm__outcome_look(pgm__outcome_ending(page->report->summary, result)).word;
            status = pgm__groups_add(&groups, word, strlen(word), i);
        }
    }
    for (size_t i = 0; i < groups.count && status == PGM_OK; i++) {
        const pgm__group *group = &groups.items[i];
        const pgm_result *first = page->report->results[group->members[0]];
        pgm__ending_look look =
            pgm__outcome_look(pgm__outcome_ending(page->report->summary, first));
        pgm__page_section(page);
        pgm__page_mark(page, look.mark, look.colour);
        who(page, group);
        pgm__strbuf_addf(page->out, ": %s\n", look.word);
        status = show_names(page, group, "on ");
    }
    pgm__groups_fini(&groups);
    return status;
}

/* ---- the sections ---- */

static void show_rest(const pgm__page *page, const pgm__digest *digest, size_t shown) {
    size_t targets = 0;
    for (size_t i = shown; i < digest->group_count; i++) {
        targets += digest->groups[i].targets.count;
    }
    if (targets > 0) {
        pgm__page_section(page);
        pgm__strbuf_addf(page->out, "… and %zu more kinds of result, none worse, on ",
                         digest->group_count - shown);
        pgm__paint_count(page->out, targets, "target");
        pgm__strbuf_adds(page->out, ": see --verbose or --report FILE\n");
    }
}

pgm_status pgm__section_rehearsal(const pgm__page *page) {
    pgm__digest digest = {0};
    pgm_status status = pgm__digest_make(&digest, page->report);
    size_t cap = pgm__page_cap(page, BLOCKS);
    size_t shown = cap == 0 || digest.group_count <= cap + 1 ? digest.group_count : cap;
    for (size_t i = 0; i < shown && status == PGM_OK; i++) {
        status = show_group(page, &digest.groups[i]);
    }
    if (status == PGM_OK) {
        show_rest(page, &digest, shown);
        status = show_plain(page);
    }
    if (status == PGM_OK && digest.group_count > 0) {
        pgm__page_section(page);
        pgm__page_paragraphs(page, pgm__rehearsal_about_wal(), INDENT);
        pgm__strbuf_addc(page->out, '\n');
    }
    pgm__digest_fini(&digest);
    return status;
}

static pgm_status show_excess(const pgm__page *page, const pgm__digest_excess *excess) {
    pgm__strbuf text = {0};
    pgm__page_mark(page, "✗", PGM__COLOUR_RED);
    pgm__rehearsal_excess(&text, excess);
    pgm__page_paragraphs(page, text_of(page, &text), INDENT);
    pgm__strbuf_addc(page->out, '\n');
    pgm__strbuf_fini(&text);
    return show_names(page, &excess->targets, "on ");
}

pgm_status pgm__section_excesses(const pgm__page *page) {
    pgm__digest digest = {0};
    pgm_status status = pgm__digest_make(&digest, page->report);
    if (digest.excess_count > 0) {
        pgm__page_section(page);
    }
    for (size_t i = 0; i < digest.excess_count && status == PGM_OK; i++) {
        status = show_excess(page, &digest.excesses[i]);
    }
    pgm__digest_fini(&digest);
    return status;
}
