#include "discover/listing.h"

#include <jansson.h>
#include <string.h>

#include "base/error.h"
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
        "a value must be a text, a number, true, false or null; \"tags\" may be a "
        "list of texts, \"var\" an object");
}

/* A number is kept as it is written: jansson would make 1e2 of 100.0. */
static pgm_status add_scalar(row *r, const char *name, const json_t *value, pgm_error *err) {
    const char *text = NULL;
    if (json_is_string(value)) {
        text = json_string_value(value);
    } else if (json_is_boolean(value)) {
        text = json_is_true(value) ? "true" : "false";
    } else if (json_is_integer(value)) {
        text = pgm__arena_printf(&r->arena, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
    } else if (json_is_real(value)) {
        text = pgm__arena_printf(&r->arena, "%.17g", json_real_value(value));
    } else if (!json_is_null(value)) {
        return wrong_value(err);
    }
    return text == NULL && !json_is_null(value) ? pgm__error_nomem(err) : add(r, name, text, err);
}

static pgm_status add_tags(row *r, const json_t *list, pgm_error *err) {
    pgm__strbuf tags = {0};
    size_t i;
    json_t *tag;
    pgm_status status = PGM_OK;
    json_array_foreach(list, i, tag) {
        if (!json_is_string(tag)) {
            status = wrong_value(err);
            break;
        }
        pgm__strbuf_addf(&tags, "%s%s", i > 0 ? "," : "", json_string_value(tag));
    }
    const char *text = pgm__strbuf_text(&tags);
    const char *copy = text == NULL ? NULL : pgm__arena_strdup(&r->arena, text);
    pgm__strbuf_fini(&tags);
    if (status != PGM_OK) {
        return status;
    }
    return copy == NULL ? pgm__error_nomem(err) : add(r, "tags", copy, err);
}

static pgm_status add_variables(row *r, json_t *object, pgm_error *err) {
    const char *name;
    json_t *value;
    json_object_foreach(object, name, value) {
        const char *key = pgm__arena_printf(&r->arena, "var.%s", name);
        pgm_status status = key == NULL ? pgm__error_nomem(err) : add_scalar(r, key, value, err);
        if (status != PGM_OK) {
            return status;
        }
    }
    return PGM_OK;
}

static pgm_status add_member(row *r, const char *name, json_t *value, pgm_error *err) {
    if (strcmp(name, "tags") == 0 && json_is_array(value)) {
        return add_tags(r, value, err);
    }
    if (strcmp(name, "var") == 0 && json_is_object(value)) {
        return add_variables(r, value, err);
    }
    return add_scalar(r, name, value, err);
}

static pgm_status read_json(row *r, const char *line, size_t len, json_t **object, pgm_error *err) {
    json_error_t why;
    *object = json_loadb(line, len, JSON_REJECT_DUPLICATES, &why);
    if (*object == NULL && json_error_code(&why) == json_error_out_of_memory) {
        return pgm__error_nomem(err);
    }
    if (*object == NULL) { /* not why.text: it quotes what it does not understand */
        return pgm__error_set(err, PGM_EPARSE,
                              "no JSON object, from its byte %d on, or a key of it "
                              "is given twice",
                              why.position);
    }
    const char *name;
    json_t *value;
    pgm_status status = PGM_OK;
    json_object_foreach(*object, name, value) {
        status = status == PGM_OK ? add_member(r, name, value, err) : status;
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
    json_t *object = NULL;
    pgm_status status;
    if (memchr(line, '\0', len) != NULL) {
        status = pgm__error_set(err, PGM_EPARSE, "there is a NUL byte in it");
    } else if (len > 0 && line[0] == '{') {
        status = read_json(&r, line, len, &object, err);
    } else {
        status = read_pair(&r, line, len, err);
    }
    if (status == PGM_OK) {
        *more = take(r.items, r.count, number, data);
    }
    json_decref(object);
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

/* Copies one word to *to; *at moves behind it. False: a quote is not closed. */
static bool copy_word(const char **at, char **to) {
    char quote = '\0';
    const char *c = *at;
    for (; *c != '\0' && (quote != '\0' || strchr(" \t", *c) == NULL); c++) {
        if (quote == '\0' && (*c == '\'' || *c == '"')) {
            quote = *c;
        } else if (*c == quote) {
            quote = '\0';
        } else if (*c == '\\' && quote != '\'' && c[1] != '\0') {
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
