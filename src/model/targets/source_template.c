#include "model/targets/source_template.h"

#include <string.h>

#include "base/error.h"
#include "base/strbuf.h"

/* The next piece of a text: letters as they are, or the name between two braces. */
typedef struct piece {
    const char *text;
    size_t len;
    bool is_column;
} piece;

/* Moves behind the piece. A single brace that is no part of a name makes `bad`. */
static bool next(const char **at, piece *out, bool *bad) {
    const char *c = *at;
    if (*c == '\0') {
        return false;
    }
    *out = (piece){c, 1, false};
    if ((c[0] == '{' || c[0] == '}') && c[1] == c[0]) {
        *at = c + 2;
        return true;
    }
    if (*c == '{') {
        size_t len = strcspn(c + 1, "{}");
        *out = (piece){c + 1, len, true};
        *bad = *bad || len == 0 || c[1 + len] != '}';
        *at = c + 1 + len + (c[1 + len] == '}' ? 1 : 0);
        return true;
    }
    *bad = *bad || *c == '}';
    out->len = *c == '}' ? 1 : strcspn(c, "{}");
    *at = c + out->len;
    return true;
}

pgm_status pgm__template_check(const char *text, pgm_error *err) {
    piece one;
    bool bad = false;
    while (next(&text, &one, &bad)) {
    }
    return bad ? pgm__error_set(err, PGM_EPARSE,
                                "a brace that is around no column: {COLUMN} is what a target's row "
                                "has there, {{ and }} are single braces")
               : PGM_OK;
}

bool pgm__template_has_any(const char *text) {
    piece one;
    bool bad = false;
    while (next(&text, &one, &bad)) {
        if (one.is_column) {
            return true;
        }
    }
    return false;
}

static bool is_named(const piece *one, const char *column) {
    return one->is_column && strlen(column) == one->len && memcmp(column, one->text, one->len) == 0;
}

bool pgm__template_has(const char *text, const char *column) {
    piece one;
    bool bad = false;
    while (next(&text, &one, &bad)) {
        if (is_named(&one, column)) {
            return true;
        }
    }
    return false;
}

static pgm_status no_column(const piece *one, const pgm__source_row *row, pgm_error *err) {
    pgm__strbuf known = {0};
    for (size_t i = 0; i < row->count; i++) {
        pgm__strbuf_addf(&known, "%s%s", i > 0 ? ", " : "", row->columns[i].name);
    }
    const char *list = pgm__strbuf_text(&known);
    pgm_status status = list == NULL ? pgm__error_nomem(err)
                                     : pgm__error_set(err, PGM_EPARSE,
                                                      "there is no column {%.*s}; there are: %s",
                                                      (int)one->len, one->text, list);
    pgm__strbuf_fini(&known);
    return status;
}

/* What is not there must not become an empty text: a host without its middle is another host. */
static pgm_status add_column(pgm__strbuf *out, const piece *one, const pgm__source_row *row,
                             pgm_error *err) {
    for (size_t i = 0; i < row->count; i++) {
        if (!is_named(one, row->columns[i].name)) {
            continue;
        }
        const char *value = row->columns[i].value;
        if (value == NULL || value[0] == '\0') {
            return pgm__error_set(err, PGM_EPARSE, "there is nothing in {%.*s}", (int)one->len,
                                  one->text);
        }
        pgm__strbuf_adds(out, value);
        return PGM_OK;
    }
    return no_column(one, row, err);
}

pgm_status pgm__template_fill(const char *text, const pgm__source_row *row, pgm__arena *arena,
                              const char **out, pgm_error *err) {
    if (strpbrk(text, "{}") == NULL) {
        *out = text;
        return PGM_OK;
    }
    pgm__strbuf filled = {0};
    pgm_status status = PGM_OK;
    piece one;
    bool bad = false;
    while (status == PGM_OK && next(&text, &one, &bad)) {
        if (one.is_column) {
            status = add_column(&filled, &one, row, err);
        } else {
            pgm__strbuf_add(&filled, one.text, one.len);
        }
    }
    const char *whole = pgm__strbuf_text(&filled);
    const char *copy = whole == NULL ? NULL : pgm__arena_strdup(arena, whole);
    pgm__strbuf_fini(&filled);
    if (status == PGM_OK && copy == NULL) {
        return pgm__error_nomem(err);
    }
    *out = copy;
    return status;
}
