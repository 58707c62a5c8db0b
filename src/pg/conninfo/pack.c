#include "pg/conninfo/pack.h"

#include <string.h>

/* A list of texts, and how many. */
typedef struct texts {
    const char *const *items;
    size_t count;
} texts;

/* The same text of the other list, if there is one at this place and it is equal; else a copy; NULL
 * when memory has run out. */
static const char *share(pgm__arena *arena, const char *text, const char *other) {
    bool equal = other != NULL && strcmp(text, other) == 0;
    return equal ? other : pgm__arena_strdup(arena, text);
}

/* With a NULL at the end, as libpq wants it. NULL when memory has run out. */
static const char *const *share_texts(pgm__arena *arena, texts from, texts other) {
    size_t same = 0;
    while (same < from.count && same < other.count &&
           strcmp(from.items[same], other.items[same]) == 0) {
        same++;
    }
    if (other.items != NULL && same == from.count && same == other.count) {
        return other.items;
    }
    const char **copy = pgm__arena_calloc(arena, from.count + 1, sizeof *copy);
    for (size_t i = 0; i < from.count && copy != NULL; i++) {
        copy[i] = share(arena, from.items[i], i < other.count ? other.items[i] : NULL);
        if (copy[i] == NULL) {
            return NULL;
        }
    }
    return copy;
}

static bool equal_hosts(const pgm__conn_host *a, const pgm__conn_host *b) {
    return a->is_socket == b->is_socket && strcmp(a->host, b->host) == 0 &&
           strcmp(a->hostaddr, b->hostaddr) == 0 && strcmp(a->port, b->port) == 0;
}

static const pgm__conn_host *share_hosts(pgm__arena *arena, const pgm__conninfo *made,
                                         const pgm__conninfo *like) {
    size_t same = 0;
    while (same < made->host_count && same < like->host_count &&
           equal_hosts(&made->hosts[same], &like->hosts[same])) {
        same++;
    }
    if (same == made->host_count && same == like->host_count) {
        return like->hosts;
    }
    pgm__conn_host *copy = pgm__arena_calloc(arena, made->host_count, sizeof *copy);
    for (size_t i = 0; i < made->host_count && copy != NULL; i++) {
        const pgm__conn_host *host = &made->hosts[i];
        copy[i] = (pgm__conn_host){.host = pgm__arena_strdup(arena, host->host),
                                   .hostaddr = pgm__arena_strdup(arena, host->hostaddr),
                                   .port = pgm__arena_strdup(arena, host->port),
                                   .is_socket = host->is_socket};
        if (copy[i].host == NULL || copy[i].hostaddr == NULL || copy[i].port == NULL) {
            return NULL;
        }
    }
    return copy;
}

static bool is_left_out(const char *keyword) {
    static const char *const apart[] = {"host", "hostaddr", "port", "dbname"};
    for (size_t i = 0; i < sizeof apart / sizeof apart[0]; i++) {
        if (strcmp(keyword, apart[i]) == 0) {
            return true;
        }
    }
    return false;
}

static size_t count_pairs(const pgm__conninfo *info) {
    size_t count = 0;
    while (info->keywords != NULL && info->keywords[count] != NULL) {
        count++;
    }
    return count;
}

/* False: out of memory. */
static bool pack_pairs(pgm__arena *arena, const pgm__conninfo *made, const pgm__conninfo *like,
                       pgm__conninfo *out) {
    size_t count = count_pairs(made);
    size_t kept = 0;
    pgm__arena scratch = {0};
    const char **keywords = pgm__arena_calloc(&scratch, count, sizeof *keywords);
    const char **values = pgm__arena_calloc(&scratch, count, sizeof *values);
    bool enough = keywords != NULL && values != NULL;
    for (size_t i = 0; i < count && enough; i++) {
        if (strcmp(made->keywords[i], "dbname") == 0) {
            out->names_database = true;
        }
        if (!is_left_out(made->keywords[i])) {
            keywords[kept] = made->keywords[i];
            values[kept++] = made->values[i];
        }
    }
    if (enough) {
        size_t others = count_pairs(like);
        out->keywords = share_texts(arena, (texts){keywords, kept},
                                    (texts){like->keywords, others});
        out->values = share_texts(arena, (texts){values, kept}, (texts){like->values, others});
        enough = out->keywords != NULL && out->values != NULL;
    }
    pgm__arena_clear(&scratch);
    return enough;
}

/* Database and the URL that is shown are left to who packs; false: out of memory. */
static bool share_all(pgm__arena *arena, const pgm__conninfo *made, const pgm__conninfo *like,
                      pgm__conninfo *out) {
    *out = *made;
    out->user = share(arena, made->user, like->user);
    out->hosts = share_hosts(arena, made, like);
    out->server_key = share(arena, made->server_key, like->server_key);
    out->warnings = share_texts(arena, (texts){made->warnings, made->warning_count},
                                (texts){like->warnings, like->warning_count});
    out->secrets = share_texts(arena, (texts){made->secrets, made->secret_count},
                               (texts){like->secrets, like->secret_count});
    return pack_pairs(arena, made, like, out) && out->user != NULL && out->hosts != NULL &&
           out->server_key != NULL && out->warnings != NULL && out->secrets != NULL;
}

/* Has everything been shared? Lists that are the same have the same lengths. */
static bool all_in_common(const pgm__conninfo *a, const pgm__conninfo *b) {
    return a->keywords == b->keywords && a->values == b->values && a->user == b->user &&
           a->hosts == b->hosts && a->server_key == b->server_key && a->warnings == b->warnings &&
           a->secrets == b->secrets && a->first_address == b->first_address &&
           a->connect_timeout == b->connect_timeout && a->names_database == b->names_database;
}

/* NULL: out of memory. */
static const pgm__conninfo *keep(pgm__arena *arena, const pgm__conninfo *from) {
    pgm__conninfo *kept = pgm__arena_alloc(arena, sizeof *kept);
    if (kept != NULL) {
        *kept = *from;
    }
    return kept;
}

pgm_status pgm__conninfo_pack(pgm__arena *arena, const pgm__conninfo *made,
                              const pgm__conninfo *like, const char *dbname, pgm__packed *out) {
    static const pgm__conninfo nothing = {0};
    const pgm__conninfo *near = like == NULL ? &nothing : like;
    pgm__conninfo shared;
    if (!share_all(arena, made, near, &shared)) {
        return PGM_ENOMEM;
    }
    shared.dbname = share(arena, made->dbname, dbname);
    shared.server = share(arena, made->server, near->server);
    const pgm__conninfo *common = all_in_common(&shared, near) ? near : keep(arena, &shared);
    if (shared.dbname == NULL || shared.server == NULL || common == NULL) {
        return PGM_ENOMEM;
    }
    *out = (pgm__packed){common, shared.dbname, shared.server};
    return PGM_OK;
}

pgm__conninfo pgm__conninfo_unpack(const pgm__packed *packed) {
    pgm__conninfo info = *packed->common;
    info.dbname = packed->dbname;
    info.server = packed->server;
    return info;
}
