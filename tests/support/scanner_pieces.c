#include "support/scanner_pieces.h"

#include <stdlib.h>
#include <string.h>

#include "support/scanner_check.h"

void pieces_scan(pieces *p, const char *text, size_t len, bool standard_strings) {
    p->text = malloc(len + (len == 0));
    assert_non_null(p->text);
    memcpy(p->text, text, len);
    p->len = len;
    p->count = 0;
    const char *fault = scanner_fault(p->text, len, standard_strings);
    if (fault != NULL) {
        fail_msg("%s: %s", fault, text);
    }
    pgm__scanner scanner;
    pgm__scanner_init(&scanner, p->text, len, standard_strings);
    while (p->count < PIECES_MAX && pgm__scanner_next(&scanner, &p->items[p->count])) {
        p->count++;
    }
    p->open = scanner.open;
    p->open_line = scanner.open_line;
}

void pieces_free(pieces *p) {
    free(p->text);
    p->text = NULL;
}

void expect_split(const char *text, size_t len, bool standard_strings, const char *const *want) {
    pieces p;
    pieces_scan(&p, text, len, standard_strings);
    for (size_t i = 0; i < p.count; i++) {
        const char *piece = p.text + p.items[i].begin;
        size_t piece_len = p.items[i].end - p.items[i].begin;
        if (want[i] == NULL || strlen(want[i]) != piece_len ||
            memcmp(want[i], piece, piece_len) != 0) {
            fail_msg("statement %zu is <%.*s>, not <%s>", i, (int)piece_len, piece,
                     want[i] != NULL ? want[i] : "nothing");
        }
    }
    assert_null(want[p.count]);
    assert_int_equal(p.open, PGM__OPEN_NOTHING);
    assert_int_equal(p.open_line, 0);
    pieces_free(&p);
}

void expect_kind(const char *text, pgm__statement_kind kind, const char *what) {
    pieces p;
    pieces_scan(&p, text, strlen(text), true);
    if (p.count != 1 || p.items[0].kind != kind) {
        fail_msg("<%s> is %zu statements, the first of kind %d, not %d", text, p.count,
                 (int)p.items[0].kind, (int)kind);
    }
    if (what == NULL) {
        assert_null(p.items[0].what);
    } else {
        assert_string_equal(p.items[0].what, what);
    }
    pieces_free(&p);
}

void expect_open(const char *text, pgm__open open, unsigned line) {
    pieces p;
    pieces_scan(&p, text, strlen(text), true);
    if (p.open != open || p.open_line != line) {
        fail_msg("<%s> leaves \"%s\" open on line %u, not \"%s\" on line %u", text,
                 pgm__open_text(p.open), p.open_line, pgm__open_text(open), line);
    }
    pieces_free(&p);
}
