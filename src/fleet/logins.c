#include "fleet/logins.h"

#include <string.h>

#include "base/error.h"
#include "base/hash.h"
#include "base/strbuf.h"
#include "pg/conninfo/make.h"

/* Looked up by what settings are made of, not by what they become: to make those for each target,
 * only to compare them, would be the work that is saved here. */
struct pgm__login_entry {
    const pgm__target *target; /* the first with these settings */
    const pgm__login *login;
};

struct pgm__server_entry {
    const char *key;
    uint32_t number;
    const pgm__conninfo *first; /* what the others there are likely to have in common with */
    UT_hash_handle hh;
};

typedef struct pgm__login_entry login_entry;
typedef struct pgm__server_entry server_entry;

static const char *or_empty(const char *text) {
    return text == NULL ? "" : text;
}

/*
 * Everything of a target that its connection settings are made of; \x1f stands in none. The names
 * of its variables too: a session in which pgmarch.NAME was set once answers with an empty text for
 * ever, where the file of a target that has none must get an error.
 */
static void add_settings(pgm__strbuf *text, const pgm__target *target) {
    pgm__strbuf_adds(text, or_empty(target->url));
    for (size_t i = 0; i < pgm__target_setting_count(target); i++) {
        const pgm__setting *setting = pgm__target_setting(target, i);
        /* A default loses against the url, the section's own settings win. */
        pgm__strbuf_adds(text, i < target->default_count ? "\x1f?" : "\x1f");
        pgm__strbuf_adds(text, setting->keyword);
        pgm__strbuf_adds(text, "=");
        pgm__strbuf_adds(text, or_empty(setting->value));
    }
    const pgm__common *common = pgm__common_of(target);
    for (size_t i = 0; i < common->variable_count; i++) {
        pgm__strbuf_adds(text, "\x1fvar.");
        pgm__strbuf_adds(text, common->variables[i].keyword);
    }
}

static bool same_variables(const pgm__common *a, const pgm__common *b) {
    bool same = a->variable_count == b->variable_count;
    for (size_t i = 0; i < a->variable_count && same; i++) {
        same = strcmp(a->variables[i].keyword, b->variables[i].keyword) == 0;
    }
    return same;
}

/* Are both made of the same? */
static bool same_settings(const pgm__target *a, const pgm__target *b) {
    size_t count = pgm__target_setting_count(a);
    if (count != pgm__target_setting_count(b) || a->default_count != b->default_count ||
        strcmp(or_empty(a->url), or_empty(b->url)) != 0) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        const pgm__setting *left = pgm__target_setting(a, i);
        const pgm__setting *right = pgm__target_setting(b, i);
        if (strcmp(left->keyword, right->keyword) != 0 ||
            strcmp(or_empty(left->value), or_empty(right->value)) != 0) {
            return false;
        }
    }
    return same_variables(pgm__common_of(a), pgm__common_of(b));
}

typedef struct wanted_login {
    const pgm__logins *logins;
    const pgm__target *target;
} wanted_login;

static bool is_wanted(size_t number, const void *data) {
    const wanted_login *wanted = data;
    return same_settings(wanted->logins->entries[number].target, wanted->target);
}

/* Servers are told apart by host and port as the target names them: targets are selected before any
 * name is looked up, and localhost and 127.0.0.1 are two. */
static server_entry *find_server(const pgm__logins *logins, const char *key) {
    server_entry *found = NULL;
    HASH_FIND_STR(logins->by_server, key, found);
    return found;
}

static pgm_status add_server(pgm__logins *logins, pgm__login *login, pgm_error *err) {
    server_entry *made = pgm__arena_calloc(logins->arena, 1, sizeof *made);
    if (made == NULL) {
        return pgm__error_nomem(err);
    }
    *made = (server_entry){.key = login->conninfo.common->server_key,
                           .number = logins->server_count,
                           .first = login->conninfo.common};
    HASH_ADD_KEYPTR(hh, logins->by_server, made->key, strlen(made->key), made);
    if (made->hh.tbl == NULL) {
        return pgm__error_nomem(err);
    }
    login->server = logins->server_count++;
    return PGM_OK;
}

/* What a target file says of it, which lives as long; or NULL. */
static const char *database_of(const pgm__target *target) {
    for (size_t i = 0; i < pgm__target_setting_count(target); i++) {
        const pgm__setting *setting = pgm__target_setting(target, i);
        if (strcmp(setting->keyword, "dbname") == 0) {
            return setting->value;
        }
    }
    return NULL;
}

/* As little of it as the other logins and the target have not. */
static pgm_status pack(pgm__logins *logins, const pgm__target *target, const pgm__conninfo *made,
                       pgm__login *login, pgm_error *err) {
    const server_entry *server = find_server(logins, made->server_key);
    const pgm__conninfo *like = server != NULL           ? server->first
                                : logins->latest != NULL ? logins->latest->conninfo.common
                                                         : NULL;
    if (pgm__conninfo_pack(logins->arena, made, like, database_of(target), &login->conninfo) !=
        PGM_OK) {
        return pgm__error_nomem(err);
    }
    if (server == NULL) {
        return add_server(logins, login, err);
    }
    login->server = server->number;
    return PGM_OK;
}

/* What making it needs of memory is given back at once. */
static pgm_status make_login(pgm__logins *logins, const pgm__target *target, pgm__login **out,
                             pgm_error *err) {
    pgm__arena scratch = {0};
    pgm__conninfo made;
    pgm__login *login = pgm__arena_calloc(logins->arena, 1, sizeof *login);
    if (login == NULL) {
        return pgm__error_nomem(err);
    }
    pgm_status status = pgm__conninfo_make(&scratch, target, logins->application_name, &made, err);
    if (status == PGM_OK) {
        status = pack(logins, target, &made, login, err);
    }
    pgm__arena_clear(&scratch);
    if (status == PGM_OK) {
        login->number = logins->login_count;
        *out = login;
    }
    return status;
}

/* On failure what was made stays in the arena and in no table: the run is given up then, and all of
 * it goes together. */
static pgm_status add_login(pgm__logins *logins, const pgm__target *target, uint32_t hash,
                            const pgm__login **out, pgm_error *err) {
    pgm__login *login = NULL;
    login_entry *grown = pgm__grow(logins->entries, logins->entry_count, &logins->entry_capacity,
                                   sizeof *grown);
    if (grown == NULL) {
        return pgm__error_nomem(err);
    }
    logins->entries = grown;
    pgm_status status = make_login(logins, target, &login, err);
    if (status != PGM_OK) {
        return status;
    }
    grown[logins->entry_count] = (login_entry){target, login};
    if (pgm__finder_add(&logins->by_settings, hash, logins->entry_count) != PGM_OK) {
        return pgm__error_nomem(err);
    }
    logins->entry_count++;
    logins->login_count++;
    logins->latest = login;
    *out = login;
    return PGM_OK;
}

pgm_status pgm__logins_find(pgm__logins *logins, const pgm__target *target, const pgm__login **out,
                            pgm_error *err) {
    pgm__strbuf text = {0};
    add_settings(&text, target);
    const char *settings = pgm__strbuf_text(&text);
    bool enough = settings != NULL;
    uint32_t hash = enough ? pgm__finder_hash(settings, strlen(settings)) : 0;
    pgm__strbuf_fini(&text);
    if (!enough) {
        return pgm__error_nomem(err);
    }
    size_t found = pgm__finder_find(&logins->by_settings, hash, is_wanted,
                                    &(wanted_login){logins, target});
    if (found == SIZE_MAX) {
        return add_login(logins, target, hash, out, err);
    }
    *out = logins->entries[found].login;
    return PGM_OK;
}

pgm_status pgm__logins_nowhere(pgm__logins *logins, const pgm__login **out, pgm_error *err) {
    if (logins->nowhere == NULL) {
        pgm__login *nowhere = pgm__arena_calloc(logins->arena, 1, sizeof *nowhere);
        if (nowhere == NULL) {
            return pgm__error_nomem(err);
        }
        static const pgm__conninfo none = {
            .user = "", .dbname = "", .connect_timeout = PGM_UNSET, .server = "", .server_key = ""};
        *nowhere = (pgm__login){.conninfo = {&none, none.dbname, none.server},
                                .server = logins->server_count++,
                                .number = logins->login_count++};
        logins->nowhere = nowhere;
    }
    *out = logins->nowhere;
    return PGM_OK;
}

void pgm__logins_fini(pgm__logins *logins) {
    HASH_CLEAR(hh, logins->by_server);
    pgm__finder_clear(&logins->by_settings);
    pgm__free(logins->entries);
    logins->entries = NULL;
    logins->entry_count = logins->entry_capacity = 0;
}
