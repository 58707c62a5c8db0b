#include "model/drift/baseline.h"

#include "base/error.h"
#include "base/json_text.h"

/* The fields, in the order in which they are written. */
#define FORMAT      "pgmarch_catalog"
#define TARGET      "target"
#define MAJOR       "server_version"
#define WHOLE       "whole"
#define VERSIONS    "versions"
#define COUNTED     "counted"
#define FINGERPRINT "fingerprint"
#define OBJECTS     "objects"

/* ---- writing ---- */

static void add_char(pgm__strbuf *out, unsigned char c) {
    if (c == '"' || c == '\\') {
        pgm__strbuf_addf(out, "\\%c", c);
    } else if (c == '\n') {
        pgm__strbuf_adds(out, "\\n");
    } else if (c < 0x20 || c == 0x7f) {
        pgm__strbuf_addf(out, "\\u%04x", c);
    } else {
        pgm__strbuf_addc(out, (char)c);
    }
}

static void add_text(pgm__strbuf *out, const char *text) {
    pgm__strbuf_addc(out, '"');
    for (; *text != '\0'; text++) {
        add_char(out, (unsigned char)*text);
    }
    pgm__strbuf_addc(out, '"');
}

static void add_field(pgm__strbuf *out, const char *before, const char *key, const char *text) {
    pgm__strbuf_addf(out, "%s\"%s\": ", before, key);
    add_text(out, text);
}

static void add_list(pgm__strbuf *out, const char *key, const char *const *items, size_t count) {
    pgm__strbuf_addf(out, ",\n  \"%s\": [", key);
    for (size_t i = 0; i < count; i++) {
        pgm__strbuf_adds(out, i == 0 ? "" : ", ");
        add_text(out, items[i]);
    }
    pgm__strbuf_adds(out, "]");
}

/* One a line, so that two baselines can be compared by other means as well. */
static void add_objects(pgm__strbuf *out, const pgm__baseline *baseline) {
    pgm__strbuf_adds(out, ",\n  \"" OBJECTS "\": [");
    for (size_t i = 0; i < baseline->object_count; i++) {
        const pgm__drift_object *object = &baseline->objects[i];
        pgm__strbuf_adds(out, i == 0 ? "\n    {" : ",\n    {");
        add_field(out, "", "kind", object->kind);
        add_field(out, ", ", "name", object->name);
        add_field(out, ", ", "definition", object->definition);
        add_field(out, ", ", "part_of", object->part_of);
        pgm__strbuf_adds(out, "}");
    }
    pgm__strbuf_adds(out, "\n  ]\n}\n");
}

void pgm__baseline_write(pgm__strbuf *out, const pgm__baseline *baseline) {
    pgm__strbuf_addf(out, "{\n  \"" FORMAT "\": %d", PGM__BASELINE_FORMAT);
    add_field(out, ",\n  ", TARGET, baseline->target);
    pgm__strbuf_addf(out, ",\n  \"" MAJOR "\": %d", baseline->major);
    pgm__strbuf_addf(out, ",\n  \"" WHOLE "\": %s", baseline->whole ? "true" : "false");
    if (baseline->versions_known) {
        add_list(out, VERSIONS, baseline->versions, baseline->version_count);
    } else {
        pgm__strbuf_adds(out, ",\n  \"" VERSIONS "\": null");
    }
    add_list(out, COUNTED, baseline->counted, baseline->counted_count);
    add_field(out, ",\n  ", FINGERPRINT, baseline->fingerprint);
    add_objects(out, baseline);
}

/* ---- reading ---- */

/* A document that is read; the first thing that is wrong is kept. */
typedef struct reader {
    pgm__arena *arena;
    const char *file;
    pgm_error *err;
    pgm_status status;
} reader;

static void refuse(reader *r, unsigned line, const char *what, const char *key) {
    if (r->status == PGM_OK) {
        r->status = pgm__error_set(r->err, PGM_EPARSE,
                                   "%s:%u: this is no catalog that `pgmarch drift --save` wrote: "
                                   "%s \"%s\"",
                                   r->file, line, what, key);
    }
}

static void *alloc(reader *r, size_t count, size_t size) {
    void *made = pgm__arena_calloc(r->arena, count, size);
    if (made == NULL && r->status == PGM_OK) {
        r->status = pgm__error_nomem(r->err);
    }
    return made;
}

static const pgm__json_value *field(reader *r, const pgm__json_value *object, const char *key,
                                    pgm__json_kind kind) {
    bool twice = false;
    const pgm__json_value *value = pgm__json_field(object, key, &twice);
    if (value == NULL || twice) {
        refuse(r, object->line, value == NULL ? "there is no" : "there is twice", key);
        return NULL;
    }
    if (value->kind != kind) {
        refuse(r, value->line, "of another kind is", key);
        return NULL;
    }
    return value;
}

static const char *text_field(reader *r, const pgm__json_value *object, const char *key) {
    const pgm__json_value *value = field(r, object, key, PGM__JSON_TEXT);
    return value == NULL ? "" : value->text;
}

static const char **read_list(reader *r, const pgm__json_value *list, const char *key,
                              size_t *count) {
    const char **items = list == NULL ? NULL : alloc(r, list->count, sizeof *items);
    for (const pgm__json_value *at = items == NULL ? NULL : list->first; at != NULL;
         at = at->next) {
        if (at->kind != PGM__JSON_TEXT) {
            refuse(r, at->line, "no text is in", key);
            return items;
        }
        items[(*count)++] = at->text;
    }
    return items;
}

static void read_objects(reader *r, const pgm__json_value *root, pgm__baseline *out) {
    const pgm__json_value *list = field(r, root, OBJECTS, PGM__JSON_LIST);
    out->objects = list == NULL ? NULL : alloc(r, list->count, sizeof *out->objects);
    for (const pgm__json_value *at = out->objects == NULL ? NULL : list->first;
         at != NULL && r->status == PGM_OK; at = at->next) {
        if (at->kind != PGM__JSON_OBJECT || at->count != 4) {
            refuse(r, at->line, "no object is in", OBJECTS);
            return;
        }
        out->objects[out->object_count++] =
            (pgm__drift_object){.kind = text_field(r, at, "kind"),
                                .name = text_field(r, at, "name"),
                                .definition = text_field(r, at, "definition"),
                                .part_of = text_field(r, at, "part_of")};
    }
}

static void read_versions(reader *r, const pgm__json_value *root, pgm__baseline *out) {
    bool twice = false;
    const pgm__json_value *value = pgm__json_field(root, VERSIONS, &twice);
    if (value != NULL && value->kind == PGM__JSON_NULL && !twice) {
        return;
    }
    out->versions_known = true;
    out->versions = read_list(r, field(r, root, VERSIONS, PGM__JSON_LIST), VERSIONS,
                              &out->version_count);
}

/* What a later version writes may mean something else. */
static bool check_format(reader *r, const pgm__json_value *root) {
    if (root->kind != PGM__JSON_OBJECT) {
        refuse(r, root->line, "there is no", FORMAT);
        return false;
    }
    const pgm__json_value *format = field(r, root, FORMAT, PGM__JSON_WHOLE);
    if (format != NULL && format->whole != PGM__BASELINE_FORMAT) {
        r->status = pgm__error_set(r->err, PGM_EPARSE,
                                   "%s: it was saved by another version of pgmarch, whose catalogs "
                                   "cannot be compared with those of this one: save it again",
                                   r->file);
    }
    if (r->status == PGM_OK && root->count != 8) {
        refuse(r, root->line, "more or less is there than belongs to a", FORMAT);
    }
    return r->status == PGM_OK;
}

pgm_status pgm__baseline_read(pgm__arena *arena, const char *file, const char *text, size_t len,
                              pgm__baseline *out, pgm_error *err) {
    reader r = {.arena = arena, .file = file, .err = err};
    const pgm__json_value *root = NULL;
    pgm_status status = pgm__json_parse(arena, "catalog", file, text, len, &root, err);
    if (status != PGM_OK || !check_format(&r, root)) {
        return status != PGM_OK ? status : r.status;
    }
    const pgm__json_value *major = field(&r, root, MAJOR, PGM__JSON_WHOLE);
    const pgm__json_value *whole = field(&r, root, WHOLE, PGM__JSON_FLAG);
    pgm__baseline made = {
        .target = text_field(&r, root, TARGET),
        .major = major == NULL ? 0 : (int)major->whole,
        .whole = whole != NULL && whole->flag,
        .fingerprint = text_field(&r, root, FINGERPRINT),
    };
    read_versions(&r, root, &made);
    made.counted = read_list(&r, field(&r, root, COUNTED, PGM__JSON_LIST), COUNTED,
                             &made.counted_count);
    read_objects(&r, root, &made);
    if (r.status == PGM_OK) {
        *out = made;
    }
    return r.status;
}
