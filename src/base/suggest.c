#include "base/suggest.h"

#include <stdbool.h>
#include <string.h>

/* Our own words are shorter, and so are the names of databases, which targets are called by. */
enum { LONGEST = 63 };

static size_t least(size_t a, size_t b) {
    return a < b ? a : b;
}

/* One row of the table of distances, from the two above it. */
static void next_row(size_t *row, const size_t *above, const size_t *before, const char *from,
                     size_t i, const char *to) {
    row[0] = i + 1;
    for (size_t j = 0; to[j] != '\0'; j++) {
        size_t replaced = above[j] + (from[i] == to[j] ? 0 : 1);
        row[j + 1] = least(least(above[j + 1], row[j]) + 1, replaced);
        if (i > 0 && j > 0 && from[i] == to[j - 1] && from[i - 1] == to[j]) {
            row[j + 1] = least(row[j + 1], before[j - 1] + 1);
        }
    }
}

/* Edits from one word to the other: a letter inserted, left out or replaced, or two neighbours
 * swapped, which needs two rows back. Both are at most LONGEST. */
static size_t distance(const char *from, const char *to) {
    size_t rows[3][LONGEST + 1] = {{0}};
    size_t width = strlen(to);
    for (size_t j = 0; j <= width; j++) {
        rows[0][j] = j;
    }
    size_t i = 0;
    for (; from[i] != '\0'; i++) {
        next_row(rows[(i + 1) % 3], rows[i % 3], rows[(i + 2) % 3], from, i, to);
    }
    return rows[i % 3][width];
}

const char *pgm__suggest(const char *wrong, const char *const *words, size_t count,
                         pgm__suggest_rule rule) {
    size_t len = strlen(wrong);
    /* So many edits make another word: of a short one, half must not be wrong. */
    size_t best = len < 4 ? 2 : len / 4 + 2;
    const char *found = NULL;
    for (size_t i = 0; i < count && len <= LONGEST; i++) {
        bool begins = rule == PGM__SUGGEST_SHORTENED && len >= 3 &&
                      strncmp(wrong, words[i], len) == 0;
        size_t edits = begins                        ? 1
                       : strlen(words[i]) <= LONGEST ? distance(wrong, words[i])
                                                     : LONGEST;
        if (edits < best) {
            best = edits;
            found = words[i];
        }
    }
    return found;
}
