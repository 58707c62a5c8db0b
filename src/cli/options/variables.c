/* Names of environment variables that nobody knows: a misspelt one must not be passed over. */
#include "cli/options/variables.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/error.h"
#include "base/suggest.h"
#include "cli/options/options.h"
#include "cli/options/settings.h"

#define PREFIX "PGMARCH_"

enum { SHOWN = 60 };

/* Also "pgmarch_dry_run", which the shell tells apart from the one that counts. */
static bool is_meant_for_us(const char *entry) {
    return strncasecmp(entry, PREFIX, strlen(PREFIX)) == 0;
}

/* Compared with case: two names that differ in it are two variables. */
static const pgm__option *named_by(const char *name) {
    const pgm__option *option = NULL;
    for (size_t i = 0; (option = pgm__option_at(i)) != NULL; i++) {
        if (option->env != NULL && strcmp(option->env, name) == 0) {
            break;
        }
    }
    return option;
}

/* The option that would be written with this name: "PGMARCH_YES" → --yes. */
static const pgm__option *option_like(const char *name) {
    char words[SHOWN + 1];
    size_t len = 0;
    for (const char *c = name + strlen(PREFIX); *c != '\0' && len < SHOWN; c++) {
        char lower = *c >= 'A' && *c <= 'Z' ? (char)(*c - 'A' + 'a') : *c;
        words[len++] = lower == '_' ? '-' : lower;
    }
    const pgm__option *found = pgm__option_by_name(words, len);
    return found != NULL && found->commands != 0 ? found : NULL;
}

/* Compared is what stands behind the prefix: with it, every name would be near to every other. */
static const char *behind_prefix(const char *name) {
    return strncmp(name, PREFIX, strlen(PREFIX)) == 0 ? name + strlen(PREFIX) : name;
}

/* The variable whose name is nearest, or NULL. */
static const char *nearest(const char *name) {
    const char *words[PGM__OPTIONS_MAX];
    const char *names[PGM__OPTIONS_MAX];
    size_t known = 0;
    const pgm__option *option = NULL;
    for (size_t i = 0; (option = pgm__option_at(i)) != NULL; i++) {
        if (option->env != NULL) {
            names[known] = option->env;
            words[known++] = behind_prefix(option->env);
        }
    }
    char upper[SHOWN + 1] = "";
    for (size_t i = 0; i < SHOWN && name[i] != '\0'; i++) {
        upper[i] = name[i] >= 'a' && name[i] <= 'z' ? (char)(name[i] - 'a' + 'A') : name[i];
    }
    const char *word = pgm__suggest(behind_prefix(upper), words, known, PGM__SUGGEST_SHORTENED);
    for (size_t i = 0; i < known && word != NULL; i++) {
        if (words[i] == word) {
            return names[i];
        }
    }
    return NULL;
}

/* The value is never shown: a misspelt variable may hold a password. */
static pgm_status refuse(const char *name, pgm_error *err) {
    static const char remedy[] = "unset it, or correct its name; nothing was touched";
    const pgm__option *option = option_like(name);
    if (option != NULL && option->env == NULL) {
        return pgm__error_set(
            err, PGM_EUSAGE,
            "unknown variable \"%s\": option \"--%s\" has no variable, it is given "
            "on the command line; unset it",
            name, option->name);
    }
    const char *near = option != NULL ? option->env : nearest(name);
    if (near == NULL) {
        return pgm__error_set(err, PGM_EUSAGE, "unknown variable \"%s\": %s", name, remedy);
    }
    return pgm__error_set(err, PGM_EUSAGE, "unknown variable \"%s\": did you mean \"%s\"? %s", name,
                          near, remedy);
}

pgm_status pgm__settings_check_variables(const char *const *entries, pgm_error *err) {
    for (; entries != NULL && *entries != NULL; entries++) {
        size_t len = strcspn(*entries, "=");
        /* As with those we know, an empty one counts as not set. */
        if (!is_meant_for_us(*entries) || (*entries)[len] == '\0' || (*entries)[len + 1] == '\0') {
            continue;
        }
        char name[SHOWN + 1];
        (void)snprintf(name, sizeof name, "%.*s", (int)len, *entries);
        if (len > SHOWN || named_by(name) == NULL) {
            return refuse(name, err);
        }
    }
    return PGM_OK;
}
