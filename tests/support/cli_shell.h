/**
 * @file cli_shell.h  A whole command in this process, over the scripted run of support/fake_run.c.
 */
#ifndef PGM_TESTS_CLI_SHELL_H
#define PGM_TESTS_CLI_SHELL_H

#include "support/text_asserts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/program.h"

enum { MAX_ARGS = 20, ARG = 640 };

typedef struct shell {
    pgm__cli cli;
    char *out;
    char *err;
    size_t out_len;
    size_t err_len;
    const char *typed; /* on standard input */
    FILE *in;          /* in its place; closed when the command has ended */
    pgm__env_fn env;   /* NULL: nothing is set */
    bool tty;
    size_t columns; /* of the terminal that both outputs seem to be; 0: none */
} shell;

static inline const char *no_env(const char *name) {
    (void)name;
    return NULL;
}

static inline void close_shell(shell *s) {
    free(s->out);
    free(s->err);
}

static inline int run(shell *s, const char *const *args) {
    char text[MAX_ARGS][ARG];
    char *argv[MAX_ARGS + 1] = {text[0]};
    int argc = 1;
    (void)snprintf(text[0], ARG, "pgmarch");
    for (size_t i = 0; args[i] != NULL; i++) {
        (void)snprintf(text[argc], ARG, "%s", args[i]);
        argv[argc] = text[argc];
        argc++;
    }
    char input[32];
    (void)snprintf(input, sizeof input, "%s", s->typed == NULL ? "\n" : s->typed);
    s->cli = (pgm__cli){.env = s->env == NULL ? no_env : s->env,
                        .in_tty = s->tty,
                        .columns = s->columns,
                        .err_columns = s->columns};
    s->cli.in = s->in == NULL ? fmemopen(input, strlen(input), "r") : s->in;
    s->cli.out = open_memstream(&s->out, &s->out_len);
    s->cli.err = open_memstream(&s->err, &s->err_len);
    pgm__settings_init(&s->cli.settings);
    int code = (int)pgm__program_run(&s->cli, argc, argv);
    pgm__settings_fini(&s->cli.settings);
    (void)fclose(s->cli.in);
    (void)fclose(s->cli.out);
    (void)fclose(s->cli.err);
    return code;
}

#define RUN(s, ...) run((s), (const char *const[]){__VA_ARGS__, NULL})

/* One command, its exit code, and a part of each output (NULL = must be empty). */
static inline void expect(int code, const char *out, const char *err, const char *const *args) {
    shell s = {0};
    assert_int_equal(run(&s, args), code);
    if (out == NULL) {
        assert_string_equal(s.out, "");
    } else {
        assert_has(s.out, out);
    }
    if (err == NULL) {
        assert_string_equal(s.err, "");
    } else {
        assert_has(s.err, err);
    }
    close_shell(&s);
}

#define EXPECT(code, out, err, ...)                                                                \
    expect((code), (out), (err), (const char *const[]){__VA_ARGS__, NULL})

#endif
