#include "fleet/logins.h"

#include <string.h>

#include "base/error.h"
#include "base/hash.h"
#include "base/strbuf.h"
#include "pg/conninfo/make.h"

/* The key is what settings are made of, not what they become: to make those for each target, only
 * to compare them, would be the work that is saved here. */
struct pgm__login_entry {
    const char *settings;
    pgm__login login;
    UT_hash_handle hh;
};

struct pgm__server_entry {
    const char *key;
    size_t number;
    UT_hash_handle hh;
};

typedef struct pgm__login_entry login_entry;
typedef struct pgm__server_entry server_entry;

/*
 * Everything of a target that its connection settings are made of; \x1f stands in none. The names
 * of its variables too: a session in which pgmarch.NAME was set once answers with an empty text for
 * ever, where the file of a target that has none must get an error.
 */
static void add_settings(pgm__strbuf *text, const pgm__target *target) {
    pgm__strbuf_adds(text, target->url == NULL ? "" : target->url);
    for (size_t i = 0; i < target->setting_count; i++) {
        const pgm__setting *setting = &target->settings[i];
        /* A default loses against the url, the section's own settings win. */
        pgm__strbuf_addf(text, "\x1f%s%s=%s", i < target->default_count ? "?" : "",
                         setting->keyword, setting->value == NULL ? "" : setting->value);
    }
    for (size_t i = 0; i < target->variable_count; i++) {
        pgm__strbuf_addf(text, "\x1fvar.%s", target->variables[i].keyword);
    }
}

/* Servers are told apart by host and port as the target names them: targets are selected before any
 * name is looked up, and localhost and 127.0.0.1 are two. */
static pgm_status number_server(pgm__logins *logins, pgm__login *login, pgm_error *err) {
    const char *key = login->conninfo.server_key;
    server_entry *found = NULL;
    HASH_FIND_STR(logins->by_server, key, found);
    if (found == NULL) {
        found = pgm__arena_calloc(logins->arena, 1, sizeof *found);
        if (found == NULL) {
            return pgm__error_nomem(err);
        }
        found->key = key;
        found->number = logins->server_count++;
        HASH_ADD_KEYPTR(hh, logins->by_server, found->key, strlen(found->key), found);
        if (found->hh.tbl == NULL) {
            return pgm__error_nomem(err);
        }
    }
    login->server = found->number;
    return PGM_OK;
}

/* On failure what was made stays in the arena and in no table: the run is given up then, and all of
 * it goes together. */
static pgm_status make(pgm__logins *logins, const pgm__target *target, const char *settings,
                       const pgm__login **out, pgm_error *err) {
    login_entry *entry = pgm__arena_calloc(logins->arena, 1, sizeof *entry);
    char *copy = entry == NULL ? NULL : pgm__arena_strdup(logins->arena, settings);
    if (copy == NULL) {
        return pgm__error_nomem(err);
    }
    pgm_status status = pgm__conninfo_make(logins->arena, target, logins->application_name,
                                           &entry->login.conninfo, err);
    if (status == PGM_OK) {
        status = number_server(logins, &entry->login, err);
    }
    if (status != PGM_OK) {
        return status;
    }
    entry->settings = copy;
    entry->login.number = logins->login_count++;
    HASH_ADD_KEYPTR(hh, logins->by_settings, entry->settings, strlen(entry->settings), entry);
    if (entry->hh.tbl == NULL) {
        return pgm__error_nomem(err);
    }
    *out = &entry->login;
    return PGM_OK;
}

pgm_status pgm__logins_find(pgm__logins *logins, const pgm__target *target, const pgm__login **out,
                            pgm_error *err) {
    pgm__strbuf text = {0};
    add_settings(&text, target);
    const char *settings = pgm__strbuf_text(&text);
    pgm_status status = PGM_OK;
    login_entry *found = NULL;
    if (settings == NULL) {
        status = pgm__error_nomem(err);
    } else {
        HASH_FIND_STR(logins->by_settings, settings, found);
        if (found != NULL) {
            *out = &found->login;
        } else {
            status = make(logins, target, settings, out, err);
        }
    }
    pgm__strbuf_fini(&text);
    return status;
}

pgm_status pgm__logins_nowhere(pgm__logins *logins, const pgm__login **out, pgm_error *err) {
    if (logins->nowhere == NULL) {
        pgm__login *nowhere = pgm__arena_calloc(logins->arena, 1, sizeof *nowhere);
        if (nowhere == NULL) {
            return pgm__error_nomem(err);
        }
        *nowhere = (pgm__login){.conninfo = {.user = "",
                                             .dbname = "",
                                             .connect_timeout = PGM_UNSET,
                                             .server = "",
                                             .server_key = ""},
                                .server = logins->server_count++,
                                .number = logins->login_count++};
        logins->nowhere = nowhere;
    }
    *out = logins->nowhere;
    return PGM_OK;
}

void pgm__logins_fini(pgm__logins *logins) {
    HASH_CLEAR(hh, logins->by_settings);
    HASH_CLEAR(hh, logins->by_server);
}
