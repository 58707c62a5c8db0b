#include "model/target_draft.h"

#include <string.h>

#include "base/duration.h"
#include "base/error.h"

#define VARIABLE_PREFIX "var."

typedef struct key_info key_info;
typedef pgm_status (*take_fn)(pgm__draft *draft, const key_info *key, const char *value,
                              pgm_error *err);

struct key_info {
    const char *name;
    take_fn take;
    size_t offset; /* of its field: in pgm_limits, pgm__target or pgm__draft, as `take` knows */
    bool defaults_only;
};

static pgm_status bad(pgm_error *err, const key_info *key, const char *what) {
    return pgm__error_set(err, PGM_EPARSE, "\"%s\" %s", key->name, what);
}

static pgm_status take_text(pgm__draft *draft, const key_info *key, const char *value,
                            pgm_error *err) {
    (void)err;
    const char *text = value[0] == '\0' ? NULL : value;
    memcpy((char *)&draft->target + key->offset, &text, sizeof text);
    return PGM_OK;
}

/* Taken as it is, but for one written in quotes from habit. */
static pgm_status take_schema(pgm__draft *draft, const key_info *key, const char *value,
                              pgm_error *err) {
    if (value[0] == '\0') {
        draft->target.schema = NULL;
        return PGM_OK;
    }
    const char *rest = value + strlen(value);
    const char *name = value;
    pgm_status status = PGM_OK;
    if (value[0] == '"') {
        rest = value;
        status = pgm__target_parse_identifier(draft->arena, &rest, &name, err);
    } else {
        status = pgm__target_check_identifier(name, err);
    }
    if (status != PGM_OK) {
        pgm__error_context(err, "\"%s\"", key->name);
        return status;
    }
    if (*rest != '\0') {
        return bad(err, key, "has text after the closing double quote");
    }
    draft->target.schema = name;
    return PGM_OK;
}

static pgm_status take_ledger(pgm__draft *draft, const key_info *key, const char *value,
                              pgm_error *err) {
    const char *schema = NULL;
    const char *table = NULL;
    if (value[0] != '\0') {
        const char *rest = value;
        pgm_status status = pgm__target_parse_identifier(draft->arena, &rest, &table, err);
        if (status == PGM_OK && *rest == '.') {
            rest++;
            schema = table;
            status = pgm__target_parse_identifier(draft->arena, &rest, &table, err);
        }
        if (status != PGM_OK || *rest != '\0') {
            if (status == PGM_ENOMEM) {
                return status;
            }
            return bad(err, key,
                       "must be \"table\" or \"schema.table\", at most 63 bytes each, a name that "
                       "is not all lower-case letters, digits and underscores in double quotes");
        }
    }
    draft->target.ledger_schema = schema;
    draft->target.ledger_table = table;
    return PGM_OK;
}

static pgm_status take_tags(pgm__draft *draft, const key_info *key, const char *value,
                            pgm_error *err) {
    (void)key;
    return pgm__target_parse_tags(draft->arena, value, &draft->target.tags,
                                  &draft->target.tag_count, err);
}

static pgm_status take_wave(pgm__draft *draft, const key_info *key, const char *value,
                            pgm_error *err) {
    draft->target.wave = 0;
    if (value[0] != '\0' &&
        !pgm__target_parse_number(value, INT32_MIN, INT32_MAX, &draft->target.wave)) {
        return bad(err, key, "must be a whole number");
    }
    return PGM_OK;
}

static pgm_status take_production(pgm__draft *draft, const key_info *key, const char *value,
                                  pgm_error *err) {
    draft->target.production = PGM__PRODUCTION_BY_NAME;
    if (value[0] == '\0') {
        return PGM_OK;
    }
    bool is_production = false;
    if (!pgm__target_parse_bool(value, &is_production)) {
        return bad(err, key, "must be true or false");
    }
    if (!is_production && draft->in_defaults) {
        return bad(err, key,
                   "cannot be false in [defaults]: it would switch the protection off for every "
                   "target of the file; say it in the section of the one target it is true for");
    }
    draft->target.production = is_production ? PGM__PRODUCTION_YES : PGM__PRODUCTION_NO;
    return PGM_OK;
}

static pgm_status take_create_schema(pgm__draft *draft, const key_info *key, const char *value,
                                     pgm_error *err) {
    draft->target.create_schema = false;
    if (value[0] != '\0' && !pgm__target_parse_bool(value, &draft->target.create_schema)) {
        return bad(err, key, "must be true or false");
    }
    return PGM_OK;
}

static pgm_status set_limit(pgm__draft *draft, const key_info *key, const char *value,
                            pgm__bare_number bare) {
    int64_t ms = PGM_UNSET;
    if (value[0] != '\0' && !pgm__duration_parse(value, bare, &ms)) {
        return PGM_EPARSE;
    }
    memcpy((char *)&draft->target.limits + key->offset, &ms, sizeof ms);
    return PGM_OK;
}

static pgm_status take_duration(pgm__draft *draft, const key_info *key, const char *value,
                                pgm_error *err) {
    if (set_limit(draft, key, value, PGM__BARE_NUMBER_REFUSED) != PGM_OK) {
        return bad(err, key,
                   "must be a whole number with a unit: ms, s, m or h, as in \"30s\"; or "
                   "0 for no limit");
    }
    return PGM_OK;
}

/* Also a keyword of libpq, where a plain number means seconds. */
static pgm_status take_connect_timeout(pgm__draft *draft, const key_info *key, const char *value,
                                       pgm_error *err) {
    if (set_limit(draft, key, value, PGM__BARE_NUMBER_SECONDS) != PGM_OK) {
        return bad(err, key,
                   "must be a whole number of seconds, or a number with a unit: ms, s, m "
                   "or h; or 0 for no limit");
    }
    return PGM_OK;
}

static pgm_status take_count(pgm__draft *draft, const key_info *key, const char *value,
                             pgm_error *err) {
    int64_t count = PGM_UNSET;
    if (value[0] != '\0' && !pgm__target_parse_number(value, 1, INT32_MAX, &count)) {
        return bad(err, key, "must be a whole number, 1 or more");
    }
    memcpy((char *)draft + key->offset, &count, sizeof count);
    return PGM_OK;
}

#define LIMIT(name) #name, take_duration, offsetof(pgm_limits, name), false

static const key_info keys[] = {
    {"url", take_text, offsetof(pgm__target, url), false},
    {"schema", take_schema, 0, false},
    {"ledger", take_ledger, 0, false},
    {"tags", take_tags, 0, false},
    {"wave", take_wave, 0, false},
    {"production", take_production, 0, false},
    {"create_schema", take_create_schema, 0, false},
    {"time_zone", take_text, offsetof(pgm__target, time_zone), false},
    {"connect_timeout", take_connect_timeout, offsetof(pgm_limits, connect_timeout), false},
    {LIMIT(connect_wait)},
    {LIMIT(lock_wait)},
    {LIMIT(ddl_lock_timeout)},
    {LIMIT(statement_timeout)},
    {LIMIT(target_timeout)},
    {"jobs", take_count, offsetof(pgm__draft, jobs), true},
    {"per_server", take_count, offsetof(pgm__draft, per_server), true},
};

/* Keywords of libpq that pgmarch sets itself. */
static const struct {
    const char *name;
    const char *reason;
} refused[] = {
    {"application_name", "pgmarch puts the run's id there, to find its own sessions again"},
    {"fallback_application_name", "pgmarch sets application_name, so it would never count"},
    {"client_encoding", "migration files are read as UTF-8"},
    {"replication", "a replication connection cannot run migrations"},
};

static const key_info *find(const char *name) {
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        if (strcmp(name, keys[i].name) == 0) {
            return &keys[i];
        }
    }
    return NULL;
}

/* A key that resembles none of ours is not shown: it may be the rest of a wrapped password. */
static pgm_status unknown_key(pgm_error *err, const char *key) {
    if (pgm__target_is_newer_keyword(key)) {
        return pgm__error_set(err, PGM_EPARSE, "\"%s\" needs a newer libpq than the one in use",
                              key);
    }
    const char *nearest = pgm__target_suggest(key);
    if (nearest == NULL || pgm__target_has_control(key)) {
        return pgm__error_set(err, PGM_EPARSE,
                              "unknown key before the \"=\"; known are libpq's connection keywords "
                              "(host, port, dbname, user, ...) and pgmarch's own (url, schema, "
                              "tags, ...)");
    }
    return pgm__error_set(err, PGM_EPARSE, "unknown key \"%s\"; did you mean \"%s\"?", key,
                          nearest);
}

static bool is_variable(const char *key) {
    return strncmp(key, VARIABLE_PREFIX, strlen(VARIABLE_PREFIX)) == 0;
}

/* What PostgreSQL takes as the second part of a setting's name, in lower case. */
static pgm_status check_variable(const char *key, pgm_error *err) {
    const char *name = key + strlen(VARIABLE_PREFIX);
    size_t len = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_");
    if (len == 0 || name[len] != '\0' || (name[0] >= '0' && name[0] <= '9') || len > 50) {
        return pgm__error_set(err, PGM_EPARSE,
                              "behind \"" VARIABLE_PREFIX "\" a name of lower-case letters, digits "
                              "and underscores is expected");
    }
    return PGM_OK;
}

pgm_status pgm__draft_split_variables(pgm__draft *draft, pgm_error *err) {
    pgm__setting *variables = pgm__arena_calloc(draft->arena, draft->setting_count,
                                                sizeof *variables);
    if (variables == NULL) {
        return pgm__error_nomem(err);
    }
    size_t count = 0;
    for (size_t i = 0; i < draft->setting_count; i++) {
        const pgm__setting *setting = &draft->settings[i];
        if (is_variable(setting->keyword)) {
            variables[count].keyword = setting->keyword + strlen(VARIABLE_PREFIX);
            variables[count++].value = setting->value;
        }
    }
    for (size_t i = draft->setting_count; i > 0; i--) {
        if (is_variable(draft->settings[i - 1].keyword)) {
            pgm__draft_forget(draft, draft->settings[i - 1].keyword);
        }
    }
    draft->target.variables = variables;
    draft->target.variable_count = count;
    return PGM_OK;
}

pgm_status pgm__draft_check_key(const char *key, bool in_defaults, pgm__keyword_fn is_keyword,
                                pgm_error *err) {
    const key_info *ours = find(key);
    if (ours != NULL) {
        if (ours->defaults_only && !in_defaults) {
            return bad(err, ours, "is about the whole run: it belongs in [defaults]");
        }
        return PGM_OK;
    }
    if (is_variable(key)) {
        return check_variable(key, err);
    }
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        if (strcmp(key, refused[i].name) == 0) {
            return pgm__error_set(err, PGM_EPARSE, "\"%s\" cannot be set: %s", key,
                                  refused[i].reason);
        }
    }
    return is_keyword(key) ? PGM_OK : unknown_key(err, key);
}

void pgm__draft_init(pgm__draft *draft, pgm__arena *arena) {
    *draft = (pgm__draft){
        .arena = arena,
        .target.limits = {PGM_UNSET, PGM_UNSET, PGM_UNSET, PGM_UNSET, PGM_UNSET, PGM_UNSET},
        .jobs = PGM_UNSET,
        .per_server = PGM_UNSET,
    };
}

void pgm__draft_forget(pgm__draft *draft, const char *keyword) {
    size_t kept = 0;
    size_t kept_defaults = 0;
    for (size_t i = 0; i < draft->setting_count; i++) {
        if (strcmp(draft->settings[i].keyword, keyword) != 0) {
            kept_defaults += i < draft->default_count ? 1 : 0;
            draft->settings[kept++] = draft->settings[i];
        }
    }
    draft->setting_count = kept;
    draft->default_count = kept_defaults;
}

pgm_status pgm__draft_apply(pgm__draft *draft, const char *key, const char *value, pgm_error *err) {
    const key_info *ours = find(key);
    if (ours != NULL) {
        return ours->take(draft, ours, value, err);
    }
    pgm__draft_forget(draft, key);
    if (value[0] != '\0') {
        draft->settings[draft->setting_count++] = (pgm__setting){key, value};
    }
    return PGM_OK;
}
