/*
 * Three families of clients say the schema in the URL, each by its own word and rules. libpq has no
 * such parameter; left out, the migration would run in whatever schema comes first for the role, on
 * the right server and in the wrong tenant.
 */
#include "model/targets/target_url_schema.h"

#include <string.h>

#include "base/error.h"
#include "base/strbuf.h"
#include "model/targets/target_url.h"
#include "model/targets/target_value.h"

typedef struct parameter {
    const char *name;
    bool is_list; /* as search_path is one; else a name as it is written */
} parameter;

static const parameter parameters[] = {
    {"schema", false},      /* Prisma */
    {"search_path", true},  /* drivers that hand everything unknown to the server; dbmate */
    {"currentSchema", true} /* JDBC */
};

static const parameter *find(const char *name, size_t len) {
    for (size_t i = 0; i < sizeof parameters / sizeof parameters[0]; i++) {
        if (strlen(parameters[i].name) == len && memcmp(parameters[i].name, name, len) == 0) {
            return &parameters[i];
        }
    }
    return NULL;
}

bool pgm__target_url_is_schema(const char *name) {
    return find(name, strlen(name)) != NULL;
}

/* The parameter is named and its value is not: see the header. */
static pgm_status refuse(pgm_error *err, const parameter *from, const char *why) {
    return pgm__error_set(err, PGM_EPARSE, "the URL's parameter \"%s\" %s", from->name, why);
}

static char *trim(char *text) {
    text += strspn(text, " \t");
    size_t len = strlen(text);
    while (len > 0 && strchr(" \t", text[len - 1]) != NULL) {
        text[--len] = '\0';
    }
    return text;
}

/* A single name, as the server's search_path reads one: folded, but for one in double quotes. */
static pgm_status read_list(pgm__arena *arena, const parameter *from, char *text, const char **out,
                            pgm_error *err) {
    const char *rest = trim(text);
    *out = rest;
    if (*rest == '"') {
        pgm_status status = pgm__target_parse_identifier(arena, &rest, out, err);
        if (status != PGM_OK || (*rest != '\0' && strchr(" \t,", *rest) == NULL)) {
            return status == PGM_ENOMEM ? status : refuse(err, from, "is not the name of a schema");
        }
    } else {
        for (char *c = text; *c != '\0'; c++) {
            *c = *c >= 'A' && *c <= 'Z' ? (char)(*c - 'A' + 'a') : *c;
        }
    }
    if (strchr(rest, ',') != NULL || strcmp(*out, "$user") == 0) {
        return refuse(err, from,
                      "names more than one schema, or \"$user\": a target is one schema; name that "
                      "one, or leave the parameter out and set the role's search_path (ALTER ROLE "
                      "... SET search_path)");
    }
    return PGM_OK;
}

/* A word of a search_path is folded by the server, and so it is here; Prisma's `schema` is taken as
 * it is written. */
static pgm_status read_name(pgm__arena *arena, const parameter *from, char *text, const char **out,
                            pgm_error *err) {
    pgm_status status = PGM_OK;
    *out = text;
    if (from->is_list) {
        status = read_list(arena, from, text, out, err);
    }
    if (status == PGM_OK && pgm__target_check_identifier(*out, err) != PGM_OK) {
        status = refuse(err, from, "is not the name of a schema");
    }
    return status;
}

/* `schema =` of the file and the URL may both say it, when they say the same; which of two
 * different ones is meant cannot be known. */
static pgm_status take(pgm__arena *arena, pgm__target *target, const parameter *from,
                       const char *value, size_t len, pgm_error *err) {
    pgm__strbuf decoded = {0};
    pgm__target_url_decode(&decoded, value, len);
    const char *text = pgm__strbuf_text(&decoded);
    char *copy = text == NULL ? NULL : pgm__arena_strdup(arena, text);
    pgm__strbuf_fini(&decoded);
    if (copy == NULL) {
        return pgm__error_nomem(err);
    }
    const char *name = NULL;
    pgm_status status = read_name(arena, from, copy, &name, err);
    if (status != PGM_OK) {
        return status;
    }
    if (target->schema != NULL && strcmp(target->schema, name) != 0) {
        return refuse(err, from,
                      "names another schema than the target does already: name it once, as "
                      "\"schema = ...\" or in the URL");
    }
    target->schema = name;
    return PGM_OK;
}

/*
 * NULL where the text is no URL, or one that will be refused for what it looks like
 * (pg/conninfo/url.c). What follows a '?' there may be the end of a password, and nothing of it
 * must be taken for a name that is shown.
 */
static const char *query_of(const char *url) {
    const char *scheme_end = strstr(url, "://");
    const char *first_equals = strchr(url, '=');
    if (scheme_end == NULL || (first_equals != NULL && first_equals < scheme_end)) {
        return NULL;
    }
    const char *authority = scheme_end + 3;
    const char *user_end = authority + strcspn(authority, "@/");
    const char *place = *user_end == '@' ? user_end + 1 : authority;
    const char *query = strchr(place, '?');
    return query == NULL || strchr(place, '@') != NULL ? NULL : query + 1;
}

pgm_status pgm__target_url_schema(pgm__arena *arena, pgm__target *target, pgm_error *err) {
    const char *next = target->url == NULL ? NULL : query_of(target->url);
    pgm_status status = PGM_OK;
    while (next != NULL && *next != '\0' && status == PGM_OK) {
        size_t len = strcspn(next, "& \t\r\n\f\v");
        size_t name_len = strcspn(next, "=&");
        const parameter *from = name_len < len ? find(next, name_len) : NULL;
        if (from != NULL) {
            status = take(arena, target, from, next + name_len + 1, len - name_len - 1, err);
        }
        next += len;
        next += *next == '\0' ? 0 : 1;
    }
    return status;
}
