#include "pg/link/resolver.h"

#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/hash.h"

/* One name. While `asking`, the request is on the thread pool; the waiting are told from the loop,
 * through `soon` when the answer was there already. */
typedef struct entry {
    pgm__resolver *resolver;
    char *host;
    uv_getaddrinfo_t request;
    uv_timer_t soon;
    bool asking;
    bool doubted;     /* it was said once that there is no such name */
    pgm__arena arena; /* of the addresses */
    pgm__answer answer;
    pgm__lookup *waiting; /* oldest first */
    UT_hash_handle hh;
} entry;

struct pgm__lookup {
    pgm__lookup *next;
    pgm__lookup_fn fn; /* NULL once cancelled */
    void *data;
};

struct pgm__resolver {
    uv_loop_t *loop;
    entry *entries;
};

static void tell(entry *self) {
    pgm__lookup *waiting = self->waiting;
    self->waiting = NULL;
    while (waiting != NULL) {
        pgm__lookup *next = waiting->next;
        if (waiting->fn != NULL) {
            waiting->fn(&self->answer, waiting->data);
        }
        pgm__free(waiting);
        waiting = next;
    }
}

static void on_soon(uv_timer_t *timer) {
    tell(timer->data);
}

static pgm_status keep(entry *self, const struct addrinfo *found) {
    size_t count = 0;
    for (const struct addrinfo *item = found; item != NULL; item = item->ai_next) {
        count++;
    }
    const char **items = pgm__arena_calloc(&self->arena, count, sizeof *items);
    size_t kept = 0;
    for (const struct addrinfo *item = found; item != NULL && items != NULL; item = item->ai_next) {
        char text[64];
        if (uv_ip_name(item->ai_addr, text, sizeof text) != 0) {
            continue;
        }
        items[kept] = pgm__arena_strdup(&self->arena, text);
        if (items[kept++] == NULL) {
            return PGM_ENOMEM;
        }
    }
    self->answer = (pgm__answer){kept == 0 ? UV_EAI_NODATA : 0, {items, kept}};
    return items == NULL ? PGM_ENOMEM : PGM_OK;
}

/* A look-up needs about so many at once: /etc/hosts, resolv.conf, sockets. */
enum { DESCRIPTORS_NEEDED = 4 };

static bool descriptors_left(const uv_loop_t *loop) {
    int spare[DESCRIPTORS_NEEDED];
    int count = 0;
    while (count < DESCRIPTORS_NEEDED &&
           (spare[count] = fcntl(uv_backend_fd(loop), F_DUPFD_CLOEXEC, 0)) >= 0) {
        count++;
    }
    for (int i = 0; i < count; i++) {
        (void)close(spare[i]);
    }
    return count == DESCRIPTORS_NEEDED;
}

static void on_answer(uv_getaddrinfo_t *request, int status, struct addrinfo *found);

static int ask(entry *self) {
    if (self->asking) {
        return 0;
    }
    if (self->answer.status == 0) {
        return uv_timer_start(&self->soon, on_soon, 0, 0);
    }
    const struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_ADDRCONFIG};
    int failed = uv_getaddrinfo(self->resolver->loop, &self->request, on_answer, self->host, NULL,
                                &hints);
    self->asking = failed == 0;
    return failed;
}

/*
 * Out of descriptors, glibc says that the name does not exist, which would be final. They may be
 * there again by the time that the answer comes from the pool, so looking for them is not enough:
 * it has to be said twice.
 */
static bool is_asked_again(entry *self, int status) {
    bool again = status == UV_EAI_NONAME && !self->doubted && ask(self) == 0;
    self->doubted = again;
    return again;
}

static void on_answer(uv_getaddrinfo_t *request, int status, struct addrinfo *found) {
    entry *self = request->data;
    self->asking = false;
    pgm__arena_clear(&self->arena);
    if (is_asked_again(self, status)) {
        return;
    }
    if (status == UV_EAI_NONAME && !descriptors_left(self->resolver->loop)) {
        status = UV_EMFILE;
    }
    self->answer = (pgm__answer){.status = status};
    if (status == 0 && keep(self, found) != PGM_OK) {
        self->answer = (pgm__answer){.status = UV_ENOMEM};
    }
    uv_freeaddrinfo(found);
    tell(self);
}

pgm__resolver *pgm__resolver_new(uv_loop_t *loop) {
    pgm__resolver *resolver = pgm__calloc(1, sizeof *resolver);
    if (resolver != NULL) {
        resolver->loop = loop;
    }
    return resolver;
}

static void free_entry(uv_handle_t *handle) {
    entry *self = handle->data;
    pgm__arena_clear(&self->arena);
    pgm__free(self->host);
    pgm__free(self);
}

/* The timers are closed on a last turn of the loop, which the caller has let run out. */
void pgm__resolver_free(pgm__resolver *resolver) {
    if (resolver == NULL) {
        return;
    }
    entry *self;
    entry *next;
    HASH_ITER(hh, resolver->entries, self, next) {
        HASH_DEL(resolver->entries, self);
        uv_close((uv_handle_t *)&self->soon, free_entry);
    }
    (void)uv_run(resolver->loop, UV_RUN_DEFAULT);
    pgm__free(resolver);
}

static entry *entry_of(pgm__resolver *resolver, const char *host) {
    entry *self = NULL;
    HASH_FIND_STR(resolver->entries, host, self);
    if (self != NULL) {
        return self;
    }
    self = pgm__calloc(1, sizeof *self);
    char *copy = self == NULL ? NULL : pgm__strdup(host);
    if (copy == NULL) {
        pgm__free(self);
        return NULL;
    }
    self->resolver = resolver;
    self->host = copy;
    self->answer.status = UV_EAI_AGAIN;
    self->request.data = self;
    (void)uv_timer_init(resolver->loop, &self->soon);
    self->soon.data = self;
    HASH_ADD_KEYPTR(hh, resolver->entries, self->host, strlen(self->host), self);
    if (self->hh.tbl == NULL) {
        uv_close((uv_handle_t *)&self->soon, free_entry);
        return NULL;
    }
    return self;
}

pgm_status pgm__resolver_lookup(pgm__resolver *resolver, pgm__lookup **out, const char *host,
                                pgm__lookup_fn fn, void *data, pgm_error *err) {
    entry *self = entry_of(resolver, host);
    pgm__lookup *lookup = self == NULL ? NULL : pgm__calloc(1, sizeof *lookup);
    if (lookup == NULL) {
        return pgm__error_nomem(err);
    }
    int failed = ask(self);
    if (failed != 0) {
        pgm__free(lookup);
        return pgm__error_set(err, PGM_EIO, "cannot look up \"%s\": %s", host, uv_strerror(failed));
    }
    lookup->fn = fn;
    lookup->data = data;
    pgm__lookup **last = &self->waiting;
    while (*last != NULL) {
        last = &(*last)->next;
    }
    *last = lookup;
    *out = lookup;
    return PGM_OK;
}

void pgm__lookup_cancel(pgm__lookup *lookup) {
    if (lookup != NULL) {
        lookup->fn = NULL;
    }
}
