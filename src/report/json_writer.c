#include "report/json_writer.h"

#include "base/error.h"
#include "base/mem.h"
#include "base/utf8.h"

void pgm__json_init(pgm__json_writer *w) {
    /* jansson's own setting, the same on every call: its memory comes through our seam too. */
    json_set_alloc_funcs(pgm__malloc, pgm__free);
    *w = (pgm__json_writer){0};
}

json_t *pgm__json_checked(pgm__json_writer *w, json_t *value) {
    if (value == NULL) {
        w->failed = true;
    }
    return value;
}

json_t *pgm__json_text(pgm__json_writer *w, const char *value) {
    if (value == NULL) {
        return json_null();
    }
    pgm__strbuf_clear(&w->scratch);
    pgm__utf8_add(&w->scratch, value);
    const char *clean = pgm__strbuf_text(&w->scratch);
    return pgm__json_checked(w, clean == NULL ? NULL : json_string(clean));
}

json_t *pgm__json_number(pgm__json_writer *w, int64_t value) {
    return pgm__json_checked(w, json_integer((json_int_t)value));
}

void pgm__json_put(pgm__json_writer *w, json_t *object, const char *key, json_t *value) {
    if (object == NULL || value == NULL) {
        json_decref(value);
        w->failed = true;
    } else if (json_object_set_new(object, key, value) != 0) {
        w->failed = true;
    }
}

void pgm__json_append(pgm__json_writer *w, json_t *array, json_t *value) {
    if (array == NULL || value == NULL) {
        json_decref(value);
        w->failed = true;
    } else if (json_array_append_new(array, value) != 0) {
        w->failed = true;
    }
}

json_t *pgm__json_texts(pgm__json_writer *w, const char *const *items, size_t count) {
    json_t *array = pgm__json_checked(w, json_array());
    for (size_t i = 0; i < count; i++) {
        pgm__json_append(w, array, pgm__json_text(w, items[i]));
    }
    return array;
}

static int dump(const char *piece, size_t len, void *data) {
    pgm__strbuf *out = data;
    pgm__strbuf_add(out, piece, len);
    return out->failed ? -1 : 0;
}

pgm_status pgm__json_finish(pgm__json_writer *w, json_t *root, pgm__strbuf *out, pgm_error *err) {
    if (!w->failed && json_dump_callback(root, dump, out, JSON_INDENT(2)) != 0) {
        w->failed = true;
    }
    json_decref(root);
    pgm__strbuf_fini(&w->scratch);
    pgm__strbuf_addc(out, '\n');
    return w->failed || out->failed ? pgm__error_nomem(err) : PGM_OK;
}
