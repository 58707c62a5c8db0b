#include "base/utf8.h"

#include <string.h>

#define REPLACEMENT 0xFFFDU

typedef struct range {
    uint32_t first;
    uint32_t last;
} range;

/* The blocks that matter in names; a full table would be Unicode's, and change with it. */
static const range wide[] = {
    {0x1100, 0x115F}, {0x2E80, 0xA4CF}, {0xAC00, 0xD7A3},   {0xF900, 0xFAFF},   {0xFE30, 0xFE6F},
    {0xFF00, 0xFF60}, {0xFFE0, 0xFFE6}, {0x1F300, 0x1F64F}, {0x1F900, 0x1F9FF}, {0x20000, 0x3FFFD},
};
static const range zero[] = {{0x300, 0x36F}, {0x200C, 0x200D}};

/*
 * What steers a terminal, turns the direction of a line, or cannot be seen at all: Unicode's
 * controls, its line and paragraph separators, what is bidirectional or annotates, and the code
 * points it calls ignorable, variation selectors and tags among them. Not the two joiners, U+200C
 * and U+200D: letters of Persian and of India, and people in pictures, look different without them.
 */
static const range control[] = {
    {0x1, 0x1F},      {0x7F, 0x9F},     {0xAD, 0xAD},       {0x34F, 0x34F},     {0x61C, 0x61C},
    {0x115F, 0x1160}, {0x17B4, 0x17B5}, {0x180B, 0x180F},   {0x200B, 0x200B},   {0x200E, 0x200F},
    {0x2028, 0x202E}, {0x2060, 0x206F}, {0x3164, 0x3164},   {0xFE00, 0xFE0F},   {0xFEFF, 0xFEFF},
    {0xFFA0, 0xFFA0}, {0xFFF0, 0xFFFB}, {0x1BCA0, 0x1BCA3}, {0x1D173, 0x1D17A}, {0xE0000, 0xE0FFF},
};

static int is_in(uint32_t code, const range *ranges, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (code >= ranges[i].first && code <= ranges[i].last) {
            return 1;
        }
    }
    return 0;
}

/* No code point begins with C0, C1, or F5 and above: these would be too long a form of an ASCII
 * character, or past the end of Unicode. */
static size_t sequence_length(unsigned char lead) {
    if (lead < 0x80) {
        return 1;
    }
    if (lead >= 0xC2 && lead <= 0xDF) {
        return 2;
    }
    if (lead >= 0xE0 && lead <= 0xEF) {
        return 3;
    }
    return lead >= 0xF0 && lead <= 0xF4 ? 4 : 0;
}

/* Too long a form of a small number, a surrogate, or past the end of Unicode. */
static int is_bad(uint32_t code, size_t length) {
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    return code < least[length] || (code >= 0xD800 && code <= 0xDFFF) || code > 0x10FFFF;
}

/*
 * The code point of a sequence and its length; 0 for a bad one. A sequence is cut short by a byte
 * that continues nothing, so the NUL behind a text ends it like any other.
 */
static size_t read_sequence(const unsigned char *bytes, size_t len, uint32_t *code) {
    size_t length = sequence_length(bytes[0]);
    if (length <= 1 || length > len) {
        *code = bytes[0];
        return length <= 1 ? length : 0;
    }
    uint32_t value = bytes[0] & (0x7FU >> length);
    for (size_t i = 1; i < length; i++) {
        if ((bytes[i] & 0xC0) != 0x80) {
            return 0;
        }
        value = value << 6 | (bytes[i] & 0x3FU);
    }
    *code = value;
    return is_bad(value, length) ? 0 : length;
}

size_t pgm__utf8_next(const char *text, uint32_t *code) {
    const unsigned char *bytes = (const unsigned char *)text;
    if (bytes[0] == 0) {
        *code = 0;
        return 0;
    }
    size_t length = read_sequence(bytes, SIZE_MAX, code);
    if (length == 0) {
        *code = REPLACEMENT;
        return 1;
    }
    return length;
}

/* Where the run of ASCII ends that begins at `at`; eight bytes a step, as most files have no other.
 */
static size_t skip_ascii(const char *text, size_t at, size_t len) {
    uint64_t word;
    while (len - at >= sizeof word) {
        memcpy(&word, text + at, sizeof word);
        if ((word & 0x8080808080808080U) != 0) {
            break;
        }
        at += sizeof word;
    }
    while (at < len && (unsigned char)text[at] < 0x80) {
        at++;
    }
    return at;
}

size_t pgm__utf8_prefix(const char *text, size_t len) {
    size_t at = skip_ascii(text, 0, len);
    while (at < len) {
        uint32_t code;
        size_t length = read_sequence((const unsigned char *)text + at, len - at, &code);
        if (length == 0) {
            return at;
        }
        at = skip_ascii(text, at + length, len);
    }
    return len;
}

bool pgm__utf8_is_valid(const char *text, size_t len) {
    return pgm__utf8_prefix(text, len) == len;
}

/* Also U+FFFD that was in the text comes out as it went in. */
void pgm__utf8_add(pgm__strbuf *out, const char *text) {
    uint32_t code;
    for (size_t len = pgm__utf8_next(text, &code); len > 0; len = pgm__utf8_next(text, &code)) {
        if (code == REPLACEMENT) {
            pgm__strbuf_adds(out, "\xEF\xBF\xBD");
        } else {
            pgm__strbuf_add(out, text, len);
        }
        text += len;
    }
}

unsigned pgm__utf8_columns(uint32_t code) {
    if (pgm__utf8_is_control(code) || is_in(code, zero, sizeof zero / sizeof *zero)) {
        return 0;
    }
    return is_in(code, wide, sizeof wide / sizeof *wide) ? 2 : 1;
}

int pgm__utf8_is_control(uint32_t code) {
    return is_in(code, control, sizeof control / sizeof *control);
}
