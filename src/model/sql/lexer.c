#include "model/sql/lexer.h"

#include <string.h>

/* Which bytes are special between two single quotes. */
typedef enum quote_rule {
    RULE_PLAIN,  /* '' is a quote */
    RULE_ESCAPE, /* '' and \' are quotes */
    RULE_BITS    /* none: B'0''1' is two strings */
} quote_rule;

static bool is_newline(char c) {
    return c == '\n' || c == '\r';
}

bool pgm__lexer_is_space(char c) {
    return c == ' ' || c == '\t' || c == '\f' || is_newline(c);
}

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/* Every byte of a non-ASCII character is a letter, whatever the encoding. */
static bool is_letter(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (unsigned char)c >= 0x80;
}

static bool in_word(char c) {
    return is_letter(c) || is_digit(c) || c == '$';
}

/* NUL at and after the end, which no caller takes for anything special. */
static char byte_at(const pgm__lexer *lexer, size_t at) {
    return at < lexer->len ? lexer->text[at] : '\0';
}

static bool starts_line_comment(const pgm__lexer *lexer, size_t at) {
    return byte_at(lexer, at) == '-' && byte_at(lexer, at + 1) == '-';
}

static size_t line_end(const pgm__lexer *lexer, size_t at) {
    while (at < lexer->len && !is_newline(lexer->text[at])) {
        at++;
    }
    return at;
}

unsigned pgm__lexer_count_lines(const pgm__lexer *lexer, size_t begin, size_t end) {
    unsigned count = 0;
    for (size_t i = begin; i < end; i++) {
        char c = lexer->text[i];
        count += c == '\n' || (c == '\r' && byte_at(lexer, i + 1) != '\n');
    }
    return count;
}

/* They nest, as the SQL standard has it and C has not. */
static pgm__open skip_block_comment(pgm__lexer *lexer) {
    size_t depth = 0;
    while (lexer->at < lexer->len) {
        char c = lexer->text[lexer->at];
        char next = byte_at(lexer, lexer->at + 1);
        if (c == '/' && next == '*') {
            depth++;
            lexer->at += 2;
        } else if (c == '*' && next == '/') {
            lexer->at += 2;
            if (--depth == 0) {
                return PGM__OPEN_NOTHING;
            }
        } else {
            lexer->at++;
        }
    }
    return PGM__OPEN_COMMENT;
}

/*
 * Strings with only white space between them, a line end among it, are one string: the rules of
 * the first hold for the rest. Line comments count as white space here, block comments do not.
 * (psql looks at one line at a time and misses this; the server does not.)
 */
static bool continue_quote(pgm__lexer *lexer) {
    bool newline = false;
    size_t at = lexer->at;
    while (at < lexer->len) {
        if (pgm__lexer_is_space(lexer->text[at])) {
            newline = newline || is_newline(lexer->text[at]);
            at++;
        } else if (starts_line_comment(lexer, at)) {
            at = line_end(lexer, at);
        } else {
            break;
        }
    }
    if (!newline || byte_at(lexer, at) != '\'') {
        return false;
    }
    lexer->at = at + 1;
    return true;
}

/* From behind the opening quote to behind the closing one. */
static pgm__open skip_string(pgm__lexer *lexer, quote_rule rule) {
    while (lexer->at < lexer->len) {
        char c = lexer->text[lexer->at++];
        if (c == '\\' && rule == RULE_ESCAPE) {
            /* A backslash that is the last byte escapes nothing. */
            lexer->at += lexer->at < lexer->len;
        } else if (c == '\'') {
            if (rule != RULE_BITS && byte_at(lexer, lexer->at) == '\'') {
                lexer->at++;
            } else if (!continue_quote(lexer)) {
                return PGM__OPEN_NOTHING;
            }
        }
    }
    return PGM__OPEN_QUOTE;
}

static pgm__open skip_identifier(pgm__lexer *lexer) {
    while (lexer->at < lexer->len) {
        if (lexer->text[lexer->at++] == '"') {
            if (byte_at(lexer, lexer->at) != '"') {
                return PGM__OPEN_NOTHING;
            }
            lexer->at++;
        }
    }
    return PGM__OPEN_IDENTIFIER;
}

static size_t skip_word(const pgm__lexer *lexer, size_t at) {
    while (in_word(byte_at(lexer, at))) {
        at++;
    }
    return at;
}

static size_t skip_digits(const pgm__lexer *lexer, size_t at) {
    while (is_digit(byte_at(lexer, at))) {
        at++;
    }
    return at;
}

/*
 * A word right behind a number belongs to it since PostgreSQL 15 ("trailing junk", an error of its
 * own), so `1e'…'` holds a plain string, not an E string, and `1a$$` opens nothing. (The dot of
 * `.5` and the last one of `1..2` come as tokens of their own here; nothing depends on it.)
 */
static size_t skip_junk(const pgm__lexer *lexer, size_t at) {
    return is_letter(byte_at(lexer, at)) ? skip_word(lexer, at) : at;
}

/* `1e-` with no digit behind it takes the sign in, as the server's rule for that mistake does; the
 * server then refuses the whole. */
static void skip_number(pgm__lexer *lexer) {
    size_t at = skip_digits(lexer, lexer->at);
    if (byte_at(lexer, at) == '.') {
        at = skip_digits(lexer, at + 1);
    }
    char c = byte_at(lexer, at);
    if (c == 'e' || c == 'E') {
        char sign = byte_at(lexer, at + 1);
        bool is_signed = sign == '+' || sign == '-';
        size_t exponent = at + 1 + is_signed;
        size_t end = skip_digits(lexer, exponent);
        if (end > exponent) {
            at = end;
        } else if (is_signed) {
            lexer->at = exponent;
            return;
        }
    }
    lexer->at = skip_junk(lexer, at);
}

/* The end of the `$tag$` at `at`; 0 when there is none. */
static size_t dollar_tag_end(const pgm__lexer *lexer, size_t at) {
    size_t end = at + 1;
    if (is_letter(byte_at(lexer, end))) {
        while (is_letter(byte_at(lexer, end)) || is_digit(byte_at(lexer, end))) {
            end++;
        }
    }
    return byte_at(lexer, end) == '$' ? end + 1 : 0;
}

/* Linear: a tag holds no `$`, so a comparison never reads past the next one. */
static pgm__open skip_dollar_string(pgm__lexer *lexer, size_t tag_end) {
    const char *tag = lexer->text + lexer->at;
    size_t tag_len = tag_end - lexer->at;
    lexer->at = tag_end;
    while (lexer->len - lexer->at >= tag_len) {
        const char *from = lexer->text + lexer->at;
        const char *found = memchr(from, '$', lexer->len - lexer->at - tag_len + 1);
        if (found == NULL) {
            break;
        }
        lexer->at += (size_t)(found - from);
        if (memcmp(found, tag, tag_len) == 0) {
            lexer->at += tag_len;
            return PGM__OPEN_NOTHING;
        }
        lexer->at++;
    }
    lexer->at = lexer->len;
    return PGM__OPEN_DOLLAR;
}

/* `$1` is a parameter, `$a$` opens a string, and a lone `$` is an error of the server's. */
static void lex_dollar(pgm__lexer *lexer, pgm__token *token) {
    if (is_digit(byte_at(lexer, lexer->at + 1))) {
        token->kind = PGM__TOKEN_NUMBER;
        lexer->at = skip_junk(lexer, skip_digits(lexer, lexer->at + 1));
        return;
    }
    size_t tag_end = dollar_tag_end(lexer, lexer->at);
    if (tag_end == 0) {
        token->kind = PGM__TOKEN_OTHER;
        lexer->at++;
        return;
    }
    token->kind = PGM__TOKEN_STRING;
    token->open = skip_dollar_string(lexer, tag_end);
}

static void lex_string(pgm__lexer *lexer, pgm__token *token, size_t prefix, quote_rule rule) {
    token->kind = PGM__TOKEN_STRING;
    lexer->at += prefix + 1;
    token->open = skip_string(lexer, rule);
}

static void lex_quoted_identifier(pgm__lexer *lexer, pgm__token *token, size_t prefix) {
    token->kind = PGM__TOKEN_IDENTIFIER;
    lexer->at += prefix + 1;
    token->open = skip_identifier(lexer);
}

/* U&'…' and U&"…". */
static bool lex_unicode_quote(pgm__lexer *lexer, pgm__token *token) {
    if (byte_at(lexer, lexer->at + 1) != '&') {
        return false;
    }
    char quote = byte_at(lexer, lexer->at + 2);
    if (quote == '\'') {
        lex_string(lexer, token, 2, RULE_PLAIN);
    } else if (quote == '"') {
        lex_quoted_identifier(lexer, token, 2);
    } else {
        return false;
    }
    return true;
}

/* How a plain string is read hangs on a setting of the session; every other one says it itself. */
static quote_rule plain_rule(const pgm__lexer *lexer) {
    return lexer->standard_strings ? RULE_PLAIN : RULE_ESCAPE;
}

/*
 * A string whose rule is given by a letter before the quote. N'…' is not among them: its N is a
 * token of its own and the string a plain one.
 */
static bool lex_prefixed_quote(pgm__lexer *lexer, pgm__token *token) {
    char letter = lexer->text[lexer->at];
    if (letter == 'u' || letter == 'U') {
        return lex_unicode_quote(lexer, token);
    }
    if (byte_at(lexer, lexer->at + 1) != '\'') {
        return false;
    }
    if (letter == 'e' || letter == 'E') {
        lex_string(lexer, token, 1, RULE_ESCAPE);
    } else if (letter == 'b' || letter == 'B' || letter == 'x' || letter == 'X') {
        lex_string(lexer, token, 1, RULE_BITS);
    } else {
        return false;
    }
    return true;
}

static void lex_word(pgm__lexer *lexer, pgm__token *token) {
    if (lex_prefixed_quote(lexer, token)) {
        return;
    }
    token->kind = PGM__TOKEN_WORD;
    lexer->at = skip_word(lexer, lexer->at);
}

static void lex_space(pgm__lexer *lexer, pgm__token *token) {
    token->kind = PGM__TOKEN_SPACE;
    while (lexer->at < lexer->len && pgm__lexer_is_space(lexer->text[lexer->at])) {
        lexer->at++;
    }
}

static bool lex_comment(pgm__lexer *lexer, pgm__token *token) {
    if (starts_line_comment(lexer, lexer->at)) {
        lexer->at = line_end(lexer, lexer->at);
    } else if (lexer->text[lexer->at] == '/' && byte_at(lexer, lexer->at + 1) == '*') {
        token->open = skip_block_comment(lexer);
    } else {
        return false;
    }
    token->kind = PGM__TOKEN_COMMENT;
    return true;
}

static pgm__token_kind punctuation(char c) {
    switch (c) {
    case ';':
        return PGM__TOKEN_SEMICOLON;
    case '(':
        return PGM__TOKEN_OPEN;
    case ')':
        return PGM__TOKEN_CLOSE;
    case '.':
        return PGM__TOKEN_DOT;
    case '\\':
        return PGM__TOKEN_BACKSLASH;
    default:
        return PGM__TOKEN_OTHER;
    }
}

/*
 * Operators come byte by byte: nothing here needs them whole, and so a comment start inside a run
 * of operator characters cuts it, as it must.
 */
static void lex_any(pgm__lexer *lexer, pgm__token *token) {
    char c = lexer->text[lexer->at];
    if (pgm__lexer_is_space(c)) {
        lex_space(lexer, token);
    } else if (is_letter(c)) {
        lex_word(lexer, token);
    } else if (c == '\'') {
        lex_string(lexer, token, 0, plain_rule(lexer));
    } else if (c == '"') {
        lex_quoted_identifier(lexer, token, 0);
    } else if (c == '$') {
        lex_dollar(lexer, token);
    } else if (is_digit(c)) {
        token->kind = PGM__TOKEN_NUMBER;
        skip_number(lexer);
    } else if (!lex_comment(lexer, token)) {
        token->kind = punctuation(c);
        lexer->at++;
    }
}

pgm__token pgm__lexer_next(pgm__lexer *lexer) {
    pgm__token token = {.kind = PGM__TOKEN_END, .begin = lexer->at, .line = lexer->line};
    if (lexer->at < lexer->len) {
        lex_any(lexer, &token);
    }
    token.end = lexer->at;
    lexer->line += pgm__lexer_count_lines(lexer, token.begin, token.end);
    return token;
}

/* A comment that never closes comes through, as an end: whatever stands in it is no statement. */
pgm__token pgm__lexer_next_solid(pgm__lexer *lexer) {
    pgm__token token;
    do {
        token = pgm__lexer_next(lexer);
    } while ((token.kind == PGM__TOKEN_SPACE || token.kind == PGM__TOKEN_COMMENT) &&
             token.open == PGM__OPEN_NOTHING);
    if (token.kind == PGM__TOKEN_COMMENT) {
        token.kind = PGM__TOKEN_END;
    }
    return token;
}

const char *pgm__open_text(pgm__open open) {
    switch (open) {
    case PGM__OPEN_QUOTE:
        return "a quoted string";
    case PGM__OPEN_IDENTIFIER:
        return "a quoted identifier";
    case PGM__OPEN_DOLLAR:
        return "a dollar-quoted string";
    case PGM__OPEN_COMMENT:
        return "a block comment";
    case PGM__OPEN_PARENTHESIS:
        return "a parenthesis";
    case PGM__OPEN_BODY:
        return "a BEGIN ATOMIC body";
    case PGM__OPEN_COPY_DATA:
        return "COPY data (from the next line on, up to a line \\.)";
    case PGM__OPEN_NOTHING:
        break;
    }
    return "";
}
