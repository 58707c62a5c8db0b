#include "model/drift/lines.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* A table of so many cells is what is spent on one object: 4 MB. */
enum { MOST_CELLS = 1 << 20 };

/* The lines of one text. */
typedef struct page {
    const char **lines;
    size_t count;
} page;

static bool cut(pgm__arena *arena, const char *text, page *out) {
    size_t count = *text == '\0' ? 0 : 1;
    for (const char *at = text; *at != '\0'; at++) {
        count += at[0] == '\n' && at[1] != '\0' ? 1 : 0;
    }
    *out = (page){.lines = pgm__arena_calloc(arena, count, sizeof *out->lines)};
    bool enough = out->lines != NULL;
    for (const char *at = text; enough && *at != '\0';) {
        size_t len = strcspn(at, "\n");
        out->lines[out->count] = pgm__arena_strndup(arena, at, len);
        enough = out->lines[out->count++] != NULL;
        at += at[len] == '\n' ? len + 1 : len;
    }
    return enough;
}

static void add(pgm__drift_lines *out, pgm__drift_line *items, char mark, const char *text) {
    items[out->count++] = (pgm__drift_line){mark, text};
}

/* Cell (i, j): how many lines the rests from i and j on have in common at most. */
static void measure(uint32_t *cells, const page *a, const page *b) {
    size_t width = b->count + 1;
    for (size_t i = a->count; i-- > 0;) {
        for (size_t j = b->count; j-- > 0;) {
            uint32_t down = cells[(i + 1) * width + j];
            uint32_t right = cells[i * width + j + 1];
            cells[i * width + j] = strcmp(a->lines[i], b->lines[j]) == 0
                                       ? cells[(i + 1) * width + j + 1] + 1
                                   : down > right ? down
                                                  : right;
        }
    }
}

static void walk(const uint32_t *cells, const page *a, const page *b, pgm__drift_lines *out,
                 pgm__drift_line *items) {
    size_t width = b->count + 1;
    size_t i = 0;
    size_t j = 0;
    while (i < a->count || j < b->count) {
        bool both = i < a->count && j < b->count;
        if (both && strcmp(a->lines[i], b->lines[j]) == 0) {
            add(out, items, ' ', a->lines[i++]);
            j++;
        } else if (j == b->count ||
                   (both && cells[(i + 1) * width + j] >= cells[i * width + j + 1])) {
            add(out, items, '-', a->lines[i++]);
        } else {
            add(out, items, '+', b->lines[j++]);
        }
    }
}

static void tell_whole(const page *a, const page *b, pgm__drift_lines *out,
                       pgm__drift_line *items) {
    for (size_t i = 0; i < a->count; i++) {
        add(out, items, '-', a->lines[i]);
    }
    for (size_t i = 0; i < b->count; i++) {
        add(out, items, '+', b->lines[i]);
    }
}

/* Between what both begin and end with. */
static bool tell_middle(pgm__arena *arena, const page *a, const page *b, pgm__drift_lines *out,
                        pgm__drift_line *items) {
    size_t width = b->count + 1;
    if (a->count >= MOST_CELLS / width) {
        tell_whole(a, b, out, items);
        return true;
    }
    uint32_t *cells = pgm__arena_calloc(arena, (a->count + 1) * width, sizeof *cells);
    if (cells == NULL) {
        return false;
    }
    measure(cells, a, b);
    walk(cells, a, b, out, items);
    return true;
}

pgm_status pgm__drift_lines_find(pgm__arena *arena, const char *first, const char *second,
                                 pgm__drift_lines *out) {
    page a;
    page b;
    if (!cut(arena, first, &a) || !cut(arena, second, &b)) {
        return PGM_ENOMEM;
    }
    pgm__drift_line *items = pgm__arena_calloc(arena, a.count + b.count, sizeof *items);
    if (items == NULL) {
        return PGM_ENOMEM;
    }
    pgm__drift_lines made = {.items = items};
    size_t head = 0;
    size_t most = a.count < b.count ? a.count : b.count;
    while (head < most && strcmp(a.lines[head], b.lines[head]) == 0) {
        add(&made, items, ' ', a.lines[head++]);
    }
    size_t tail = 0;
    while (tail < most - head &&
           strcmp(a.lines[a.count - 1 - tail], b.lines[b.count - 1 - tail]) == 0) {
        tail++;
    }
    const page a_middle = {a.lines + head, a.count - head - tail};
    const page b_middle = {b.lines + head, b.count - head - tail};
    if (!tell_middle(arena, &a_middle, &b_middle, &made, items)) {
        return PGM_ENOMEM;
    }
    for (size_t i = a.count - tail; i < a.count; i++) {
        add(&made, items, ' ', a.lines[i]);
    }
    *out = made;
    return PGM_OK;
}
