#include "model/sql/cursor.h"

pgm__cursor pgm__cursor_at(pgm__lexer statement) {
    pgm__cursor c = {.lexer = statement};
    c.token = pgm__lexer_next_solid(&c.lexer);
    return c;
}

/* The depth counts what lies between parentheses: both of these themselves stand outside. */
void pgm__cursor_advance(pgm__cursor *c) {
    if (c->token.kind == PGM__TOKEN_OPEN) {
        c->depth++;
    }
    c->after_dot = c->token.kind == PGM__TOKEN_DOT;
    c->token = pgm__lexer_next_solid(&c->lexer);
    if (c->token.kind == PGM__TOKEN_CLOSE && c->depth > 0) {
        c->depth--;
    }
}

bool pgm__cursor_at_end(const pgm__cursor *c) {
    return c->token.kind == PGM__TOKEN_END || c->token.kind == PGM__TOKEN_SEMICOLON;
}

/* Key words are ASCII; the locale has no say. */
static char upper(char c) {
    return c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

bool pgm__cursor_is(const pgm__cursor *c, const char *word) {
    if (c->token.kind != PGM__TOKEN_WORD || c->after_dot) {
        return false;
    }
    const char *text = c->lexer.text + c->token.begin;
    size_t len = c->token.end - c->token.begin;
    size_t i = 0;
    while (i < len && word[i] != '\0' && upper(text[i]) == word[i]) {
        i++;
    }
    return i == len && word[i] == '\0';
}

bool pgm__cursor_take(pgm__cursor *c, const char *word) {
    if (!pgm__cursor_is(c, word)) {
        return false;
    }
    pgm__cursor_advance(c);
    return true;
}

bool pgm__cursor_is_name(const pgm__cursor *c) {
    return c->token.kind == PGM__TOKEN_WORD || c->token.kind == PGM__TOKEN_IDENTIFIER;
}

bool pgm__cursor_is_byte(const pgm__cursor *c, char byte) {
    return c->token.end - c->token.begin == 1 && c->lexer.text[c->token.begin] == byte;
}
