#include "report/page/ranges.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "report/page/paint.h"

/* Columns of " and 9999 more"; the fewest names that are shorter as a range; and digits that surely
 * fit into 64 bits. */
enum { AND_MORE = 14, LEAST = 3, DIGITS = 18 };

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static size_t digits_of(const char *text) {
    return strspn(text, "0123456789");
}

/* ---- the order ---- */

/* Digits as numbers, of any length. Those of one value are equal here, however many zeros stand in
 * front. */
static int compare_numbers(const char *a, size_t a_len, const char *b, size_t b_len) {
    while (a_len > 0 && *a == '0') {
        a++;
        a_len--;
    }
    while (b_len > 0 && *b == '0') {
        b++;
        b_len--;
    }
    if (a_len != b_len) {
        return a_len < b_len ? -1 : 1;
    }
    return strncmp(a, b, a_len);
}

static int compare_counted(const char *a, const char *b) {
    while (*a != '\0' && *b != '\0') {
        if (is_digit(*a) && is_digit(*b)) {
            size_t a_len = digits_of(a);
            size_t b_len = digits_of(b);
            int order = compare_numbers(a, a_len, b, b_len);
            if (order != 0) {
                return order;
            }
            a += a_len;
            b += b_len;
        } else if (*a != *b) {
            return (unsigned char)*a < (unsigned char)*b ? -1 : 1;
        } else {
            a++;
            b++;
        }
    }
    return (*a != '\0') - (*b != '\0');
}

/* Bytes decide last, because qsort() keeps no order among equals, and equal names have to come
 * together. */
static int compare(const void *left, const void *right) {
    const char *const *a = left;
    const char *const *b = right;
    int order = compare_counted(*a, *b);
    return order != 0 ? order : strcmp(*a, *b);
}

void pgm__ranges_sort(const char **names, size_t count) {
    if (count > 0) {
        qsort((void *)names, count, sizeof *names, compare);
    }
}

/* ---- what follows what ---- */

/* A name as it is counted: its last number, and what stands around it. */
typedef struct counted {
    size_t before; /* bytes */
    size_t digits;
    uint64_t number;
    const char *behind;
} counted;

static counted count_of(const char *name) {
    size_t end = strlen(name);
    while (end > 0 && !is_digit(name[end - 1])) {
        end--;
    }
    size_t begin = end;
    while (begin > 0 && is_digit(name[begin - 1])) {
        begin--;
    }
    counted parts = {.before = begin, .digits = end - begin, .behind = name + end};
    for (size_t i = begin; i < end && parts.digits <= DIGITS; i++) {
        parts.number = parts.number * 10 + (uint64_t)(name[i] - '0');
    }
    return parts;
}

/* t_09 and t_10, t_9 and t_10; but not t_9 and t_010, which no one counts so. */
static bool follows(const char *name, const char *next) {
    counted a = count_of(name);
    counted b = count_of(next);
    bool padded = (a.digits > 0 && name[a.before] == '0') ||
                  (b.digits > 0 && next[b.before] == '0');
    return a.digits > 0 && a.digits <= DIGITS && b.digits <= DIGITS && a.before == b.before &&
           strncmp(name, next, a.before) == 0 && strcmp(a.behind, b.behind) == 0 &&
           b.number == a.number + 1 && (a.digits == b.digits || !padded);
}

/* ---- pieces ---- */

/* The end of those that are the same name as `from`, or follow it; `*names_in` of them are
 * different. */
static size_t end_of_run(const char *const *names, size_t from, size_t count, size_t *names_in) {
    size_t end = from + 1;
    *names_in = 1;
    while (end < count) {
        if (strcmp(names[end - 1], names[end]) == 0) {
            end++;
        } else if (follows(names[end - 1], names[end])) {
            end++;
            (*names_in)++;
        } else {
            break;
        }
    }
    return end;
}

static size_t end_of_same(const char *const *names, size_t from, size_t count) {
    size_t end = from + 1;
    while (end < count && strcmp(names[from], names[end]) == 0) {
        end++;
    }
    return end;
}

/* A range, or one name of what is too short for a range. */
typedef struct piece {
    size_t end;
    size_t names;
    bool range;
} piece;

static piece piece_at(const char *const *names, size_t from, size_t count) {
    size_t names_in;
    size_t end = end_of_run(names, from, count, &names_in);
    if (names_in >= LEAST) {
        return (piece){end, names_in, true};
    }
    return (piece){end_of_same(names, from, count), 1, false};
}

static size_t count_names(const char *const *names, size_t from, size_t count) {
    size_t found = 0;
    for (; from < count; from = end_of_same(names, from, count)) {
        found++;
    }
    return found;
}

void pgm__ranges_add(pgm__strbuf *out, const char *const *names, size_t count, size_t columns) {
    size_t used = 0;
    for (size_t i = 0; i < count;) {
        piece it = piece_at(names, i, count);
        size_t width = pgm__paint_width(names[i]);
        width += it.range ? 3 + pgm__paint_width(names[it.end - 1]) : 0;
        used += width + (i > 0 ? 2 : 0);
        if (columns > 0 && i > 0 && used + (it.end < count ? AND_MORE : 0) > columns) {
            pgm__strbuf_addf(out, " and %zu more", count_names(names, i, count));
            return;
        }
        pgm__strbuf_adds(out, i > 0 ? ", " : "");
        pgm__paint_line(out, names[i]);
        if (it.range) {
            pgm__strbuf_adds(out, " … ");
            pgm__paint_line(out, names[it.end - 1]);
        }
        i = it.end;
    }
}
