/* A URL that libpq may parse. Its parser is lenient where a password was not encoded: with
   "u:pa/ss@h/db" the host is "u", the port "pa" and the database "ss@h/db", and each of them would
   be shown. So the shape is checked here first, and no message holds a piece of the text. */
#include <ctype.h>
#include <string.h>

#include "base/error.h"
#include "base/strbuf.h"
#include "pg/conninfo_draft.h"

#define EXPECTED                                                                                   \
    "expected postgresql://user:password@host:5432/database (in the password %40 for \"@\", %3A "  \
    "for \":\", %2F for \"/\", %25 for \"%\", %23 for \"#\", %3F for \"?\", %20 for a blank), or " \
    "\"host=... port=... dbname=... user=... password='...'\""

/* Where the parts of a URL are, as libpq finds them. */
typedef struct parts {
    const char *authority;  /* behind "://" */
    const char *user_end;   /* the '@' behind user and password; NULL = there is none */
    const char *place;      /* host, port and path */
    const char *query;      /* behind '?'; NULL = there is none */
    const char *place_stop; /* the '?', or the end */
} parts;

static pgm_status malformed(pgm_error *err, const char *what) {
    return pgm__error_set(err, PGM_EUSAGE, "%s; %s", what, EXPECTED);
}

/* NULL when the text has no scheme. A keyword string may hold "://" behind a '='. */
static const char *behind_scheme(const char *text, bool *is_postgres) {
    size_t len = 0;
    while (isalnum((unsigned char)text[len]) || (text[len] != '\0' && strchr("+.-", text[len]))) {
        len++;
    }
    if (len == 0 || strncmp(text + len, "://", 3) != 0) {
        return NULL;
    }
    *is_postgres = (len == 8 && strncmp(text, "postgres", len) == 0) ||
                   (len == 10 && strncmp(text, "postgresql", len) == 0);
    return text + len + 3;
}

static parts take_apart(const char *authority) {
    parts url = {.authority = authority};
    size_t user = strcspn(authority, "@/");
    url.user_end = authority[user] == '@' ? authority + user : NULL;
    url.place = url.user_end == NULL ? authority : url.user_end + 1;
    size_t place = strcspn(url.place, "?");
    url.place_stop = url.place + place;
    url.query = *url.place_stop == '?' ? url.place_stop + 1 : NULL;
    return url;
}

static bool escapes_are_whole(const char *text) {
    for (; *text != '\0'; text++) {
        if (*text == '%' && (!isxdigit((unsigned char)text[1]) ||
                             !isxdigit((unsigned char)text[2]) || strncmp(text, "%00", 3) == 0)) {
            return false;
        }
    }
    return true;
}

static pgm_status check_shape(const parts *url, pgm_error *err) {
    if (!escapes_are_whole(url->authority)) {
        return malformed(err, "a \"%\" in the URL is not followed by two hexadecimal digits");
    }
    const char *user = url->authority;
    if (url->user_end != NULL && memchr(user, '?', strcspn(user, ":@")) != NULL) {
        return malformed(err, "there is a \"?\" in the user's name of the URL");
    }
    /* libpq takes one in path or query, but there it may as well be the end of a password. */
    if (strchr(url->place, '@') != NULL) {
        return malformed(err, "the URL has an \"@\" too many: in the password, and wherever it "
                              "does not stand between password and host, it is written %40");
    }
    return PGM_OK;
}

/* ---- parameters that libpq does not know ---- */

/* Other programs' own, safe to do without: nothing of what they do concerns a migration. */
static bool is_foreign(const char *name) {
    static const char *const names[] = {
        "pgbouncer",
        "connection_limit",
        "pool_timeout",
        "socket_timeout",
        "statement_cache_size",
        "statement_cache_capacity",
        "prepareThreshold",
        "preparedStatementCacheQueries",
        "max_idle_connection_lifetime",
        "pool_max_conns",
        "pool_min_conns",
        "pool_max_conn_lifetime",
        "pool_max_conn_idle_time",
        "pool_health_check_period",
        "default_query_exec_mode",
        "binary_parameters",
        "pool_mode",
        "supa",
        "workaround",
        "uselibpqcompat",
        "sslaccept",
        "sslnegotiation",
        "load_balance_hosts",
    };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (strcmp(name, names[i]) == 0) {
            return true;
        }
    }
    return strncmp(name, "x-", 2) == 0; /* golang-migrate */
}

static bool is_schema(const char *name) {
    return strcmp(name, "schema") == 0 || strcmp(name, "search_path") == 0 ||
           strcmp(name, "currentSchema") == 0;
}

static bool is_plain_name(const char *name) {
    size_t len = strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-");
    return len > 0 && len <= 40 && name[len] == '\0';
}

static pgm_status unknown_parameter(const parts *url, const char *name, pgm_error *err) {
    /* The "name" may be what stands behind a '&' of the password. */
    if (strstr(url->query, "password=") != NULL || !is_plain_name(name)) {
        return malformed(err, "the URL has a parameter that libpq does not know");
    }
    int version = PQlibVersion() / 10000;
    return pgm__error_set(err, PGM_EUSAGE, "libpq %d does not know the URL's parameter \"%s\"",
                          version, name);
}

/* JDBC's and libpq's own old spellings, which its URL parser takes. */
static bool is_known(const char *name) {
    return strcmp(name, "ssl") == 0 || strcmp(name, "requiressl") == 0 ||
           pgm__conninfo_is_keyword(name);
}

static pgm_status sort_parameter(pgm__conn_draft *draft, const parts *url, const char *name,
                                 bool *keep, pgm_error *err) {
    *keep = is_known(name);
    if (*keep) {
        return PGM_OK;
    }
    if (!is_schema(name) && !is_foreign(name)) {
        return unknown_parameter(url, name, err);
    }
    const char *warning = pgm__arena_printf(
        draft->arena, "\"%s\" of the URL is not used: %s", name,
        is_schema(name) ? "write \"schema = ...\" in a target file to migrate another schema"
                        : "this libpq does not know it");
    return pgm__conn_texts_add(draft->arena, &draft->warnings, warning) ? PGM_OK
                                                                        : pgm__error_nomem(err);
}

/* Copies the URL without the parameters that libpq would stumble over. */
static pgm_status strip(pgm__conn_draft *draft, const char *text, const parts *url,
                        pgm__strbuf *out, pgm_error *err) {
    pgm__strbuf_add(out, text, (size_t)(url->place_stop - text));
    char separator = '?';
    const char *next = url->query == NULL ? "" : url->query;
    while (*next != '\0') {
        size_t len = strcspn(next, "&");
        size_t name_len = strcspn(next, "=&");
        const char *name = pgm__arena_strndup(draft->arena, next, name_len);
        if (name == NULL) {
            return pgm__error_nomem(err);
        }
        if (len > 0 && name_len == len) {
            return malformed(err, "a parameter of the URL has no \"=\"");
        }
        bool keep = false;
        pgm_status status = len == 0 ? PGM_OK : sort_parameter(draft, url, name, &keep, err);
        if (status != PGM_OK) {
            return status;
        }
        if (keep) {
            pgm__strbuf_addc(out, separator);
            pgm__strbuf_add(out, next, len);
            separator = '&';
        }
        next += len;
        next += *next == '&' ? 1 : 0;
    }
    return PGM_OK;
}

/* ---- all of it ---- */

static pgm_status parse(const char *text, PQconninfoOption **out, pgm_error *err) {
    char *reason = NULL;
    PQconninfoOption *options = text == NULL ? NULL : PQconninfoParse(text, &reason);
    if (options == NULL) {
        bool out_of_memory = reason == NULL;
        PQfreemem(reason); /* quotes the text: never shown */
        return out_of_memory ? pgm__error_nomem(err)
                             : malformed(err, "not a valid connection URL or keyword string");
    }
    *out = options;
    return PGM_OK;
}

static pgm_status parse_url(pgm__conn_draft *draft, const char *text, const char *authority,
                            PQconninfoOption **out, pgm_error *err) {
    parts url = take_apart(authority);
    pgm_status status = check_shape(&url, err);
    if (status == PGM_OK && url.user_end != NULL) {
        /* As it was typed: between plain and fully encoded there are many ways to write it. */
        const char *password = url.authority + strcspn(url.authority, ":@");
        if (*password == ':' && !pgm__conn_add_secret_text(draft, password + 1,
                                                           (size_t)(url.user_end - password) - 1)) {
            status = pgm__error_nomem(err);
        }
    }
    pgm__strbuf stripped = {0};
    if (status == PGM_OK) {
        status = strip(draft, text, &url, &stripped, err);
    }
    if (status == PGM_OK) {
        status = parse(pgm__strbuf_text(&stripped), out, err);
    }
    pgm__strbuf_fini(&stripped);
    return status;
}

static const char *trimmed(pgm__arena *arena, const char *text) {
    static const char blanks[] = " \t\r\n\f\v";
    text += strspn(text, blanks);
    size_t len = strlen(text);
    while (len > 0 && strchr(blanks, text[len - 1]) != NULL) {
        len--;
    }
    return pgm__arena_strndup(arena, text, len);
}

pgm_status pgm__conn_parse_url(pgm__conn_draft *draft, const char *url, PQconninfoOption **out,
                               pgm_error *err) {
    const char *text = trimmed(draft->arena, url);
    if (text == NULL) {
        return pgm__error_nomem(err);
    }
    if (text[0] == '\0') {
        return malformed(err, "the connection URL is empty");
    }
    if (text[0] == '"' || text[0] == '\'') {
        return malformed(err, "the connection URL must stand without quotes");
    }
    bool is_postgres = false;
    const char *authority = behind_scheme(text, &is_postgres);
    if (authority == NULL) {
        return parse(text, out, err);
    }
    if (!is_postgres) {
        return malformed(err, "the URL must begin with postgresql:// or postgres://");
    }
    return parse_url(draft, text, authority, out, err);
}
