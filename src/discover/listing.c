#include "discover/listing.h"

#include <inttypes.h>
#include <string.h>

#include "base/error.h"
#include "base/json_text.h"
#include "base/mem.h"
#include "base/strbuf.h"

/* ---- JSON ---- */

/* The columns of one line. */
typedef struct row {
    pgm__arena arena;
    pgm__source_column *items;
    size_t count;
    size_t capacity;
} row;

static pgm_status add(row *r, const char *name, const char *value, pgm_error *err) {
    pgm__source_column *grown = pgm__grow(r->items, r->count, &r->capacity, sizeof *r->items);
    if (grown == NULL || name == NULL) {
        return pgm__error_nomem(err);
    }
    r->items = grown;
    grown[r->count++] = (pgm__source_column){.name = name, .value = value};
    return PGM_OK;
}

static pgm_status wrong_value(pgm_error *err) {
    return pgm__error_set(
        err, PGM_EPARSE,
        "a value must be a text, a whole number, true, false or null; \"tags\" may "
        "be a list of texts, \"var\" an object");
}

static pgm_status add_scalar(row *r, const char *name, const pgm__json_value *value,
                             pgm_error *err) {
    const char *text = value->text;
    if (value->kind == PGM__JSON_FLAG) {
        text = value->flag ? "true" : "false";
    } else if (value->kind == PGM__JSON_WHOLE) {
        text = pgm__arena_printf(&r->arena, "%" PRId64, value->whole);
    } else if (value->kind != PGM__JSON_TEXT && value->kind != PGM__JSON_NULL) {
        return wrong_value(err);
    }
    return text == NULL && value->kind != PGM__JSON_NULL ? pgm__error_nomem(err)
                                                         : add(r, name, text, err);
}

static pgm_status add_tags(row *r, const pgm__json_value *list, pgm_error *err) {
    pgm__strbuf tags = {0};
    pgm_status status = PGM_OK;
    for (const pgm__json_value *tag = list->first; tag != NULL && status == PGM_OK;
         tag = tag->next) {
        if (tag->kind == PGM__JSON_TEXT) {
            pgm__strbuf_addf(&tags, "%s%s", tags.len > 0 ? "," : "", tag->text);
        } else {
            status = wrong_value(err);
        }
    }
    const char *text = pgm__strbuf_text(&tags);
    const char *copy = text == NULL ? NULL : pgm__arena_strdup(&r->arena, text);
    pgm__strbuf_fini(&tags);
    if (status != PGM_OK) {
        return status;
    }
    return copy == NULL ? pgm__error_nomem(err) : add(r, "tags", copy, err);
}

static pgm_status add_variables(row *r, const pgm__json_value *object, pgm_error *err) {
    pgm_status status = PGM_OK;
    for (const pgm__json_value *value = object->first; value != NULL && status == PGM_OK;
         value = value->next) {
        const char *key = pgm__arena_printf(&r->arena, "var.%s", value->key);
        status = key == NULL ? pgm__error_nomem(err) : add_scalar(r, key, value, err);
    }
    return status;
}

static pgm_status add_member(row *r, const pgm__json_value *value, pgm_error *err) {
    if (strcmp(value->key, "tags") == 0 && value->kind == PGM__JSON_LIST) {
        return add_tags(r, value, err);
    }
    if (strcmp(value->key, "var") == 0 && value->kind == PGM__JSON_OBJECT) {
        return add_variables(r, value, err);
    }
    return add_scalar(r, value->key, value, err);
}

/* Of two keys of one name nobody can say which was meant; "var.x" may also stand in "var". */
static bool has_twice(const row *r) {
    for (size_t i = 0; i < r->count; i++) {
        for (size_t j = 0; j < i; j++) {
            if (strcmp(r->items[i].name, r->items[j].name) == 0) {
                return true;
            }
        }
    }
    return false;
}

static pgm_status read_json(row *r, const char *line, size_t len, pgm_error *err) {
    const pgm__json_value *object = NULL;
    pgm_status status = pgm__json_parse(&r->arena, "target", "it", line, len, &object, NULL);
    if (status == PGM_EPARSE) {
        return pgm__error_set(err, PGM_EPARSE, "no JSON object");
    }
    if (status != PGM_OK) {
        return pgm__error_nomem(err);
    }
    for (const pgm__json_value *value = object->first; value != NULL && status == PGM_OK;
         value = value->next) {
        status = add_member(r, value, err);
    }
    if (status == PGM_OK && has_twice(r)) {
        return pgm__error_set(err, PGM_EPARSE, "a key is given twice");
    }
    return status;
}

/* ---- name and URL ---- */

static pgm_status read_pair(row *r, const char *line, size_t len, pgm_error *err) {
    const char *tab = memchr(line, '\t', len);
    if (tab == NULL || memchr(tab + 1, '\t', len - (size_t)(tab + 1 - line)) != NULL) {
        return pgm__error_set(err, PGM_EPARSE,
                              "neither a JSON object nor a name, one tab and a URL");
    }
    size_t name_len = (size_t)(tab - line);
    const char *name = pgm__arena_strndup(&r->arena, line, name_len);
    const char *url = pgm__arena_strndup(&r->arena, tab + 1, len - name_len - 1);
    if (name == NULL || url == NULL) {
        return pgm__error_nomem(err);
    }
    pgm_status status = add(r, "name", name, err);
    return status == PGM_OK ? add(r, "url", url, err) : status;
}

/* ---- lines ---- */

static pgm_status read_line(const char *line, size_t len, size_t number, pgm__listing_fn take,
                            void *data, bool *more, pgm_error *err) {
    row r = {0};
    pgm_status status;
    if (memchr(line, '\0', len) != NULL) {
        status = pgm__error_set(err, PGM_EPARSE, "there is a NUL byte in it");
    } else if (len > 0 && line[0] == '{') {
        status = read_json(&r, line, len, err);
    } else {
        status = read_pair(&r, line, len, err);
    }
    if (status == PGM_OK) {
        *more = take(r.items, r.count, number, data);
    }
    pgm__free(r.items);
    pgm__arena_clear(&r.arena);
    if (status == PGM_EPARSE) {
        pgm__error_context(err, "line %zu", number);
    }
    return status;
}

pgm_status pgm__listing_read(const char *text, size_t len, pgm__listing_fn take, void *data,
                             pgm_error *err) {
    const char *end = text + len;
    pgm_status status = PGM_OK;
    bool more = true;
    for (size_t number = 1; text < end && more && status == PGM_OK; number++) {
        const char *stop = memchr(text, '\n', (size_t)(end - text));
        if (stop == NULL) {
            return pgm__error_set(err, PGM_EPARSE,
                                  "line %zu: the last line does not end: the list may be cut off",
                                  number);
        }
        size_t line = (size_t)(stop - text);
        line -= line > 0 && text[line - 1] == '\r' ? 1 : 0;
        status = read_line(text, line, number, take, data, &more, err);
        text = stop + 1;
    }
    return status;
}

/* ---- words of a command ---- */

/* In double quotes a backslash escapes only what means something there, and else is itself. */
static bool is_escaped(char quote, const char *c) {
    return *c == '\\' && c[1] != '\0' &&
           (quote == '\0' || (quote == '"' && strchr("\"\\$`", c[1]) != NULL));
}

/* Copies one word to *to; *at moves behind it. False: a quote is not closed. */
static bool copy_word(const char **at, char **to) {
    char quote = '\0';
    const char *c = *at;
    for (; *c != '\0' && (quote != '\0' || strchr(" \t", *c) == NULL); c++) {
        if (quote == '\0' && (*c == '\'' || *c == '"')) {
            quote = *c;
        } else if (*c == quote) {
            quote = '\0';
        } else if (is_escaped(quote, c)) {
            *(*to)++ = *++c;
        } else {
            *(*to)++ = *c;
        }
    }
    *(*to)++ = '\0';
    *at = c;
    return quote == '\0';
}

/* A word takes two bytes at least, with what ends it. */
pgm_status pgm__listing_words(pgm__arena *arena, const char *command, char ***argv,
                              pgm_error *err) {
    size_t len = strlen(command);
    char *letters = pgm__arena_calloc(arena, len + 2, 1);
    char **words = pgm__arena_calloc(arena, len / 2 + 2, sizeof *words);
    if (letters == NULL || words == NULL) {
        return pgm__error_nomem(err);
    }
    size_t count = 0;
    for (;;) {
        command += strspn(command, " \t");
        if (*command == '\0') {
            break;
        }
        words[count++] = letters;
        if (!copy_word(&command, &letters)) {
            return pgm__error_set(err, PGM_EPARSE, "\"command\": a quote is not closed");
        }
    }
    if (count == 0 || words[0][0] == '\0') {
        return pgm__error_set(err, PGM_EPARSE, "\"command\" has no word");
    }
    *argv = words;
    return PGM_OK;
}
