/**
 * @file assert_text.h  A text holds another, or does not.
 */
#ifndef PGM_TESTS_ASSERT_TEXT_H
#define PGM_TESTS_ASSERT_TEXT_H

#include "support/cmocka_all.h"

#include <string.h>

static inline void assert_has(const char *text, const char *part) {
    if (strstr(text, part) == NULL) {
        fail_msg("\"%s\" does not hold \"%s\"", text, part);
    }
}

static inline void assert_lacks(const char *text, const char *part) {
    if (strstr(text, part) != NULL) {
        fail_msg("\"%s\" holds \"%s\"", text, part);
    }
}

#endif
