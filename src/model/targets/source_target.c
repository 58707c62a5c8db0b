#include "model/targets/source_target.h"

#include <string.h>

#include "base/error.h"
#include "base/strbuf.h"
#include "model/targets/source_template.h"
#include "model/targets/target_key.h"
#include "model/targets/target_make.h"
#include "model/targets/target_suggest.h"
#include "model/targets/target_value.h"

/* Names are printed, and become names of files; PostgreSQL's own have 63 bytes. */
enum { MAX_NAME = 255 };

#define NAME "name"

/* ---- columns ---- */

static bool is_used(const pgm__source *source, const char *column) {
    const char *name = source->words[PGM__SOURCE_WORD_NAME];
    if (name != NULL && pgm__template_has(name, column)) {
        return true;
    }
    for (size_t i = 0; i < source->lines->count; i++) {
        const pgm__target_line *line = &source->lines->items[i];
        if (line->flaw == NULL && pgm__template_has(line->value, column)) {
            return true;
        }
    }
    return false;
}

/* What of a row nobody uses would be missed by whoever has written it. */
static pgm_status unknown_column(const char *column, const pgm_error *why, pgm_error *err) {
    if (pgm__target_key_find(column) != PGM__TARGET_KEY_COUNT) {
        return pgm__error_set(err, PGM_EPARSE, "column %s", why->msg);
    }
    const char *nearest = pgm__target_suggest(column);
    if (pgm__target_has_control(column)) {
        return pgm__error_set(err, PGM_EPARSE, "the name of a column holds control characters");
    }
    return pgm__error_set(err, PGM_EPARSE,
                          "column \"%s\" is no key of a target, and {%s} stands in no line of the "
                          "section%s%s%s",
                          column, column, nearest == NULL ? "" : "; did you mean \"",
                          nearest == NULL ? "" : nearest, nearest == NULL ? "" : "\"?");
}

/* Is the column's value something that the target has? */
static pgm_status judge_column(const pgm__source *source, const pgm__source_column *column,
                               bool *applies, pgm_error *err) {
    *applies = false;
    if (column->offered || strcmp(column->name, NAME) == 0) {
        return PGM_OK;
    }
    pgm_error why = {0};
    pgm_status status = pgm__draft_check_key(column->name, false, source->is_keyword, &why);
    if (status == PGM_OK) {
        *applies = column->value != NULL && column->value[0] != '\0';
        return PGM_OK;
    }
    return is_used(source, column->name) ? PGM_OK : unknown_column(column->name, &why, err);
}

/* ---- lines ---- */

static pgm_status take_columns(const pgm__source *source, const pgm__source_row *row,
                               pgm__target_line *items, size_t *count, pgm_error *err) {
    for (size_t i = 0; i < row->count; i++) {
        const pgm__source_column *column = &row->columns[i];
        bool applies = false;
        pgm_status status = judge_column(source, column, &applies, err);
        if (status != PGM_OK) {
            return status;
        }
        if (applies) {
            items[(*count)++] = (pgm__target_line){.key = column->name, .value = column->value};
        }
    }
    return PGM_OK;
}

static pgm_status fill_lines(const pgm__source *source, const pgm__source_row *row,
                             pgm__arena *arena, pgm__target_line *items, pgm_error *err) {
    for (size_t i = 0; i < source->lines->count; i++) {
        items[i] = source->lines->items[i];
        if (items[i].flaw != NULL) {
            continue;
        }
        pgm_status status = pgm__template_fill(items[i].value, row, arena, &items[i].value, err);
        if (status != PGM_OK) {
            return pgm__target_lines_place(source->lines, &items[i], status, err);
        }
    }
    return PGM_OK;
}

/* ---- the name ---- */

static const char *value_of(const pgm__source_row *row, const char *column) {
    for (size_t i = 0; i < row->count; i++) {
        if (strcmp(row->columns[i].name, column) == 0) {
            return row->columns[i].value;
        }
    }
    return NULL;
}

static pgm_status check_name(const char *name, pgm_error *err) {
    if (name == NULL || name[0] == '\0') {
        return pgm__error_set(err, PGM_EPARSE,
                              "the target has no name: bring a column \"name\", or write \"name = "
                              "{COLUMN}\" in the section");
    }
    if (pgm__target_has_control(name)) {
        return pgm__error_set(err, PGM_EPARSE, "the target's name holds control characters");
    }
    if (strlen(name) > MAX_NAME) {
        return pgm__error_set(err, PGM_EPARSE, "the target's name has more than %d bytes",
                              (int)MAX_NAME);
    }
    return PGM_OK;
}

static pgm_status find_name(const pgm__source *source, const pgm__source_row *row,
                            pgm__arena *arena, const char **out, pgm_error *err) {
    const char *pattern = source->words[PGM__SOURCE_WORD_NAME];
    *out = value_of(row, pgm__source_kind_at(source->kind)->named_by);
    pgm_status status = PGM_OK;
    if (pattern != NULL) {
        status = pgm__template_fill(pattern, row, arena, out, err);
        if (status == PGM_EPARSE) {
            pgm__error_context(err, "\"" NAME "\"");
        }
    }
    return status == PGM_OK ? check_name(*out, err) : status;
}

/* ---- the target ---- */

/* By its ids a target is found again where it lives, whatever it is called there by then. */
static bool is_id(const pgm__source_column *column) {
    size_t len = strlen(column->name);
    return column->offered && column->value != NULL && len > 3 &&
           strcmp(column->name + len - 3, "_id") == 0 && !pgm__target_has_control(column->value);
}

static const char *origin_of(const pgm__source *source, const pgm__source_row *row,
                             pgm__arena *arena) {
    return pgm__arena_printf(arena, "%s, %s %zu", source->origin,
                             source->kind == PGM__SOURCE_COMMAND ? "line" : "row", row->number);
}

/* "project_id cool-1, branch_id br-7"; *out is NULL where there are none. */
static pgm_status list_ids(const pgm__source_row *row, pgm__arena *arena, const char **out,
                           pgm_error *err) {
    pgm__strbuf text = {0};
    for (size_t i = 0; i < row->count; i++) {
        if (is_id(&row->columns[i])) {
            pgm__strbuf_addf(&text, "%s%s %s", text.len > 0 ? ", " : "", row->columns[i].name,
                             row->columns[i].value);
        }
    }
    const char *list = pgm__strbuf_text(&text);
    bool any = text.len > 0 || list == NULL;
    *out = list == NULL || !any ? NULL : pgm__arena_strdup(arena, list);
    pgm__strbuf_fini(&text);
    return any && *out == NULL ? pgm__error_nomem(err) : PGM_OK;
}

static pgm_status make(const pgm__source *source, pgm__commons *commons, const pgm__source_row *row,
                       pgm__target *out, pgm_error *err) {
    pgm__arena *arena = commons->arena;
    pgm__target_line *filled = pgm__arena_calloc(arena, source->lines->count, sizeof *filled);
    pgm__target_line *said = pgm__arena_calloc(arena, row->count, sizeof *said);
    if (filled == NULL || said == NULL) {
        return pgm__error_nomem(err);
    }
    size_t count = 0;
    pgm_status status = take_columns(source, row, said, &count, err);
    if (status == PGM_OK) {
        status = find_name(source, row, arena, &out->name, err);
    }
    if (status == PGM_OK) {
        status = fill_lines(source, row, arena, filled, err);
    }
    if (status != PGM_OK) {
        return status;
    }
    const pgm__target_lines section = {source->lines->path, filled, source->lines->count};
    const pgm__target_lines own = {"column", said, count};
    const pgm__target_layers layers = {source->defaults, {source->said, &section, &own}, 3};
    status = pgm__target_make(commons, &layers, out, err);
    return status == PGM_OK ? pgm__target_settle(arena, out, err) : status;
}

static pgm_status note_found(const pgm__source *source, const pgm__source_row *row,
                             pgm__arena *arena, pgm__target *out, pgm_error *err) {
    pgm__target_found *found = pgm__arena_alloc(arena, sizeof *found);
    if (found == NULL) {
        return pgm__error_nomem(err);
    }
    *found = (pgm__target_found){.source = source, .row = row};
    out->found = found;
    return list_ids(row, arena, &found->ids, err);
}

pgm_status pgm__source_make_target(const pgm__source *source, pgm__commons *commons,
                                   const pgm__source_row *row, pgm__target *out, pgm_error *err) {
    pgm__target made = {.origin = origin_of(source, row, commons->arena)};
    if (made.origin == NULL) {
        return pgm__error_nomem(err);
    }
    pgm_status status = make(source, commons, row, &made, err);
    if (status == PGM_OK) {
        status = note_found(source, row, commons->arena, &made, err);
    }
    if (status == PGM_OK) {
        *out = made;
    } else if (status == PGM_EPARSE) {
        pgm__error_context(err, "%s", made.origin);
    }
    return status;
}
