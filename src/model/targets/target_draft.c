/*
 * Each key of ours has a function that takes its value, and the offset of the member it goes to; so
 * a key that is like another one is a row, and no code. An empty value always sets what a target
 * has that nobody has said anything about: `key =` in a section takes a default back.
 */
#include "model/targets/target_draft.h"

#include <string.h>

#include "base/duration.h"
#include "base/error.h"
#include "model/targets/target_key.h"
#include "model/targets/target_rollout.h"
#include "model/targets/target_suggest.h"
#include "model/targets/target_value.h"

#define VARIABLE_PREFIX "var."

/* A line that is being taken over: which key, and where in the draft its field is. */
typedef struct field {
    const char *name;
    size_t offset;
} field;

typedef pgm_status (*take_fn)(pgm__draft *draft, const field *key, const char *value,
                              pgm_error *err);

typedef struct taker {
    take_fn take;
    size_t offset;
} taker;

/* The key is named and the value is not, here and everywhere below: it may be a password. */
static pgm_status bad(pgm_error *err, const char *key, const char *what) {
    return pgm__error_set(err, PGM_EPARSE, "\"%s\" %s", key, what);
}

static pgm_status take_text(pgm__draft *draft, const field *key, const char *value,
                            pgm_error *err) {
    (void)err;
    const char *text = value[0] == '\0' ? NULL : value;
    memcpy((char *)draft + key->offset, &text, sizeof text);
    return PGM_OK;
}

/* Taken as it is, but for one written in quotes from habit. Not folded to lower case as SQL would:
 * names of schemas come out of lists of tenants, where Tenant-1 is Tenant-1. */
static pgm_status take_name(pgm__draft *draft, const field *key, const char *value,
                            pgm_error *err) {
    const char *rest = value + strlen(value);
    const char *name = value;
    pgm_status status = PGM_OK;
    if (value[0] == '\0') {
        name = NULL;
    } else if (value[0] == '"') {
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
        return bad(err, key->name, "has text after the closing double quote");
    }
    memcpy((char *)draft + key->offset, &name, sizeof name);
    return PGM_OK;
}

static pgm_status take_schemas(pgm__draft *draft, const field *key, const char *value,
                               pgm_error *err) {
    draft->common.extra_schemas = NULL;
    draft->common.extra_schema_count = 0;
    if (value[0] == '\0') {
        return PGM_OK;
    }
    pgm_status status = pgm__target_parse_schemas(draft->scratch, value,
                                                  &draft->common.extra_schemas,
                                                  &draft->common.extra_schema_count, err);
    if (status != PGM_OK) {
        pgm__error_context(err, "\"%s\"", key->name);
    }
    return status;
}

/* As SQL reads it, since a dot may be part of a name. Both members are set together: a section that
 * names a table must not keep the schema of [defaults]. */
static pgm_status take_ledger(pgm__draft *draft, const field *key, const char *value,
                              pgm_error *err) {
    const char *schema = NULL;
    const char *table = NULL;
    if (value[0] != '\0') {
        const char *rest = value;
        pgm_status status = pgm__target_parse_identifier(draft->scratch, &rest, &table, err);
        if (status == PGM_OK && *rest == '.') {
            rest++;
            schema = table;
            status = pgm__target_parse_identifier(draft->scratch, &rest, &table, err);
        }
        if (status != PGM_OK || *rest != '\0') {
            if (status == PGM_ENOMEM) {
                return status;
            }
            return bad(err, key->name,
                       "must be \"table\" or \"schema.table\", at most 63 bytes each, a name that "
                       "is not all lower-case letters, digits and underscores in double quotes");
        }
    }
    draft->common.ledger_schema = schema;
    draft->common.ledger_table = table;
    return PGM_OK;
}

static pgm_status take_tags(pgm__draft *draft, const field *key, const char *value,
                            pgm_error *err) {
    (void)key;
    return pgm__target_parse_tags(draft->scratch, value, &draft->common.tags,
                                  &draft->common.tag_count, err);
}

static pgm_status take_wave(pgm__draft *draft, const field *key, const char *value,
                            pgm_error *err) {
    draft->common.wave = 0;
    draft->common.has_wave = value[0] != '\0';
    if (value[0] != '\0' &&
        !pgm__target_parse_number(value, INT32_MIN, INT32_MAX, &draft->common.wave)) {
        return bad(err, key->name, "must be a whole number");
    }
    return PGM_OK;
}

/* `true` may stand in [defaults], for it protects; `false` there would switch the protection off
 * for every target of the file, also for those that are added next year. */
static pgm_status take_production(pgm__draft *draft, const field *key, const char *value,
                                  pgm_error *err) {
    draft->common.production = PGM__PRODUCTION_BY_NAME;
    if (value[0] == '\0') {
        return PGM_OK;
    }
    bool is_production = false;
    if (!pgm__target_parse_bool(value, &is_production)) {
        return bad(err, key->name, "must be true or false");
    }
    if (!is_production && draft->in_defaults) {
        return bad(err, key->name,
                   "cannot be false in [defaults]: it would switch the protection off for every "
                   "target of the file; say it in the section of the one target it is true for");
    }
    draft->common.production = is_production ? PGM__PRODUCTION_YES : PGM__PRODUCTION_NO;
    return PGM_OK;
}

static pgm_status take_sleeps(pgm__draft *draft, const field *key, const char *value,
                              pgm_error *err) {
    bool sleeps = false;
    if (value[0] != '\0' && !pgm__target_parse_bool(value, &sleeps)) {
        return bad(err, key->name, "must be true or false");
    }
    pgm__sleeps said = sleeps ? PGM__SLEEPS_YES : PGM__SLEEPS_NO;
    draft->common.sleeps = value[0] == '\0' ? PGM__SLEEPS_BY_HOST : said;
    return PGM_OK;
}

static pgm_status take_flag(pgm__draft *draft, const field *key, const char *value,
                            pgm_error *err) {
    bool flag = false;
    if (value[0] != '\0' && !pgm__target_parse_bool(value, &flag)) {
        return bad(err, key->name, "must be true or false");
    }
    memcpy((char *)draft + key->offset, &flag, sizeof flag);
    return PGM_OK;
}

/* Milliseconds, as everywhere inside. PGM_UNSET, the value of an empty one, means that a default
 * counts. */
static pgm_status set_limit(pgm__draft *draft, const field *key, const char *value,
                            pgm__bare_number bare) {
    int64_t ms = PGM_UNSET;
    if (value[0] != '\0' && !pgm__duration_parse(value, bare, &ms)) {
        return PGM_EPARSE;
    }
    memcpy((char *)draft + key->offset, &ms, sizeof ms);
    return PGM_OK;
}

/* A plain number is refused: it is seconds for libpq and milliseconds for the server's own
 * timeouts, and whoever guessed wrong would be off by a thousand. */
static pgm_status take_duration(pgm__draft *draft, const field *key, const char *value,
                                pgm_error *err) {
    if (set_limit(draft, key, value, PGM__BARE_NUMBER_REFUSED) != PGM_OK) {
        return bad(err, key->name,
                   "must be a whole number with a unit: ms, s, m or h, as in \"30s\"; or "
                   "0 for no limit");
    }
    return PGM_OK;
}

/* Also a keyword of libpq, where a plain number means seconds. */
static pgm_status take_connect_timeout(pgm__draft *draft, const field *key, const char *value,
                                       pgm_error *err) {
    if (set_limit(draft, key, value, PGM__BARE_NUMBER_SECONDS) != PGM_OK) {
        return bad(err, key->name,
                   "must be a whole number of seconds, or a number with a unit: ms, s, m "
                   "or h; or 0 for no limit");
    }
    return PGM_OK;
}

static pgm_status take_count(pgm__draft *draft, const field *key, const char *value,
                             pgm_error *err) {
    int64_t count = PGM_UNSET;
    if (value[0] != '\0' && !pgm__target_parse_number(value, 1, INT32_MAX, &count)) {
        return bad(err, key->name, "must be a whole number, 1 or more");
    }
    memcpy((char *)draft + key->offset, &count, sizeof count);
    return PGM_OK;
}

/* In [defaults] it is for those of the file's targets that have a group. */
static pgm_status take_per_group(pgm__draft *draft, const field *key, const char *value,
                                 pgm_error *err) {
    int64_t count = 0;
    if (value[0] != '\0' && !pgm__target_parse_number(value, 1, INT32_MAX, &count)) {
        return bad(err, key->name, "must be a whole number, 1 or more");
    }
    draft->common.per_group = count;
    draft->common.per_group_is_own = count > 0 && !draft->in_defaults;
    return PGM_OK;
}

#define LIMIT(name)                                                                                \
    { take_duration, offsetof(pgm__draft, limits.name) }

static const taker takers[PGM__TARGET_KEY_COUNT] = {
    [PGM__TARGET_KEY_URL] = {take_text, offsetof(pgm__draft, target.url)},
    [PGM__TARGET_KEY_SCHEMA] = {take_name, offsetof(pgm__draft, target.schema)},
    [PGM__TARGET_KEY_LEDGER] = {take_ledger, 0},
    [PGM__TARGET_KEY_SEARCH_PATH_EXTRA] = {take_schemas, 0},
    [PGM__TARGET_KEY_ROLE] = {take_name, offsetof(pgm__draft, common.role)},
    [PGM__TARGET_KEY_TAGS] = {take_tags, 0},
    [PGM__TARGET_KEY_WAVE] = {take_wave, 0},
    [PGM__TARGET_KEY_PRODUCTION] = {take_production, 0},
    [PGM__TARGET_KEY_CREATE_SCHEMA] = {take_flag, offsetof(pgm__draft, common.create_schema)},
    [PGM__TARGET_KEY_TRUST_LEDGER] = {take_flag, offsetof(pgm__draft, common.trust_ledger)},
    [PGM__TARGET_KEY_REHEARSAL] = {take_flag, offsetof(pgm__draft, common.is_copy)},
    [PGM__TARGET_KEY_TIME_ZONE] = {take_text, offsetof(pgm__draft, common.time_zone)},
    [PGM__TARGET_KEY_CONNECT_WAIT] = LIMIT(connect_wait),
    [PGM__TARGET_KEY_LOCK_WAIT] = LIMIT(lock_wait),
    [PGM__TARGET_KEY_DDL_LOCK_TIMEOUT] = LIMIT(ddl_lock_timeout),
    [PGM__TARGET_KEY_STATEMENT_TIMEOUT] = LIMIT(statement_timeout),
    [PGM__TARGET_KEY_TARGET_TIMEOUT] = LIMIT(target_timeout),
    [PGM__TARGET_KEY_CONNECT_TIMEOUT] = {take_connect_timeout,
                                         offsetof(pgm__draft, limits.connect_timeout)},
    [PGM__TARGET_KEY_JOBS] = {take_count, offsetof(pgm__draft, jobs)},
    [PGM__TARGET_KEY_PER_SERVER] = {take_count, offsetof(pgm__draft, per_server)},
    [PGM__TARGET_KEY_SLEEPS] = {take_sleeps, 0},
    [PGM__TARGET_KEY_GROUP] = {take_text, offsetof(pgm__draft, common.group)},
    [PGM__TARGET_KEY_PER_GROUP] = {take_per_group, 0},
    [PGM__TARGET_KEY_WAKE] = {take_count, offsetof(pgm__draft, wake)},
};

/* Keywords of libpq that pgmarch sets itself. In a target file they are refused: it is written for
 * pgmarch. In a URL, which may be another program's, they are passed over (pg/conninfo/make.c). */
static const struct {
    const char *name;
    const char *reason;
} refused[] = {
    {"application_name", "pgmarch puts the run's id there, to find its own sessions again"},
    {"fallback_application_name", "pgmarch sets application_name, so it would never count"},
    {"client_encoding", "migration files are read as UTF-8"},
    {"replication", "a replication connection cannot run migrations"},
};

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

/* What PostgreSQL takes as the second part of a setting's name, in lower case: the server takes
 * either case for one setting, so that two variables would be one. */
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

/*
 * Our own keys come first: `connect_timeout` is libpq's as well, and in a file it may have a unit.
 */
pgm_status pgm__draft_check_key(const char *key, bool in_defaults, pgm__keyword_fn is_keyword,
                                pgm_error *err) {
    pgm__target_key ours = pgm__target_key_find(key);
    if (ours != PGM__TARGET_KEY_COUNT) {
        if (pgm__target_key_at(ours)->defaults_only && !in_defaults) {
            return bad(err, key, "is about the whole run: it belongs in [defaults]");
        }
        return PGM_OK;
    }
    if (is_variable(key)) {
        return check_variable(key, err);
    }
    if (pgm__rollout_is_key(key)) {
        return bad(err, key, "is about the whole fleet: it belongs in [rollout]");
    }
    for (size_t i = 0; i < sizeof refused / sizeof refused[0]; i++) {
        if (strcmp(key, refused[i].name) == 0) {
            return pgm__error_set(err, PGM_EPARSE, "\"%s\" cannot be set: %s", key,
                                  refused[i].reason);
        }
    }
    return is_keyword(key) ? PGM_OK : unknown_key(err, key);
}

/* Without a schema of the target's own, or where it is the very same, what is made would lie in a
 * schema that others share. A section with a flaw may have a schema that nobody could read. */
pgm_status pgm__draft_check_schemas(const pgm__target *target, pgm_error *err) {
    const char *key = pgm__target_key_at(PGM__TARGET_KEY_SEARCH_PATH_EXTRA)->name;
    const pgm__common *common = pgm__common_of(target);
    if (common->extra_schema_count == 0 || common->flaw != NULL) {
        return PGM_OK;
    }
    if (target->schema == NULL) {
        return bad(err, key,
                   "stands behind the target's own schema, which is not named: say `schema = ...`");
    }
    for (size_t i = 0; i < common->extra_schema_count; i++) {
        if (strcmp(common->extra_schemas[i], target->schema) == 0) {
            return bad(err, key, "names the target's own schema, which is in front already");
        }
    }
    return PGM_OK;
}

/* A cap of nothing would be taken for one of something. */
pgm_status pgm__draft_check_group(const pgm__target *target, pgm_error *err) {
    const pgm__common *common = pgm__common_of(target);
    bool nothing = common->per_group_is_own && common->group == NULL && common->flaw == NULL;
    return nothing ? bad(err, pgm__target_key_at(PGM__TARGET_KEY_PER_GROUP)->name,
                         "counts targets of one group, which is not named: say `group = ...`")
                   : PGM_OK;
}

void pgm__draft_init(pgm__draft *draft, pgm__arena *arena) {
    *draft = (pgm__draft){
        .arena = arena,
        .scratch = arena,
        .limits = PGM_LIMITS_UNSET,
        .jobs = PGM_UNSET,
        .per_server = PGM_UNSET,
        .wake = PGM_UNSET,
    };
}

/* The order of the others stays, and with it which of them come from [defaults]. */
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

/* Variables are inherited and taken back as settings are; among them they must not be, for libpq
 * refuses a keyword that it does not know. */
static void apply_variable(pgm__draft *draft, const char *name, const char *value) {
    size_t kept = 0;
    for (size_t i = 0; i < draft->variable_count; i++) {
        if (strcmp(draft->variables[i].keyword, name) != 0) {
            draft->variables[kept++] = draft->variables[i];
        }
    }
    draft->variable_count = kept;
    if (value[0] != '\0') {
        draft->variables[draft->variable_count++] = (pgm__setting){name, value};
    }
}

/* A keyword that is set again moves to the end: it is no default any more, and must win over the
 * url. */
pgm_status pgm__draft_apply(pgm__draft *draft, const char *key, const char *value, pgm_error *err) {
    pgm__target_key ours = pgm__target_key_find(key);
    if (ours != PGM__TARGET_KEY_COUNT) {
        const field at = {pgm__target_key_at(ours)->name, takers[ours].offset};
        return takers[ours].take(draft, &at, value, err);
    }
    if (is_variable(key)) {
        apply_variable(draft, key + strlen(VARIABLE_PREFIX), value);
        return PGM_OK;
    }
    pgm__draft_forget(draft, key);
    if (value[0] != '\0') {
        draft->settings[draft->setting_count++] = (pgm__setting){key, value};
    }
    return PGM_OK;
}
