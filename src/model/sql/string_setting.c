#include "model/sql/string_setting.h"

#include <string.h>
#include <strings.h>

#include "model/sql/cursor.h"

/* A name, word, string or number as it reads without its quotes. */
typedef struct span {
    const char *text;
    size_t len;
} span;

static span bare(const pgm__cursor *c) {
    span found = {c->lexer.text + c->token.begin, c->token.end - c->token.begin};
    bool quoted = c->token.kind == PGM__TOKEN_IDENTIFIER || c->token.kind == PGM__TOKEN_STRING;
    if (quoted && found.len >= 2) {
        found.text++;
        found.len -= 2;
    }
    return found;
}

/* Is it `word`, or cut short a part of it that has at least `least` letters? */
static bool abbreviates(span value, const char *word, size_t least) {
    return value.len >= least && value.len <= strlen(word) &&
           strncasecmp(value.text, word, value.len) == 0;
}

/* As the server's parse_bool() takes it. */
static bool is_off(span value) {
    return abbreviates(value, "off", 2) || abbreviates(value, "false", 1) ||
           abbreviates(value, "no", 1) || abbreviates(value, "0", 1);
}

static bool is_setting(span value) {
    static const char name[] = "standard_conforming_strings";
    return abbreviates(value, name, sizeof name - 1);
}

static bool is_name(const pgm__cursor *c) {
    return pgm__cursor_is_name(c) && is_setting(bare(c));
}

static pgm__string_setting setting_to(span value, bool local) {
    if (is_off(value)) {
        return local ? PGM__STRINGS_ESCAPES_IN : PGM__STRINGS_ESCAPES;
    }
    return local ? PGM__STRINGS_STANDARD_IN : PGM__STRINGS_STANDARD;
}

static pgm__string_setting of_set(pgm__cursor *c) {
    bool local = pgm__cursor_take(c, "LOCAL");
    if (!local) {
        (void)pgm__cursor_take(c, "SESSION");
    }
    if (!is_name(c)) {
        return PGM__STRINGS_KEPT;
    }
    pgm__cursor_advance(c);
    if (!pgm__cursor_take(c, "TO") && pgm__cursor_is_byte(c, '=')) {
        pgm__cursor_advance(c);
    }
    return setting_to(bare(c), local);
}

static bool take_byte(pgm__cursor *c, char byte) {
    bool there = pgm__cursor_is_byte(c, byte);
    if (there) {
        pgm__cursor_advance(c);
    }
    return there;
}

/* SELECT [pg_catalog.]set_config('name', 'value', local), as pg_dump writes it for search_path. */
static pgm__string_setting of_select(pgm__cursor *c) {
    if (pgm__cursor_take(c, "PG_CATALOG")) {
        pgm__cursor_advance(c); /* the dot; the word behind one counts as a name */
        c->after_dot = false;
    }
    if (!pgm__cursor_take(c, "SET_CONFIG") || !take_byte(c, '(') ||
        c->token.kind != PGM__TOKEN_STRING || !is_setting(bare(c))) {
        return PGM__STRINGS_KEPT;
    }
    pgm__cursor_advance(c);
    (void)take_byte(c, ',');
    span value = bare(c);
    pgm__cursor_advance(c);
    (void)take_byte(c, ',');
    return setting_to(value, !is_off(bare(c)));
}

pgm__string_setting pgm__string_setting_of(pgm__lexer statement) {
    pgm__cursor c = pgm__cursor_at(statement);
    if (pgm__cursor_take(&c, "DISCARD")) {
        return pgm__cursor_is(&c, "ALL") ? PGM__STRINGS_STANDARD : PGM__STRINGS_KEPT;
    }
    if (pgm__cursor_take(&c, "RESET")) {
        return pgm__cursor_is(&c, "ALL") || is_name(&c) ? PGM__STRINGS_STANDARD : PGM__STRINGS_KEPT;
    }
    if (pgm__cursor_take(&c, "SELECT")) {
        return of_select(&c);
    }
    return pgm__cursor_take(&c, "SET") ? of_set(&c) : PGM__STRINGS_KEPT;
}

/* The first byte tells: of E'…' it is the letter, of a string in dollars the dollar. */
bool pgm__has_plain_backslash(pgm__lexer statement) {
    for (pgm__cursor c = pgm__cursor_at(statement); c.token.kind != PGM__TOKEN_END;
         pgm__cursor_advance(&c)) {
        const char *text = c.lexer.text + c.token.begin;
        if (c.token.kind == PGM__TOKEN_STRING && text[0] == '\'' &&
            memchr(text, '\\', c.token.end - c.token.begin) != NULL) {
            return true;
        }
    }
    return false;
}
