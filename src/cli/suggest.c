#include <string.h>

#include "cli/options.h"

enum { LONGEST = 40 };

static size_t least(size_t a, size_t b, size_t c) {
    size_t ab = a < b ? a : b;
    return ab < c ? ab : c;
}

/* Edits (insert, delete, replace, swap of two neighbours) from one word to the other. */
static size_t distance(const char *from, const char *to) {
    size_t from_len = strlen(from);
    size_t to_len = strlen(to);
    if (from_len > LONGEST || to_len > LONGEST) {
        return LONGEST;
    }
    size_t rows[LONGEST + 1][LONGEST + 1];
    for (size_t i = 0; i <= from_len; i++) {
        rows[i][0] = i;
    }
    for (size_t j = 0; j <= to_len; j++) {
        rows[0][j] = j;
    }
    for (size_t i = 1; i <= from_len; i++) {
        for (size_t j = 1; j <= to_len; j++) {
            size_t cost = from[i - 1] == to[j - 1] ? 0 : 1;
            rows[i][j] = least(rows[i - 1][j] + 1, rows[i][j - 1] + 1, rows[i - 1][j - 1] + cost);
            if (i > 1 && j > 1 && from[i - 1] == to[j - 2] && from[i - 2] == to[j - 1] &&
                rows[i - 2][j - 2] + 1 < rows[i][j]) {
                rows[i][j] = rows[i - 2][j - 2] + 1;
            }
        }
    }
    return rows[from_len][to_len];
}

const char *pgm__suggest(const char *wrong, const char *const *words, size_t count) {
    size_t len = strlen(wrong);
    size_t best = len / 3 + 2; /* more edits than this make another word */
    const char *found = NULL;
    for (size_t i = 0; i < count; i++) {
        size_t edits = distance(wrong, words[i]);
        if (len >= 3 && strncmp(wrong, words[i], len) == 0) {
            edits = 1;
        }
        if (edits < best) {
            best = edits;
            found = words[i];
        }
    }
    return found;
}
