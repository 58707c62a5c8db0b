/* Texts of options and variables → fields of the settings. */
#include <inttypes.h>
#include <string.h>
#include <strings.h>

#include "base/duration.h"
#include "base/error.h"
#include "base/mem.h"
#include "cli/options.h"

enum { SHOWN = 60, MOST = 1000000 };

void pgm__settings_init(pgm__settings *settings) {
    *settings = (pgm__settings){
        .jobs = PGM_UNSET,
        .per_server = PGM_UNSET,
        .limits = {PGM_UNSET, PGM_UNSET, PGM_UNSET, PGM_UNSET, PGM_UNSET, PGM_UNSET}};
}

static void free_list(pgm__list *list) {
    pgm__free((void *)list->items);
    *list = (pgm__list){0};
}

void pgm__settings_fini(pgm__settings *settings) {
    free_list(&settings->words);
    free_list(&settings->targets);
    free_list(&settings->only);
    free_list(&settings->exclude);
    pgm__arena_clear(&settings->arena);
}

static void *field_of(pgm__settings *settings, const pgm__option *option) {
    return (char *)settings + option->offset;
}

/* A URL that went to the wrong option may hold a password: it is not shown. */
static pgm_status wrong(pgm_error *err, const char *source, const char *expected,
                        const char *text) {
    if (strpbrk(text, "@=:") != NULL) {
        return pgm__error_set(err, PGM_EUSAGE, "%s needs %s", source, expected);
    }
    return pgm__error_set(err, PGM_EUSAGE, "%s needs %s, not \"%.*s\"", source, expected, SHOWN,
                          text);
}

static bool parse_flag(const char *text, bool *value) {
    static const char *const on[] = {"1", "true", "yes", "on"};
    static const char *const off[] = {"0", "false", "no", "off"};
    for (size_t i = 0; i < sizeof on / sizeof *on; i++) {
        if (strcasecmp(text, on[i]) == 0 || strcasecmp(text, off[i]) == 0) {
            *value = strcasecmp(text, on[i]) == 0;
            return true;
        }
    }
    return false;
}

static bool parse_count(const char *text, int64_t *value) {
    int64_t number = 0;
    if (*text == '\0') {
        return false;
    }
    for (const char *c = text; *c != '\0'; c++) {
        if (*c < '0' || *c > '9' || number > MOST) {
            return false;
        }
        number = number * 10 + (*c - '0');
    }
    *value = number;
    return number >= 1 && number <= MOST;
}

static bool parse_format(const char *text, pgm__format *value) {
    if (strcmp(text, "text") != 0 && strcmp(text, "json") != 0) {
        return false;
    }
    *value = text[0] == 't' ? PGM__FORMAT_TEXT : PGM__FORMAT_JSON;
    return true;
}

static pgm_status set_text(pgm__settings *settings, const char **field, const char *text,
                           pgm_error *err) {
    char *copy = pgm__arena_strdup(&settings->arena, text);
    if (copy == NULL) {
        return pgm__error_nomem(err);
    }
    *field = copy;
    return PGM_OK;
}

static pgm_status append(pgm__settings *settings, pgm__list *list, const char *text,
                         pgm_error *err) {
    void *grown = pgm__grow((void *)list->items, list->count, &list->capacity, sizeof *list->items);
    if (grown == NULL) {
        return pgm__error_nomem(err);
    }
    list->items = grown;
    pgm_status status = set_text(settings, &list->items[list->count], text, err);
    list->count += status == PGM_OK ? 1 : 0;
    return status;
}

pgm_status pgm__option_set(pgm__settings *settings, const pgm__option *option, const char *text,
                           const char *source, pgm_error *err) {
    void *field = field_of(settings, option);
    if (*text == '\0') {
        /* An empty "$VARIABLE" in a script must not widen a run to everything. */
        return pgm__error_set(err, PGM_EUSAGE, "%s needs a value (%s), not an empty one", source,
                              option->argument == NULL ? "yes|no" : option->argument);
    }
    switch (option->kind) {
    case PGM__OPTION_FLAG:
        return parse_flag(text, field) ? PGM_OK : wrong(err, source, "1 or 0", text);
    case PGM__OPTION_TEXT:
        return set_text(settings, field, text, err);
    case PGM__OPTION_LIST:
        return append(settings, field, text, err);
    case PGM__OPTION_COUNT:
        return parse_count(text, field)
                   ? PGM_OK
                   : wrong(err, source, "a whole number from 1 to 1000000", text);
    case PGM__OPTION_DURATION:
        return pgm__duration_parse(text, PGM__BARE_NUMBER_REFUSED, field)
                   ? PGM_OK
                   : wrong(err, source, "a time such as 500ms, 5s, 2m, 1h, or 0 for none", text);
    case PGM__OPTION_FORMAT:
        return parse_format(text, field) ? PGM_OK : wrong(err, source, "text or json", text);
    }
    return pgm__error_set(err, PGM_EINTERNAL, "%s has no kind", source);
}
