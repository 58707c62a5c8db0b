/* The bytes of a file, before anything is made of them. */
#include <stdbool.h>
#include <string.h>

#include "base/error.h"
#include "base/utf8.h"
#include "model/script.h"

static bool begins_with(const char *text, size_t len, const char *bytes, size_t count) {
    return len >= count && memcmp(text, bytes, count) == 0;
}

/* iconv's name for an encoding of more than one byte a letter, or NULL. */
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

static unsigned line_at(const char *text, size_t len, size_t at) {
    pgm__script upto = {.text = text, .len = len};
    return pgm__script_line_at(&upto, at);
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
                              path, line_at(text, len, at), at);
    }
    size_t at = pgm__utf8_prefix(text, len);
    if (at == len) {
        return PGM_OK;
    }
    return pgm__error_set(err, PGM_EPARSE,
                          "%s:%u: byte 0x%02x at offset %zu is not UTF-8, as which the file is "
                          "sent, comments too; convert it, if it is Latin-1 with "
                          "iconv -f LATIN1 -t UTF-8",
                          path, line_at(text, len, at), (unsigned char)text[at], at);
}
