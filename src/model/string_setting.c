#include "model/string_setting.h"

#include <string.h>
#include <strings.h>

#include "model/cursor.h"

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

static bool is_name(const pgm__cursor *c) {
    static const char name[] = "standard_conforming_strings";
    return pgm__cursor_is_name(c) && abbreviates(bare(c), name, sizeof name - 1);
}

pgm__string_setting pgm__string_setting_of(pgm__lexer statement) {
    pgm__cursor c = pgm__cursor_at(statement);
    if (pgm__cursor_take(&c, "DISCARD")) {
        return pgm__cursor_is(&c, "ALL") ? PGM__STRINGS_STANDARD : PGM__STRINGS_KEPT;
    }
    if (pgm__cursor_take(&c, "RESET")) {
        return pgm__cursor_is(&c, "ALL") || is_name(&c) ? PGM__STRINGS_STANDARD : PGM__STRINGS_KEPT;
    }
    if (!pgm__cursor_take(&c, "SET")) {
        return PGM__STRINGS_KEPT;
    }
    bool local = pgm__cursor_take(&c, "LOCAL");
    if (!local) {
        (void)pgm__cursor_take(&c, "SESSION");
    }
    if (!is_name(&c)) {
        return PGM__STRINGS_KEPT;
    }
    pgm__cursor_advance(&c);
    if (!pgm__cursor_take(&c, "TO") && pgm__cursor_is_byte(&c, '=')) {
        pgm__cursor_advance(&c);
    }
    if (!is_off(bare(&c))) {
        return local ? PGM__STRINGS_KEPT : PGM__STRINGS_STANDARD;
    }
    return local ? PGM__STRINGS_ESCAPES_IN : PGM__STRINGS_ESCAPES;
}

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
