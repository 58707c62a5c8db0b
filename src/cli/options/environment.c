#include "cli/options/environment.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "cli/options/options.h"
#include "cli/options/value.h"

enum { SOURCE = 64 };

/* Empty parts are passed over, as in PATH, but not a list of nothing else. */
static pgm_status set_list(pgm__settings *settings, const pgm__option *option, const char *text,
                           const char *source, pgm_error *err) {
    const char separators[] = {option->separator, '\n', '\0'};
    pgm_status status = PGM_OK;
    if (text[strspn(text, separators)] == '\0') {
        /* "," for "a,b" whose parts are empty must not widen a run to everything. */
        return pgm__option_set(settings, option, "", source, err);
    }
    while (*text != '\0' && status == PGM_OK) {
        size_t len = strcspn(text, separators);
        if (len > 0) {
            char *item = pgm__arena_strndup(&settings->arena, text, len);
            status = item == NULL ? pgm__error_nomem(err)
                                  : pgm__option_set(settings, option, item, source, err);
        }
        text += len + (text[len] == '\0' ? 0 : 1);
    }
    return status;
}

static bool is_given(const pgm__settings *settings, const char *name) {
    return settings->given[pgm__option_place(pgm__option_by_name(name, strlen(name)))];
}

/* What the command line names is not mixed with what the environment names. */
static bool is_overruled(const pgm__settings *settings, const pgm__option *option) {
    if (strcmp(option->name, "targets") == 0) {
        return settings->url != NULL;
    }
    if (strcmp(option->name, "shard") == 0) {
        return is_given(settings, "shard-index") || is_given(settings, "shard-count");
    }
    if (strcmp(option->name, "shard-index") == 0 || strcmp(option->name, "shard-count") == 0) {
        return is_given(settings, "shard");
    }
    return strcmp(option->name, "url") == 0 && settings->targets.count > 0;
}

pgm_status pgm__settings_environment(pgm__settings *settings, pgm__env_fn env, pgm_error *err) {
    pgm_status status = PGM_OK;
    /* From the end, so that PGMARCH_TARGETS is seen before DATABASE_URL and wins. */
    for (size_t i = pgm__option_count(); i-- > 0 && status == PGM_OK;) {
        const pgm__option *option = pgm__option_at(i);
        const char *text = option->env == NULL ? NULL : env(option->env);
        if (text == NULL || *text == '\0' || settings->given[i] || is_overruled(settings, option)) {
            continue;
        }
        char source[SOURCE];
        (void)snprintf(source, sizeof source, "variable \"%s\"", option->env);
        bool list = option->kind == PGM__OPTION_LIST || option->kind == PGM__OPTION_REPORTS;
        status = list ? set_list(settings, option, text, source, err)
                      : pgm__option_set(settings, option, text, source, err);
    }
    return status;
}
