#include "model/drift/mentions.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "model/sql/lexer.h"

/* A schema, a relation, what is part of it. */
enum { MOST_PARTS = 3 };

/* The words of one migration, each once, in order. */
typedef struct vocabulary {
    const char *version;
    const char **words;
    size_t count;
    size_t capacity;
} vocabulary;

struct pgm__mentions {
    vocabulary *items;
    size_t count;
};

/* ---- words of a text ---- */

static bool is_word_char(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '$' || (unsigned char)c >= 0x80;
}

/* As the server folds a name without quotes. */
static void fold_case(char *text) {
    for (; *text != '\0'; text++) {
        *text = *text >= 'A' && *text <= 'Z' ? (char)(*text | 0x20) : *text;
    }
}

/* Without its quotes; two in it are one. */
static void unquote(char *text) {
    size_t to = 0;
    for (size_t at = 1; text[at] != '\0' && !(text[at] == '"' && text[at + 1] != '"'); at++) {
        at += text[at] == '"' ? 1 : 0;
        text[to++] = text[at];
    }
    text[to] = '\0';
}

static bool add_word(vocabulary *to, pgm__arena *arena, const char *text, size_t len, bool quoted) {
    char *word = pgm__arena_strndup(arena, text, len);
    const char **words = word == NULL
                             ? NULL
                             : pgm__grow(to->words, to->count, &to->capacity, sizeof *to->words);
    if (words == NULL) {
        return false;
    }
    if (quoted && word[0] == '"') {
        unquote(word);
    } else {
        fold_case(word);
    }
    to->words = words;
    words[to->count++] = word;
    return true;
}

/* The code of a function, a name in a string: its words, whatever language it is. */
static bool add_words(vocabulary *to, pgm__arena *arena, const char *text, size_t len) {
    bool enough = true;
    for (size_t at = 0; at < len && enough;) {
        size_t end = at;
        while (end < len && is_word_char(text[end])) {
            end++;
        }
        enough = end == at || add_word(to, arena, text + at, end - at, false);
        at = end == at ? at + 1 : end;
    }
    return enough;
}

static int by_text(const void *a, const void *b) {
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void put_in_order(vocabulary *v) {
    size_t kept = 0;
    qsort(v->words, v->count, sizeof *v->words, by_text);
    for (size_t i = 0; i < v->count; i++) {
        if (kept == 0 || strcmp(v->words[kept - 1], v->words[i]) != 0) {
            v->words[kept++] = v->words[i];
        }
    }
    v->count = kept;
}

static bool read_script(vocabulary *to, pgm__arena *arena, const pgm__script *script) {
    pgm__lexer lexer = {
        .text = script->text, .len = script->len, .line = 1, .standard_strings = true};
    bool enough = true;
    for (pgm__token token = pgm__lexer_next_solid(&lexer); token.kind != PGM__TOKEN_END && enough;
         token = pgm__lexer_next_solid(&lexer)) {
        const char *text = script->text + token.begin;
        size_t len = token.end - token.begin;
        if (token.kind == PGM__TOKEN_WORD || token.kind == PGM__TOKEN_IDENTIFIER) {
            enough = add_word(to, arena, text, len, token.kind == PGM__TOKEN_IDENTIFIER);
        } else if (token.kind == PGM__TOKEN_STRING) {
            enough = add_words(to, arena, text, len);
        }
    }
    return enough;
}

/* The words move into the arena, so that one thing owns all. */
static bool settle(vocabulary *v, pgm__arena *arena) {
    put_in_order(v);
    const char **kept = pgm__arena_calloc(arena, v->count, sizeof *kept);
    if (kept != NULL && v->count > 0) {
        memcpy(kept, v->words, v->count * sizeof *kept);
    }
    v->words = kept;
    return kept != NULL;
}

static bool read_migration(vocabulary *to, pgm__arena *arena, const pgm__migration *migration) {
    to->version = migration->version;
    bool read = migration->up.path == NULL || read_script(to, arena, &migration->up);
    const char **grown = to->words;
    read = read && settle(to, arena);
    pgm__free((void *)grown);
    return read;
}

pgm_status pgm__mentions_make(pgm__arena *arena, const pgm__migrations *migrations,
                              pgm__mentions **out) {
    size_t count = pgm__migrations_count(migrations);
    pgm__mentions *made = pgm__arena_calloc(arena, 1, sizeof *made);
    vocabulary *items = pgm__arena_calloc(arena, count, sizeof *items);
    if (made == NULL || items == NULL) {
        return PGM_ENOMEM;
    }
    for (size_t i = 0; i < count; i++) {
        if (!read_migration(&items[i], arena, pgm__migrations_at(migrations, i))) {
            return PGM_ENOMEM;
        }
    }
    *made = (pgm__mentions){items, count};
    *out = made;
    return PGM_OK;
}

/* ---- an object ---- */

/* What a file has to have. */
typedef struct parts {
    char *items[MOST_PARTS];
    size_t count;
} parts;

/* Up to the point or parenthesis behind it. */
static size_t part_len(const char *name) {
    if (name[0] != '"') {
        return strcspn(name, ".(");
    }
    size_t at = 1;
    while (name[at] != '\0' && !(name[at] == '"' && name[at + 1] != '"')) {
        at += name[at] == '"' ? 2 : 1;
    }
    return name[at] == '"' ? at + 1 : at;
}

static bool cut_name(pgm__arena *arena, const char *name, bool schema, parts *out) {
    *out = (parts){.count = 0};
    for (const char *at = name; out->count < MOST_PARTS;) {
        size_t len = part_len(at);
        char *part = pgm__arena_strndup(arena, at, len);
        if (part == NULL) {
            return false;
        }
        if (part[0] == '"') {
            unquote(part);
        }
        out->items[out->count++] = part;
        if (at[len] != '.') {
            break;
        }
        at += len + 1;
    }
    if (schema && out->count > 1) {
        out->count--;
        memmove(out->items, out->items + 1, out->count * sizeof *out->items);
    }
    return true;
}

static bool has(const vocabulary *v, const char *word) {
    return v->count > 0 && bsearch(&word, v->words, v->count, sizeof *v->words, by_text) != NULL;
}

static size_t list(const pgm__mentions *mentions, const parts *wanted, const char **versions) {
    size_t count = 0;
    for (size_t i = 0; i < mentions->count; i++) {
        bool all = true;
        for (size_t j = 0; j < wanted->count && all; j++) {
            all = has(&mentions->items[i], wanted->items[j]);
        }
        if (all) {
            versions[count++] = mentions->items[i].version;
        }
    }
    return count;
}

size_t pgm__mentions_find(const pgm__mentions *mentions, pgm__arena *arena, const char *name,
                          bool schema, const char *const **versions) {
    parts wanted;
    const char **found = pgm__arena_calloc(arena, mentions->count, sizeof *found);
    if (found == NULL || !cut_name(arena, name, schema, &wanted)) {
        return SIZE_MAX;
    }
    *versions = found;
    return list(mentions, &wanted, found);
}
