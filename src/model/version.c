#include "model/version.h"

#include <string.h>
#include <strings.h>

#include "model/migrations.h"

size_t pgm__version_digits(const char *version) {
    return strspn(version, "0123456789");
}

const char *pgm__version_number(const char *version, size_t *len) {
    size_t digits = pgm__version_digits(version);
    size_t zeros = strspn(version, "0");
    if (zeros == digits && zeros > 0) {
        zeros--;
    }
    *len = digits - zeros;
    return version + zeros;
}

int pgm__version_compare_number(const char *a, const char *b) {
    size_t a_len = 0;
    size_t b_len = 0;
    const char *a_number = pgm__version_number(a, &a_len);
    const char *b_number = pgm__version_number(b, &b_len);
    if (a_len != b_len) {
        return a_len < b_len ? -1 : 1;
    }
    return memcmp(a_number, b_number, a_len);
}

int pgm__version_compare(const char *a, const char *b) {
    int order = pgm__version_compare_number(a, b);
    return order != 0 ? order : strcmp(a + pgm__version_digits(a), b + pgm__version_digits(b));
}

/* Takes `suffix` off the end; false when it is not there. */
static bool take_suffix(const char *name, size_t *len, const char *suffix) {
    size_t suffix_len = strlen(suffix);
    if (*len < suffix_len || memcmp(name + *len - suffix_len, suffix, suffix_len) != 0) {
        return false;
    }
    *len -= suffix_len;
    return true;
}

static bool ends_in_direction(const char *name, size_t len) {
    return (len >= 3 && strncasecmp(name + len - 3, ".up", 3) == 0) ||
           (len >= 5 && strncasecmp(name + len - 5, ".down", 5) == 0);
}

static bool has_control_byte(const char *name) {
    for (const char *c = name; *c != '\0'; c++) {
        if ((unsigned char)*c < 0x20 || *c == 0x7f) {
            return true;
        }
    }
    return false;
}

const char *pgm__file_name_parse(const char *name, pgm__file_name *out) {
    size_t len = strlen(name);
    if (has_control_byte(name)) {
        return "control character in the name";
    }
    if (!pgm__is_utf8(name, len)) {
        return "not UTF-8";
    }
    if (!take_suffix(name, &len, ".sql")) {
        return "";
    }
    bool down = take_suffix(name, &len, ".down");
    if (!down) {
        (void)take_suffix(name, &len, ".up");
    }
    /* "1_x.Down.sql" would otherwise be applied as an up file. */
    if (ends_in_direction(name, len)) {
        return "up or down?";
    }
    size_t digits = pgm__version_digits(name);
    if (digits == 0 || digits + 2 > len || name[digits] != '_') {
        return "";
    }
    if (len > PGM__VERSION_MAX) {
        return "version over 255 bytes";
    }
    *out = (pgm__file_name){.version_len = len, .digits = digits, .down = down};
    return NULL;
}

/* How many continuation bytes follow `lead`; -1 when it leads nothing. */
static int continuation(unsigned char lead) {
    if (lead < 0x80) {
        return 0;
    }
    if (lead >= 0xc2 && lead <= 0xdf) {
        return 1;
    }
    if (lead >= 0xe0 && lead <= 0xef) {
        return 2;
    }
    return lead >= 0xf0 && lead <= 0xf4 ? 3 : -1;
}

/* Overlong forms, surrogates and what lies above U+10FFFF show in the second byte. */
static bool second_fits(unsigned char lead, unsigned char second) {
    switch (lead) {
    case 0xe0:
        return second >= 0xa0;
    case 0xed:
        return second < 0xa0;
    case 0xf0:
        return second >= 0x90;
    case 0xf4:
        return second < 0x90;
    default:
        return true;
    }
}

bool pgm__is_utf8(const char *text, size_t len) {
    const unsigned char *bytes = (const unsigned char *)text;
    size_t at = 0;
    while (at < len) {
        int more = continuation(bytes[at]);
        if (more < 0 || (size_t)more >= len - at) {
            return false;
        }
        if (more > 0 && !second_fits(bytes[at], bytes[at + 1])) {
            return false;
        }
        for (size_t i = 1; i <= (size_t)more; i++) {
            if ((bytes[at + i] & 0xc0) != 0x80) {
                return false;
            }
        }
        at += (size_t)more + 1;
    }
    return true;
}
