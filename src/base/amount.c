#include "base/amount.h"

#include <string.h>

bool pgm__amount_parse(const char *text, pgm__amount *out) {
    size_t digits = strspn(text, "0123456789");
    bool percent = text[digits] == '%';
    uint64_t most = percent ? 100 : INT32_MAX;
    uint64_t number = 0;
    if (digits == 0 || text[digits + (percent ? 1 : 0)] != '\0') {
        return false;
    }
    for (size_t i = 0; i < digits; i++) {
        number = number * 10 + (uint64_t)(text[i] - '0');
        if (number > most) {
            return false;
        }
    }
    *out = (pgm__amount){.number = (uint32_t)number, .percent = percent};
    return true;
}

/* In two parts, so that no fleet is large enough for the product to overflow. */
size_t pgm__amount_of(pgm__amount amount, size_t whole) {
    if (!amount.percent) {
        return amount.number;
    }
    return whole / 100 * amount.number + whole % 100 * amount.number / 100;
}
