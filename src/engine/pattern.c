#include "engine/pattern.h"

#include <stddef.h>
#include <string.h>

/* Not tolower(): its answer depends on the locale. */
static char lower(char c) {
    return c >= 'A' && c <= 'Z' ? (char)((unsigned char)c | 0x20U) : c;
}

/* Both sides are folded: tables are written in lower case, messages in any. */
static bool starts_with(const char *text, const char *prefix, size_t len) {
    for (size_t i = 0; i < len; i++) {
        if (lower(text[i]) != lower(prefix[i])) {
            return false;
        }
    }
    return true;
}

/* The first place of `piece` in text[0 … len); NULL when there is none. */
static const char *find(const char *text, size_t len, const char *piece, size_t piece_len) {
    for (size_t i = 0; i + piece_len <= len; i++) {
        if (starts_with(text + i, piece, piece_len)) {
            return text + i;
        }
    }
    return NULL;
}

/* Piece by piece, each at the first place behind the one before it. */
static bool line_matches(const char *line, const char *end, const char *wanted) {
    for (;;) {
        size_t piece_len = strcspn(wanted, "*");
        const char *at = find(line, (size_t)(end - line), wanted, piece_len);
        if (at == NULL) {
            return false;
        }
        if (wanted[piece_len] == '\0') {
            return true;
        }
        line = at + piece_len;
        wanted += piece_len + 1;
    }
}

/* Line by line, because libpq tells of several hosts and tries in one text: words of two lines must
 * not make one sentence. */
static bool text_matches(const char *text, const char *wanted) {
    while (*text != '\0') {
        const char *end = text + strcspn(text, "\n");
        if (line_matches(text, end, wanted)) {
            return true;
        }
        text = *end == '\0' ? end : end + 1;
    }
    return false;
}

static bool sqlstate_matches(const char *sqlstate, const char *wanted) {
    if (*wanted == '\0') {
        return *sqlstate == '\0';
    }
    return strncmp(sqlstate, wanted, strlen(wanted)) == 0;
}

bool pgm__pattern_matches(const pgm__pattern *pattern, const char *sqlstate, const char *message) {
    return (pattern->sqlstate == NULL ||
            sqlstate_matches(sqlstate == NULL ? "" : sqlstate, pattern->sqlstate)) &&
           (pattern->text == NULL || text_matches(message == NULL ? "" : message, pattern->text));
}
