/* The URL that is shown is made anew of what libpq will use, and not by taking the password out of
 * what was typed: where that was badly written, nobody can say which part of it the password is. */
#include "pg/conninfo/show.h"

#include <ctype.h>
#include <string.h>

#include "base/error.h"
#include "base/strbuf.h"

/* Bytes beyond ASCII stay: this URL is for reading. */
static void add_encoded(pgm__strbuf *buf, const char *text, const char *also) {
    for (; *text != '\0'; text++) {
        unsigned char byte = (unsigned char)*text;
        if (byte >= 0x80 || isalnum(byte) || strchr("-._~", byte) != NULL ||
            strchr(also, byte) != NULL) {
            pgm__strbuf_addc(buf, *text);
        } else {
            pgm__strbuf_addf(buf, "%%%02X", byte);
        }
    }
}

static const char *shown_name(const pgm__conn_host *host) {
    return host->host[0] != '\0' ? host->host : host->hostaddr;
}

static bool has_default_port(const pgm__conn_host *host) {
    return strcmp(host->port, "5432") == 0;
}

/* A single socket's folder is readable only as a parameter. */
static bool is_lone_socket(const pgm__conninfo *info) {
    return info->host_count == 1 && info->hosts[0].is_socket;
}

static void add_hosts(pgm__strbuf *buf, const pgm__conninfo *info) {
    for (size_t i = 0; i < info->host_count; i++) {
        const pgm__conn_host *host = &info->hosts[i];
        const char *name = shown_name(host);
        bool brackets = !host->is_socket && strchr(name, ':') != NULL;
        pgm__strbuf_adds(buf, i > 0 ? "," : "");
        pgm__strbuf_adds(buf, brackets ? "[" : "");
        add_encoded(buf, name, brackets ? ":" : "");
        pgm__strbuf_addf(buf, "%s:%s", brackets ? "]" : "", host->port);
    }
}

void pgm__conninfo_add_hosts(pgm__strbuf *out, const pgm__conninfo *info) {
    for (size_t i = 0; i < info->host_count; i++) {
        const pgm__conn_host *host = &info->hosts[i];
        const char *name = shown_name(host);
        bool brackets = !host->is_socket && strchr(name, ':') != NULL;
        pgm__strbuf_addf(out, "%s%s%s%s:%s", i > 0 ? "," : "", brackets ? "[" : "",
                         name[0] == '\0' ? "[local]" : name, brackets ? "]" : "", host->port);
    }
}

static void add_socket(pgm__strbuf *buf, const pgm__conn_host *host) {
    char separator = '?';
    if (host->host[0] != '\0') {
        pgm__strbuf_adds(buf, "?host=");
        add_encoded(buf, host->host, "/@");
        separator = '&';
    }
    if (!has_default_port(host)) {
        pgm__strbuf_addf(buf, "%cport=%s", separator, host->port);
    }
}

/* A target without a password of its own is shown without one, so that one sees that it comes from
 * ~/.pgpass or the environment. */
static void add_url(pgm__strbuf *buf, const pgm__conn_draft *draft, const pgm__conninfo *info) {
    pgm__strbuf_adds(buf, "postgresql://");
    add_encoded(buf, info->user, "");
    pgm__strbuf_adds(buf, pgm__conn_given(draft, "password") == NULL ? "@" : ":***@");
    if (!is_lone_socket(info)) {
        add_hosts(buf, info);
    }
    pgm__strbuf_addc(buf, '/');
    add_encoded(buf, info->dbname, "");
    if (is_lone_socket(info)) {
        add_socket(buf, &info->hosts[0]);
    }
}

/* Names of hosts mean the same in either case; names of folders do not. A server with several hosts
 * counts as its first one: which of them answers is not known when targets are selected. */
static const char *make_key(pgm__arena *arena, const pgm__conn_host *host) {
    const char *name = shown_name(host);
    char *key = pgm__arena_printf(arena, "%s:%s", name[0] == '\0' ? "[local]" : name, host->port);
    for (char *c = key; c != NULL && *c != '\0' && !host->is_socket; c++) {
        *c = *c >= 'A' && *c <= 'Z' ? (char)(*c - 'A' + 'a') : *c;
    }
    return key;
}

pgm_status pgm__conn_show(const pgm__conn_draft *draft, pgm__conninfo *out, pgm_error *err) {
    pgm__strbuf buf = {0};
    add_url(&buf, draft, out);
    const char *text = pgm__strbuf_text(&buf);
    out->server = text == NULL ? NULL : pgm__arena_strdup(draft->arena, text);
    pgm__strbuf_fini(&buf);
    out->server_key = make_key(draft->arena, &out->hosts[0]);
    return out->server == NULL || out->server_key == NULL ? pgm__error_nomem(err) : PGM_OK;
}
