#include "fleet/server_caps.h"

#include <string.h>

#include "base/error.h"
#include "base/mem.h"

enum { DEFAULT_PER_SERVER = 8 };

/* ---- which line is about which server ---- */

/* "db1:5433" is one server, "db1" all of that host. What stands behind the last colon of a server's
 * key is its port: an IPv6 address has more of them. */
static bool is_about(const pgm__server_line *line, const char *server_key, bool exact) {
    if (exact) {
        return strcmp(line->server, server_key) == 0;
    }
    const char *port = strrchr(server_key, ':');
    size_t host = port == NULL ? strlen(server_key) : (size_t)(port - server_key);
    return strlen(line->server) == host && memcmp(line->server, server_key, host) == 0;
}

/* With the port before without; NULL: nothing is said of it. */
static const pgm__server_line *line_of(const pgm__rollout_rules *rules, const char *server_key) {
    for (int exact = 1; exact >= 0; exact--) {
        for (size_t i = 0; i < rules->server_count; i++) {
            if (is_about(&rules->servers[i], server_key, exact == 1)) {
                return &rules->servers[i];
            }
        }
    }
    return NULL;
}

/* ---- lines that are about none ---- */

static void mark(const pgm__rollout_rules *rules, const char *server_key, bool *used) {
    for (size_t i = 0; i < rules->server_count; i++) {
        used[i] = used[i] || is_about(&rules->servers[i], server_key, true) ||
                  is_about(&rules->servers[i], server_key, false);
    }
}

/* The first one that is about no server so far; NULL when there is none. */
static const pgm__server_line *unused(const pgm__rollout_rules *rules, const bool *used) {
    size_t i = 0;
    while (i < rules->server_count && used[i]) {
        i++;
    }
    return i == rules->server_count ? NULL : &rules->servers[i];
}

/*
 * Also those of targets that are not chosen.
 *
 * @return False: where some of them are cannot be said. They have a flaw, or settings that nobody
 *         here can use.
 */
static bool mark_others(const pgm_run *run, const pgm__rollout_rules *rules, bool *used) {
    pgm__arena arena = {0};
    pgm__logins logins = {.arena = &arena, .application_name = "pgmarch"};
    bool all_known = true;
    for (size_t i = 0; i < pgm__targets_count(run->targets); i++) {
        const pgm__target *target = pgm__targets_at(run->targets, i);
        const pgm__login *login = NULL;
        size_t servers = logins.server_count;
        bool known = pgm__common_of(target)->flaw == NULL &&
                     pgm__logins_find(&logins, target, &login, NULL) == PGM_OK;
        if (known && logins.server_count > servers) {
            mark(rules, login->conninfo.common->server_key, used);
        }
        all_known = all_known && known;
    }
    pgm__logins_fini(&logins);
    pgm__arena_clear(&arena);
    return all_known;
}

/* A misspelt host would leave the server without the cap that it needs. */
static pgm_status check_lines(const pgm_run *run, const pgm__rollout_rules *rules, bool *used,
                              pgm_error *err) {
    bool all_known = unused(rules, used) == NULL || mark_others(run, rules, used);
    const pgm__server_line *line = unused(rules, used);
    if (line == NULL || !all_known) {
        return PGM_OK;
    }
    return pgm__error_set(err, PGM_EUSAGE, "%s: no target is on server \"%s\"", line->origin,
                          line->server);
}

bool pgm__server_caps_is_used(const pgm_run *run, const pgm__server_line *line) {
    bool used = false;
    for (size_t i = 0; i < run->count && !used; i++) {
        const pgm__fleet_item *item = &run->items[i];
        const char *key = item->login->conninfo.common->server_key;
        used = pgm__flaw_of(run, item) == NULL &&
               (is_about(line, key, true) || is_about(line, key, false));
    }
    return used;
}

/* ---- caps ---- */

static size_t cap_of(const pgm__server_line *line, const pgm_options *options, size_t each) {
    if (line == NULL) {
        return each;
    }
    bool flag_is_lower = options->per_server != PGM_UNSET && each < line->cap;
    return flag_is_lower ? each : line->cap;
}

static pgm_status fill_caps(pgm_run *run, const pgm_options *options, size_t each, pgm_error *err) {
    const pgm__rollout_rules *rules = pgm__targets_rollout(run->targets);
    size_t *caps = pgm__arena_calloc(&run->arena, run->server_count, sizeof *caps);
    bool *used = pgm__calloc(rules->server_count, sizeof *used);
    if (caps == NULL || used == NULL) {
        pgm__free(used);
        return pgm__error_nomem(err);
    }
    for (size_t i = 0; i < run->count; i++) {
        const pgm__login *login = run->items[i].login;
        if (caps[login->server] == 0) {
            const char *key = login->conninfo.common->server_key;
            caps[login->server] = cap_of(line_of(rules, key), options, each);
            mark(rules, key, used);
        }
    }
    run->server_caps = caps;
    pgm_status status = check_lines(run, rules, used, err);
    pgm__free(used);
    return status;
}

pgm_status pgm__server_caps(pgm_run *run, const pgm_options *options, pgm_error *err) {
    int64_t in_file = pgm__targets_per_server(run->targets);
    int64_t each = in_file != PGM_UNSET ? in_file : DEFAULT_PER_SERVER;
    each = options->per_server != PGM_UNSET ? options->per_server : each;
    if (each < 1) {
        return pgm__error_set(err, PGM_EUSAGE, "per-server must be at least 1");
    }
    run->per_server = (size_t)each;
    return fill_caps(run, options, (size_t)each, err);
}
