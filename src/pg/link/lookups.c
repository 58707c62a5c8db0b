#include "pg/link/lookups.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <uv.h>

#include "base/error.h"

typedef struct pgm__host_lookup {
    pgm__lookups *owner;
    const char *host;
    pgm__addresses *addresses;
    pgm__lookup *wait; /* NULL when answered, or not asked */
} host_lookup;

/* A socket has no address, and an address that the user gives is not doubted. */
static bool needs_lookup(const pgm__conn_host *host) {
    return !host->is_socket && host->hostaddr[0] == '\0';
}

/* Saves the thread pool's start where hosts are given as numbers. */
static bool is_address(const char *host) {
    unsigned char bytes[sizeof(struct in6_addr)];
    return uv_inet_pton(AF_INET, host, bytes) == 0 || uv_inet_pton(AF_INET6, host, bytes) == 0;
}

bool pgm__lookups_usable(const pgm__lookups *lookups) {
    for (size_t i = 0; i < lookups->info->host_count; i++) {
        if (!needs_lookup(&lookups->info->hosts[i]) || lookups->addresses[i].count > 0) {
            return true;
        }
    }
    return false;
}

static void on_answer(const pgm__answer *answer, void *data) {
    host_lookup *lookup = data;
    pgm__lookups *owner = lookup->owner;
    lookup->wait = NULL;
    *lookup->addresses = answer->addresses;
    if (answer->status != 0) {
        owner->failure = pgm__arena_printf(owner->arena,
                                           "could not translate host name \"%s\" to address: %s",
                                           lookup->host, uv_strerror(answer->status));
    }
    if (--owner->open == 0) {
        owner->answered(owner->data);
    }
}

static bool make_room(pgm__lookups *lookups) {
    if (lookups->hosts == NULL) {
        size_t count = lookups->info->host_count;
        lookups->addresses = pgm__arena_calloc(lookups->arena, count, sizeof *lookups->addresses);
        lookups->hosts = lookups->addresses == NULL
                             ? NULL
                             : pgm__arena_calloc(lookups->arena, count, sizeof *lookups->hosts);
    }
    return lookups->hosts != NULL;
}

static pgm_status look_up(pgm__lookups *lookups, size_t at, pgm__resolver *resolver,
                          pgm_error *err) {
    host_lookup *lookup = &lookups->hosts[at];
    *lookup = (host_lookup){.owner = lookups,
                            .host = lookups->info->hosts[at].host,
                            .addresses = &lookups->addresses[at]};
    *lookup->addresses = (pgm__addresses){0};
    if (is_address(lookup->host)) {
        *lookup->addresses = (pgm__addresses){&lookup->host, 1};
        return PGM_OK;
    }
    pgm_status status = pgm__resolver_lookup(resolver, &lookup->wait, lookup->host, on_answer,
                                             lookup, err);
    lookups->open += status == PGM_OK ? 1 : 0;
    return status;
}

pgm_status pgm__lookups_start(pgm__lookups *lookups, pgm__resolver *resolver, pgm_error *err) {
    if (!make_room(lookups)) {
        return pgm__error_nomem(err);
    }
    lookups->open = 0;
    lookups->failure = NULL;
    pgm_status status = PGM_OK;
    for (size_t i = 0; i < lookups->info->host_count && status == PGM_OK; i++) {
        if (needs_lookup(&lookups->info->hosts[i])) {
            status = look_up(lookups, i, resolver, err);
        }
    }
    return status;
}

void pgm__lookups_drop(pgm__lookups *lookups) {
    for (size_t i = 0; lookups->hosts != NULL && i < lookups->info->host_count; i++) {
        pgm__lookup_cancel(lookups->hosts[i].wait);
        lookups->hosts[i].wait = NULL;
    }
}
