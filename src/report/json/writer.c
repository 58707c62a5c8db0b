#include "report/json/writer.h"

#include <string.h>

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

json_t *pgm__json_line(pgm__json_writer *w, unsigned line) {
    return line == 0 ? json_null() : pgm__json_number(w, line);
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

json_t *pgm__json_shard(pgm__json_writer *w, size_t index, size_t count) {
    if (count == 0) {
        return json_null();
    }
    json_t *object = pgm__json_checked(w, json_object());
    pgm__json_put(w, object, "index", pgm__json_number(w, (int64_t)index));
    pgm__json_put(w, object, "count", pgm__json_number(w, (int64_t)count));
    return object;
}

/* "\u202e", beyond the first plane as two halves. */
static void add_escaped(pgm__strbuf *out, uint32_t code) {
    if (code > 0xFFFF) {
        code -= 0x10000;
        pgm__strbuf_addf(out, "\\u%04x", (unsigned)(0xD800 + (code >> 10)));
        code = 0xDC00 + (code & 0x3FF);
    }
    pgm__strbuf_addf(out, "\\u%04x", (unsigned)code);
}

/* The document may go to a terminal, so that what steers one or cannot be seen is escaped: a reader
 * of JSON gets the same text. jansson hands over whole characters, and those below the blank it has
 * escaped itself; what is left of them lays out the document. */
static int dump(const char *piece, size_t len, void *data) {
    pgm__strbuf *out = data;
    size_t done = 0;
    size_t at = 0;
    while (at < len) {
        uint32_t code = (unsigned char)piece[at];
        size_t size = code < 0x7F ? 1 : pgm__utf8_next(piece + at, &code);
        if (code >= 0x7F && pgm__utf8_is_control(code)) {
            pgm__strbuf_add(out, piece + done, at - done);
            add_escaped(out, code);
            done = at + size;
        }
        at += size;
    }
    pgm__strbuf_add(out, piece + done, len - done);
    return out->failed ? -1 : 0;
}

/* Where the list that begins at `from` ends, when it holds numbers and nulls only; else `from`. */
static size_t end_of_numbers(const pgm__strbuf *out, size_t from) {
    size_t end = from + 1 + strspn(out->text + from + 1, "0123456789-,nul \n");
    return end < out->len && out->text[end] == ']' ? end : from;
}

/* Lists of numbers on one line: one a line they would be most of a large report. */
static void fold_numbers(pgm__strbuf *out, size_t from) {
    bool in_text = false;
    size_t kept = from;
    size_t end = from; /* of the list that is being folded */
    for (size_t i = from; i < out->len; i++) {
        char c = out->text[i];
        if (in_text && c == '\\') {
            out->text[kept++] = c;
            c = out->text[++i];
        } else if (c == '"') {
            in_text = !in_text;
        } else if (!in_text && c == '[') {
            end = end_of_numbers(out, i);
        }
        if (i >= end || (c != ' ' && c != '\n')) {
            out->text[kept++] = c;
        }
    }
    out->len = kept;
    out->text[kept] = '\0';
}

static pgm_status finish(pgm__json_writer *w, json_t *root, size_t flags, pgm__strbuf *out,
                         pgm_error *err) {
    size_t from = out->len;
    if (!w->failed && json_dump_callback(root, dump, out, flags) != 0) {
        w->failed = true;
    }
    if (!w->failed && !out->failed && out->len > from) {
        fold_numbers(out, from);
    }
    json_decref(root);
    pgm__strbuf_fini(&w->scratch);
    pgm__strbuf_addc(out, '\n');
    return w->failed || out->failed ? pgm__error_nomem(err) : PGM_OK;
}

pgm_status pgm__json_finish(pgm__json_writer *w, json_t *root, pgm__strbuf *out, pgm_error *err) {
    return finish(w, root, JSON_INDENT(2), out, err);
}

pgm_status pgm__json_finish_line(pgm__json_writer *w, json_t *root, pgm__strbuf *out,
                                 pgm_error *err) {
    return finish(w, root, JSON_COMPACT, out, err);
}
