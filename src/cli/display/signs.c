#include "cli/display/signs.h"

#include <string.h>

/* Of one column each, as the signs are: nothing moves. */
static const struct {
    const char *sign;
    char ascii;
} table[] = {{"✓", '+'}, {"✗", 'x'}, {"–", '-'}, {"…", '~'}, {"▸", '>'}, {"·", '.'},
             {"→", '>'}, {"×", 'x'}, {"○", 'o'}, {"■", '#'}, {"≈", '~'}};

/* The sign that `text` begins with; bytes, 0 when there is none. */
static size_t sign_at(const char *text, size_t len, char *ascii) {
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        size_t bytes = strlen(table[i].sign);
        if (bytes <= len && memcmp(text, table[i].sign, bytes) == 0) {
            *ascii = table[i].ascii;
            return bytes;
        }
    }
    return 0;
}

void pgm__signs_add_ascii(pgm__strbuf *out, const char *text, size_t len) {
    for (size_t i = 0; i < len;) {
        char ascii = text[i];
        size_t bytes = (unsigned char)text[i] < 0x80 ? 0 : sign_at(text + i, len - i, &ascii);
        pgm__strbuf_addc(out, ascii);
        i += bytes == 0 ? 1 : bytes;
    }
}
