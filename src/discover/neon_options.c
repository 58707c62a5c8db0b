#include "discover/neon_options.h"

#include <string.h>

#include "base/error.h"
#include "discover/http.h"
#include "discover/neon_row.h"
#include "model/targets/source_template.h"

/* [defaults] has no {COLUMN}: a brace of it is one. */
static const char *double_braces(pgm__arena *arena, const char *text) {
    char *out = pgm__arena_alloc(arena, 2 * strlen(text) + 1);
    size_t len = 0;
    for (const char *c = text; *c != '\0' && out != NULL; c++) {
        out[len++] = *c;
        if (*c == '{' || *c == '}') {
            out[len++] = *c;
        }
    }
    if (out != NULL) {
        out[len] = '\0';
    }
    return out;
}

/* What the section says of a keyword, or else [defaults]; *out is NULL when neither does, or only
 * by a variable that is not set. False: out of memory. */
static bool find_said(pgm__arena *arena, const pgm__source *source, const char *keyword,
                      const char **out) {
    const pgm__target_line *line = pgm__target_lines_find(source->lines, keyword);
    bool is_default = line == NULL && source->said != NULL;
    if (is_default) {
        line = pgm__target_lines_find(source->said, keyword);
    }
    *out = NULL;
    if (line == NULL || line->flaw != NULL || line->value[0] == '\0') {
        return true;
    }
    *out = is_default ? double_braces(arena, line->value) : line->value;
    return *out != NULL;
}

/* A value that has a flaw is said as well: a password whose variable is missing. */
static bool is_said(const pgm__source *source, const char *keyword) {
    return pgm__target_lines_say(source->lines, keyword) ||
           (source->said != NULL && pgm__target_lines_say(source->said, keyword));
}

static pgm_status read_login(pgm__arena *arena, const pgm__source *source, pgm__neon_options *o,
                             pgm_error *err) {
    if (!find_said(arena, source, "dbname", &o->database) ||
        !find_said(arena, source, "user", &o->role)) {
        return pgm__error_nomem(err);
    }
    o->has_password = is_said(source, "password") || is_said(source, "passfile");
    if (o->database == NULL || o->role == NULL) {
        return pgm__error_set(
            err, PGM_EUSAGE,
            "\"discover = neon\" needs \"dbname = ...\" and \"user = ...\" in its "
            "section: the database, and the role that logs in, of every branch");
    }
    return PGM_OK;
}

/* "skip" or "include". */
static pgm_status read_choice(const char *name, const char *value, bool otherwise, bool *out,
                              pgm_error *err) {
    *out = value == NULL ? otherwise : strcmp(value, "include") == 0;
    if (value != NULL && !*out && strcmp(value, "skip") != 0) {
        return pgm__error_set(err, PGM_EUSAGE, "\"%s\" must be one of: skip, include", name);
    }
    return PGM_OK;
}

static pgm_status read_wish(pgm__arena *arena, const pgm__source *source, pgm__neon_wish *wish,
                            pgm_error *err) {
    const char *const *words = source->words;
    pgm_status status = pgm__neon_split(arena, words[PGM__SOURCE_WORD_BRANCHES], &wish->branches,
                                        err);
    if (status == PGM_OK) {
        status = pgm__neon_split(arena, words[PGM__SOURCE_WORD_EXCLUDE], &wish->exclude, err);
    }
    if (status == PGM_OK) {
        status = read_choice("archived", words[PGM__SOURCE_WORD_ARCHIVED], false, &wish->archived,
                             err);
    }
    if (status == PGM_OK) {
        status = read_choice("protected", words[PGM__SOURCE_WORD_PROTECTED], true,
                             &wish->is_protected, err);
    }
    return status;
}

/* Does a line of the section, or the pattern of names, hold {column}? */
static bool is_used(const pgm__source *source, const char *column) {
    const char *pattern = source->words[PGM__SOURCE_WORD_NAME];
    if (pattern != NULL && pgm__template_has(pattern, column)) {
        return true;
    }
    for (size_t i = 0; i < source->lines->count; i++) {
        const pgm__target_line *line = &source->lines->items[i];
        if (line->flaw == NULL && pgm__template_has(line->value, column)) {
            return true;
        }
    }
    return false;
}

/* Do database and role hang on the project alone? */
static bool shares_logins(const pgm__neon_options *o) {
    for (size_t i = 0; i < PGM__NEON_OFFERED; i++) {
        const char *column = pgm__neon_offered_name(i);
        if (!pgm__neon_is_of_project(i) &&
            (pgm__template_has(o->database, column) || pgm__template_has(o->role, column))) {
            return false;
        }
    }
    return true;
}

static pgm_status read_projects(pgm__arena *arena, const pgm__source *source, pgm__neon_options *o,
                                pgm_error *err) {
    o->org = source->words[PGM__SOURCE_WORD_ORG];
    const char *named = source->words[PGM__SOURCE_WORD_PROJECT];
    if (o->org != NULL && named != NULL) {
        return pgm__error_set(
            err, PGM_EUSAGE,
            "\"project\" and \"org\" are both said: the projects are either named "
            "or all those of an organisation");
    }
    pgm_status status = pgm__neon_split(arena, named, &o->projects, err);
    o->one_project = o->projects.count == 1;
    o->needs_names = o->projects.count > 0 &&
                     (is_used(source, "project") ||
                      (!o->one_project && source->words[PGM__SOURCE_WORD_NAME] == NULL));
    return status;
}

static pgm_status read_api(const pgm__source *source, const char *(*variable)(const char *name),
                           pgm__neon_options *o, pgm_error *err) {
    const char *elsewhere = variable("NEON_API_HOST");
    const char *said = source->words[PGM__SOURCE_WORD_API];
    o->api = said != NULL ? said : elsewhere != NULL && *elsewhere ? elsewhere : PGM__NEON_API;
    const char *authorities = variable("SSL_CERT_FILE");
    o->authorities = authorities != NULL && *authorities ? authorities : NULL;
    o->key = variable(PGM__NEON_KEY);
    if (o->key == NULL || o->key[0] == '\0') {
        return pgm__error_set(err, PGM_EUSAGE,
                              "the environment has no " PGM__NEON_KEY ", which the Neon API asks "
                              "for; Neon's console makes one, under \"API keys\"");
    }
    pgm_status status = pgm__http_check_base(o->api, err);
    return status == PGM_OK ? pgm__http_check_key(PGM__NEON_KEY, o->key, err) : status;
}

pgm_status pgm__neon_options_read(pgm__arena *arena, const pgm__source *source,
                                  const char *(*variable)(const char *name), pgm__neon_options *out,
                                  pgm_error *err) {
    pgm__neon_options o = {0};
    pgm_status status = read_login(arena, source, &o, err);
    if (status == PGM_OK) {
        status = read_wish(arena, source, &o.wish, err);
    }
    if (status == PGM_OK) {
        status = read_projects(arena, source, &o, err);
    }
    if (status == PGM_OK) {
        status = read_api(source, variable, &o, err);
    }
    if (status == PGM_OK) {
        o.shares_logins = shares_logins(&o);
        *out = o;
    }
    return status;
}
