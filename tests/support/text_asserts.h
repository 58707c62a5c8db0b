/**
 * @file text_asserts.h  What a text has, lacks, and how often.
 */
#ifndef PGM_TESTS_TEXT_ASSERTS_H
#define PGM_TESTS_TEXT_ASSERTS_H

#include "support/cmocka_all.h"

#include <string.h>

static inline void assert_has(const char *text, const char *part) {
    if (strstr(text, part) == NULL) {
        fail_msg("missing: [%s] in:\n%s", part, text);
    }
}

static inline void assert_lacks(const char *text, const char *part) {
    if (strstr(text, part) != NULL) {
        fail_msg("not expected: [%s] in:\n%s", part, text);
    }
}

static inline size_t times(const char *text, const char *part) {
    size_t found = 0;
    for (const char *at = strstr(text, part); at != NULL; at = strstr(at + 1, part)) {
        found++;
    }
    return found;
}

#endif
