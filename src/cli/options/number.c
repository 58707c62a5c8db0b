#include "cli/options/number.h"

bool pgm__number_parse(const char *text, int64_t most, int64_t *value) {
    int64_t number = 0;
    if (*text == '\0') {
        return false;
    }
    for (const char *c = text; *c != '\0'; c++) {
        int digit = *c - '0';
        if (digit < 0 || digit > 9 || number > (most - digit) / 10) {
            return false;
        }
        number = number * 10 + digit;
    }
    *value = number;
    return true;
}
