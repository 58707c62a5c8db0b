#include "model/files/script_text.h"

#include <stdbool.h>
#include <string.h>

#include "base/error.h"
#include "base/utf8.h"

static bool begins_with(const char *text, size_t len, const char *bytes, size_t count) {
    return len >= count && memcmp(text, bytes, count) == 0;
}

/*
 * iconv's name for an encoding of more than one byte a letter, or NULL. Asked before the NUL bytes,
 * of which such a file is full: "remove it" would be no advice there. UTF-32 comes first, because
 * its mark begins with that of UTF-16.
 */
static const char *wide_encoding(const char *text, size_t len) {
    if (begins_with(text, len, "\xff\xfe\0\0", 4) || begins_with(text, len, "\0\0\xfe\xff", 4)) {
        return "UTF-32";
    }
    if (begins_with(text, len, "\xff\xfe", 2) || begins_with(text, len, "\xfe\xff", 2)) {
        return "UTF-16";
    }
    if (len < 4 || (text[0] == '\0') == (text[1] == '\0')) {
        return NULL;
    }
    if (text[1] == '\0' && text[3] == '\0') {
        return "UTF-16LE";
    }
    return text[0] == '\0' && text[2] == '\0' ? "UTF-16BE" : NULL;
}

unsigned pgm__script_text_line(const char *text, size_t len, size_t offset) {
    const char *at = text;
    const char *end = text + (offset < len ? offset : len);
    unsigned line = 1;
    while ((at = memchr(at, '\n', (size_t)(end - at))) != NULL) {
        line++;
        at++;
    }
    return line;
}

pgm_status pgm__script_check_text(const char *path, const char *text, size_t len, pgm_error *err) {
    const char *wide = wide_encoding(text, len);
    if (wide != NULL) {
        return pgm__error_set(err, PGM_EPARSE,
                              "%s:1: the file is %s, and is sent as UTF-8; convert it with "
                              "iconv -f %s -t UTF-8",
                              path, wide, wide);
    }
    const char *nul = memchr(text, '\0', len);
    if (nul != NULL) {
        size_t at = (size_t)(nul - text);
        return pgm__error_set(err, PGM_EPARSE,
                              "%s:%u: NUL byte at offset %zu; PostgreSQL takes none in SQL, "
                              "remove it",
                              path, pgm__script_text_line(text, len, at), at);
    }
    size_t at = pgm__utf8_prefix(text, len);
    if (at == len) {
        return PGM_OK;
    }
    return pgm__error_set(err, PGM_EPARSE,
                          "%s:%u: byte 0x%02x at offset %zu is not UTF-8, as which the file is "
                          "sent, comments too; convert it, if it is Latin-1 with "
                          "iconv -f LATIN1 -t UTF-8",
                          path, pgm__script_text_line(text, len, at), (unsigned char)text[at], at);
}
