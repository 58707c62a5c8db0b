#include "report/past/fields.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/strbuf.h"
#include "report/moment.h"

/* No number of a report is larger: thirty thousand years in milliseconds. So their sums fit too. */
#define MOST 1000000000000000

enum { SHOWN = 40, DEEPEST = 8 };

/* A value, and what is needed to read it. */
typedef struct reading {
    const pgm__fields_reader *reader;
    const pgm__field *field;
    const pgm__json_value *value;
    const pgm__field_place *place; /* of the value */
    void *member;
    size_t *count; /* of its items */
} reading;

/* ---- messages ---- */

/* "targets[3].error.line". Items are counted from 0, as jq and its like do. */
static void add_place(pgm__strbuf *text, const pgm__field_place *place) {
    const pgm__field_place *chain[DEEPEST];
    size_t depth = 0;
    for (; place != NULL && depth < DEEPEST; place = place->outer) {
        chain[depth++] = place;
    }
    while (depth-- > 0) {
        pgm__strbuf_adds(text, text->len > 0 ? "." : "");
        pgm__strbuf_adds(text, chain[depth]->key);
        if (chain[depth]->index > 0) {
            pgm__strbuf_addf(text, "[%zu]", chain[depth]->index - 1);
        }
    }
}

static pgm_status refuse(const pgm__fields_reader *reader, unsigned line,
                         const pgm__field_place *place, const char *what) {
    pgm__strbuf text = {0};
    add_place(&text, place);
    const char *where = pgm__strbuf_text(&text);
    pgm_status status = where == NULL ? pgm__error_nomem(reader->err)
                                      : pgm__error_set(reader->err, PGM_EPARSE, "%s:%u: \"%s\" %s",
                                                       reader->file, line, where, what);
    pgm__strbuf_fini(&text);
    return status;
}

static pgm_status wrong(const reading *r, const char *what) {
    return refuse(r->reader, r->value->line, r->place, what);
}

/* ---- values ---- */

static bool is_kind(const reading *r, pgm__json_kind kind) {
    return r->value->kind == kind;
}

static pgm_status read_prose(const reading *r) {
    if (!is_kind(r, PGM__JSON_TEXT)) {
        return wrong(r, "is not a text");
    }
    *(const char **)r->member = r->value->text;
    return PGM_OK;
}

static pgm_status read_text(const reading *r) {
    bool empty = is_kind(r, PGM__JSON_TEXT) && r->value->text[0] == '\0';
    return empty ? wrong(r, "is empty") : read_prose(r);
}

static pgm_status read_code(const reading *r) {
    if (!is_kind(r, PGM__JSON_TEXT) || strlen(r->value->text) != 5) {
        return wrong(r, "is not a code of five characters");
    }
    memcpy(r->member, r->value->text, 6);
    return PGM_OK;
}

static pgm_status read_texts(const reading *r) {
    if (!is_kind(r, PGM__JSON_LIST)) {
        return wrong(r, "is not a list");
    }
    const char **items = pgm__arena_calloc(r->reader->arena, r->value->count, sizeof *items);
    if (items == NULL) {
        return pgm__error_nomem(r->reader->err);
    }
    pgm__field_place place = *r->place;
    for (const pgm__json_value *item = r->value->first; item != NULL; item = item->next) {
        items[place.index++] = item->text;
        if (item->kind != PGM__JSON_TEXT) {
            return refuse(r->reader, item->line, &place, "is not a text");
        }
    }
    *(const char *const **)r->member = items;
    *r->count = r->value->count;
    return PGM_OK;
}

/* The value of an item of a list of numbers. */
static bool number_of(const pgm__json_value *item, int64_t *out) {
    *out = item->kind == PGM__JSON_NULL ? -1 : item->whole;
    return item->kind == PGM__JSON_NULL ||
           (item->kind == PGM__JSON_WHOLE && item->whole >= 0 && item->whole <= MOST);
}

static pgm_status read_numbers(const reading *r) {
    if (!is_kind(r, PGM__JSON_LIST)) {
        return wrong(r, "is not a list");
    }
    int64_t *items = pgm__arena_calloc(r->reader->arena, r->value->count, sizeof *items);
    if (items == NULL) {
        return pgm__error_nomem(r->reader->err);
    }
    pgm__field_place place = *r->place;
    for (const pgm__json_value *item = r->value->first; item != NULL; item = item->next) {
        if (!number_of(item, &items[place.index++])) {
            return refuse(r->reader, item->line, &place, "is not a whole number from 0 up");
        }
    }
    *(const int64_t **)r->member = items;
    *r->count = r->value->count;
    return PGM_OK;
}

/* False: it is none, or there is no memory, which the caller tells apart by `*out`. */
static bool stamp_of(const reading *r, const pgm__json_value *item, const char **out) {
    char text[PGM__MOMENT_STAMP];
    *out = item->text;
    if (item->kind != PGM__JSON_WHOLE) {
        return item->kind == PGM__JSON_TEXT || item->kind == PGM__JSON_NULL;
    }
    bool fits = pgm__moment_stamp(item->whole, text);
    *out = fits ? pgm__arena_strdup(r->reader->arena, text) : "";
    return fits && *out != NULL;
}

static pgm_status read_stamps(const reading *r) {
    if (!is_kind(r, PGM__JSON_LIST)) {
        return wrong(r, "is not a list");
    }
    const char **items = pgm__arena_calloc(r->reader->arena, r->value->count, sizeof *items);
    if (items == NULL) {
        return pgm__error_nomem(r->reader->err);
    }
    pgm__field_place place = *r->place;
    for (const pgm__json_value *item = r->value->first; item != NULL; item = item->next) {
        if (!stamp_of(r, item, &items[place.index++])) {
            return items[place.index - 1] == NULL && item->kind == PGM__JSON_WHOLE
                       ? pgm__error_nomem(r->reader->err)
                       : refuse(r->reader, item->line, &place, "is not a time in seconds");
        }
    }
    *(const char *const **)r->member = items;
    *r->count = r->value->count;
    return PGM_OK;
}

static pgm_status read_flag(const reading *r) {
    if (!is_kind(r, PGM__JSON_FLAG)) {
        return wrong(r, "is neither true nor false");
    }
    *(bool *)r->member = r->value->flag;
    return PGM_OK;
}

static pgm_status read_either(const reading *r) {
    const char *const *words = r->field->either;
    bool is_text = is_kind(r, PGM__JSON_TEXT);
    bool second = is_text && strcmp(r->value->text, words[1]) == 0;
    if (!is_text || (!second && strcmp(r->value->text, words[0]) != 0)) {
        char what[64];
        (void)snprintf(what, sizeof what, "is neither \"%s\" nor \"%s\"", words[0], words[1]);
        return wrong(r, what);
    }
    *(bool *)r->member = second;
    return PGM_OK;
}

/* A word that is not known may be of a newer version: outcomes and commands can be added. */
static pgm_status read_word(const reading *r) {
    if (!is_kind(r, PGM__JSON_TEXT)) {
        return wrong(r, "is not a text");
    }
    for (int i = 0; r->field->word(i)[0] != '\0'; i++) {
        if (strcmp(r->field->word(i), r->value->text) == 0) {
            memcpy(r->member, &i, sizeof i); /* an enum has the size of an int */
            return PGM_OK;
        }
    }
    char what[128];
    (void)snprintf(what, sizeof what, "is \"%.*s\", which this version of pgmarch does not know",
                   SHOWN, r->value->text);
    return wrong(r, what);
}

static pgm_status whole(const reading *r, int64_t most, int64_t *out) {
    if (!is_kind(r, PGM__JSON_WHOLE)) {
        return wrong(r, "is not a whole number");
    }
    if (r->value->whole < 0 || r->value->whole > most) {
        return wrong(r, r->value->whole < 0 ? "is below 0" : "is too large a number");
    }
    *out = r->value->whole;
    return PGM_OK;
}

static pgm_status read_number(const reading *r) {
    int64_t value = 0;
    pgm_status status = whole(r, MOST, &value);
    *(size_t *)r->member = (size_t)value;
    return status;
}

static pgm_status read_limit(const reading *r) {
    if (is_kind(r, PGM__JSON_NULL)) {
        *(size_t *)r->member = SIZE_MAX;
        return PGM_OK;
    }
    return read_number(r);
}

static pgm_status read_short(const reading *r) {
    int64_t value = 0;
    pgm_status status = whole(r, UINT_MAX, &value);
    *(unsigned *)r->member = (unsigned)value;
    return status;
}

static pgm_status read_took(const reading *r) {
    return whole(r, MOST, r->member);
}

static pgm_status read_guess(const reading *r) {
    if (is_kind(r, PGM__JSON_NULL)) {
        *(int64_t *)r->member = -1;
        return PGM_OK;
    }
    return read_took(r);
}

static pgm_status read_moment(const reading *r) {
    bool is_moment = is_kind(r, PGM__JSON_TEXT) && pgm__moment_parse(r->value->text, r->member);
    return is_moment ? PGM_OK : wrong(r, "is not a moment such as 2026-01-02T03:04:05.678Z");
}

/* ---- structs ---- */

static pgm_status read_part(const reading *r) {
    return pgm__fields_read(r->reader, r->field->inner, r->value, r->place, r->member);
}

static pgm_status read_object(const reading *r) {
    void *object = pgm__arena_calloc(r->reader->arena, 1, r->field->inner->size);
    if (object == NULL) {
        return pgm__error_nomem(r->reader->err);
    }
    memcpy(r->member, &object, sizeof object);
    return pgm__fields_read(r->reader, r->field->inner, r->value, r->place, object);
}

static pgm_status read_objects(const reading *r) {
    const pgm__fields *inner = r->field->inner;
    if (!is_kind(r, PGM__JSON_LIST)) {
        return wrong(r, "is not a list");
    }
    char *items = pgm__arena_calloc(r->reader->arena, r->value->count, inner->size);
    if (items == NULL) {
        return pgm__error_nomem(r->reader->err);
    }
    memcpy(r->member, &items, sizeof items);
    *r->count = r->value->count;
    pgm__field_place place = *r->place;
    pgm_status status = PGM_OK;
    for (const pgm__json_value *item = r->value->first; item != NULL && status == PGM_OK;
         item = item->next) {
        char *object = items + place.index++ * inner->size;
        status = pgm__fields_read(r->reader, inner, item, &place, object);
    }
    return status;
}

/* ---- fields ---- */

static pgm_status read_value(const reading *r) {
    static pgm_status (*const readers[PGM__FIELD_KINDS])(const reading *) = {
        [PGM__FIELD_TEXT] = read_text,       [PGM__FIELD_PROSE] = read_prose,
        [PGM__FIELD_CODE] = read_code,       [PGM__FIELD_TEXTS] = read_texts,
        [PGM__FIELD_FLAG] = read_flag,       [PGM__FIELD_EITHER] = read_either,
        [PGM__FIELD_WORD] = read_word,       [PGM__FIELD_NUMBER] = read_number,
        [PGM__FIELD_LIMIT] = read_limit,     [PGM__FIELD_SHORT] = read_short,
        [PGM__FIELD_TOOK] = read_took,       [PGM__FIELD_GUESS] = read_guess,
        [PGM__FIELD_MOMENT] = read_moment,   [PGM__FIELD_PART] = read_part,
        [PGM__FIELD_OBJECT] = read_object,   [PGM__FIELD_OBJECTS] = read_objects,
        [PGM__FIELD_NUMBERS] = read_numbers, [PGM__FIELD_STAMPS] = read_stamps,
    };
    bool absent = is_kind(r, PGM__JSON_NULL) && r->field->nullable;
    return absent ? PGM_OK : readers[r->field->kind](r);
}

static bool has_field(const pgm__fields_reader *reader, const pgm__field *field) {
    return field->commands == 0 || (field->commands & reader->command) != 0;
}

static pgm_status read_field(const pgm__fields_reader *reader, const pgm__field *field,
                             const pgm__json_value *object, const pgm__field_place *place,
                             char *out) {
    const pgm__field_place at = {.outer = place, .key = field->key};
    bool twice = false;
    const pgm__json_value *value = pgm__json_field(object, field->key, &twice);
    if (value == NULL) {
        return field->later ? PGM_OK : refuse(reader, object->line, &at, "is missing");
    }
    if (twice) {
        return refuse(reader, object->line, &at, "is there twice");
    }
    const reading r = {.reader = reader,
                       .field = field,
                       .value = value,
                       .place = &at,
                       .member = out + field->offset,
                       .count = (size_t *)(void *)(out + field->count)};
    return read_value(&r);
}

pgm_status pgm__fields_read(const pgm__fields_reader *reader, const pgm__fields *fields,
                            const pgm__json_value *object, const pgm__field_place *place,
                            void *out) {
    if (object->kind != PGM__JSON_OBJECT) {
        return refuse(reader, object->line, place, "is not an object");
    }
    pgm_status status = PGM_OK;
    for (size_t i = 0; i < fields->count && status == PGM_OK; i++) {
        if (has_field(reader, &fields->rows[i])) {
            status = read_field(reader, &fields->rows[i], object, place, out);
        }
    }
    return status;
}
