#include "pg/conninfo.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/error.h"
#include "pg/conninfo_draft.h"

/* ---- lists ---- */

/* Doubles an array in the arena; the old one stays there until the arena goes. */
static void *grow(pgm__arena *arena, void *items, size_t count, size_t *capacity, size_t size) {
    if (count < *capacity) {
        return items;
    }
    size_t wanted = *capacity == 0 ? 8 : *capacity * 2;
    void *grown = pgm__arena_calloc(arena, wanted, size);
    if (grown != NULL) {
        if (count > 0) {
            memcpy(grown, items, count * size);
        }
        *capacity = wanted;
    }
    return grown;
}

bool pgm__conn_texts_add(pgm__arena *arena, pgm__conn_texts *texts, const char *text) {
    const char **grown = grow(arena, texts->items, texts->count, &texts->capacity,
                              sizeof *texts->items);
    if (text == NULL || grown == NULL) {
        return false;
    }
    texts->items = grown;
    grown[texts->count++] = text;
    return true;
}

static pgm__setting *find(const pgm__conn_values *settings, const char *keyword) {
    for (size_t i = 0; i < settings->count; i++) {
        if (strcmp(settings->items[i].keyword, keyword) == 0) {
            return &settings->items[i];
        }
    }
    return NULL;
}

const char *pgm__conn_values_get(const pgm__conn_values *settings, const char *keyword) {
    const pgm__setting *found = find(settings, keyword);
    return found == NULL ? NULL : found->value;
}

void pgm__conn_values_forget(pgm__conn_values *settings, const char *keyword) {
    pgm__setting *found = find(settings, keyword);
    if (found != NULL) {
        settings->count--;
        size_t behind = settings->count - (size_t)(found - settings->items);
        memmove(found, found + 1, behind * sizeof *found);
    }
}

bool pgm__conn_values_set(pgm__arena *arena, pgm__conn_values *settings, const char *keyword,
                          const char *value) {
    pgm__setting *grown = grow(arena, settings->items, settings->count, &settings->capacity,
                               sizeof *settings->items);
    pgm__setting fresh = {pgm__arena_strdup(arena, keyword), pgm__arena_strdup(arena, value)};
    if (grown == NULL || fresh.keyword == NULL || fresh.value == NULL) {
        return false;
    }
    settings->items = grown;
    pgm__setting *old = find(settings, keyword);
    if (old == NULL) {
        grown[settings->count++] = fresh;
    } else {
        *old = fresh;
    }
    return true;
}

/* ---- what counts ---- */

static const PQconninfoOption *option(const pgm__conn_draft *draft, const char *keyword) {
    const PQconninfoOption *found = draft->defaults;
    while (found->keyword != NULL && strcmp(found->keyword, keyword) != 0) {
        found++;
    }
    return found->keyword == NULL ? NULL : found;
}

const char *pgm__conn_given(const pgm__conn_draft *draft, const char *keyword) {
    const char *value = pgm__conn_values_get(&draft->given, keyword);
    return value != NULL ? value : pgm__conn_values_get(&draft->service, keyword);
}

static const char *non_empty(const char *text) {
    return text == NULL || text[0] == '\0' ? NULL : text;
}

const char *pgm__conn_effective(const pgm__conn_draft *draft, const char *keyword) {
    const char *value = pgm__conn_given(draft, keyword);
    const PQconninfoOption *known = option(draft, keyword);
    if (value != NULL || known == NULL) {
        return value;
    }
    /* PQconndefaults() has read the service of PGSERVICE, which the target's own one replaces. */
    if (pgm__conn_values_get(&draft->given, "service") != NULL && known->envvar != NULL) {
        value = non_empty(getenv(known->envvar));
    }
    return value != NULL ? value : non_empty(known->val);
}

/* ---- merging ---- */

/* Not the user's to say; in a URL, which may be another program's, they are only left out. */
static bool is_ours(const char *keyword) {
    static const char *const ours[] = {"application_name", "fallback_application_name",
                                       "client_encoding", "replication"};
    for (size_t i = 0; i < sizeof ours / sizeof ours[0]; i++) {
        if (strcmp(keyword, ours[i]) == 0) {
            return true;
        }
    }
    return false;
}

static bool take(pgm__conn_draft *draft, const char *keyword, const char *value) {
    if (is_ours(keyword)) {
        return pgm__conn_texts_add(
            draft->arena, &draft->warnings,
            pgm__arena_printf(draft->arena, "\"%s\" is not used: pgmarch sets it itself", keyword));
    }
    return pgm__conn_values_set(draft->arena, &draft->given, keyword, value) &&
           pgm__conn_add_secret(draft, keyword, value);
}

static bool take_settings(pgm__conn_draft *draft, size_t first, size_t end) {
    for (size_t i = first; i < end; i++) {
        const pgm__setting *from = &draft->target->settings[i];
        /* An address from below would send the connection past the host that is named here. */
        if (strcmp(from->keyword, "host") == 0) {
            pgm__conn_values_forget(&draft->given, "hostaddr");
        }
    }
    for (size_t i = first; i < end; i++) {
        const pgm__setting *from = &draft->target->settings[i];
        if (from->value[0] != '\0' && !take(draft, from->keyword, from->value)) {
            return false;
        }
    }
    return true;
}

static pgm_status take_url(pgm__conn_draft *draft, pgm_error *err) {
    PQconninfoOption *options = NULL;
    pgm_status status = pgm__conn_parse_url(draft, draft->target->url, &options, err);
    if (status != PGM_OK) {
        return status;
    }
    for (const PQconninfoOption *from = options; from->keyword != NULL; from++) {
        if (strcmp(from->keyword, "host") == 0 && non_empty(from->val) != NULL) {
            pgm__conn_values_forget(&draft->given, "hostaddr");
        }
    }
    for (const PQconninfoOption *from = options; from->keyword != NULL; from++) {
        if (non_empty(from->val) != NULL && !take(draft, from->keyword, from->val)) {
            status = pgm__error_nomem(err);
            break;
        }
    }
    PQconninfoFree(options);
    return status;
}

static pgm_status merge(pgm__conn_draft *draft, pgm_error *err) {
    const pgm__target *target = draft->target;
    if (!take_settings(draft, 0, target->default_count)) {
        return pgm__error_nomem(err);
    }
    if (target->url != NULL) {
        pgm_status status = take_url(draft, err);
        if (status != PGM_OK) {
            return status;
        }
    }
    if (!take_settings(draft, target->default_count, target->setting_count)) {
        return pgm__error_nomem(err);
    }
    return PGM_OK;
}

/* ---- what nobody said ---- */

static bool user_said(const pgm__conn_draft *draft, const PQconninfoOption *known) {
    if (pgm__conn_given(draft, known->keyword) != NULL) {
        return true;
    }
    if (known->envvar != NULL && non_empty(getenv(known->envvar)) != NULL) {
        return true;
    }
    /* Neither: then only the service of PGSERVICE makes the value differ from the built-in one. */
    const char *built_in = known->compiled == NULL ? "" : known->compiled;
    return known->val != NULL && strcmp(known->val, built_in) != 0;
}

static bool add_defaults(pgm__conn_draft *draft, const char *application_name) {
    static const pgm__setting unless_said[] = {
        {"gssencmode", "disable"}, {"keepalives_idle", "15"},     {"keepalives_interval", "5"},
        {"keepalives_count", "3"}, {"tcp_user_timeout", "20000"},
    };
    for (size_t i = 0; i < sizeof unless_said / sizeof unless_said[0]; i++) {
        const pgm__setting *ours = &unless_said[i];
        const PQconninfoOption *known = option(draft, ours->keyword);
        if (known != NULL && !user_said(draft, known) &&
            !pgm__conn_values_set(draft->arena, &draft->given, ours->keyword, ours->value)) {
            return false;
        }
    }
    return pgm__conn_values_set(draft->arena, &draft->given, "client_encoding", "UTF8") &&
           pgm__conn_values_set(draft->arena, &draft->given, "application_name", application_name);
}

/* A root certificate file named "system" is never meant (facts.md §1). */
static bool warn_about_system_roots(pgm__conn_draft *draft) {
    const char *roots = pgm__conn_effective(draft, "sslrootcert");
    if (roots == NULL || strcmp(roots, "system") != 0 || PQlibVersion() >= 160000) {
        return true;
    }
    return pgm__conn_texts_add(
        draft->arena, &draft->warnings,
        "libpq before 16 takes \"sslrootcert=system\" for a file name; write "
        "sslrootcert=/etc/ssl/certs/ca-certificates.crt");
}

/* ---- filling in the result ---- */

static pgm_status set_timeout(const pgm__conn_draft *draft, pgm__conninfo *out, pgm_error *err) {
    const char *text = pgm__conn_effective(draft, "connect_timeout");
    out->connect_timeout = PGM_UNSET;
    if (text == NULL) {
        return PGM_OK;
    }
    char *end = NULL;
    errno = 0;
    long seconds = strtol(text, &end, 10);
    if (errno != 0 || end == text || *end != '\0' || seconds > INT32_MAX / 1000) {
        return pgm__error_set(err, PGM_EUSAGE, "connect_timeout must be a whole number of seconds");
    }
    /* libpq: zero and negative numbers mean to wait without end. */
    out->connect_timeout = seconds > 0 ? (int64_t)seconds * 1000 : 0;
    return PGM_OK;
}

static pgm_status set_names(const pgm__conn_draft *draft, pgm__conninfo *out, pgm_error *err) {
    const char *user = pgm__conn_effective(draft, "user");
    const char *dbname = pgm__conn_effective(draft, "dbname");
    out->user = pgm__arena_strdup(draft->arena, user == NULL ? "" : user);
    out->dbname = pgm__arena_strdup(draft->arena, dbname == NULL ? out->user : dbname);
    return out->user == NULL || out->dbname == NULL ? pgm__error_nomem(err) : PGM_OK;
}

/* Passwords that libpq finds without the target's help. */
static bool add_other_secrets(pgm__conn_draft *draft) {
    static const char *const keywords[] = {"password", "sslpassword", "options"};
    for (size_t i = 0; i < sizeof keywords / sizeof keywords[0]; i++) {
        const char *value = pgm__conn_effective(draft, keywords[i]);
        if (value != NULL && !pgm__conn_add_secret(draft, keywords[i], value)) {
            return false;
        }
    }
    pgm__conn_sort_secrets(&draft->secrets);
    return true;
}

static pgm_status set_lists(pgm__conn_draft *draft, pgm__conninfo *out, pgm_error *err) {
    size_t count = draft->given.count;
    const char **keywords = pgm__arena_calloc(draft->arena, count + 1, sizeof *keywords);
    const char **values = pgm__arena_calloc(draft->arena, count + 1, sizeof *values);
    if (keywords == NULL || values == NULL || !add_other_secrets(draft)) {
        return pgm__error_nomem(err);
    }
    for (size_t i = 0; i < count; i++) {
        keywords[i] = draft->given.items[i].keyword;
        values[i] = draft->given.items[i].value;
    }
    out->keywords = keywords;
    out->values = values;
    out->warnings = draft->warnings.items;
    out->warning_count = draft->warnings.count;
    out->secrets = draft->secrets.items;
    out->secret_count = draft->secrets.count;
    return PGM_OK;
}

static pgm_status fill(pgm__conn_draft *draft, const char *application_name, pgm__conninfo *out,
                       pgm_error *err) {
    pgm_status status = merge(draft, err);
    if (status == PGM_OK) {
        status = pgm__conn_read_service(draft, err);
    }
    if (status == PGM_OK &&
        (!add_defaults(draft, application_name) || !warn_about_system_roots(draft))) {
        status = pgm__error_nomem(err);
    }
    if (status == PGM_OK) {
        status = set_timeout(draft, out, err);
    }
    if (status == PGM_OK) {
        status = set_names(draft, out, err);
    }
    if (status == PGM_OK) {
        status = pgm__conn_split_hosts(draft, out, err);
    }
    if (status == PGM_OK) {
        status = pgm__conn_show(draft, out, err);
    }
    return status == PGM_OK ? set_lists(draft, out, err) : status;
}

pgm_status pgm__conninfo_make(pgm__arena *arena, const pgm__target *target,
                              const char *application_name, pgm__conninfo *out, pgm_error *err) {
    PQconninfoOption *defaults = PQconndefaults();
    if (defaults == NULL) {
        return pgm__error_nomem(err);
    }
    pgm__conn_draft draft = {.arena = arena, .target = target, .defaults = defaults};
    pgm__conninfo made = {0};
    pgm_status status = fill(&draft, application_name, &made, err);
    PQconninfoFree(defaults);
    if (status == PGM_OK) {
        *out = made;
    } else if (status == PGM_EUSAGE) {
        pgm__error_context(err, "%s", target->origin);
    }
    return status;
}

bool pgm__conninfo_is_keyword(const char *keyword) {
    /* The same list as PQconndefaults(), without its reading of environment and files. */
    PQconninfoOption *options = PQconninfoParse("", NULL);
    bool found = false;
    for (const PQconninfoOption *known = options; known != NULL && known->keyword != NULL;
         known++) {
        found = found || strcmp(known->keyword, keyword) == 0;
    }
    PQconninfoFree(options);
    return found;
}

/* ---- production ---- */

static bool contains(const char *text, const char *word) {
    size_t len = strlen(word);
    for (; *text != '\0'; text++) {
        if (strncasecmp(text, word, len) == 0) {
            return true;
        }
    }
    return false;
}

static bool sounds_like_production(const char *text) {
    return contains(text, "prod") || contains(text, "prd");
}

bool pgm__conninfo_is_production(const pgm__target *target, const pgm__conninfo *info) {
    if (target->production != PGM__PRODUCTION_BY_NAME) {
        return target->production == PGM__PRODUCTION_YES;
    }
    if (sounds_like_production(target->name) || sounds_like_production(info->dbname)) {
        return true;
    }
    for (size_t i = 0; i < info->host_count; i++) {
        if (sounds_like_production(info->hosts[i].host)) {
            return true;
        }
    }
    return false;
}
