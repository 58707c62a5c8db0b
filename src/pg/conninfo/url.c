/* With "u:pa/ss@h/db" libpq takes "u" for the host, "pa" for the port and "ss@h/db" for the
 * database, and each of them would be shown. So no message holds a piece of the text. */
#include "pg/conninfo/url.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/strbuf.h"
#include "model/targets/target_url_schema.h"
#include "pg/conninfo/keyword.h"
#include "pg/conninfo/secrets.h"

#define WRITE "write postgresql://user:password@host:5432/database"

/* Where the parts of a URL are, as libpq finds them. */
typedef struct parts {
    const char *authority;  /* behind "://" */
    const char *user_end;   /* the '@' behind user and password; NULL = there is none */
    const char *place;      /* host, port and path */
    const char *query;      /* behind '?'; NULL = there is none */
    const char *place_stop; /* the '?', or the end */
} parts;

/* What to write is told, since the text itself cannot be shown to point at the fault. */
static pgm_status malformed(pgm_error *err, const char *what) {
    return pgm__error_set(err, PGM_EUSAGE, "%s: %s", what, WRITE);
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

/* As libpq does it, character by character: where the two differed, a check here would be of
 * another text. */
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

/* libpq refuses these as well, with a message that quotes the text. */
static bool escapes_are_whole(const char *text) {
    for (; *text != '\0'; text++) {
        if (*text == '%' && (!isxdigit((unsigned char)text[1]) ||
                             !isxdigit((unsigned char)text[2]) || strncmp(text, "%00", 3) == 0)) {
            return false;
        }
    }
    return true;
}

/* libpq is lenient where a password was not encoded, and then connects to a host that is a piece of
 * it; that name goes to DNS, and into messages. */
static pgm_status check_shape(const parts *url, pgm_error *err) {
    if (!escapes_are_whole(url->authority)) {
        return malformed(err, "a \"%\" in the URL is written %25");
    }
    const char *user = url->authority;
    if (url->user_end != NULL && memchr(user, '?', strcspn(user, ":@")) != NULL) {
        return malformed(err, "a \"?\" in user or password is written %3F");
    }
    /* libpq takes one in path or query, but there it may as well be the end of a password. */
    if (strchr(url->place, '@') != NULL) {
        return malformed(err, "the URL has an \"@\" too many, which in a password, path or "
                              "parameter is written %40 (and \"/\" is %2F)");
    }
    return PGM_OK;
}

/* ---- parameters that libpq does not know ---- */

/* Other programs' own. Left out are only those that decide neither where a migration goes, nor as
 * whom, nor how safely; the others are refused with what to write instead (remedy). */
typedef struct foreign {
    const char *name;
    const char *remedy; /* NULL: left out */
} foreign;

#define LEDGER_REMEDY                                                                              \
    "it names the table of golang-migrate; pgmarch's is named by --ledger, or \"ledger = ...\" "   \
    "in "                                                                                          \
    "a target file"

static const foreign foreign_ones[] = {
    /* How many connections another program keeps, how long, and how it prepares statements. */
    {"pgbouncer", NULL},
    {"connection_limit", NULL},
    {"pool_timeout", NULL},
    {"socket_timeout", NULL},
    {"statement_cache_size", NULL},
    {"statement_cache_capacity", NULL},
    {"prepareThreshold", NULL},
    {"preparedStatementCacheQueries", NULL},
    {"max_idle_connection_lifetime", NULL},
    {"pool_max_conns", NULL},
    {"pool_min_conns", NULL},
    {"pool_max_conn_lifetime", NULL},
    {"pool_max_conn_idle_time", NULL},
    {"pool_health_check_period", NULL},
    {"default_query_exec_mode", NULL},
    {"binary_parameters", NULL},
    {"pool_mode", NULL},
    /* Marks of providers; and what libpq does anyhow. */
    {"supa", NULL},
    {"workaround", NULL},
    {"uselibpqcompat", NULL},
    /* golang-migrate: how it splits files, and its limits. */
    {"x-multi-statement", NULL},
    {"x-multi-statement-max-size", NULL},
    {"x-statement-timeout", NULL},
    {"x-lock-timeout", NULL},
    {"x-migrations-table", LEDGER_REMEDY},
    {"x-migrations-table-quoted", LEDGER_REMEDY},
    /* Which server of several, and how sure one is of it. */
    {"targetServerType", "write target_session_attrs=read-write"},
    {"useSSL", "write sslmode=verify-full (or disable)"},
    {"tls", "write sslmode=verify-full (or disable)"},
    {"sslMode", "write sslmode=..."},
    {"ssl_mode", "write sslmode=..."},
    {"sslfactory", "write sslmode=verify-full and sslrootcert=FILE"},
    {"sslidentity", "write sslcert=FILE and sslkey=FILE, the certificate and the key in PEM form"},
};

static const foreign *find_foreign(const char *name) {
    for (size_t i = 0; i < sizeof foreign_ones / sizeof foreign_ones[0]; i++) {
        if (strcmp(name, foreign_ones[i].name) == 0) {
            return &foreign_ones[i];
        }
    }
    return NULL;
}

/* What parameters say together. */
typedef struct query {
    pgm__strbuf *out; /* the URL again, without what libpq would stumble over */
    char separator;
    bool strict;          /* sslaccept=strict */
    bool accepts;         /* sslaccept, whatever it says */
    bool no_tls;          /* sslmode=disable, allow or prefer */
    bool certificate;     /* sslcert, which is the server's in Prisma's words */
    bool certificate_key; /* sslkey: then it is the client's, as libpq means it */
} query;

typedef struct parameter {
    const char *name;
    const char *value;
    size_t value_len;
    const char *text; /* both, as they stand there */
    size_t len;
} parameter;

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
    char near[PGM__KEYWORD_MAX];
    if (pgm__conninfo_nearest(name, near)) {
        return pgm__error_set(err, PGM_EUSAGE,
                              "libpq %d does not know the URL's parameter \"%s\": did you mean "
                              "\"%s\"?",
                              version, name, near);
    }
    return pgm__error_set(err, PGM_EUSAGE, "libpq %d does not know the URL's parameter \"%s\"",
                          version, name);
}

static pgm_status refused(pgm_error *err, const char *name, const char *remedy) {
    return pgm__error_set(err, PGM_EUSAGE, "the URL's parameter \"%s\" is not used by pgmarch: %s",
                          name, remedy);
}

static bool has_value(const parameter *from, const char *value) {
    return strlen(value) == from->value_len && memcmp(from->value, value, from->value_len) == 0;
}

/* Prisma's: "strict" asks for the server's certificate to be checked, which it is not by default.
 */
static pgm_status take_sslaccept(query *to, const parameter *from, pgm_error *err) {
    to->accepts = true;
    to->strict = has_value(from, "strict");
    if (!to->strict && !has_value(from, "accept_invalid_certs")) {
        return refused(err, from->name, "write sslmode=verify-full, or sslmode=require");
    }
    return PGM_OK;
}

static void keep(query *to, const char *text, size_t len) {
    pgm__strbuf_addc(to->out, to->separator);
    pgm__strbuf_add(to->out, text, len);
    to->separator = '&';
}

/* What only means something together with another parameter, which
 * may follow (settle_security()). */
static void note_security(query *to, const parameter *from) {
    if (strcmp(from->name, "sslmode") == 0) {
        to->no_tls = has_value(from, "disable") || has_value(from, "allow") ||
                     has_value(from, "prefer");
    }
    to->certificate = to->certificate || strcmp(from->name, "sslcert") == 0;
    to->certificate_key = to->certificate_key || strcmp(from->name, "sslkey") == 0;
}

/* Newer libpq's: how the encrypted connection is begun, and which of the hosts comes first. */
static bool is_newer(const char *name) {
    return strcmp(name, "sslnegotiation") == 0 || strcmp(name, "load_balance_hosts") == 0;
}

/* With a warning and not an error: URLs are shared by programs of different age. Both are about
 * how, not about where or how safely: without them the connection is the ordinary one. */
static pgm_status leave_out(pgm__conn_draft *draft, const char *name, pgm_error *err) {
    const char *warning = pgm__arena_printf(
        draft->arena, "\"%s\" of the URL is not used: this libpq does not know it", name);
    return pgm__conn_texts_add(draft->arena, &draft->warnings, warning) ? PGM_OK
                                                                        : pgm__error_nomem(err);
}

/*
 * What libpq knows is libpq's. All else is taken as what it means, refused with what to write
 * instead, or left out where it means nothing to a migration; nothing that is unknown is passed
 * over.
 */
static pgm_status sort_parameter(pgm__conn_draft *draft, const parts *url, query *to,
                                 const parameter *from, pgm_error *err) {
    bool is_ssl = strcmp(from->name, "ssl") == 0;
    /* JDBC's and libpq's own old spellings, which its URL parser takes. */
    if (pgm__conninfo_is_keyword(from->name) || strcmp(from->name, "requiressl") == 0 ||
        (is_ssl && has_value(from, "true"))) {
        note_security(to, from);
        keep(to, from->text, from->len);
        return PGM_OK;
    }
    if (pgm__target_url_is_schema(from->name)) {
        return PGM_OK; /* it is the target's schema: model/targets/target_url_schema.h */
    }
    if (strcmp(from->name, "sslaccept") == 0) {
        return take_sslaccept(to, from, err);
    }
    if (is_ssl) {
        return refused(err, from->name, "write sslmode=verify-full, require or disable");
    }
    if (is_newer(from->name)) {
        return leave_out(draft, from->name, err);
    }
    const foreign *known = find_foreign(from->name);
    if (known == NULL) {
        return unknown_parameter(url, from->name, err);
    }
    return known->remedy == NULL ? PGM_OK : refused(err, from->name, known->remedy);
}

/* Once all parameters are known. Where two of them ask for different things, neither is believed:
 * to choose the weaker would be a connection less safe than somebody asked for. */
static pgm_status settle_security(query *to, pgm_error *err) {
    if (to->strict && to->no_tls) {
        return pgm__error_set(err, PGM_EUSAGE,
                              "the URL says sslaccept=strict, and with its sslmode a connection "
                              "without TLS would do: write sslmode=verify-full alone");
    }
    if (to->accepts && to->certificate && !to->certificate_key) {
        return pgm__error_set(err, PGM_EUSAGE,
                              "\"sslcert\" of the URL is the server's certificate for Prisma, and "
                              "the client's for libpq: write sslrootcert=FILE, and "
                              "sslmode=verify-full in place of sslaccept");
    }
    if (to->strict) {
        static const char checked[] = "sslmode=verify-full"; /* the last one counts */
        keep(to, checked, sizeof checked - 1);
    }
    return PGM_OK;
}

/* Copies the URL without the parameters that libpq would stumble over. */
static pgm_status strip(pgm__conn_draft *draft, const char *text, const parts *url,
                        pgm__strbuf *out, pgm_error *err) {
    query to = {.out = out, .separator = '?'};
    pgm__strbuf_add(out, text, (size_t)(url->place_stop - text));
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
        if (len > 0) {
            const parameter from = {name, next + name_len + 1, len - name_len - 1, next, len};
            pgm_status status = sort_parameter(draft, url, &to, &from, err);
            if (status != PGM_OK) {
                return status;
            }
        }
        next += len;
        next += *next == '&' ? 1 : 0;
    }
    return settle_security(&to, err);
}

/* ---- all of it ---- */

/* The keyword that libpq did not know, copied to `name`, where it is one that may be shown: behind
 * a blank in a password that was not quoted, the next word is no keyword. */
static bool unknown_keyword(const char *text, const char *reason, char name[PGM__KEYWORD_MAX]) {
    static const char lead[] = "invalid connection option \"";
    const char *begin = strstr(reason, lead);
    const char *end = begin == NULL ? NULL : strchr(begin + strlen(lead), '"');
    if (end == NULL || strstr(text, "password") != NULL) {
        return false;
    }
    (void)snprintf(name, PGM__KEYWORD_MAX, "%.*s", (int)(end - begin - (ptrdiff_t)strlen(lead)),
                   begin + strlen(lead));
    return is_plain_name(name);
}

/* libpq's reason quotes the text it could not read, which may hold the password: it is not shown.
 */
static pgm_status unreadable(const char *text, const char *reason, pgm_error *err) {
    char name[PGM__KEYWORD_MAX];
    char near[PGM__KEYWORD_MAX];
    int version = PQlibVersion() / 10000;
    if (!unknown_keyword(text, reason, name)) {
        return pgm__error_set(err, PGM_EUSAGE,
                              "neither a valid URL nor \"host=... dbname=... user=...\": " WRITE);
    }
    if (!pgm__conninfo_nearest(name, near)) {
        return pgm__error_set(err, PGM_EUSAGE, "libpq %d does not know the keyword \"%s\": " WRITE,
                              version, name);
    }
    return pgm__error_set(err, PGM_EUSAGE,
                          "libpq %d does not know the keyword \"%s\": did you mean \"%s\"?",
                          version, name, near);
}

static pgm_status parse(const char *text, PQconninfoOption **out, pgm_error *err) {
    char *reason = NULL;
    PQconninfoOption *options = text == NULL ? NULL : PQconninfoParse(text, &reason);
    if (options == NULL) {
        pgm_status status = reason == NULL ? pgm__error_nomem(err) : unreadable(text, reason, err);
        PQfreemem(reason);
        return status;
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
