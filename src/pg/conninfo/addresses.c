/*
 * libpq looks names up with the thread waiting, which would be the loop's (docs/inside/facts.md,
 * "libpq"); with hostaddr it does not. host stays beside it: it is the name for TLS and for the
 * line of ~/.pgpass. The three lists must be of one length, so that a host is repeated for each of
 * its addresses, and its port too.
 */
#include "pg/conninfo/addresses.h"

#include <stdbool.h>
#include <string.h>

#include "base/error.h"
#include "base/strbuf.h"

typedef struct lists {
    pgm__strbuf hosts;
    pgm__strbuf addresses;
    pgm__strbuf ports;
    size_t count;
} lists;

/* Also where host or address is empty: an entry that was left out would move all that follow to
 * another host. */
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

/* Keywords and values as libpq takes them: two arrays, the keyword NULL at their end. */
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
    size_t room = count + 5; /* with the places, the database and the NULL at the end */
    to->keywords = pgm__arena_calloc(to->arena, room, sizeof *to->keywords);
    to->values = pgm__arena_calloc(to->arena, room, sizeof *to->values);
    if (to->keywords == NULL || to->values == NULL) {
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        if (!is_place(info->keywords[i])) {
            to->keywords[to->count] = info->keywords[i];
            to->values[to->count++] = info->values[i];
        }
    }
    if (info->names_database) {
        to->keywords[to->count] = "dbname";
        to->values[to->count++] = info->dbname;
    }
    return add_pair(to, "host", &from->hosts) && add_pair(to, "hostaddr", &from->addresses) &&
           add_pair(to, "port", &from->ports);
}

/*
 * The first time over the hosts only counts. Then the list is turned, so that it begins behind the
 * addresses that stayed silent: libpq would else begin each attempt with the same dead one, and use
 * up the time limit there.
 */
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
