#include "model/sql/table_names.h"

#include <string.h>

#include "base/hash.h"
#include "base/mem.h"

/*
 * A table is kept under two keys: with its schema (or with none, when it is not qualified), and
 * with ANY. A name that is not qualified is looked up under ANY.
 */
#define ANY  '*'
#define NONE '-'
#define OF   '.'

struct pgm__table_names_entry {
    UT_hash_handle hh;
    char key[];
};

pgm__table_name pgm__table_name_read(pgm__cursor *c) {
    pgm__table_name name = {0};
    while (pgm__cursor_is_name(c)) {
        name.schema = name.table;
        name.table = (pgm__cut){c->token.begin, c->token.end};
        pgm__cursor_advance(c);
        if (c->token.kind != PGM__TOKEN_DOT) {
            break;
        }
        pgm__cursor_advance(c);
    }
    return name;
}

static bool is_empty(pgm__cut cut) {
    return cut.end <= cut.begin;
}

void pgm__table_names_fold(pgm__strbuf *out, const char *text, pgm__cut name) {
    bool quoted = text[name.begin] == '"';
    bool folds = !quoted && text[name.begin] != '\'';
    for (size_t i = name.begin; i < name.end; i++) {
        char c = text[i];
        if (quoted && c == '"') {
            /* the quotes around it, and one of each pair inside */
            bool doubled = i > name.begin && i + 2 < name.end && text[i + 1] == '"';
            if (!doubled) {
                continue;
            }
            i++;
        }
        bool fold = folds && c >= 'A' && c <= 'Z';
        pgm__strbuf_addc(out, fold ? (char)(c - 'A' + 'a') : c);
    }
}

/* Schemas cannot hold a NUL, so it keeps the two parts of a key apart. */
static void make_key(pgm__table_names *names, const char *text, char kind, pgm__cut schema,
                     pgm__cut table) {
    pgm__strbuf_clear(&names->key);
    pgm__strbuf_addc(&names->key, kind);
    if (kind == OF) {
        pgm__table_names_fold(&names->key, text, schema);
        pgm__strbuf_addc(&names->key, '\0');
    }
    pgm__table_names_fold(&names->key, text, table);
    names->failed = names->failed || names->key.failed;
}

static bool has_key(const pgm__table_names *names) {
    struct pgm__table_names_entry *found = NULL;
    if (!names->failed) {
        HASH_FIND(hh, names->entries, names->key.text, names->key.len, found);
    }
    return found != NULL;
}

static void add_key(pgm__table_names *names) {
    if (names->failed || has_key(names)) {
        return;
    }
    struct pgm__table_names_entry *entry = pgm__malloc(sizeof *entry + names->key.len);
    if (entry == NULL) {
        names->failed = true;
        return;
    }
    memcpy(entry->key, names->key.text, names->key.len);
    HASH_ADD_KEYPTR(hh, names->entries, entry->key, names->key.len, entry);
    if (entry->hh.tbl == NULL) {
        names->failed = true;
        pgm__free(entry);
    }
}

void pgm__table_names_add(pgm__table_names *names, const char *text, pgm__table_name name) {
    if (is_empty(name.table)) {
        return;
    }
    make_key(names, text, is_empty(name.schema) ? NONE : OF, name.schema, name.table);
    add_key(names);
    make_key(names, text, ANY, name.schema, name.table);
    add_key(names);
}

/* A name with a schema may be one that was added without: which schema that is, only the session's
 * search path knows. A doubt counts as the same table. */
bool pgm__table_names_has(pgm__table_names *names, const char *text, pgm__table_name name) {
    if (names->entries == NULL || is_empty(name.table)) {
        return false;
    }
    if (is_empty(name.schema)) {
        make_key(names, text, ANY, name.schema, name.table);
        return has_key(names);
    }
    make_key(names, text, OF, name.schema, name.table);
    if (has_key(names)) {
        return true;
    }
    make_key(names, text, NONE, name.schema, name.table);
    return has_key(names);
}

void pgm__table_names_fini(pgm__table_names *names) {
    struct pgm__table_names_entry *each = NULL;
    struct pgm__table_names_entry *after = NULL;
    HASH_ITER(hh, names->entries, each, after) {
        HASH_DEL(names->entries, each);
        pgm__free(each);
    }
    pgm__strbuf_fini(&names->key);
    *names = (pgm__table_names){0};
}
