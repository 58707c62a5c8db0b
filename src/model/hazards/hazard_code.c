#include "model/hazards/hazard_code.h"

#include <string.h>
#include <strings.h>

#include "base/suggest.h"
#include "model/hazards/hazard.h"

/* Longer than every code, and than what is near to one. */
enum { LONGEST = 64 };

static const char *code_of(unsigned kind) {
    return pgm__hazard_text_of((pgm__hazard_kind)kind)->code;
}

uint64_t pgm__hazard_code_bits(const char *code, size_t len) {
    uint64_t bits = 0;
    for (unsigned i = 0; i < PGM__HAZARD_COUNT; i++) {
        const char *known = code_of(i);
        if (strlen(known) == len && strncasecmp(known, code, len) == 0) {
            bits |= UINT64_C(1) << i;
        }
    }
    return bits;
}

/* `unknown-code` is none that anybody wants. */
const char *pgm__hazard_code_near(const char *code, size_t len) {
    const char *codes[PGM__HAZARD_COUNT];
    char lower[LONGEST];
    if (len >= sizeof lower) {
        return NULL;
    }
    for (size_t i = 0; i < len; i++) {
        char c = code[i];
        lower[i] = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
    }
    lower[len] = '\0';
    size_t count = 0;
    for (unsigned i = 0; i < PGM__HAZARD_COUNT; i++) {
        if (i != PGM__HAZARD_UNKNOWN_CODE) {
            codes[count++] = code_of(i);
        }
    }
    return pgm__suggest(lower, codes, count, PGM__SUGGEST_SHORTENED);
}
