#include "model/targets/target_value.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/error.h"
#include "base/strbuf.h"

/* NAMEDATALEN - 1 of every build that is packaged; the other one is a limit against nonsense. */
enum { MAX_IDENTIFIER = 63, MAX_VARIABLE = 100 };

static bool is_word(char c) {
    return isalnum((unsigned char)c) || c == '_';
}

/* Names and tags are printed, on terminals too, and an escape in one would be a command there.
 * Bytes beyond ASCII are let through: names may be in any language. */
bool pgm__target_has_control(const char *text) {
    for (; *text != '\0'; text++) {
        if ((unsigned char)*text < 0x20 || *text == 0x7f) {
            return true;
        }
    }
    return false;
}

static void add_value(pgm__strbuf *buf, const char *value, bool braces) {
    for (; *value != '\0'; value++) {
        pgm__strbuf_addc(buf, *value);
        if (braces && (*value == '{' || *value == '}')) {
            pgm__strbuf_addc(buf, *value);
        }
    }
}

/* A text that is being expanded. */
typedef struct expansion {
    pgm__getenv_fn getenv_fn;
    bool braces;
    bool missing;
    pgm__strbuf buf;
} expansion;

/* *at stands behind "${"; moves behind "}". */
static pgm_status add_variable(expansion *to, const char **at, pgm_error *err) {
    size_t len = 0;
    while (is_word((*at)[len])) {
        len++;
    }
    if (len == 0 || len > MAX_VARIABLE || isdigit((unsigned char)**at) || (*at)[len] != '}') {
        return pgm__error_set(err, PGM_EPARSE,
                              "after \"${\" a variable's name and \"}\" are expected"
                              " (write \"$${\" for these characters themselves)");
    }
    char name[MAX_VARIABLE + 1] = {0};
    memcpy(name, *at, len);
    *at += len + 1;
    const char *value = to->getenv_fn(name);
    /* An empty schema or host would silently be another place. */
    if (value == NULL || value[0] == '\0') {
        if (!to->missing) {
            (void)pgm__error_set(err, PGM_EPARSE, "environment variable \"%s\" is %s", name,
                                 value == NULL ? "not set" : "empty");
        }
        to->missing = true;
        return PGM_OK;
    }
    add_value(&to->buf, value, to->braces);
    return PGM_OK;
}

/* Only the first missing variable is named, but all of the text is read: a malformed "${" behind it
 * is an error of the file, whoever has set which variables. */
pgm_status pgm__target_expand(pgm__arena *arena, const char *text, pgm__getenv_fn getenv_fn,
                              bool braces, const char **out, pgm_error *err) {
    expansion to = {.getenv_fn = getenv_fn, .braces = braces};
    pgm_status status = PGM_OK;
    const char *c = text;
    while (*c != '\0' && status == PGM_OK) {
        if (c[0] == '$' && c[1] == '{') {
            c += 2;
            status = add_variable(&to, &c, err);
        } else {
            pgm__strbuf_addc(&to.buf, *c);
            c += c[0] == '$' && c[1] == '$' ? 2 : 1;
        }
    }
    if (status == PGM_OK) {
        const char *expanded = pgm__strbuf_text(&to.buf);
        const char *copy = expanded == NULL ? NULL : pgm__arena_strdup(arena, expanded);
        if (copy == NULL) {
            status = pgm__error_nomem(err);
        } else {
            *out = to.missing ? NULL : copy;
        }
    }
    pgm__strbuf_fini(&to.buf);
    return status;
}

bool pgm__target_parse_bool(const char *text, bool *out) {
    static const struct {
        const char *word;
        bool value;
    } words[] = {{"true", true}, {"false", false}, {"yes", true}, {"no", false},
                 {"on", true},   {"off", false},   {"1", true},   {"0", false}};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strcasecmp(text, words[i].word) == 0) {
            *out = words[i].value;
            return true;
        }
    }
    return false;
}

/* strtoll() alone would take blanks, a "+" and an empty text for a number. */
bool pgm__target_parse_number(const char *text, int64_t min, int64_t max, int64_t *out) {
    if (!isdigit((unsigned char)text[0]) && !(text[0] == '-' && isdigit((unsigned char)text[1]))) {
        return false;
    }
    char *end = NULL;
    errno = 0;
    long long number = strtoll(text, &end, 10);
    if (errno != 0 || *end != '\0' || number < min || number > max) {
        return false;
    }
    *out = number;
    return true;
}

static size_t tag_length(const char *text) {
    return strcspn(text, ", \t");
}

static const char *skip_separators(const char *text) {
    return text + strspn(text, ", \t");
}

/* Counted before they are copied, for an array in an arena cannot grow in place. */
pgm_status pgm__target_parse_tags(pgm__arena *arena, const char *text, const char *const **tags,
                                  size_t *count, pgm_error *err) {
    size_t found = 0;
    for (const char *c = skip_separators(text); *c != '\0'; found++) {
        c = skip_separators(c + tag_length(c));
    }
    const char **list = pgm__arena_calloc(arena, found, sizeof *list);
    if (list == NULL) {
        return pgm__error_nomem(err);
    }
    const char *c = skip_separators(text);
    for (size_t i = 0; i < found; i++) {
        list[i] = pgm__arena_strndup(arena, c, tag_length(c));
        if (list[i] == NULL) {
            return pgm__error_nomem(err);
        }
        if (pgm__target_has_control(list[i])) {
            return pgm__error_set(err, PGM_EPARSE, "a tag cannot hold control characters");
        }
        c = skip_separators(c + tag_length(c));
    }
    *tags = list;
    *count = found;
    return PGM_OK;
}

pgm_status pgm__target_check_identifier(const char *name, pgm_error *err) {
    if (name[0] == '\0') {
        return pgm__error_set(err, PGM_EPARSE, "the name is empty");
    }
    /* The server would cut it and use, or create, another one. */
    if (strlen(name) > MAX_IDENTIFIER) {
        return pgm__error_set(err, PGM_EPARSE, "the name is longer than PostgreSQL's %d bytes",
                              MAX_IDENTIFIER);
    }
    if (pgm__target_has_control(name)) {
        return pgm__error_set(err, PGM_EPARSE, "the name holds control characters");
    }
    return PGM_OK;
}

/* *at stands behind the opening quote; moves behind the closing one. False: there is none. */
static bool add_quoted(pgm__strbuf *buf, const char **at) {
    for (const char *c = *at; *c != '\0'; c++) {
        if (*c == '"') {
            if (c[1] != '"') {
                *at = c + 1;
                return true;
            }
            c++;
        }
        pgm__strbuf_addc(buf, *c);
    }
    return false;
}

/* As the server's scanner: letters, "_" and bytes beyond ASCII; then also digits and "$". */
static void add_plain(pgm__strbuf *buf, const char **at) {
    const char *c = *at;
    while ((unsigned char)*c >= 0x80 || is_word(*c) || (*c == '$' && c != *at)) {
        if (c == *at && isdigit((unsigned char)*c)) {
            break;
        }
        bool upper = *c >= 'A' && *c <= 'Z';
        pgm__strbuf_addc(buf, upper ? (char)(*c - 'A' + 'a') : *c);
        c++;
    }
    *at = c;
}

/* An unclosed quote is told before the name is checked: what was read up to the end of the line is
 * no name, and mostly too long for one. */
pgm_status pgm__target_parse_identifier(pgm__arena *arena, const char **text, const char **out,
                                        pgm_error *err) {
    pgm__strbuf buf = {0};
    const char *at = *text;
    bool closed = true;
    if (*at == '"') {
        at++;
        closed = add_quoted(&buf, &at);
    } else {
        add_plain(&buf, &at);
    }
    pgm_status status = PGM_OK;
    const char *name = pgm__strbuf_text(&buf);
    const char *copy = name == NULL ? NULL : pgm__arena_strdup(arena, name);
    if (copy == NULL) {
        status = pgm__error_nomem(err);
    } else if (!closed) {
        status = pgm__error_set(err, PGM_EPARSE, "the closing double quote is missing");
    } else {
        status = pgm__target_check_identifier(copy, err);
    }
    if (status == PGM_OK && copy != NULL) {
        *text = at;
        *out = copy;
    }
    pgm__strbuf_fini(&buf);
    return status;
}

/* ---- a list of schemas ---- */

/* In a search path these mean something else, in quotes too: the caller's own schema, which another
 * login's differs from; its temporary tables, which would come before the server's own names; and
 * pg_catalog, which stands in front of all as long as nobody names it. */
static pgm_status check_schema(const char *name, pgm_error *err) {
    pgm_status status = pgm__target_check_identifier(name, err);
    if (status == PGM_OK && (strcmp(name, "$user") == 0 || strncmp(name, "pg_", 3) == 0)) {
        return pgm__error_set(err, PGM_EPARSE,
                              "\"$user\" and schemas of the server itself (pg_...) cannot stand "
                              "there: they would change what other names mean");
    }
    return status;
}

/* Plain text up to the next comma, without the blanks in front of that. */
static pgm_status read_plain(pgm__arena *arena, const char **text, const char **out,
                             pgm_error *err) {
    size_t whole = strcspn(*text, ",");
    size_t len = whole;
    while (len > 0 && ((*text)[len - 1] == ' ' || (*text)[len - 1] == '\t')) {
        len--;
    }
    const char *name = pgm__arena_strndup(arena, *text, len);
    if (name == NULL) {
        return pgm__error_nomem(err);
    }
    *text += whole;
    *out = name;
    return PGM_OK;
}

/* One of the list; *text moves behind it and the comma that follows. */
static pgm_status read_schema(pgm__arena *arena, const char **text, const char **out,
                              pgm_error *err) {
    const char *name = "";
    *text += strspn(*text, " \t");
    pgm_status status = **text == '"' ? pgm__target_parse_identifier(arena, text, &name, err)
                                      : read_plain(arena, text, &name, err);
    if (status == PGM_OK) {
        status = check_schema(name, err);
    }
    *out = name;
    *text += strspn(*text, " \t");
    if (status == PGM_OK && **text != '\0' && **text != ',') {
        return pgm__error_set(err, PGM_EPARSE, "there is text behind a closing double quote");
    }
    return status;
}

static bool is_among(const char *const *names, size_t count, const char *name) {
    for (size_t i = 0; i < count; i++) {
        if (strcmp(names[i], name) == 0) {
            return true;
        }
    }
    return false;
}

static size_t most_schemas(const char *text) {
    size_t count = 1;
    for (const char *c = text; *c != '\0'; c++) {
        count += *c == ',' ? 1 : 0;
    }
    return count;
}

pgm_status pgm__target_parse_schemas(pgm__arena *arena, const char *text,
                                     const char *const **schemas, size_t *count, pgm_error *err) {
    const char **list = pgm__arena_calloc(arena, most_schemas(text), sizeof *list);
    if (list == NULL) {
        return pgm__error_nomem(err);
    }
    size_t found = 0;
    const char *at = text;
    for (bool more = true; more; found++) {
        pgm_status status = read_schema(arena, &at, &list[found], err);
        if (status != PGM_OK) {
            return status;
        }
        if (is_among(list, found, list[found])) {
            return pgm__error_set(err, PGM_EPARSE, "a schema is named twice");
        }
        more = *at == ',';
        at += more ? 1 : 0;
    }
    *schemas = list;
    *count = found;
    return PGM_OK;
}
