/* libpq documentation, "Specifying Multiple Hosts". Each of the three lists may be left out; one
 * host or port goes with all of the others. */
#include "pg/conninfo/hosts.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"

typedef struct list {
    char **items;
    size_t count; /* 0 = not given */
} list;

/* An empty entry is one as well: "a,,b" are three hosts, of which the second is libpq's default. A
 * list that is not given (NULL) has none. */
static bool split(pgm__arena *arena, const char *text, list *out) {
    *out = (list){0};
    if (text == NULL) {
        return true;
    }
    size_t count = 1;
    for (const char *c = text; *c != '\0'; c++) {
        count += *c == ',' ? 1 : 0;
    }
    out->items = pgm__arena_calloc(arena, count, sizeof *out->items);
    if (out->items == NULL) {
        return false;
    }
    const char *next = text;
    for (size_t i = 0; i < count; i++) {
        size_t len = strcspn(next, ",");
        out->items[i] = pgm__arena_strndup(arena, next, len);
        if (out->items[i] == NULL) {
            return false;
        }
        next += len + 1;
    }
    out->count = count;
    return true;
}

static bool is_socket_path(const char *host) {
    return host[0] == '/' || host[0] == '@'; /* '@': Linux' abstract sockets */
}

/* Not shown: with a badly written URL it could be a piece of the password. */
static pgm_status check_host(const char *host, pgm_error *err) {
    for (const char *c = host; *c != '\0'; c++) {
        if ((unsigned char)*c <= ' ' || *c == 0x7f) {
            return pgm__error_set(err, PGM_EUSAGE, "a host name holds a blank");
        }
    }
    if (is_socket_path(host)) {
        return PGM_OK;
    }
    if (strpbrk(host, "/@?#") != NULL) {
        return pgm__error_set(err, PGM_EUSAGE,
                              "a host is neither a name nor the folder of a socket, which would "
                              "begin with \"/\"; is a character of the password not encoded?");
    }
    /* Everything with a colon that is no IPv6 address is "host:port" written as one. libpq would
     * look that up as a name, and not find it. */
    size_t address = strspn(host, "0123456789abcdefABCDEF:.");
    const char *colon = strchr(host, ':');
    if (colon != NULL &&
        ((host[address] != '\0' && host[address] != '%') || strchr(colon + 1, ':') == NULL)) {
        return pgm__error_set(err, PGM_EUSAGE,
                              "a host name holds a \":\"; the port has a key of its own");
    }
    return PGM_OK;
}

/* libpq says this too, but with the text itself in its message, which may be a piece of the
 * password. */
static pgm_status check_port(const char *port, pgm_error *err) {
    size_t digits = strspn(port, "0123456789");
    long number = digits > 0 && digits <= 5 && port[digits] == '\0' ? strtol(port, NULL, 10) : 0;
    if (number < 1 || number > 65535) {
        return pgm__error_set(err, PGM_EUSAGE,
                              "a port is not a number from 1 to 65535; is a \"/\", \"@\" or \":\" "
                              "of the password not encoded?");
    }
    return PGM_OK;
}

/* The host decides where a target is. An address from the environment would send all of a fleet's
   targets to one server. */
static pgm_status check_environment(const pgm__conn_draft *draft, pgm_error *err) {
    if (pgm__conn_given(draft, "host") != NULL && pgm__conn_given(draft, "hostaddr") == NULL &&
        pgm__conn_effective(draft, "hostaddr") != NULL) {
        return pgm__error_set(err, PGM_EUSAGE,
                              "PGHOSTADDR (or the service of PGSERVICE) would lead this target to "
                              "another server than its host; unset it");
    }
    return PGM_OK;
}

/* Not the default that PQconndefaults() has for it, which holds PGPORT already: an empty entry of
 * the list means the port that libpq was built with. */
static const char *built_in_port(const pgm__conn_draft *draft) {
    for (const PQconninfoOption *known = draft->defaults; known->keyword != NULL; known++) {
        if (strcmp(known->keyword, "port") == 0 && known->compiled != NULL) {
            return known->compiled;
        }
    }
    return "5432";
}

/* Addresses decide, where there are any: they are what is connected to. One port goes with all
 * hosts. */
static pgm_status check_counts(const list *hosts, const list *addresses, const list *ports,
                               size_t *count, pgm_error *err) {
    *count = addresses->count > 0 ? addresses->count : hosts->count;
    *count = *count == 0 ? 1 : *count;
    if (hosts->count > 0 && hosts->count != *count) {
        return pgm__error_set(err, PGM_EUSAGE, "there are %zu host names and %zu addresses",
                              hosts->count, *count);
    }
    if (ports->count > 1 && ports->count != *count) {
        return pgm__error_set(err, PGM_EUSAGE, "there are %zu ports and %zu hosts", ports->count,
                              *count);
    }
    return PGM_OK;
}

static const char *item(const list *from, size_t index) {
    if (from->count == 0) {
        return "";
    }
    return from->items[from->count == 1 ? 0 : index];
}

/* An address with "%" is one with a zone (fe80::1%eth0), whose rest is the name of an interface. */
static pgm_status make_host(const char *host, const char *address, const char *port,
                            pgm__conn_host *out, pgm_error *err) {
    pgm_status status = check_host(host, err);
    if (status == PGM_OK && strspn(address, "0123456789abcdefABCDEF:.") != strcspn(address, "%")) {
        status = pgm__error_set(err, PGM_EUSAGE, "a hostaddr is not a numeric address");
    }
    if (status == PGM_OK) {
        status = check_port(port, err);
    }
    *out = (pgm__conn_host){host, address, port,
                            address[0] == '\0' && (host[0] == '\0' || is_socket_path(host))};
    return status;
}

pgm_status pgm__conn_split_hosts(const pgm__conn_draft *draft, pgm__conninfo *out, pgm_error *err) {
    pgm_status status = check_environment(draft, err);
    if (status != PGM_OK) {
        return status;
    }
    list hosts;
    list addresses;
    list ports;
    if (!split(draft->arena, pgm__conn_effective(draft, "host"), &hosts) ||
        !split(draft->arena, pgm__conn_effective(draft, "hostaddr"), &addresses) ||
        !split(draft->arena, pgm__conn_effective(draft, "port"), &ports)) {
        return pgm__error_nomem(err);
    }
    size_t count = 0;
    status = check_counts(&hosts, &addresses, &ports, &count, err);
    if (status != PGM_OK) {
        return status;
    }
    pgm__conn_host *made = pgm__arena_calloc(draft->arena, count, sizeof *made);
    const char *port = pgm__arena_strdup(draft->arena, built_in_port(draft));
    if (made == NULL || port == NULL) {
        return pgm__error_nomem(err);
    }
    for (size_t i = 0; i < count && status == PGM_OK; i++) {
        const char *given = item(&ports, i);
        status = make_host(item(&hosts, i), item(&addresses, i), given[0] == '\0' ? port : given,
                           &made[i], err);
    }
    out->hosts = made;
    out->host_count = count;
    return status;
}
