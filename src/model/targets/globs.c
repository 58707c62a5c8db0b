#include "model/targets/globs.h"

#include <fnmatch.h>
#include <string.h>

/* Patterns are shown, on terminals too. */
static bool has_control(const char *text) {
    for (; *text != '\0'; text++) {
        if ((unsigned char)*text < 0x20 || *text == 0x7f) {
            return true;
        }
    }
    return false;
}

static size_t count_globs(const char *text) {
    size_t count = 1;
    for (const char *c = text; *c != '\0'; c++) {
        count += *c == ',' ? 1 : 0;
    }
    return count;
}

/* Up to the next comma, without blanks around it. */
static const char *next_glob(pgm__arena *arena, const char **text) {
    *text += strspn(*text, " \t");
    size_t whole = strcspn(*text, ",");
    size_t len = whole;
    while (len > 0 && ((*text)[len - 1] == ' ' || (*text)[len - 1] == '\t')) {
        len--;
    }
    const char *pattern = pgm__arena_strndup(arena, *text, len);
    *text += whole + ((*text)[whole] == ',' ? 1 : 0);
    return pattern;
}

/* Nothing between two commas is a name that was forgotten, or taken out too far. */
pgm_status pgm__globs_parse(pgm__arena *arena, const char *text, pgm__globs *out) {
    size_t count = count_globs(text);
    const char **items = pgm__arena_calloc(arena, count, sizeof *items);
    if (items == NULL) {
        return PGM_ENOMEM;
    }
    for (size_t i = 0; i < count; i++) {
        items[i] = next_glob(arena, &text);
        if (items[i] == NULL) {
            return PGM_ENOMEM;
        }
        if (items[i][0] == '\0' || has_control(items[i])) {
            return PGM_EPARSE;
        }
    }
    *out = (pgm__globs){items, count};
    return PGM_OK;
}

bool pgm__glob_is_plain(const char *glob) {
    return strpbrk(glob, "*?[\\") == NULL;
}

/* A name as it is, as lists of names have thousands, is compared and nothing else: fnmatch() takes
 * a hundred times as long. */
bool pgm__glob_matches(const char *glob, const char *text) {
    return pgm__glob_is_plain(glob) ? strcmp(glob, text) == 0 : fnmatch(glob, text, 0) == 0;
}
