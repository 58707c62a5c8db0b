#include "cli/options/parse.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/suggest.h"
#include "cli/options/options.h"
#include "cli/options/value.h"

enum { SHOWN = 40, SOURCE = 64 };

/* One pass over the arguments. `args` are copies: argv is overwritten. */
typedef struct parser {
    pgm__settings *settings;
    char **argv;
    const char **args;
    int argc;
    int next;
    pgm_error *err;
} parser;

/* ---- what ps(1) may see ---- */

/* Keeps the length: some systems find the environment behind argv by it. */
static void hide_from(char *at) {
    memset(at, '*', strlen(at));
}

/* Before anything is parsed: also of what is refused, and of what goes to another option. */
static void hide_secrets(char *arg) {
    char *url = strstr(arg, "://");
    if (url != NULL) {
        hide_from(url + 3);
    }
    char *password = strstr(arg, "password");
    if (password != NULL) {
        hide_from(password);
    }
}

/* All are copied first, because the settings keep them and argv is overwritten. */
static pgm_status take_arguments(parser *p) {
    p->args = pgm__arena_calloc(&p->settings->arena, (size_t)p->argc + 1, sizeof *p->args);
    if (p->args == NULL) {
        return pgm__error_nomem(p->err);
    }
    for (int i = 0; i < p->argc; i++) {
        p->args[i] = pgm__arena_strdup(&p->settings->arena, p->argv[i]);
        if (p->args[i] == NULL) {
            return pgm__error_nomem(p->err);
        }
    }
    for (int i = 1; i < p->argc; i++) {
        hide_secrets(p->argv[i]);
    }
    return PGM_OK;
}

/* ---- messages ---- */

/* May this be shown? A misplaced URL may hold a password. */
static bool is_plain(const char *text, size_t len) {
    static const char allowed[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./*";
    return len > 0 && len <= SHOWN && strspn(text, allowed) >= len;
}

/* What may be a misplaced password is not repeated: messages end up in logs. */
static pgm_status unknown_option(parser *p, const char *name, size_t len) {
    const char *names[PGM__OPTIONS_MAX];
    size_t offered = 0;
    const pgm__option *option = NULL;
    for (size_t i = 0; (option = pgm__option_at(i)) != NULL; i++) {
        if (option->commands != 0) {
            names[offered++] = option->name;
        }
    }
    if (!is_plain(name, len)) {
        return pgm__error_set(p->err, PGM_EUSAGE,
                              "unknown option: \"pgmarch help\" lists the options");
    }
    char wrong[SHOWN + 1];
    (void)snprintf(wrong, sizeof wrong, "%.*s", (int)len, name);
    const char *near = pgm__suggest(wrong, names, offered, PGM__SUGGEST_SHORTENED);
    if (near == NULL) {
        return pgm__error_set(p->err, PGM_EUSAGE,
                              "unknown option \"--%s\": \"pgmarch help\" lists the options", wrong);
    }
    return pgm__error_set(p->err, PGM_EUSAGE, "unknown option \"--%s\": did you mean \"--%s\"?",
                          wrong, near);
}

/* ---- options ---- */

/* What the command line says is remembered, so that the environment does not add to a list of it.
 */
static pgm_status set(parser *p, const pgm__option *option, const char *value) {
    char source[SOURCE];
    (void)snprintf(source, sizeof source, "option \"--%s\"", option->name);
    p->settings->given[pgm__option_place(option)] = true;
    return pgm__option_set(p->settings, option, value, source, p->err);
}

/* A URL's whole value goes, and not only what looks like a secret: "host=db password = x". */
static void hide_value(const pgm__option *option, char *value) {
    if (strcmp(option->name, "url") == 0) {
        hide_from(value);
    }
}

/* The value is the next argument. */
static pgm_status set_from_next(parser *p, const pgm__option *option) {
    if (p->next >= p->argc) {
        return pgm__error_set(p->err, PGM_EUSAGE, "option \"--%s\" needs a value: --%s %s",
                              option->name, option->name, option->argument);
    }
    int at = p->next++;
    hide_value(option, p->argv[at]);
    return set(p, option, p->args[at]);
}

/* "--jobs=8" or "--jobs 8"; a flag has no value, not even "--yes=no", which would read as a yes. */
static pgm_status parse_long(parser *p, int at) {
    const char *name = p->args[at] + 2;
    size_t len = strcspn(name, "=");
    const char *value = name[len] == '=' ? name + len + 1 : NULL;
    const pgm__option *option = pgm__option_by_name(name, len);
    if (option == NULL) {
        return unknown_option(p, name, len);
    }
    if (option->kind == PGM__OPTION_FLAG) {
        if (value != NULL) {
            return pgm__error_set(p->err, PGM_EUSAGE, "option \"--%s\" takes no value",
                                  option->name);
        }
        return set(p, option, "1");
    }
    if (value == NULL) {
        return set_from_next(p, option);
    }
    hide_value(option, p->argv[at] + (value - p->args[at]));
    return set(p, option, value);
}

/* "-qv", "-j8", "-qj 8". */
static pgm_status parse_letters(parser *p, int at) {
    const char *arg = p->args[at];
    for (const char *c = arg + 1; *c != '\0'; c++) {
        const pgm__option *option = pgm__option_by_letter(*c);
        if (option == NULL) {
            return pgm__error_set(p->err, PGM_EUSAGE,
                                  "unknown option \"-%s\": \"pgmarch help\" lists the options",
                                  is_plain(c, 1) ? (char[]){*c, '\0'} : "");
        }
        if (option->kind != PGM__OPTION_FLAG) {
            if (c[1] == '\0') {
                return set_from_next(p, option);
            }
            hide_value(option, p->argv[at] + (c + 1 - arg));
            return set(p, option, c + 1);
        }
        pgm_status status = set(p, option, "1");
        if (status != PGM_OK) {
            return status;
        }
    }
    return PGM_OK;
}

static pgm_status take_word(parser *p, const char *word) {
    return pgm__list_add(&p->settings->words, word) ? PGM_OK : pgm__error_nomem(p->err);
}

/* A dash alone is a word, as everywhere; what follows "--" is never an option. */
static pgm_status parse_arguments(parser *p) {
    bool only_words = false;
    pgm_status status = PGM_OK;
    while (p->next < p->argc && status == PGM_OK) {
        int at = p->next++;
        const char *arg = p->args[at];
        if (only_words || arg[0] != '-' || arg[1] == '\0') {
            status = take_word(p, arg);
        } else if (strcmp(arg, "--") == 0) {
            only_words = true;
        } else if (arg[1] == '-') {
            status = parse_long(p, at);
        } else {
            status = parse_letters(p, at);
        }
    }
    return status;
}

pgm_status pgm__settings_parse(pgm__settings *settings, int argc, char **argv, pgm_error *err) {
    parser p = {.settings = settings, .argv = argv, .argc = argc, .next = 1, .err = err};
    pgm_status status = take_arguments(&p);
    if (status == PGM_OK) {
        status = parse_arguments(&p);
    }
    if (status == PGM_OK && settings->url != NULL && settings->targets.count > 0) {
        return pgm__error_set(err, PGM_EUSAGE,
                              "options \"--url\" and \"--targets\" exclude each other: name the "
                              "target in one way");
    }
    return status;
}
