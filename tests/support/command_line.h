/**
 * @file command_line.h  A command line as main() gets it, and what becomes of it.
 */
#ifndef PGM_TESTS_COMMAND_LINE_H
#define PGM_TESTS_COMMAND_LINE_H

#include "support/cmocka_all.h"

#include <stdio.h>
#include <string.h>

#include "cli/options/parse.h"

enum { MAX_ARGS = 16, ARG = 128 };

/* argv as main() gets it: writable. */
typedef struct line {
    char text[MAX_ARGS][ARG];
    char *argv[MAX_ARGS + 1];
    int argc;
    pgm__settings settings;
    pgm_error err;
} line;

static inline pgm_status parse(line *l, const char *const *args) {
    pgm__settings_init(&l->settings);
    l->argc = 0;
    (void)snprintf(l->text[l->argc++], ARG, "pgmarch");
    for (size_t i = 0; args[i] != NULL; i++) {
        (void)snprintf(l->text[l->argc++], ARG, "%s", args[i]);
    }
    for (int i = 0; i < l->argc; i++) {
        l->argv[i] = l->text[i];
    }
    l->argv[l->argc] = NULL;
    l->err = (pgm_error){0};
    return pgm__settings_parse(&l->settings, l->argc, l->argv, &l->err);
}

#define PARSE(l, ...) parse((l), (const char *const[]){__VA_ARGS__, NULL})

static inline void refused(const char *expected, const char *const *args) {
    line l;
    assert_int_equal(parse(&l, args), PGM_EUSAGE);
    if (strstr(l.err.msg, expected) == NULL) {
        fail_msg("expected [%s], got [%s]", expected, l.err.msg);
    }
    pgm__settings_fini(&l.settings);
}

#define REFUSED(expected, ...) refused((expected), (const char *const[]){__VA_ARGS__, NULL})

#endif
