/* libpq's three lists: hosts, addresses and ports that belong together by position (libpq
   documentation, "Specifying Multiple Hosts"; facts.md §1). */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/strbuf.h"
#include "pg/conninfo_draft.h"

typedef struct list {
    char **items;
    size_t count; /* 0 = not given */
} list;

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
    /* Everything with a colon that is no IPv6 address is "host:port" written as one. */
    size_t address = strspn(host, "0123456789abcdefABCDEF:.");
    const char *colon = strchr(host, ':');
    if (colon != NULL &&
        ((host[address] != '\0' && host[address] != '%') || strchr(colon + 1, ':') == NULL)) {
        return pgm__error_set(err, PGM_EUSAGE,
                              "a host name holds a \":\"; the port has a key of its own");
    }
    return PGM_OK;
}

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

static const char *built_in_port(const pgm__conn_draft *draft) {
    for (const PQconninfoOption *known = draft->defaults; known->keyword != NULL; known++) {
        if (strcmp(known->keyword, "port") == 0 && known->compiled != NULL) {
            return known->compiled;
        }
    }
    return "5432";
}

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

/* ---- resolved ---- */

typedef struct lists {
    pgm__strbuf hosts;
    pgm__strbuf addresses;
    pgm__strbuf ports;
    size_t count;
} lists;

static void add_entry(lists *to, const char *host, const char *address, const char *port) {
    if (to->count > 0) {
        pgm__strbuf_addc(&to->hosts, ',');
        pgm__strbuf_addc(&to->addresses, ',');
        pgm__strbuf_addc(&to->ports, ',');
    }
    pgm__strbuf_adds(&to->hosts, host);
    pgm__strbuf_adds(&to->addresses, address);
    pgm__strbuf_adds(&to->ports, port);
    to->count++;
}

/* Adds the addresses number `begin` to `end`, and returns how many there are in all. */
static size_t add_hosts(lists *to, const pgm__conninfo *info, const pgm__addresses *addresses,
                        size_t begin, size_t end) {
    size_t number = 0;
    for (size_t i = 0; i < info->host_count; i++) {
        const pgm__conn_host *from = &info->hosts[i];
        bool known = from->is_socket || from->hostaddr[0] != '\0';
        size_t count = known ? 1 : addresses[i].count;
        for (size_t j = 0; j < count; j++, number++) {
            if (number >= begin && number < end) {
                add_entry(to, from->host, known ? from->hostaddr : addresses[i].items[j],
                          from->port);
            }
        }
    }
    return number;
}

static bool is_place(const char *keyword) {
    return strcmp(keyword, "host") == 0 || strcmp(keyword, "hostaddr") == 0 ||
           strcmp(keyword, "port") == 0;
}

typedef struct pairs {
    pgm__arena *arena;
    const char **keywords;
    const char **values;
    size_t count;
} pairs;

static bool add_pair(pairs *to, const char *keyword, const pgm__strbuf *value) {
    const char *text = pgm__strbuf_text(value);
    const char *copy = text == NULL ? NULL : pgm__arena_strdup(to->arena, text);
    to->keywords[to->count] = keyword;
    to->values[to->count++] = copy;
    return copy != NULL;
}

/* libpq reads an empty list as one that is not given, and an empty entry as none for this host. */
static bool make_pairs(pairs *to, const pgm__conninfo *info, const lists *from) {
    size_t count = 0;
    while (info->keywords[count] != NULL) {
        count++;
    }
    to->keywords = pgm__arena_calloc(to->arena, count + 4, sizeof *to->keywords);
    to->values = pgm__arena_calloc(to->arena, count + 4, sizeof *to->values);
    if (to->keywords == NULL || to->values == NULL) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        if (!is_place(info->keywords[i])) {
            to->keywords[to->count] = info->keywords[i];
            to->values[to->count++] = info->values[i];
        }
    }
    return add_pair(to, "host", &from->hosts) && add_pair(to, "hostaddr", &from->addresses) &&
           add_pair(to, "port", &from->ports);
}

pgm_status pgm__conninfo_with_addresses(pgm__arena *arena, const pgm__conninfo *info,
                                        const pgm__addresses *addresses,
                                        const char *const **keywords, const char *const **values,
                                        pgm_error *err) {
    lists expanded = {0};
    pairs made = {.arena = arena};
    size_t count = add_hosts(&expanded, info, addresses, 0, 0);
    size_t first = count == 0 ? 0 : info->first_address % count;
    (void)add_hosts(&expanded, info, addresses, first, count);
    (void)add_hosts(&expanded, info, addresses, 0, first);
    pgm_status status = PGM_OK;
    if (expanded.count == 0) {
        status = pgm__error_set(err, PGM_ECONNECT, "no address was found for any host of %s",
                                info->server);
    } else if (!make_pairs(&made, info, &expanded)) {
        status = pgm__error_nomem(err);
    } else {
        *keywords = made.keywords;
        *values = made.values;
    }
    pgm__strbuf_fini(&expanded.hosts);
    pgm__strbuf_fini(&expanded.addresses);
    pgm__strbuf_fini(&expanded.ports);
    return status;
}
