#include "model/hazards/column_types.h"

#include <stddef.h>
#include <string.h>

#include "base/fnv.h"
#include "base/hash.h"
#include "base/mem.h"
#include "model/hazards/hazard_words.h"
#include "model/sql/table_names.h"

struct pgm__column_types_entry {
    UT_hash_handle hh;
    pgm__column_type type;
    char key[];
};

enum { NUMBER_MOST = 1000000000 };

/* ---- one type ---- */

static unsigned read_number(pgm__cursor *c) {
    unsigned number = 0;
    if (c->token.kind == PGM__TOKEN_NUMBER) {
        for (size_t i = c->token.begin; i < c->token.end && number < NUMBER_MOST / 10; i++) {
            char digit = c->lexer.text[i];
            number = digit >= '0' && digit <= '9' ? number * 10 + (unsigned)(digit - '0') : number;
        }
        pgm__cursor_advance(c);
    }
    return number;
}

/* (length) or (length, scale) */
static void read_modifier(pgm__cursor *c, pgm__column_type *type) {
    if (c->token.kind != PGM__TOKEN_OPEN) {
        return;
    }
    size_t outside = c->depth;
    pgm__cursor_advance(c);
    type->length = read_number(c);
    if (pgm__cursor_is_byte(c, ',')) {
        pgm__cursor_advance(c);
        type->scale = read_number(c);
    }
    while (!pgm__cursor_at_end(c) && c->depth > outside) {
        pgm__cursor_advance(c);
    }
    pgm__cursor_advance(c);
}

/* Behind a schema's dot the words are no key words, so the dot is forgotten. */
static pgm__type_family read_family(pgm__cursor *c) {
    static const struct {
        const char *word;
        pgm__type_family family;
    } words[] = {{"TEXT", PGM__TYPE_TEXT},           {"VARCHAR", PGM__TYPE_VARCHAR},
                 {"NUMERIC", PGM__TYPE_NUMERIC},     {"DECIMAL", PGM__TYPE_NUMERIC},
                 {"TIMESTAMP", PGM__TYPE_TIMESTAMP}, {"TIMESTAMPTZ", PGM__TYPE_TIMESTAMP}};
    if (pgm__cursor_take(c, "PG_CATALOG") && c->token.kind == PGM__TOKEN_DOT) {
        pgm__cursor_advance(c);
        c->after_dot = false;
    }
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (pgm__cursor_take(c, words[i].word)) {
            return words[i].family;
        }
    }
    bool character = pgm__cursor_take(c, "CHARACTER") || pgm__cursor_take(c, "CHAR");
    if (character && pgm__cursor_take(c, "VARYING")) {
        return PGM__TYPE_VARCHAR;
    }
    if (!character) {
        pgm__cursor_advance(c);
    }
    return PGM__TYPE_OTHER;
}

/* These words of a column's definition, or of a change, end the type before them. */
static bool ends_type(const pgm__cursor *c) {
    static const char *const words[] = {"NOT",        "NULL",      "DEFAULT", "CONSTRAINT",
                                        "PRIMARY",    "UNIQUE",    "CHECK",   "REFERENCES",
                                        "GENERATED",  "COLLATE",   "USING",   "COMPRESSION",
                                        "DEFERRABLE", "INITIALLY", "STORAGE"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (pgm__cursor_is(c, words[i])) {
            return true;
        }
    }
    return pgm__cursor_is_byte(c, ',');
}

/* Other words for the same type; those of serial are numbered besides. */
static const char *plain_word(const pgm__cursor *c) {
    static const struct {
        const char *word;
        const char *plain;
    } words[] = {{"INT", "int4"},      {"INTEGER", "int4"},  {"SERIAL", "int4"},
                 {"SERIAL4", "int4"},  {"BIGINT", "int8"},   {"BIGSERIAL", "int8"},
                 {"SERIAL8", "int8"},  {"SMALLINT", "int2"}, {"SMALLSERIAL", "int2"},
                 {"SERIAL2", "int2"},  {"BOOLEAN", "bool"},  {"REAL", "float4"},
                 {"DOUBLE", "float8"}, {"CHARACTER", "char"}};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (pgm__cursor_is(c, words[i].word)) {
            return words[i].plain;
        }
    }
    return NULL;
}

/* A word that is taken for another keeps one warning back. */
static uint64_t add_byte(uint64_t hash, char byte) {
    return pgm__fnv_add(hash, (unsigned char)byte);
}

/* As the server knows it: folded, without quotes. */
static uint64_t add_word(uint64_t hash, const pgm__cursor *c) {
    const char *plain = plain_word(c);
    bool quoted = c->lexer.text[c->token.begin] == '"';
    for (size_t i = c->token.begin; plain == NULL && i < c->token.end; i++) {
        char byte = c->lexer.text[i];
        if (byte != '"') {
            hash = add_byte(hash,
                            !quoted && byte >= 'A' && byte <= 'Z' ? (char)(byte | 0x20) : byte);
        }
    }
    for (; plain != NULL && *plain != '\0'; plain++) {
        hash = add_byte(hash, *plain);
    }
    return add_byte(hash, ' ');
}

/* All words of a type, with its length. @return Behind it. */
static pgm__cursor read_words(pgm__cursor c, uint64_t *words) {
    size_t outside = c.depth;
    *words = PGM__FNV_OFFSET;
    while (!pgm__cursor_at_end(&c) && c.depth >= outside && (c.depth > outside || !ends_type(&c))) {
        bool precision = pgm__cursor_is(&c, "PRECISION"); /* double precision: one word says it */
        *words = precision ? *words : add_word(*words, &c);
        pgm__cursor_advance(&c);
    }
    return c;
}

pgm__column_type pgm__column_type_read(pgm__cursor *c) {
    uint64_t words = 0;
    const pgm__cursor behind = read_words(*c, &words);
    pgm__column_type type = {.family = read_family(c), .words = words};
    read_modifier(c, &type);
    if (type.family == PGM__TYPE_TIMESTAMP && !pgm__hazard_take_words(c, "WITH TIME ZONE")) {
        (void)pgm__hazard_take_words(c, "WITHOUT TIME ZONE");
    }
    if (type.family == PGM__TYPE_VARCHAR && type.length == 0) {
        type.family = PGM__TYPE_TEXT;
    }
    /* arrays, and a name that goes on: public.text */
    if (pgm__cursor_is_byte(c, '[') || c->token.kind == PGM__TOKEN_DOT ||
        pgm__cursor_is(c, "ARRAY")) {
        type.family = PGM__TYPE_OTHER;
    }
    if (type.family == PGM__TYPE_OTHER) {
        *c = behind;
    }
    return type;
}

static bool numeric_widens(pgm__column_type from, pgm__column_type to) {
    bool wider = from.length > 0 && from.length <= to.length && from.scale == to.scale;
    return from.family == PGM__TYPE_NUMERIC && (to.length == 0 || wider);
}

pgm__type_change pgm__column_type_change(pgm__column_type from, pgm__column_type to) {
    if (from.words == to.words) {
        return PGM__CHANGE_KEEPS;
    }
    bool keeps = false;
    switch (to.family) {
    case PGM__TYPE_TEXT:
        keeps = from.family == PGM__TYPE_TEXT || from.family == PGM__TYPE_VARCHAR;
        break;
    case PGM__TYPE_VARCHAR:
        keeps = from.family == PGM__TYPE_VARCHAR && from.length <= to.length;
        break;
    case PGM__TYPE_NUMERIC:
        keeps = numeric_widens(from, to);
        break;
    case PGM__TYPE_TIMESTAMP:
        return from.family == to.family && (to.length == 0 || to.length == from.length)
                   ? PGM__CHANGE_OF_INDEXES
                   : PGM__CHANGE_REWRITES;
    case PGM__TYPE_OTHER:
    default:
        break;
    }
    return keeps ? PGM__CHANGE_KEEPS : PGM__CHANGE_REWRITES;
}

/* ---- of columns ---- */

static void make_key(pgm__column_types *types, const char *text, pgm__cut table, pgm__cut column) {
    pgm__strbuf_clear(&types->key);
    pgm__table_names_fold(&types->key, text, table);
    pgm__strbuf_addc(&types->key, '\0');
    pgm__table_names_fold(&types->key, text, column);
    types->failed = types->failed || types->key.failed;
}

static struct pgm__column_types_entry *find(pgm__column_types *types) {
    struct pgm__column_types_entry *found = NULL;
    if (!types->failed) {
        HASH_FIND(hh, types->entries, types->key.text, types->key.len, found);
    }
    return found;
}

void pgm__column_types_set(pgm__column_types *types, const char *text, pgm__cut table,
                           pgm__cut column, pgm__column_type type) {
    make_key(types, text, table, column);
    struct pgm__column_types_entry *entry = find(types);
    if (types->failed || entry != NULL) {
        if (entry != NULL) {
            entry->type = type;
        }
        return;
    }
    entry = pgm__malloc(sizeof *entry + types->key.len);
    if (entry == NULL) {
        types->failed = true;
        return;
    }
    entry->type = type;
    memcpy(entry->key, types->key.text, types->key.len);
    HASH_ADD_KEYPTR(hh, types->entries, entry->key, types->key.len, entry);
    if (entry->hh.tbl == NULL) {
        types->failed = true;
        pgm__free(entry);
    }
}

const pgm__column_type *pgm__column_types_get(pgm__column_types *types, const char *text,
                                              pgm__cut table, pgm__cut column) {
    if (types->entries == NULL) {
        return NULL;
    }
    make_key(types, text, table, column);
    struct pgm__column_types_entry *found = find(types);
    return found == NULL ? NULL : &found->type;
}

/* What is no column (CONSTRAINT, LIKE, CHECK) gets a type that nobody asks for. */
void pgm__column_types_learn(pgm__column_types *types, const char *text, pgm__cut table,
                             pgm__cursor c) {
    if (c.token.kind != PGM__TOKEN_OPEN) {
        return;
    }
    size_t inside = c.depth + 1;
    do {
        pgm__cursor_advance(&c); /* ( or , */
        if (pgm__cursor_is_name(&c)) {
            pgm__cut column = {c.token.begin, c.token.end};
            pgm__cursor_advance(&c);
            pgm__column_types_set(types, text, table, column, pgm__column_type_read(&c));
        }
        while (!pgm__cursor_at_end(&c) && c.depth >= inside &&
               (c.depth > inside || !pgm__cursor_is_byte(&c, ','))) {
            pgm__cursor_advance(&c);
        }
    } while (!pgm__cursor_at_end(&c) && c.depth >= inside);
}

void pgm__column_types_fini(pgm__column_types *types) {
    struct pgm__column_types_entry *each = NULL;
    struct pgm__column_types_entry *after = NULL;
    HASH_ITER(hh, types->entries, each, after) {
        HASH_DEL(types->entries, each);
        pgm__free(each);
    }
    pgm__strbuf_fini(&types->key);
    *types = (pgm__column_types){0};
}
