#include "pg/exchange/spot.h"

#include <string.h>
#include <strings.h>

#include "model/sql/lexer.h"
#include "model/sql/scanner.h"
#include "pg/exchange/position.h"

/* Of a long line so many bytes before and behind the place are shown; and so many frames of a
 * context are looked for, for each of which the file is read. */
enum { AROUND = 160, FRAMES = 20 };

/* ---- bodies ---- */

/* Text between its quotes: bytes of the script. */
typedef struct body {
    size_t begin;
    size_t end; /* = begin: there is none */
} body;

static body inside(const char *text, const pgm__token *token) {
    const char *second = text[token->begin] == '$'
                             ? memchr(text + token->begin + 1, '$', token->end - token->begin - 1)
                             : NULL;
    if (second != NULL) {
        size_t tag = (size_t)(second - text) + 1 - token->begin;
        return token->end >= token->begin + 2 * tag ? (body){token->begin + tag, token->end - tag}
                                                    : (body){0, 0};
    }
    bool plain = text[token->begin] == '\'' && token->end >= token->begin + 2;
    return plain ? (body){token->begin + 1, token->end - 1} : (body){0, 0};
}

/* The last string in dollars, or of a statement without one the last in quotes: strings before it
 * are defaults of parameters. */
static body body_of(const pgm__script *script, const pgm__statement *statement) {
    pgm__lexer lexer = {.text = script->text,
                        .len = statement->end,
                        .at = statement->begin,
                        .line = statement->line,
                        .standard_strings = true};
    body found = {0, 0};
    bool dollars = false;
    pgm__token token = pgm__lexer_next_solid(&lexer);
    for (; token.kind != PGM__TOKEN_END; token = pgm__lexer_next_solid(&lexer)) {
        bool dollar = token.kind == PGM__TOKEN_STRING && script->text[token.begin] == '$';
        if (token.kind == PGM__TOKEN_STRING && (dollar || !dollars)) {
            found = inside(script->text, &token);
            dollars = dollar;
        }
    }
    return found;
}

/* ---- frames of the server's CONTEXT ---- */

/* "PL/pgSQL function acme.f(integer) line 3 at RAISE"; the words around are translated. */
typedef struct frame {
    const char *name; /* without its schema */
    size_t len;
    size_t line; /* of the body, 1-based */
} frame;

static const char do_block[] = "inline_code_block";

static bool is_do(const frame *f) {
    return f->len == sizeof do_block - 1 && strncmp(f->name, do_block, f->len) == 0;
}

static size_t number_in(const char *from, const char *end) {
    size_t number = 0;
    while (from < end && (*from < '0' || *from > '9')) {
        from++;
    }
    for (; from < end && *from >= '0' && *from <= '9' && number < 100000000; from++) {
        number = number * 10 + (size_t)(*from - '0');
    }
    return number;
}

static const char *find_in(const char *from, const char *end, const char *what) {
    size_t len = strlen(what);
    for (; from + len <= end; from++) {
        if (strncmp(from, what, len) == 0) {
            return from;
        }
    }
    return NULL;
}

/* Between the first two quotes, of what the compiler says: "compilation of PL/pgSQL function "f"
 * near line 3". */
static bool read_compiled(const char *begin, const char *end, frame *out) {
    const char *open = memchr(begin, '"', (size_t)(end - begin));
    const char *close = open == NULL ? NULL : memchr(open + 1, '"', (size_t)(end - open - 1));
    if (close == NULL) {
        return false;
    }
    *out = (frame){open + 1, (size_t)(close - open - 1), number_in(close, end)};
    return out->line > 0 && out->len > 0;
}

static bool read_called(const char *begin, const char *end, frame *out) {
    const char *open = memchr(begin, '(', (size_t)(end - begin));
    const char *close = open == NULL ? NULL : memchr(open, ')', (size_t)(end - open));
    const char *name = open;
    if (close == NULL) {
        return false;
    }
    while (name > begin && name[-1] != ' ' && name[-1] != '.') {
        name--;
    }
    *out = (frame){name, (size_t)(open - name), number_in(close, end)};
    return out->line > 0 && out->len > 0;
}

/* A line of the context; false: it is none of PL/pgSQL, or says no line. */
static bool read_frame(const char *begin, const char *end, frame *out) {
    const char *block = find_in(begin, end, do_block);
    if (find_in(begin, end, "PL/pgSQL") == NULL) {
        return false;
    }
    if (block == NULL) {
        return read_called(begin, end, out) || read_compiled(begin, end, out);
    }
    const char *behind = block + sizeof do_block - 1;
    *out = (frame){block, sizeof do_block - 1, number_in(behind, end)};
    return out->line > 0;
}

/* ---- the body that a frame is of ---- */

static bool is_name(const char *text, const pgm__token *token, const frame *f) {
    bool quoted = token->kind == PGM__TOKEN_IDENTIFIER && text[token->begin] == '"';
    size_t begin = token->begin + (quoted ? 1 : 0);
    size_t len = token->end - token->begin - (quoted ? 2 : 0);
    return len == f->len && strncasecmp(text + begin, f->name, len) == 0;
}

static bool takes_word(const char *text, const pgm__token *token, const char *word) {
    size_t len = strlen(word);
    return token->kind == PGM__TOKEN_WORD && token->end - token->begin == len &&
           strncasecmp(text + token->begin, word, len) == 0;
}

/* CREATE [OR REPLACE] FUNCTION [schema.]name( */
static bool makes(const pgm__script *script, const pgm__statement *statement, const frame *f) {
    const char *text = script->text;
    pgm__lexer lexer = {.text = text,
                        .len = statement->end,
                        .at = statement->begin,
                        .line = statement->line,
                        .standard_strings = true};
    pgm__token token = pgm__lexer_next_solid(&lexer);
    if (!takes_word(text, &token, "CREATE")) {
        return false;
    }
    token = pgm__lexer_next_solid(&lexer);
    while (takes_word(text, &token, "OR") || takes_word(text, &token, "REPLACE")) {
        token = pgm__lexer_next_solid(&lexer);
    }
    if (!takes_word(text, &token, "FUNCTION") && !takes_word(text, &token, "PROCEDURE")) {
        return false;
    }
    pgm__token name = token;
    for (token = pgm__lexer_next_solid(&lexer);
         token.kind != PGM__TOKEN_OPEN && token.kind != PGM__TOKEN_END;
         token = pgm__lexer_next_solid(&lexer)) {
        name = token;
    }
    return is_name(text, &name, f);
}

/* Of a DO that is the statement at work; of a function the one that made it, when the file has one
 * such name before it and no second. */
static body body_of_frame(const pgm__script *script, size_t at, const frame *f) {
    pgm__scanner scanner;
    pgm__statement statement;
    body found = {0, 0};
    pgm__scanner_init(&scanner, script->text, script->len, true);
    while (pgm__scanner_next(&scanner, &statement)) {
        bool here = is_do(f) ? statement.begin == at : makes(script, &statement, f);
        if (here && found.end > found.begin) {
            return (body){0, 0};
        }
        if (here && statement.begin <= at) {
            found = body_of(script, &statement);
        }
        pgm__script_follow(script, &scanner, &statement);
    }
    return found;
}

/* The first character of a line of it that is no blank; the body's end when it has no such line. */
static size_t line_of_body(const char *text, body of, size_t line) {
    size_t at = of.begin;
    for (size_t i = 1; i < line && at < of.end; i++) {
        const char *end = memchr(text + at, '\n', of.end - at);
        at = end == NULL ? of.end : (size_t)(end - text) + 1;
    }
    while (at < of.end && strchr(" \t\r", text[at]) != NULL) {
        at++;
    }
    return at;
}

/* ---- what a body's own query says ---- */

/* Before PostgreSQL 14 an expression is run as a query, with a word in front of it. */
static const char as_query[] = "SELECT ";

/* Moves `at` to the character that the server means in the query that the body ran there. */
static bool find_in_query(const char *text, body of, const pgm__server_error *error, bool bytes,
                          size_t *at) {
    const char *query = error->internal_query;
    if (query == NULL || error->internal_position == 0) {
        return false;
    }
    size_t len = strlen(query);
    size_t index = error->internal_position - 1;
    size_t byte = bytes ? index : pgm__position_byte(query, len, index);
    const char *found = find_in(text + *at, text + of.end, query);
    size_t before = sizeof as_query - 1;
    if (found == NULL && strncmp(query, as_query, before) == 0 && byte >= before) {
        found = find_in(text + *at, text + of.end, query + before);
        byte -= before;
    }
    if (found == NULL || byte > len) {
        return false;
    }
    *at = (size_t)(found - text) + byte;
    return true;
}

/* The innermost frame whose body is in the file. A query is of the innermost one only. */
static pgm__origin origin_in_body(const pgm__script *script, pgm__origin origin,
                                  const pgm__server_error *error, bool bytes) {
    size_t frames = 0;
    for (const char *line = error->context; line != NULL && *line != '\0' && frames < FRAMES;) {
        const char *end = line + strcspn(line, "\n");
        frame f;
        if (read_frame(line, end, &f)) {
            body of = body_of_frame(script, origin.at, &f);
            size_t at = line_of_body(script->text, of, f.line);
            if (at < of.end) {
                bool exact = frames == 0 && find_in_query(script->text, of, error, bytes, &at);
                return pgm__origin_of_byte(script, at, exact);
            }
            frames++;
        }
        line = *end == '\0' ? end : end + 1;
    }
    return origin;
}

/* ---- the line ---- */

pgm__origin pgm__origin_of_byte(const pgm__script *script, size_t at, bool exact) {
    at = at < script->len ? at : script->len;
    return (pgm__origin){.line = pgm__script_line_at(script, at), .at = at, .exact = exact};
}

pgm__origin pgm__origin_of_statement(const pgm__script *script, size_t ordinal) {
    pgm__statement statement;
    if (!pgm__script_statement(script, ordinal, &statement)) {
        return (pgm__origin){.line = 0};
    }
    return (pgm__origin){.line = statement.line, .at = statement.begin};
}

/* A line that sets a password is not repeated: reports go further than files. */
static bool is_secret(const char *begin, const char *end) {
    static const char word[] = "password";
    for (; begin + sizeof word - 1 <= end; begin++) {
        if (strncasecmp(begin, word, sizeof word - 1) == 0) {
            return true;
        }
    }
    return false;
}

static bool goes_on(char byte) {
    return ((unsigned char)byte & 0xC0U) == 0x80U;
}

/* What is shown of the line of text[begin, end): AROUND bytes on either side, whole characters. */
static void cut(pgm__spot *spot, const char *text, size_t at, size_t begin, size_t end) {
    spot->begin = at - begin > AROUND ? at - AROUND : begin;
    spot->end = end > at && end - at > AROUND ? at + AROUND : end;
    while (spot->begin < at && goes_on(text[spot->begin])) {
        spot->begin++;
    }
    while (spot->end > at && spot->end < end && goes_on(text[spot->end])) {
        spot->end--;
    }
}

pgm__spot pgm__spot_find(const pgm__script *script, pgm__origin origin,
                         const pgm__server_error *error, bool bytes) {
    if (origin.line == 0) {
        return (pgm__spot){.line = 0};
    }
    if (!origin.exact) {
        origin = origin_in_body(script, origin, error, bytes);
    }
    const char *text = script->text;
    size_t at = origin.at;
    size_t begin = at;
    while (begin > 0 && text[begin - 1] != '\n' && text[begin - 1] != '\r') {
        begin--;
    }
    size_t end = at + strcspn(text + at, "\r\n");
    pgm__spot spot = {.line = origin.line};
    if (origin.exact) {
        spot.column = 1 + (unsigned)pgm__position_chars(text + begin, at - begin);
    }
    if (!is_secret(text + begin, text + end)) {
        cut(&spot, text, at, begin, end);
        spot.caret = origin.exact
                         ? 1 + (unsigned)pgm__position_chars(text + spot.begin, at - spot.begin)
                         : 0;
    }
    return spot;
}
