#include "support/scanner_check.h"

#include <string.h>

#include "model/sql/scanner.h"

/* Where the check stands in the text. */
typedef struct walk {
    const char *text;
    size_t len;
    size_t at;
    unsigned line;
} walk;

static void step(walk *w) {
    char c = w->text[w->at++];
    bool in_crlf = c == '\r' && w->at < w->len && w->text[w->at] == '\n';
    w->line += (c == '\n' || c == '\r') && !in_crlf;
}

static bool looking_at(const walk *w, const char *two) {
    return w->len - w->at >= 2 && memcmp(w->text + w->at, two, 2) == 0;
}

static void skip_line_comment(walk *w) {
    while (w->at < w->len && w->text[w->at] != '\n' && w->text[w->at] != '\r') {
        step(w);
    }
}

/* False when it does not close. */
static bool skip_block_comment(walk *w) {
    size_t depth = 0;
    while (w->at < w->len) {
        bool opens = looking_at(w, "/*");
        bool closes = looking_at(w, "*/");
        step(w);
        if (opens || closes) {
            step(w);
            depth = opens ? depth + 1 : depth - 1;
        }
        if (depth == 0) {
            return true;
        }
    }
    return false;
}

/* Goes to `end`; false when it meets anything but white space and comments. */
static bool skip_blank(walk *w, size_t end, bool comment_open) {
    while (w->at < end) {
        if (looking_at(w, "--")) {
            skip_line_comment(w);
        } else if (looking_at(w, "/*")) {
            if (!skip_block_comment(w) && !comment_open) {
                return false;
            }
        } else if (strchr(" \t\n\r\f", w->text[w->at]) != NULL && w->text[w->at] != '\0') {
            step(w);
        } else {
            return false;
        }
    }
    return w->at == end;
}

static void skip_to(walk *w, size_t end) {
    while (w->at < end) {
        step(w);
    }
}

static const char *data_fault(walk *w, const pgm__statement *s) {
    if (s->kind != PGM__STATEMENT_COPY_IN) {
        return s->data_begin + s->data_end + s->data_after != 0 ? "data without COPY" : NULL;
    }
    if (s->data_begin < s->end || s->data_end < s->data_begin || s->data_after < s->data_end ||
        s->data_after > w->len) {
        return "the data's bounds are out of order";
    }
    if (!skip_blank(w, s->data_begin, false)) {
        return "SQL between COPY and its data";
    }
    if (s->data_begin > s->end && w->text[s->data_begin - 1] != '\n') {
        return "the data does not begin a line";
    }
    skip_to(w, s->data_end);
    if (s->data_after > s->data_end && !looking_at(w, "\\.")) {
        return "the data does not end at \\.";
    }
    skip_to(w, s->data_after);
    return NULL;
}

static bool same_alone(const pgm__statement *s, const char *text, bool standard_strings) {
    size_t len = s->end - s->begin;
    pgm__scanner scanner;
    pgm__statement alone;
    if (len >= 3 && memcmp(text + s->begin, "\xEF\xBB\xBF", 3) == 0) {
        return true; /* a name that begins so is a BOM when it comes first */
    }
    pgm__scanner_init(&scanner, text + s->begin, len, standard_strings);
    return pgm__scanner_next(&scanner, &alone) && alone.begin == 0 && alone.end == len &&
           alone.kind == s->kind && alone.what == s->what && alone.terminated &&
           alone.empty == s->empty && alone.line == 1;
}

static const char *statement_fault(walk *w, const pgm__statement *s, bool standard_strings) {
    if (s->begin < w->at || s->end <= s->begin || s->end > w->len) {
        return "statements overlap, are empty or leave the text";
    }
    if (!skip_blank(w, s->begin, false)) {
        return "a piece is lost between two statements";
    }
    if (w->line != s->line) {
        return "wrong line";
    }
    skip_to(w, s->end);
    if (s->terminated && w->text[s->end - 1] != ';') {
        return "terminated without a semicolon";
    }
    if (s->empty != (s->terminated && s->end - s->begin == 1)) {
        return "empty is wrong";
    }
    if ((s->kind == PGM__STATEMENT_ORDINARY) != (s->what == NULL)) {
        return "a kind without its words";
    }
    if ((s->kind == PGM__STATEMENT_PSQL) != (w->text[s->begin] == '\\')) {
        return "a psql command is not taken as such";
    }
    if (s->terminated && !same_alone(s, w->text, standard_strings)) {
        return "a statement is another one when scanned alone";
    }
    return data_fault(w, s);
}

static const char *end_fault(walk *w, pgm__scanner *scanner) {
    pgm__statement statement;
    /* A comment may be open without being named: of several open ends the first one is. */
    if (!skip_blank(w, w->len, scanner->open != PGM__OPEN_NOTHING)) {
        return "a piece is lost at the end";
    }
    if ((scanner->open == PGM__OPEN_NOTHING) != (scanner->open_line == 0) ||
        scanner->open_line > w->line) {
        return "wrong line of what is open";
    }
    if ((scanner->open == PGM__OPEN_NOTHING) != (pgm__open_text(scanner->open)[0] == '\0')) {
        return "no words for what is open";
    }
    return pgm__scanner_next(scanner, &statement) ? "a statement after the end" : NULL;
}

const char *scanner_fault(const char *text, size_t len, bool standard_strings) {
    walk w = {.text = text, .len = len, .line = 1};
    pgm__scanner scanner;
    pgm__scanner_init(&scanner, text, len, standard_strings);
    if (len >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0) {
        w.at = 3;
    }
    pgm__statement statement;
    while (pgm__scanner_next(&scanner, &statement)) {
        const char *fault = statement_fault(&w, &statement, standard_strings);
        if (fault != NULL) {
            return fault;
        }
    }
    return end_fault(&w, &scanner);
}
