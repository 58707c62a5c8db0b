/**
 * @file scanner_pieces.h  Assertions over a scanned text, for cmocka.
 */
#ifndef PGM_TESTS_SCANNER_PIECES_H
#define PGM_TESTS_SCANNER_PIECES_H

#include "support/cmocka_all.h"

#include <stdbool.h>
#include <stddef.h>

#include "model/sql/scanner.h"

enum { PIECES_MAX = 300 };

/** A whole text, scanned. */
typedef struct pieces {
    char *text; /* a copy of exactly the text's size, so that a read past the end is seen */
    size_t len;
    pgm__statement items[PIECES_MAX];
    size_t count;
    pgm__open open;
    unsigned open_line;
} pieces;

/** Scans a copy of the text; fails the test when scanner_fault() finds one. */
void pieces_scan(pieces *p, const char *text, size_t len, bool standard_strings);

void pieces_free(pieces *p);

/** The text splits into these statements, the list ending with NULL; nothing is left open. */
void expect_split(const char *text, size_t len, bool standard_strings, const char *const *want);

/** The whole text is one statement of this kind; `what` as in pgm__statement. */
void expect_kind(const char *text, pgm__statement_kind kind, const char *what);

/** The text ends inside of `open`, which began on `line`. */
void expect_open(const char *text, pgm__open open, unsigned line);

/** For texts in a string literal, which may hold NUL bytes. */
#define EXPECT_SPLIT(text, ...)                                                                    \
    expect_split(text, sizeof(text) - 1, true, (const char *const[]){__VA_ARGS__, NULL})

#endif
