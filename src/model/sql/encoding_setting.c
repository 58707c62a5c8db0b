#include "model/sql/encoding_setting.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

#include "model/sql/cursor.h"

static bool is_text(const pgm__cursor *c, const char *text) {
    const char *at = c->lexer.text + c->token.begin;
    size_t len = c->token.end - c->token.begin;
    bool quoted = c->token.kind == PGM__TOKEN_IDENTIFIER || c->token.kind == PGM__TOKEN_STRING;
    if (quoted && len >= 2) {
        at++;
        len -= 2;
    }
    return len == strlen(text) && strncasecmp(at, text, len) == 0;
}

static bool is_setting(const pgm__cursor *c) {
    return is_text(c, "client_encoding");
}

/* By any other of its names ours is taken for another one, and that does no harm. */
static pgm__encoding_setting setting_to(const pgm__cursor *c) {
    bool ours = is_text(c, "UTF8") || is_text(c, "UTF-8") || is_text(c, "DEFAULT");
    return ours ? PGM__ENCODING_OURS : PGM__ENCODING_OTHER;
}

static pgm__encoding_setting of_set(pgm__cursor *c) {
    if (!pgm__cursor_take(c, "LOCAL")) {
        (void)pgm__cursor_take(c, "SESSION");
    }
    if (pgm__cursor_take(c, "NAMES")) {
        return setting_to(c);
    }
    if (!pgm__cursor_is_name(c) || !is_setting(c)) {
        return PGM__ENCODING_KEPT;
    }
    pgm__cursor_advance(c);
    if (!pgm__cursor_take(c, "TO") && pgm__cursor_is_byte(c, '=')) {
        pgm__cursor_advance(c);
    }
    return setting_to(c);
}

/* SELECT [pg_catalog.]set_config('client_encoding', 'value', local). */
static pgm__encoding_setting of_select(pgm__cursor *c) {
    if (pgm__cursor_take(c, "PG_CATALOG")) {
        pgm__cursor_advance(c); /* the dot; the word behind one counts as a name */
        c->after_dot = false;
    }
    if (!pgm__cursor_take(c, "SET_CONFIG") || !pgm__cursor_is_byte(c, '(')) {
        return PGM__ENCODING_KEPT;
    }
    pgm__cursor_advance(c);
    if (!is_setting(c)) {
        return PGM__ENCODING_KEPT;
    }
    pgm__cursor_advance(c); /* the name */
    pgm__cursor_advance(c); /* the comma */
    return setting_to(c);
}

pgm__encoding_setting pgm__encoding_setting_of(pgm__lexer statement) {
    pgm__cursor c = pgm__cursor_at(statement);
    if (pgm__cursor_take(&c, "RESET")) {
        bool resets = pgm__cursor_is(&c, "ALL") || (pgm__cursor_is_name(&c) && is_setting(&c));
        return resets ? PGM__ENCODING_OURS : PGM__ENCODING_KEPT;
    }
    if (pgm__cursor_take(&c, "SELECT")) {
        return of_select(&c);
    }
    return pgm__cursor_take(&c, "SET") ? of_set(&c) : PGM__ENCODING_KEPT;
}
