#include "pg/link/connect_error.h"

#include <ctype.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/* "FATAL:  28P01: " stands behind "failed: " or at the start; the severity may be translated, the
 * five characters and the colons stay. Returns how long it is at `text`, 0 = not there. */
static size_t code_len(const char *text, size_t len) {
    const char *colon = memchr(text, ':', len);
    if (colon == NULL || (size_t)(colon - text) + 10 > len || strncmp(colon, ":  ", 3) != 0) {
        return 0;
    }
    const char *code = colon + 3;
    for (size_t i = 0; i < 5; i++) {
        if (isdigit((unsigned char)code[i]) == 0 && isupper((unsigned char)code[i]) == 0) {
            return 0;
        }
    }
    return strncmp(code + 5, ": ", 2) == 0 ? (size_t)(code + 7 - text) : 0;
}

static size_t cut_code(char *line, size_t len) {
    for (size_t at = 0; at < len; at++) {
        bool start = at == 0 || (at >= 2 && line[at - 1] == ' ' && line[at - 2] == ':');
        size_t cut = start ? code_len(line + at, len - at) : 0;
        if (cut > 0) {
            memmove(line + at, line + at + cut, len - at - cut);
            return len - cut;
        }
    }
    return len;
}

static bool is_noise(const char *line, size_t len) {
    return len == 0 || line[0] == '\t' || strncmp(line, "LOCATION:", 9) == 0;
}

/* Is the line among the first `kept` bytes already? */
static bool is_repeated(const char *text, size_t kept, const char *line, size_t len) {
    for (size_t at = 0; at + len <= kept; at++) {
        if ((at == 0 || text[at - 1] == '\n') && memcmp(text + at, line, len) == 0) {
            return true;
        }
    }
    return false;
}

void pgm__connect_error_tidy(char *text) {
    size_t kept = 0;
    char *line = text;
    while (*line != '\0') {
        size_t len = strcspn(line, "\n");
        char *next = line + len + (line[len] == '\n' ? 1 : 0);
        len = cut_code(line, len);
        if (!is_noise(line, len) && !is_repeated(text, kept, line, len)) {
            if (kept > 0) {
                text[kept++] = '\n';
            }
            memmove(text + kept, line, len);
            kept += len;
        }
        line = next;
    }
    text[kept] = '\0';
}
