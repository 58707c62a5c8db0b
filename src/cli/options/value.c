/* Texts of options and variables → fields of the settings. */
#include "cli/options/value.h"

#include <string.h>
#include <strings.h>

#include "base/duration.h"
#include "base/error.h"
#include "base/mem.h"
#include "base/suggest.h"
#include "cli/options/number.h"
#include "cli/options/patterns.h"
#include "cli/options/shard.h"

enum { SHOWN = 60, MOST = 1000000, MOST_CHOICES = 32 };

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

/* In the environment a flag has to be written as something; elsewhere these words are used for it.
 */
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
    if (!pgm__number_parse(text, MOST, &number) || number < 1) {
        return false;
    }
    *value = number;
    return true;
}

/* As `wave =` of a target file takes it, below 0 too; and the wave of those that have none. */
static bool parse_wave(const char *text, int64_t *wave) {
    int64_t number = 0;
    bool below = text[0] == '-';
    if (strcmp(text, "rest") == 0) {
        *wave = PGM_WAVE_REST;
        return true;
    }
    if (!pgm__number_parse(text + (below ? 1 : 0), INT32_MAX, &number)) {
        return false;
    }
    *wave = below ? -number : number;
    return true;
}

/* "1,2,rest". Empty parts are wrong: who writes a list of numbers has a number in mind. */
static bool add_waves(pgm__wave_numbers *waves, const char *text, bool *no_memory) {
    for (;;) {
        enum { LONGEST = 12 };
        char part[LONGEST + 1] = "";
        size_t len = strcspn(text, ",");
        int64_t wave = 0;
        memcpy(part, text, len < LONGEST ? len : LONGEST);
        if (len > LONGEST || !parse_wave(part, &wave)) {
            return false;
        }
        int64_t *grown = pgm__grow(waves->items, waves->count, &waves->capacity, sizeof *grown);
        if (grown == NULL) {
            *no_memory = true;
            return false;
        }
        waves->items = grown;
        waves->items[waves->count++] = wave;
        if (text[len] == '\0') {
            return true;
        }
        text += len + 1;
    }
}

/* "plain" of auto, plain, none → 1. */
static bool parse_word(const pgm__option *option, const char *text, unsigned *value) {
    for (unsigned place = 0; option->choice(place) != NULL; place++) {
        if (strcmp(option->choice(place), text) == 0) {
            *value = place;
            return true;
        }
    }
    return false;
}

/* Copied, because the settings outlive what they were read from. */
static pgm_status set_text(pgm__settings *settings, const char **field, const char *text,
                           pgm_error *err) {
    char *copy = pgm__arena_strdup(&settings->arena, text);
    if (copy == NULL) {
        return pgm__error_nomem(err);
    }
    *field = copy;
    return PGM_OK;
}

/* ---- closed sets ---- */

static size_t words_of(const pgm__option *option, const char *words[MOST_CHOICES]) {
    size_t count = 0;
    while (count < MOST_CHOICES && (words[count] = option->choice(count)) != NULL) {
        count++;
    }
    return count;
}

/* The message names all words there are, and the one that may be meant. */
static pgm_status wrong_choice(const pgm__option *option, const char *text, const char *source,
                               pgm_error *err) {
    const char *words[MOST_CHOICES];
    size_t count = words_of(option, words);
    pgm__strbuf names = {0};
    for (size_t i = 0; i < count; i++) {
        pgm__strbuf_addf(&names, "%s%s", i == 0 ? "" : i + 1 < count ? ", " : " or ", words[i]);
    }
    const char *expected = pgm__strbuf_text(&names);
    const char *near = pgm__suggest(text, words, count, PGM__SUGGEST_SHORTENED);
    pgm_status status = expected == NULL ? pgm__error_nomem(err)
                                         : wrong(err, source, expected, text);
    if (status == PGM_EUSAGE && near != NULL && strpbrk(text, "@=:") == NULL) {
        status = pgm__error_set(err, PGM_EUSAGE, "%s needs %s, not \"%.*s\": did you mean \"%s\"?",
                                source, expected, SHOWN, text, near);
    }
    pgm__strbuf_fini(&names);
    return status;
}

static bool set_form(const pgm__form **field, const pgm__form *form) {
    if (form != NULL) {
        *field = form;
    }
    return form != NULL;
}

static bool is_choice(const pgm__option *option, const char *text) {
    const char *words[MOST_CHOICES];
    size_t count = words_of(option, words);
    for (size_t i = 0; i < count; i++) {
        if (strcmp(words[i], text) == 0) {
            return true;
        }
    }
    return false;
}

static pgm_status append(pgm__settings *settings, pgm__list *list, const char *text,
                         pgm_error *err) {
    const char *copy = NULL;
    pgm_status status = set_text(settings, &copy, text, err);
    if (status != PGM_OK) {
        return status;
    }
    return pgm__list_add(list, copy) ? PGM_OK : pgm__error_nomem(err);
}

static pgm_status append_waves(pgm__wave_numbers *waves, const char *text, const char *source,
                               pgm_error *err) {
    bool no_memory = false;
    if (add_waves(waves, text, &no_memory)) {
        return PGM_OK;
    }
    return no_memory ? pgm__error_nomem(err)
                     : wrong(err, source,
                             "numbers of waves, or \"rest\" for targets without one, separated by "
                             "commas",
                             text);
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
    case PGM__OPTION_INDEX:
        return pgm__number_parse(text, MOST, field)
                   ? PGM_OK
                   : wrong(err, source, "a whole number from 0 to 1000000", text);
    case PGM__OPTION_PATTERNS:
        return pgm__patterns_add(settings, field, text, source, option->argument, err);
    case PGM__OPTION_WAVES:
        return append_waves(field, text, source, err);
    case PGM__OPTION_SHARD:
        return pgm__shard_parse(text, field)
                   ? PGM_OK
                   : wrong(err, source,
                           "I/N, a shard and how many there are: of eight, from 1/8 to 8/8", text);
    case PGM__OPTION_DURATION:
        return pgm__duration_parse(text, PGM__BARE_NUMBER_REFUSED, field)
                   ? PGM_OK
                   : wrong(err, source, "a time such as 500ms, 5s, 2m, 1h, or 0 for none", text);
    case PGM__OPTION_REPORTS:
        return pgm__report_files_add(field, &settings->arena, text, source, err);
    case PGM__OPTION_WORD:
        return parse_word(option, text, field) ? PGM_OK : wrong_choice(option, text, source, err);
    case PGM__OPTION_CHOICE:
        return is_choice(option, text) ? set_text(settings, field, text, err)
                                       : wrong_choice(option, text, source, err);
    case PGM__OPTION_FORM:
        return set_form(field, pgm__form_by_name(text)) ? PGM_OK
                                                        : wrong_choice(option, text, source, err);
    }
    return pgm__error_set(err, PGM_EINTERNAL, "%s has no kind", source);
}
