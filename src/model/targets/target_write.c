/*
 * The reader trims values and takes each line for itself, so that not every text can stand there,
 * and a row of a source may have any. Names of SQL get quotes then, and a connection becomes a URL;
 * of what is left it is said that it cannot be written.
 */
#include "model/targets/target_write.h"

#include <ctype.h>
#include <inttypes.h>
#include <string.h>
#include <strings.h>

#include "base/error.h"
#include "model/targets/target_key.h"
#include "model/targets/target_value.h"

static const char *key_name(pgm__target_key key) {
    return pgm__target_key_at(key)->name;
}

/* ---- values ---- */

static bool is_blank(char c) {
    return c != '\0' && strchr(" \t\r\f\v", c) != NULL;
}

/* Would the reader find it on its line as it is? */
static bool fits(const char *value) {
    size_t len = strlen(value);
    return len > 0 && !is_blank(value[0]) && !is_blank(value[len - 1]) &&
           strchr(value, '\n') == NULL;
}

static void add_value(pgm__strbuf *out, const char *value) {
    for (; *value != '\0'; value++) {
        pgm__strbuf_adds(out, *value == '$' ? "$$" : (const char[]){*value, '\0'});
    }
}

static void add_line(pgm__strbuf *out, const char *key, const char *value) {
    pgm__strbuf_addf(out, "%s = ", key);
    add_value(out, value);
    pgm__strbuf_addc(out, '\n');
}

/* As `ledger` reads it: without quotes it would be folded to lower case. */
static bool is_plain(const char *name) {
    size_t len = strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789_");
    return len > 0 && name[len] == '\0' && !isdigit((unsigned char)name[0]);
}

static void add_name(pgm__strbuf *out, const char *name) {
    if (is_plain(name)) {
        pgm__strbuf_adds(out, name);
    } else {
        pgm__strbuf_add_ident(out, name);
    }
}

/* A value that was put together; an empty one says nothing. */
static void add_made(pgm__strbuf *out, pgm__target_key key, pgm__strbuf *made) {
    const char *text = pgm__strbuf_text(made);
    if (text == NULL) {
        out->failed = true;
    } else if (text[0] != '\0') {
        add_line(out, key_name(key), text);
    }
    pgm__strbuf_fini(made);
}

static pgm_status unwritable(const pgm__target *target, const char *prefix, const char *key,
                             pgm_error *err) {
    return pgm__error_set(err, PGM_EUSAGE,
                          "target \"%s\" (%s) cannot be written into a target file: its \"%s%s\" "
                          "begins or ends with a blank, or has several lines",
                          target->name, target->origin, prefix, key);
}

/* ---- the section ---- */

/* [rollout] and its like are the file's own; [default] in any case is refused, as other programs
 * mean [defaults] by it. */
static pgm_status check_name(const pgm__target *target, pgm_error *err) {
    static const char *const taken[] = {"defaults", "default", "rollout"};
    if (!fits(target->name) || pgm__target_has_control(target->name)) {
        return pgm__error_set(err, PGM_EUSAGE,
                              "the target of %s cannot be written into a target file: its name is "
                              "empty, begins or ends with a blank, or holds control characters",
                              target->origin);
    }
    for (size_t i = 0; i < sizeof taken / sizeof taken[0]; i++) {
        if (strcasecmp(target->name, taken[i]) == 0) {
            return pgm__error_set(err, PGM_EUSAGE,
                                  "target \"%s\" (%s) cannot be written into a target file: a "
                                  "section [%s] is no target there; give it another name",
                                  target->name, target->origin, target->name);
        }
    }
    return PGM_OK;
}

/* ---- the connection ---- */

static bool all_fit(const pgm__target *target) {
    for (size_t i = 0; i < pgm__target_setting_count(target); i++) {
        const char *value = pgm__target_setting(target, i)->value;
        if (value != NULL && !fits(value)) {
            return false;
        }
    }
    return true;
}

static void add_encoded(pgm__strbuf *out, const char *value) {
    for (; *value != '\0'; value++) {
        unsigned char byte = (unsigned char)*value;
        bool plain = byte < 0x80 && (isalnum(byte) || strchr("-._~/", byte) != NULL);
        pgm__strbuf_addf(out, plain ? "%c" : "%%%02X", byte);
    }
}

/* Encoded, a text may hold anything. */
static void add_url(pgm__strbuf *out, const pgm__target *target) {
    pgm__strbuf_addf(out, "%s = postgresql://", key_name(PGM__TARGET_KEY_URL));
    char separator = '?';
    for (size_t i = 0; i < pgm__target_setting_count(target); i++) {
        const pgm__setting *setting = pgm__target_setting(target, i);
        if (setting->value != NULL) {
            pgm__strbuf_addf(out, "%c%s=", separator, setting->keyword);
            add_encoded(out, setting->value);
            separator = '&';
        }
    }
    pgm__strbuf_addc(out, '\n');
}

/* Whoever uses the file has to set it. */
static void add_variable_of(pgm__strbuf *out, const char *prefix, const char *name) {
    pgm__strbuf_addf(out, "${%s", prefix);
    for (; *name != '\0'; name++) {
        pgm__strbuf_addc(out, (char)toupper((unsigned char)*name));
    }
    pgm__strbuf_adds(out, "}\n");
}

static void write_connection(pgm__strbuf *out, const pgm__target *target) {
    bool as_url = !all_fit(target);
    if (as_url) {
        add_url(out, target);
    }
    for (size_t i = 0; i < pgm__target_setting_count(target); i++) {
        const pgm__setting *setting = pgm__target_setting(target, i);
        if (setting->value == NULL) {
            pgm__strbuf_addf(out, "%s = ", setting->keyword);
            add_variable_of(out, "PG", setting->keyword);
        } else if (!as_url) {
            add_line(out, setting->keyword, setting->value);
        }
    }
}

/* ---- what is pgmarch's own ---- */

/* Taken as it is written, but for a quote at its beginning. */
static void write_name(pgm__strbuf *out, pgm__target_key key, const char *name) {
    pgm__strbuf text = {0};
    if (name != NULL && fits(name) && name[0] != '"') {
        pgm__strbuf_adds(&text, name);
    } else if (name != NULL) {
        pgm__strbuf_add_ident(&text, name);
    }
    add_made(out, key, &text);
}

static void write_ledger(pgm__strbuf *out, const pgm__common *common) {
    pgm__strbuf text = {0};
    if (common->ledger_schema != NULL) {
        add_name(&text, common->ledger_schema);
        pgm__strbuf_addc(&text, '.');
    }
    if (common->ledger_table != NULL) {
        add_name(&text, common->ledger_table);
    }
    add_made(out, PGM__TARGET_KEY_LEDGER, &text);
}

static void write_extra_schemas(pgm__strbuf *out, const pgm__common *common) {
    pgm__strbuf text = {0};
    for (size_t i = 0; i < common->extra_schema_count; i++) {
        pgm__strbuf_adds(&text, i > 0 ? ", " : "");
        add_name(&text, common->extra_schemas[i]);
    }
    add_made(out, PGM__TARGET_KEY_SEARCH_PATH_EXTRA, &text);
}

static void write_tags(pgm__strbuf *out, const pgm__common *common) {
    pgm__strbuf text = {0};
    for (size_t i = 0; i < common->tag_count; i++) {
        pgm__strbuf_addf(&text, "%s%s", i > 0 ? ", " : "", common->tags[i]);
    }
    add_made(out, PGM__TARGET_KEY_TAGS, &text);
}

static void write_flags(pgm__strbuf *out, const pgm__common *common) {
    if (common->has_wave) {
        pgm__strbuf_addf(out, "%s = %" PRId64 "\n", key_name(PGM__TARGET_KEY_WAVE), common->wave);
    }
    if (common->production != PGM__PRODUCTION_BY_NAME) {
        add_line(out, key_name(PGM__TARGET_KEY_PRODUCTION),
                 common->production == PGM__PRODUCTION_YES ? "true" : "false");
    }
    if (common->sleeps != PGM__SLEEPS_BY_HOST) {
        add_line(out, key_name(PGM__TARGET_KEY_SLEEPS),
                 common->sleeps == PGM__SLEEPS_YES ? "true" : "false");
    }
    if (common->create_schema) {
        add_line(out, key_name(PGM__TARGET_KEY_CREATE_SCHEMA), "true");
    }
    if (common->trust_ledger) {
        add_line(out, key_name(PGM__TARGET_KEY_TRUST_LEDGER), "true");
    }
    if (common->is_copy) {
        add_line(out, key_name(PGM__TARGET_KEY_REHEARSAL), "true");
    }
}

/* In the largest unit that it is a whole number of. */
static void write_limit(pgm__strbuf *out, pgm__target_key key, int64_t ms) {
    static const struct {
        int64_t ms;
        const char *name;
    } units[] = {{3600000, "h"}, {60000, "m"}, {1000, "s"}, {1, "ms"}};
    size_t unit = 0;
    while (ms % units[unit].ms != 0) {
        unit++;
    }
    if (ms != PGM_UNSET) {
        pgm__strbuf_addf(out, "%s = %" PRId64 "%s\n", key_name(key), ms / units[unit].ms,
                         ms == 0 ? "" : units[unit].name);
    }
}

static void write_limits(pgm__strbuf *out, const pgm_limits *limits) {
    write_limit(out, PGM__TARGET_KEY_CONNECT_TIMEOUT, limits->connect_timeout);
    write_limit(out, PGM__TARGET_KEY_CONNECT_WAIT, limits->connect_wait);
    write_limit(out, PGM__TARGET_KEY_LOCK_WAIT, limits->lock_wait);
    write_limit(out, PGM__TARGET_KEY_DDL_LOCK_TIMEOUT, limits->ddl_lock_timeout);
    write_limit(out, PGM__TARGET_KEY_STATEMENT_TIMEOUT, limits->statement_timeout);
    write_limit(out, PGM__TARGET_KEY_TARGET_TIMEOUT, limits->target_timeout);
}

static pgm_status write_time_zone(pgm__strbuf *out, const pgm__target *target, pgm_error *err) {
    const pgm__common *common = pgm__common_of(target);
    const char *key = key_name(PGM__TARGET_KEY_TIME_ZONE);
    if (common->time_zone == NULL) {
        return PGM_OK;
    }
    if (!fits(common->time_zone)) {
        return unwritable(target, "", key, err);
    }
    add_line(out, key, common->time_zone);
    return PGM_OK;
}

/* Without a group its cap, which [defaults] said for those that have one, is of no use. */
static pgm_status write_group(pgm__strbuf *out, const pgm__target *target, pgm_error *err) {
    const pgm__common *common = pgm__common_of(target);
    const char *key = key_name(PGM__TARGET_KEY_GROUP);
    if (common->group == NULL) {
        return PGM_OK;
    }
    if (!fits(common->group)) {
        return unwritable(target, "", key, err);
    }
    add_line(out, key, common->group);
    if (common->per_group > 0) {
        pgm__strbuf_addf(out, "%s = %" PRId64 "\n", key_name(PGM__TARGET_KEY_PER_GROUP),
                         common->per_group);
    }
    return PGM_OK;
}

static pgm_status write_variables(pgm__strbuf *out, const pgm__target *target, pgm_error *err) {
    const pgm__common *common = pgm__common_of(target);
    for (size_t i = 0; i < common->variable_count; i++) {
        const pgm__setting *from = &common->variables[i];
        if (from->value != NULL && !fits(from->value)) {
            return unwritable(target, "var.", from->keyword, err);
        }
        pgm__strbuf_addf(out, "var.%s = ", from->keyword);
        if (from->value == NULL) {
            add_variable_of(out, "VAR_", from->keyword);
        } else {
            add_value(out, from->value);
            pgm__strbuf_addc(out, '\n');
        }
    }
    return PGM_OK;
}

pgm_status pgm__target_write(pgm__strbuf *out, const pgm__target *target, pgm_error *err) {
    const pgm__common *common = pgm__common_of(target);
    pgm_status status = check_name(target, err);
    if (status != PGM_OK) {
        return status;
    }
    pgm__strbuf_addf(out, "\n[%s]\n", target->name);
    write_connection(out, target);
    write_name(out, PGM__TARGET_KEY_SCHEMA, target->schema);
    write_extra_schemas(out, common);
    write_ledger(out, common);
    write_name(out, PGM__TARGET_KEY_ROLE, common->role);
    write_tags(out, common);
    write_flags(out, common);
    write_limits(out, pgm__target_limits(target));
    status = write_time_zone(out, target, err);
    if (status == PGM_OK) {
        status = write_group(out, target, err);
    }
    return status == PGM_OK ? write_variables(out, target, err) : status;
}

/* ---- what is about the run ---- */

static void add_number(pgm__strbuf *out, pgm__target_key key, int64_t number) {
    if (number != PGM_UNSET) {
        pgm__strbuf_addf(out, "%s = %" PRId64 "\n", key_name(key), number);
    }
}

void pgm__target_write_run(pgm__strbuf *out, int64_t jobs, int64_t per_server, int64_t wake) {
    if (jobs != PGM_UNSET || per_server != PGM_UNSET || wake != PGM_UNSET) {
        pgm__strbuf_adds(out, "\n[defaults]\n");
        add_number(out, PGM__TARGET_KEY_JOBS, jobs);
        add_number(out, PGM__TARGET_KEY_PER_SERVER, per_server);
        add_number(out, PGM__TARGET_KEY_WAKE, wake);
    }
}

static void add_amount(pgm__strbuf *out, const char *key, pgm__amount amount) {
    pgm__strbuf_addf(out, "%s = %" PRIu32 "%s\n", key, amount.number, amount.percent ? "%" : "");
}

static bool has_canary(const pgm__rollout_rules *rules) {
    return rules->canary_origin != NULL &&
           (rules->canary.by_amount || rules->canary.globs.count > 0);
}

/* One pattern alone that looks like an amount is the name of a target, of which others of the list
 * are not there any more: "[5]" is that, and no number. */
static void add_globs(pgm__strbuf *out, const char *key, const pgm__globs *globs) {
    pgm__strbuf text = {0};
    pgm__amount amount;
    if (globs->count == 1 && pgm__amount_parse(globs->items[0], &amount)) {
        pgm__strbuf_addf(&text, "[%c]%s", globs->items[0][0], globs->items[0] + 1);
    } else {
        for (size_t i = 0; i < globs->count; i++) {
            pgm__strbuf_addf(&text, "%s%s", i > 0 ? ", " : "", globs->items[i]);
        }
    }
    const char *made = pgm__strbuf_text(&text);
    add_line(out, key, made == NULL ? "" : made);
    out->failed = out->failed || made == NULL;
    pgm__strbuf_fini(&text);
}

void pgm__target_write_rollout(pgm__strbuf *out, const pgm__rollout_rules *rules) {
    if (!has_canary(rules) && rules->max_failures_origin == NULL && rules->server_count == 0) {
        return;
    }
    pgm__strbuf_adds(out, "\n[rollout]\n");
    if (has_canary(rules) && rules->canary.by_amount) {
        add_amount(out, "canary", rules->canary.amount);
    } else if (has_canary(rules)) {
        add_globs(out, "canary", &rules->canary.globs);
    }
    if (rules->max_failures_origin != NULL) {
        add_amount(out, "max_failures", rules->max_failures);
    }
    for (size_t i = 0; i < rules->server_count; i++) {
        pgm__strbuf_addf(out, "server.%s = %zu\n", rules->servers[i].server, rules->servers[i].cap);
    }
}
