#include "report/fleet/rows.h"

#include <string.h>

#include "report/fleet/columns.h"
#include "report/outcome.h"
#include "report/page/ranges.h"

/* A column with more different values than this makes no groups: there would be one for each
 * target. Then it says from where to where they go. */
enum { KINDS = 20, COLUMNS = 32, RANGE_WIDTH = 40 };

/* One column of the table, while it is made. */
typedef struct strip {
    const pgm__fleet_column *of;
    const char **values; /* of each member */
    bool groups;         /* targets that differ in it are in different rows */
} strip;

typedef struct work {
    pgm__fleet_rows *rows;
    const pgm__page *page;
    const pgm__fleet_report *report;
    unsigned mode; /* PGM__FLEET_… */
    bool many;
    const size_t *members; /* indices of targets that have a place in the table */
    size_t member_count;
    strip strips[COLUMNS];
    size_t strip_count;
    pgm__strbuf scratch;
} work;

/* ---- who and what ---- */

static pgm__fleet_member member_at(const work *w, size_t member) {
    size_t index = w->members[member];
    return (pgm__fleet_member){w->report->targets[index], w->report->run.results[index]};
}

static void choose_mode(work *w) {
    w->many = pgm__report_folds(w->report->run.result_count, w->page->style->verbose);
    if (w->report->pinged) {
        w->mode = w->many ? PGM__FLEET_PING_MANY : PGM__FLEET_PING;
    } else {
        w->mode = w->many ? PGM__FLEET_LIST_MANY : PGM__FLEET_LIST;
    }
}

/* Of a large fleet those that were not reached are told of with the reason, below. */
static pgm_status choose_members(work *w) {
    size_t count = w->report->run.result_count;
    size_t *members = pgm__arena_calloc(&w->rows->arena, count, sizeof *members);
    if (members == NULL) {
        return PGM_ENOMEM;
    }
    for (size_t i = 0; i < count; i++) {
        const pgm_result *result = w->report->run.results[i];
        bool reached = result->ping != NULL && result->failure == NULL;
        if (w->mode != PGM__FLEET_PING_MANY || reached) {
            members[w->member_count++] = i;
        }
    }
    w->members = members;
    return PGM_OK;
}

/* ---- values ---- */

static bool knows(const strip *of, const pgm__fleet_member *member) {
    return !of->of->found || member->result->ping != NULL;
}

static const char *keep(work *w) {
    const char *text = pgm__strbuf_text(&w->scratch);
    return text == NULL ? NULL : pgm__arena_strdup(&w->rows->arena, text);
}

static pgm_status fill_strip(work *w, strip *of) {
    of->values = pgm__arena_calloc(&w->rows->arena, w->member_count, sizeof *of->values);
    for (size_t i = 0; i < w->member_count && of->values != NULL; i++) {
        const pgm__fleet_member member = member_at(w, i);
        pgm__strbuf_clear(&w->scratch);
        if (knows(of, &member)) {
            of->of->add(&w->scratch, &member);
        }
        of->values[i] = keep(w);
        if (of->values[i] == NULL) {
            return PGM_ENOMEM;
        }
    }
    return of->values == NULL ? PGM_ENOMEM : PGM_OK;
}

/* ---- what is said once ---- */

/* The value that all have who can have one; NULL: they differ, or it is one alone. */
static const char *common_value(const work *w, const strip *of) {
    const char *value = NULL;
    size_t count = 0;
    for (size_t i = 0; i < w->member_count; i++) {
        const pgm__fleet_member member = member_at(w, i);
        if (!knows(of, &member)) {
            continue;
        }
        if (value != NULL && strcmp(value, of->values[i]) != 0) {
            return NULL;
        }
        value = of->values[i];
        count++;
    }
    return count > 1 ? value : NULL;
}

static bool all_are_known(const work *w) {
    for (size_t i = 0; i < w->member_count; i++) {
        if (member_at(w, i).result->ping == NULL) {
            return false;
        }
    }
    return w->member_count == w->report->run.result_count;
}

static void say_once(work *w, const strip *of, const char *value, bool all) {
    const char *word = of->of->word == NULL ? of->of->title : of->of->word;
    pgm__strbuf *out = of->of->found && !all ? &w->rows->found : &w->rows->all;
    if (value[0] != '\0') {
        pgm__strbuf_addf(out, "%s%s%s", out->len > 0 ? "; " : "", word, word[0] == '\0' ? "" : " ");
        pgm__strbuf_adds(out, value);
    }
}

static pgm_status make_strips(work *w) {
    size_t count;
    const pgm__fleet_column *columns = pgm__fleet_columns(&count);
    bool all = all_are_known(w);
    for (size_t i = 0; i < count && w->strip_count < COLUMNS; i++) {
        strip *made = &w->strips[w->strip_count];
        *made = (strip){.of = &columns[i]};
        if ((columns[i].shown & w->mode) == 0) {
            continue;
        }
        if (fill_strip(w, made) != PGM_OK) {
            return PGM_ENOMEM;
        }
        const char *common = columns[i].differs ? NULL : common_value(w, made);
        if (common != NULL) {
            say_once(w, made, common, all);
        } else {
            w->strip_count++;
        }
    }
    return w->rows->all.failed || w->rows->found.failed ? PGM_ENOMEM : PGM_OK;
}

/* ---- a row for each ---- */

static void mark_row(const work *w, const pgm__fleet_member *member, pgm__table_row *row) {
    if (w->report->pinged) {
        pgm__ending_look look =
            pgm__outcome_look(pgm__outcome_ending(w->report->run.summary, member->result));
        row->mark = look.mark;
        row->colour = look.colour;
    } else if (member->details->flaw != NULL) {
        row->mark = "✗";
        row->colour = PGM__COLOUR_RED;
    }
}

static pgm_status make_row(work *w, size_t member, pgm__table_row *row) {
    const char **cells = pgm__arena_calloc(&w->rows->arena, w->strip_count, sizeof *cells);
    if (cells == NULL) {
        return PGM_ENOMEM;
    }
    for (size_t i = 0; i < w->strip_count; i++) {
        cells[i] = w->strips[i].values[member];
    }
    const pgm__fleet_member of = member_at(w, member);
    mark_row(w, &of, row);
    row->cells = cells;
    return PGM_OK;
}

/* ---- a row for a group ---- */

static pgm_status count_kinds(work *w, strip *of) {
    pgm__groups kinds = {0};
    pgm_status status = PGM_OK;
    for (size_t i = 0; i < w->member_count && kinds.count <= KINDS && status == PGM_OK; i++) {
        status = pgm__groups_add(&kinds, of->values[i], strlen(of->values[i]), i);
    }
    of->groups = kinds.count <= KINDS && !of->of->differs;
    pgm__groups_fini(&kinds);
    return status;
}

static pgm_status make_groups(work *w) {
    pgm_status status = PGM_OK;
    for (size_t i = 0; i < w->strip_count && status == PGM_OK; i++) {
        status = count_kinds(w, &w->strips[i]);
    }
    for (size_t i = 0; i < w->member_count && status == PGM_OK; i++) {
        pgm__strbuf_clear(&w->scratch);
        for (size_t s = 0; s < w->strip_count; s++) {
            if (w->strips[s].groups) {
                pgm__groups_key(&w->scratch, w->strips[s].values[i]);
            }
        }
        const char *key = pgm__strbuf_text(&w->scratch);
        status = key == NULL ? PGM_ENOMEM : pgm__groups_add(&w->rows->shown, key, strlen(key), i);
    }
    return status;
}

/* "0.10 ms … 12 ms", of those that are known. */
static void add_span(work *w, const strip *of, const pgm__group *group) {
    size_t least = group->members[0];
    size_t most = least;
    int64_t lowest = -1;
    int64_t highest = -1;
    for (size_t i = 0; i < group->count; i++) {
        const pgm__fleet_member member = member_at(w, group->members[i]);
        int64_t number = of->of->number(&member);
        if (number >= 0 && (lowest < 0 || number < lowest)) {
            lowest = number;
            least = group->members[i];
        }
        if (number > highest) {
            highest = number;
            most = group->members[i];
        }
    }
    pgm__strbuf_adds(&w->scratch, of->values[least]);
    if (strcmp(of->values[least], of->values[most]) != 0) {
        pgm__strbuf_addf(&w->scratch, " … %s", of->values[most]);
    }
}

static pgm_status add_names(work *w, const strip *of, const pgm__group *group) {
    const char **names = pgm__arena_calloc(&w->rows->arena, group->count, sizeof *names);
    size_t count = 0;
    if (names == NULL) {
        return PGM_ENOMEM;
    }
    for (size_t i = 0; i < group->count; i++) {
        const char *value = of->values[group->members[i]];
        if (value[0] != '\0') {
            names[count++] = value;
        }
    }
    pgm__ranges_sort(names, count);
    pgm__ranges_add(&w->scratch, names, count, RANGE_WIDTH);
    return PGM_OK;
}

static pgm_status add_group_cell(work *w, const strip *of, const pgm__group *group) {
    if (of->groups) {
        pgm__strbuf_adds(&w->scratch, of->values[group->members[0]]);
    } else if (of->of->number != NULL) {
        add_span(w, of, group);
    } else {
        return add_names(w, of, group);
    }
    return PGM_OK;
}

/* Behind the names stands how many they are. */
static pgm_status make_group_row(work *w, const pgm__group *group, pgm__table_row *row) {
    const char **cells = pgm__arena_calloc(&w->rows->arena, w->strip_count + 1, sizeof *cells);
    if (cells == NULL) {
        return PGM_ENOMEM;
    }
    for (size_t i = 0; i < w->strip_count; i++) {
        pgm__strbuf_clear(&w->scratch);
        const char **cell = &cells[i == 0 ? 0 : i + 1];
        *cell = add_group_cell(w, &w->strips[i], group) == PGM_OK ? keep(w) : NULL;
        if (*cell == NULL) {
            return PGM_ENOMEM;
        }
    }
    cells[1] = pgm__arena_printf(&w->rows->arena, "%zu", group->count);
    const pgm__fleet_member of = member_at(w, group->members[0]);
    mark_row(w, &of, row);
    row->cells = cells;
    return cells[1] == NULL ? PGM_ENOMEM : PGM_OK;
}

/* ---- the whole ---- */

static pgm_status make_columns(work *w) {
    size_t extra = w->many ? 1 : 0;
    pgm__table_column *columns = pgm__arena_calloc(&w->rows->arena, w->strip_count + extra,
                                                   sizeof *columns);
    if (columns == NULL) {
        return PGM_ENOMEM;
    }
    for (size_t i = 0; i < w->strip_count; i++) {
        const pgm__fleet_column *of = w->strips[i].of;
        columns[i == 0 ? 0 : i + extra] = (pgm__table_column){of->title, of->right, of->colour};
    }
    if (w->many) {
        columns[1] = (pgm__table_column){.title = "targets", .right = true};
    }
    w->rows->table.columns = columns;
    w->rows->table.column_count = w->strip_count + extra;
    return PGM_OK;
}

static pgm_status make_rows(work *w) {
    size_t count = w->many ? pgm__page_shown(w->page, &w->rows->shown) : w->member_count;
    pgm__table_row *rows = pgm__arena_calloc(&w->rows->arena, count, sizeof *rows);
    pgm_status status = rows == NULL ? PGM_ENOMEM : PGM_OK;
    for (size_t i = 0; i < count && status == PGM_OK; i++) {
        status = w->many ? make_group_row(w, &w->rows->shown.items[i], &rows[i])
                         : make_row(w, i, &rows[i]);
    }
    w->rows->table.rows = rows;
    w->rows->table.row_count = status == PGM_OK ? count : 0;
    return status;
}

pgm_status pgm__fleet_rows_make(pgm__fleet_rows *rows, const pgm__page *page,
                                const pgm__fleet_report *report) {
    work w = {.rows = rows, .page = page, .report = report};
    *rows = (pgm__fleet_rows){0};
    choose_mode(&w);
    pgm_status status = choose_members(&w);
    if (status == PGM_OK) {
        status = make_strips(&w);
    }
    if (status == PGM_OK) {
        status = make_columns(&w);
    }
    if (status == PGM_OK && w.many) {
        status = make_groups(&w);
    }
    if (status == PGM_OK) {
        status = make_rows(&w);
    }
    pgm__strbuf_fini(&w.scratch);
    return status;
}

void pgm__fleet_rows_fini(pgm__fleet_rows *rows) {
    pgm__groups_fini(&rows->shown);
    pgm__strbuf_fini(&rows->all);
    pgm__strbuf_fini(&rows->found);
    pgm__arena_clear(&rows->arena);
    *rows = (pgm__fleet_rows){0};
}
