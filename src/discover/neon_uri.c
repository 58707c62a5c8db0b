#include "discover/neon_uri.h"

#include <libpq-fe.h>
#include <string.h>

#include "base/error.h"

static pgm_status keep(pgm__arena *arena, const PQconninfoOption *options, pgm__neon_uri *out,
                       pgm_error *err) {
    size_t count = 0;
    for (const PQconninfoOption *option = options; option->keyword != NULL; option++) {
        count += option->val != NULL;
    }
    pgm__setting *items = pgm__arena_calloc(arena, count + 1, sizeof *items);
    size_t kept = 0;
    for (const PQconninfoOption *option = options; option->keyword != NULL && items != NULL;
         option++) {
        if (option->val == NULL) {
            continue;
        }
        items[kept] = (pgm__setting){pgm__arena_strdup(arena, option->keyword),
                                     pgm__arena_strdup(arena, option->val)};
        if (items[kept].keyword == NULL || items[kept].value == NULL) {
            return pgm__error_nomem(err);
        }
        kept++;
    }
    if (items == NULL) {
        return pgm__error_nomem(err);
    }
    *out = (pgm__neon_uri){items, kept};
    return PGM_OK;
}

pgm_status pgm__neon_uri_read(pgm__arena *arena, const char *uri, pgm__neon_uri *out,
                              pgm_error *err) {
    char *message = NULL;
    PQconninfoOption *options = NULL;
    bool is_uri = strncmp(uri, "postgresql://", strlen("postgresql://")) == 0 ||
                  strncmp(uri, "postgres://", strlen("postgres://")) == 0;
    if (is_uri) {
        options = PQconninfoParse(uri, &message);
    }
    if (options == NULL) {
        bool out_of_memory = is_uri && message == NULL;
        PQfreemem(message); /* it quotes */
        return out_of_memory
                   ? pgm__error_nomem(err)
                   : pgm__error_set(err, PGM_EPARSE, "the API's connection URI cannot be read");
    }
    pgm_status status = keep(arena, options, out, err);
    PQconninfoFree(options);
    return status;
}

const char *pgm__neon_direct_host(pgm__arena *arena, const char *host) {
    static const char pooler[] = "-pooler";
    size_t label = strcspn(host, ".");
    size_t len = strlen(pooler);
    if (label <= len || strncmp(host + label - len, pooler, len) != 0) {
        return pgm__arena_strdup(arena, host);
    }
    return pgm__arena_printf(arena, "%.*s%s", (int)(label - len), host, host + label);
}
