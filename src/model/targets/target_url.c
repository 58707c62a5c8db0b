/*
 * A name is printed, and a badly written URL may have a piece of its password where the database's
 * name is expected. So where anything is odd, nothing is guessed: the target is called "database".
 */
#include "model/targets/target_url.h"

#include <stdbool.h>
#include <string.h>

#include "base/strbuf.h"
#include "model/targets/target_value.h"

static const char FALLBACK[] = "database";

static int hex_digit(char c) {
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    if (c >= 'a' && c <= 'f') {
        return c - 'a' + 10;
    }
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* A "%" without two digits stays as it is: who decodes here only wants a name, and whether the URL
 * is well formed is judged by pg/conninfo/url.c. */
void pgm__target_url_decode(pgm__strbuf *name, const char *text, size_t len) {
    for (size_t i = 0; i < len; i++) {
        int high = text[i] == '%' && i + 2 < len ? hex_digit(text[i + 1]) : -1;
        int low = high >= 0 ? hex_digit(text[i + 2]) : -1;
        if (low >= 0) {
            pgm__strbuf_addc(name, (char)(high * 16 + low));
            i += 2;
        } else {
            pgm__strbuf_addc(name, text[i]);
        }
    }
}

/* A '@' behind the authority means that a '/' of the password was not encoded: the "path" is the
 * rest of it. Of several `dbname` the last one counts, and it wins over the path, as for libpq. */
static void add_name_of_url(pgm__strbuf *name, const char *authority) {
    const char *path = strchr(authority, '/');
    if (path == NULL || strchr(path, '@') != NULL) {
        return;
    }
    path++;
    const char *query = path + strcspn(path, "?");
    pgm__target_url_decode(name, path, (size_t)(query - path));
    while (*query != '\0') {
        query++;
        size_t len = strcspn(query, "&");
        if (strncmp(query, "dbname=", 7) == 0) {
            pgm__strbuf_clear(name);
            pgm__target_url_decode(name, query + 7, len - 7);
        }
        query += len;
    }
}

static const char *skip_blanks(const char *c) {
    return c + strspn(c, " \t\r\n\f\v");
}

/* One value of a keyword string, quotes and backslashes as libpq reads them; NULL: only skipped. */
static const char *read_value(const char *c, pgm__strbuf *value) {
    bool quoted = *c == '\'';
    c += quoted ? 1 : 0;
    while (*c != '\0' && (quoted ? *c != '\'' : strchr(" \t\r\n\f\v", *c) == NULL)) {
        if (*c == '\\' && c[1] != '\0') {
            c++;
        }
        if (value != NULL) {
            pgm__strbuf_addc(value, *c);
        }
        c++;
    }
    return quoted && *c == '\'' ? c + 1 : c;
}

static void add_name_of_keywords(pgm__strbuf *name, const char *text) {
    const char *c = skip_blanks(text);
    while (*c != '\0') {
        size_t len = strcspn(c, "= \t\r\n\f\v");
        bool is_name = len == 6 && strncmp(c, "dbname", 6) == 0;
        c = skip_blanks(c + len);
        if (*c != '=') {
            pgm__strbuf_clear(name); /* not a keyword string: guess nothing */
            break;
        }
        if (is_name) {
            pgm__strbuf_clear(name); /* the last one counts */
        }
        c = skip_blanks(read_value(skip_blanks(c + 1), is_name ? name : NULL));
    }
}

const char *pgm__target_url_name(pgm__arena *arena, const char *url) {
    pgm__strbuf name = {0};
    const char *scheme_end = strstr(url, "://");
    const char *first_equals = strchr(url, '=');
    if (scheme_end != NULL && (first_equals == NULL || scheme_end < first_equals)) {
        add_name_of_url(&name, scheme_end + 3);
    } else {
        add_name_of_keywords(&name, url);
    }
    const char *text = pgm__strbuf_text(&name);
    const char *out = NULL;
    if (text != NULL) {
        out = pgm__arena_strdup(arena,
                                text[0] == '\0' || pgm__target_has_control(text) ? FALLBACK : text);
    }
    pgm__strbuf_fini(&name);
    return out;
}
