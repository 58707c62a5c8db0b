#include "pg/conninfo/merge.h"

#include <string.h>
#include <strings.h>

#include "base/error.h"
#include "pg/conninfo/secrets.h"
#include "pg/conninfo/url.h"

/* Not the user's to say. In a URL, which may be another program's, they are left out; what would
 * be misunderstood by that is said. */
static const struct left_out {
    const char *keyword;
    const char *meant; /* what the user wants to be told about when it is another value; or NULL */
} left_out[] = {
    {"application_name", NULL},
    {"fallback_application_name", NULL},
    {"client_encoding", "UTF8"},
    {"replication", "false"},
};

static bool means(const char *value, const char *meant) {
    static const char *const same[][2] = {{"UTF8", "UTF-8"}, {"UTF8", "unicode"}, {"UTF8", "auto"},
                                          {"false", "off"},  {"false", "no"},     {"false", "0"}};
    bool found = meant == NULL || strcasecmp(value, meant) == 0;
    for (size_t i = 0; i < sizeof same / sizeof same[0] && !found; i++) {
        found = strcmp(meant, same[i][0]) == 0 && strcasecmp(value, same[i][1]) == 0;
    }
    return found;
}

/* Every value goes through here, so that no secret is set that is not remembered as one. Later ones
 * replace earlier ones. */
static bool take(pgm__conn_draft *draft, const char *keyword, const char *value) {
    for (size_t i = 0; i < sizeof left_out / sizeof left_out[0]; i++) {
        if (strcmp(keyword, left_out[i].keyword) == 0) {
            return means(value, left_out[i].meant) ||
                   pgm__conn_texts_add(
                       draft->arena, &draft->warnings,
                       pgm__arena_printf(draft->arena, "\"%s\" is not used: pgmarch sets it itself",
                                         keyword));
        }
    }
    return pgm__conn_values_set(draft->arena, &draft->given, keyword, value) &&
           pgm__conn_add_secret(draft, keyword, value);
}

/* Twice over them, because the address may stand before the host in the file, and is to stay
 * then. */
static bool take_settings(pgm__conn_draft *draft, size_t first, size_t end) {
    for (size_t i = first; i < end; i++) {
        const pgm__setting *from = pgm__target_setting(draft->target, i);
        /* An address from below would send the connection past the host that is named here. */
        if (strcmp(from->keyword, "host") == 0) {
            pgm__conn_values_forget(&draft->given, "hostaddr");
        }
    }
    for (size_t i = first; i < end; i++) {
        const pgm__setting *from = pgm__target_setting(draft->target, i);
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
    /* As in take_settings(): the host of the URL, and an address of [defaults]. */
    for (const PQconninfoOption *from = options; from->keyword != NULL; from++) {
        if (strcmp(from->keyword, "host") == 0 && pgm__conn_non_empty(from->val) != NULL) {
            pgm__conn_values_forget(&draft->given, "hostaddr");
        }
    }
    for (const PQconninfoOption *from = options; from->keyword != NULL; from++) {
        if (pgm__conn_non_empty(from->val) != NULL && !take(draft, from->keyword, from->val)) {
            status = pgm__error_nomem(err);
            break;
        }
    }
    PQconninfoFree(options);
    return status;
}

/* The nearer to the target, the later. */
pgm_status pgm__conn_merge(pgm__conn_draft *draft, pgm_error *err) {
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
    if (!take_settings(draft, target->default_count, pgm__target_setting_count(target))) {
        return pgm__error_nomem(err);
    }
    return PGM_OK;
}
