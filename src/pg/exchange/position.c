#include "pg/exchange/position.h"

#include <stdbool.h>

/* A byte that goes on with the character begun before it. */
static bool goes_on(char byte) {
    return ((unsigned char)byte & 0xC0U) == 0x80U;
}

size_t pgm__position_chars(const char *text, size_t len) {
    size_t chars = 0;
    for (size_t i = 0; i < len; i++) {
        chars += goes_on(text[i]) ? 0 : 1;
    }
    return chars;
}

size_t pgm__position_byte(const char *text, size_t len, size_t number) {
    size_t at = 0;
    for (size_t seen = 0; at < len; at++) {
        seen += goes_on(text[at]) ? 0 : 1;
        if (seen > number) {
            break;
        }
    }
    return at;
}

size_t pgm__position_cut(const char *text, size_t len, size_t most) {
    size_t end = len < most ? len : most;
    while (end < len && end > 0 && goes_on(text[end])) {
        end--;
    }
    return end;
}
