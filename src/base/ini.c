#include "base/ini.h"

#include <stdbool.h>
#include <string.h>

#include "base/error.h"

static bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\v';
}

/* Cuts blanks off both ends of begin..end, which is ended with a NUL. */
static char *trim(char *begin, char *end) {
    while (begin < end && is_blank(*begin)) {
        begin++;
    }
    while (end > begin && is_blank(end[-1])) {
        end--;
    }
    *end = '\0';
    return begin;
}

static pgm_status bad(pgm_error *err, const char *path, const pgm__ini_line *at, const char *what) {
    return pgm__error_set(err, PGM_EPARSE, "%s:%u: %s", path, at->number, what);
}

/* line is trimmed and begins with '['. The last ']' ends the name, so that a name may hold one. */
static pgm_status read_section(const char *path, char *line, pgm__ini_line *at, pgm_error *err) {
    char *end = line + strlen(line) - 1;
    if (*end != ']') {
        return bad(err, path, at,
                   "a section line must end with \"]\" (comments go on a line of their own)");
    }
    at->section = trim(line + 1, end);
    at->key = NULL;
    at->value = NULL;
    if (at->section[0] == '\0') {
        return bad(err, path, at, "the section has no name between \"[\" and \"]\"");
    }
    return PGM_OK;
}

/* The line itself is never shown: it may be the rest of a password. */
static pgm_status read_pair(const char *path, char *line, pgm__ini_line *at, pgm_error *err) {
    if (at->section == NULL) {
        return bad(err, path, at, "text before the first [section]");
    }
    /* The first one: a value may hold more of them, as a URL with parameters does. */
    char *equals = strchr(line, '=');
    if (equals == NULL) {
        return bad(err, path, at, "there is no \"=\" in this line; expected \"key = value\"");
    }
    at->value = trim(equals + 1, equals + 1 + strlen(equals + 1));
    at->key = trim(line, equals);
    if (at->key[0] == '\0') {
        return bad(err, path, at, "there is no key before \"=\"");
    }
    return PGM_OK;
}

/* NULL ends a string, so the rest of such a line would be lost without a word. */
static pgm_status read_line(const char *path, char *begin, char *end, pgm__ini_line *at, bool *says,
                            pgm_error *err) {
    if (memchr(begin, '\0', (size_t)(end - begin)) != NULL) {
        return bad(err, path, at, "there is a NUL byte in this line; is this a text file?");
    }
    char *line = trim(begin, end);
    *says = line[0] != '\0' && line[0] != '#' && line[0] != ';';
    if (!*says) {
        return PGM_OK;
    }
    return line[0] == '[' ? read_section(path, line, at, err) : read_pair(path, line, at, err);
}

pgm_status pgm__ini_read(const char *path, char *text, size_t len, pgm__ini_fn take, void *data,
                         pgm_error *err) {
    return pgm__ini_read_in(NULL, path, text, len, take, data, err);
}

pgm_status pgm__ini_read_in(const char *section, const char *path, char *text, size_t len,
                            pgm__ini_fn take, void *data, pgm_error *err) {
    char *end = text + len;
    char *next = text;
    if (len >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0) {
        next += 3;
    }
    pgm__ini_line at = {.section = section};
    while (next < end) {
        char *begin = next;
        char *newline = memchr(begin, '\n', (size_t)(end - begin));
        char *stop = newline == NULL ? end : newline;
        next = newline == NULL ? end : newline + 1;
        at.number++;
        bool says = false;
        pgm_status status = read_line(path, begin, stop, &at, &says, err);
        if (status == PGM_OK && says) {
            status = take(&at, data, err);
        }
        if (status != PGM_OK) {
            return status;
        }
    }
    return PGM_OK;
}
