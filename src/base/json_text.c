#include "base/json_text.h"

#include <string.h>

#include "base/error.h"
#include "base/utf8.h"

/* So deep is nothing that we read, and the reader calls itself for what stands within a value. */
enum { DEEPEST = 64 };

typedef struct parser {
    pgm__arena *arena;
    const char *kind;
    const char *file;
    const char *at;
    const char *end;
    const char *counted; /* up to here lines are counted */
    const char *line_begin;
    unsigned line;
    unsigned depth;
    pgm_error *err;
} parser;

static pgm_status read_value(parser *p, pgm__json_value *out);

/* ---- places and messages ---- */

/* Places are asked for in the order of the text, so that each line break is seen once. */
static void count_lines(parser *p) {
    for (; p->counted < p->at; p->counted++) {
        if (*p->counted == '\n') {
            p->line++;
            p->line_begin = p->counted + 1;
        }
    }
}

static pgm_status refuse(parser *p, const char *what) {
    count_lines(p);
    if (p->at >= p->end) {
        return pgm__error_set(p->err, PGM_EPARSE,
                              "%s \"%s\" is cut off: it ends in line %u, before its last bracket",
                              p->kind, p->file, p->line);
    }
    return pgm__error_set(p->err, PGM_EPARSE, "%s:%u:%zu: this is not JSON: %s", p->file, p->line,
                          (size_t)(p->at - p->line_begin) + 1, what);
}

/* ---- bytes ---- */

static void skip_blanks(parser *p) {
    while (p->at < p->end &&
           (*p->at == ' ' || *p->at == '\t' || *p->at == '\n' || *p->at == '\r')) {
        p->at++;
    }
}

static bool take(parser *p, char c) {
    if (p->at < p->end && *p->at == c) {
        p->at++;
        return true;
    }
    return false;
}

/* A word that the text ends within is cut off, and not another one. */
static bool take_word(parser *p, const char *word) {
    size_t len = strlen(word);
    size_t left = (size_t)(p->end - p->at);
    if (strncmp(p->at, word, left < len ? left : len) != 0) {
        return false;
    }
    p->at += left < len ? left : len;
    return left >= len;
}

/* ---- numbers ---- */

static size_t take_digits(parser *p) {
    const char *from = p->at;
    while (p->at < p->end && *p->at >= '0' && *p->at <= '9') {
        p->at++;
    }
    return (size_t)(p->at - from);
}

/* False: it is larger than any that is kept. */
static bool whole_of(const char *digits, size_t count, bool negative, int64_t *out) {
    int64_t value = 0;
    for (size_t i = 0; i < count; i++) {
        int digit = digits[i] - '0';
        if (value > (INT64_MAX - digit) / 10) {
            return false;
        }
        value = value * 10 + digit;
    }
    *out = negative ? -value : value;
    return true;
}

/* A fraction or an exponent behind the number. False: one was begun and has no digits. */
static bool take_rest(parser *p, bool *whole) {
    if (take(p, '.')) {
        *whole = false;
        if (take_digits(p) == 0) {
            return false;
        }
    }
    if (take(p, 'e') || take(p, 'E')) {
        *whole = false;
        (void)(take(p, '+') || take(p, '-'));
        return take_digits(p) > 0;
    }
    return true;
}

static pgm_status read_number(parser *p, pgm__json_value *out) {
    bool negative = take(p, '-');
    bool whole = true;
    const char *digits = p->at;
    size_t count = take_digits(p);
    if (count == 0 || (count > 1 && digits[0] == '0') || !take_rest(p, &whole)) {
        return refuse(p, "a number was begun and is none");
    }
    whole = whole && whole_of(digits, count, negative, &out->whole);
    out->kind = whole ? PGM__JSON_WHOLE : PGM__JSON_OTHER;
    return PGM_OK;
}

/* ---- texts ---- */

static bool take_hex(parser *p, uint32_t *out) {
    uint32_t code = 0;
    for (int i = 0; i < 4; i++) {
        static const char digits[] = "0123456789abcdef0123456789ABCDEF";
        const char *digit = p->at < p->end && *p->at != '\0' ? strchr(digits, *p->at) : NULL;
        if (digit == NULL) {
            return false;
        }
        code = code * 16 + (uint32_t)(digit - digits) % 16;
        p->at++;
    }
    *out = code;
    return true;
}

/* Beyond the first plane a character is written as two halves, of which none may stand alone. */
static bool take_code(parser *p, uint32_t *out) {
    uint32_t low = 0;
    if (!take_hex(p, out) || *out == 0 || (*out >= 0xDC00 && *out <= 0xDFFF)) {
        return false;
    }
    if (*out < 0xD800 || *out > 0xDBFF) {
        return true;
    }
    if (!take_word(p, "\\u") || !take_hex(p, &low) || low < 0xDC00 || low > 0xDFFF) {
        return false;
    }
    *out = 0x10000 + ((*out - 0xD800) << 10) + (low - 0xDC00);
    return true;
}

/* @return Bytes written. They are never more than the escape had. */
static size_t put_code(char *to, uint32_t code) {
    if (code < 0x80) {
        to[0] = (char)code;
        return 1;
    }
    size_t size = code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    static const unsigned char heads[] = {0, 0, 0xC0, 0xE0, 0xF0};
    for (size_t i = size - 1; i > 0; i--) {
        to[i] = (char)(0x80 | (code & 0x3F));
        code >>= 6;
    }
    to[0] = (char)(heads[size] | code);
    return size;
}

/* What stands behind a backslash. @return Bytes written, 0 for what is no escape. */
static size_t take_escape(parser *p, char *to) {
    static const char names[] = "\"\\/bfnrt";
    static const char values[] = "\"\\/\b\f\n\r\t";
    uint32_t code = 0;
    if (take(p, 'u')) {
        return take_code(p, &code) ? put_code(to, code) : 0;
    }
    const char *name = p->at < p->end && *p->at != '\0' ? strchr(names, *p->at) : NULL;
    if (name == NULL) {
        return 0;
    }
    p->at++;
    *to = values[name - names];
    return 1;
}

/* Where the text ends that begins here; NULL: nowhere. */
static const char *closing_quote(const parser *p) {
    for (const char *c = p->at; c < p->end; c++) {
        if (*c == '"') {
            return c;
        }
        c += *c == '\\' && c + 1 < p->end ? 1 : 0;
    }
    return NULL;
}

static pgm_status read_text(parser *p, const char **out) {
    if (!take(p, '"')) {
        return refuse(p, "a text in double quotes is expected");
    }
    const char *close = closing_quote(p);
    if (close == NULL) {
        p->at = p->end;
        return refuse(p, "");
    }
    char *copy = pgm__arena_alloc(p->arena, (size_t)(close - p->at) + 1);
    if (copy == NULL) {
        return pgm__error_nomem(p->err);
    }
    size_t len = 0;
    while (p->at < close) {
        size_t size = 1;
        if ((unsigned char)*p->at < ' ') {
            return refuse(p, "a text goes on over the end of a line, or holds a control character");
        }
        if (take(p, '\\')) {
            size = take_escape(p, copy + len);
        } else {
            copy[len] = *p->at++;
        }
        if (size == 0) {
            return refuse(p, "behind a backslash stands no character that is written so");
        }
        len += size;
    }
    copy[len] = '\0';
    p->at = close + 1;
    *out = copy;
    return PGM_OK;
}

/* ---- lists and objects ---- */

/* One value of a list or an object, put behind the last one. */
static pgm_status read_member(parser *p, pgm__json_value *out, pgm__json_value ***tail) {
    pgm__json_value *member = pgm__arena_calloc(p->arena, 1, sizeof *member);
    if (member == NULL) {
        return pgm__error_nomem(p->err);
    }
    skip_blanks(p);
    if (out->kind == PGM__JSON_OBJECT) {
        pgm_status status = read_text(p, &member->key);
        if (status != PGM_OK) {
            return status;
        }
        skip_blanks(p);
        if (!take(p, ':')) {
            return refuse(p, "a colon is expected behind the name of a field");
        }
    }
    **tail = member;
    *tail = &member->next;
    out->count++;
    return read_value(p, member);
}

static pgm_status read_members(parser *p, pgm__json_value *out, char close) {
    pgm__json_value **tail = &out->first;
    skip_blanks(p);
    if (take(p, close)) {
        return PGM_OK;
    }
    for (;;) {
        pgm_status status = read_member(p, out, &tail);
        if (status != PGM_OK) {
            return status;
        }
        skip_blanks(p);
        if (take(p, close)) {
            return PGM_OK;
        }
        if (!take(p, ',')) {
            return refuse(p, "a comma or the closing bracket is expected");
        }
    }
}

static pgm_status read_group(parser *p, pgm__json_value *out, pgm__json_kind kind, char close) {
    if (p->depth == DEEPEST) {
        return refuse(p, "it is nested too deep");
    }
    p->depth++;
    out->kind = kind;
    pgm_status status = read_members(p, out, close);
    p->depth--;
    return status;
}

/* ---- values ---- */

static pgm_status read_word(parser *p, pgm__json_value *out) {
    if (take_word(p, "null")) {
        return PGM_OK;
    }
    out->kind = PGM__JSON_FLAG;
    out->flag = p->at < p->end && *p->at == 't';
    bool known = take_word(p, "true") || take_word(p, "false");
    return known ? PGM_OK : refuse(p, "a value is expected");
}

static pgm_status read_value(parser *p, pgm__json_value *out) {
    skip_blanks(p);
    count_lines(p);
    out->line = p->line;
    if (take(p, '{')) {
        return read_group(p, out, PGM__JSON_OBJECT, '}');
    }
    if (take(p, '[')) {
        return read_group(p, out, PGM__JSON_LIST, ']');
    }
    if (p->at < p->end && *p->at == '"') {
        out->kind = PGM__JSON_TEXT;
        return read_text(p, &out->text);
    }
    bool number = p->at < p->end && (*p->at == '-' || (*p->at >= '0' && *p->at <= '9'));
    return number ? read_number(p, out) : read_word(p, out);
}

pgm_status pgm__json_parse(pgm__arena *arena, const char *kind, const char *file, const char *text,
                           size_t len, const pgm__json_value **out, pgm_error *err) {
    parser p = {.arena = arena,
                .kind = kind,
                .file = file,
                .at = text,
                .end = text + len,
                .counted = text,
                .line_begin = text,
                .line = 1,
                .err = err};
    size_t good = pgm__utf8_prefix(text, len);
    if (good < len) {
        p.at = text + good;
        return refuse(&p, "a byte is no UTF-8");
    }
    pgm__json_value *root = pgm__arena_calloc(arena, 1, sizeof *root);
    if (root == NULL) {
        return pgm__error_nomem(err);
    }
    pgm_status status = read_value(&p, root);
    if (status == PGM_OK) {
        skip_blanks(&p);
        if (p.at < p.end) {
            status = refuse(&p, "more stands behind its end");
        }
    }
    if (status == PGM_OK) {
        *out = root;
    }
    return status;
}

const pgm__json_value *pgm__json_field(const pgm__json_value *object, const char *key,
                                       bool *twice) {
    const pgm__json_value *found = NULL;
    *twice = false;
    for (const pgm__json_value *field = object->first; field != NULL; field = field->next) {
        if (field->key != NULL && strcmp(field->key, key) == 0) {
            *twice = found != NULL;
            found = found == NULL ? field : found;
        }
    }
    return found;
}
