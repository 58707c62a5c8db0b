#include "pg/link/errand.h"

#include <string.h>

#include "base/arena.h"
#include "base/error.h"
#include "base/mem.h"
#include "pg/conninfo/secrets.h"
#include "pg/link/lookups.h"
#include "pg/link/session.h"

enum { CANCEL_MS = 5000 };

struct pgm__errand {
    pgm__login_threads *threads;
    pgm__errand_wish wish;
    pgm__errand_fn ended;
    void *data;
    pgm__arena arena;
    pgm__lookups lookups;
    pgm__session *session;
    uv_timer_t timer; /* of names and login, then of the statement */
    unsigned open;    /* handles that must report closed before the end */
    bool over;
    pgm__errand_end end;
};

/* ---- the end ---- */

static void release(void *data) {
    pgm__errand *self = data;
    if (--self->open > 0) {
        return;
    }
    self->ended(&self->end, self->data);
    pgm__arena_clear(&self->arena);
    pgm__free(self);
}

static void on_timer_closed(uv_handle_t *handle) {
    release(handle->data);
}

/* Once; what comes behind it is nobody's. */
static void finish(pgm__errand *self) {
    if (self->over) {
        return;
    }
    self->over = true;
    pgm__lookups_drop(&self->lookups);
    if (self->session != NULL) {
        self->end.lingers = pgm__session_is_computing(self->session);
        pgm__session_close(self->session, release, self);
    }
    uv_close((uv_handle_t *)&self->timer, on_timer_closed);
}

static void fail(pgm__errand *self, pgm_status status, const char *why) {
    (void)pgm__error_set(&self->end.error, status, "%s: %s", self->wish.info->server, why);
    finish(self);
}

/* libpq tells of several hosts in lines; a server may repeat a password. */
static const char *tidy(pgm__errand *self, const char *text) {
    char *copy = pgm__arena_strdup(&self->arena, text == NULL ? "the connection is gone" : text);
    if (copy == NULL) {
        return pgm_status_text(PGM_ENOMEM);
    }
    pgm__conninfo_scrub(self->wish.info, copy);
    size_t len = strlen(copy);
    while (len > 0 && (copy[len - 1] == '\n' || copy[len - 1] == ' ')) {
        copy[--len] = '\0';
    }
    for (char *c = strchr(copy, '\n'); c != NULL; c = strchr(c, '\n')) {
        *c = ' ';
    }
    return copy;
}

/* The first failure stays, whatever the session says on its way out. */
static void note(pgm__errand *self, pgm_status status, const pgm__server_error *error) {
    pgm_error *to = &self->end.error;
    if (to->status != PGM_OK) {
        return;
    }
    bool coded = error->sqlstate[0] != '\0';
    (void)pgm__error_set(to, status, "%s: %s%s%s%s", self->wish.info->server,
                         tidy(self, error->message), coded ? " (" : "", error->sqlstate,
                         coded ? ")" : "");
    memcpy(to->sqlstate, error->sqlstate, sizeof to->sqlstate);
}

/* ---- the session ---- */

static void on_late(uv_timer_t *timer);

static void set_timer(pgm__errand *self, uint64_t ms) {
    if (ms > 0) {
        (void)uv_timer_start(&self->timer, on_late, ms, 0);
    } else {
        (void)uv_timer_stop(&self->timer);
    }
}

static void on_connected(void *data) {
    pgm__errand *self = data;
    self->end.server_version = pgm__session_server_version(self->session);
    if (self->wish.sql == NULL) {
        finish(self);
        return;
    }
    set_timer(self, self->wish.run_ms);
    self->end.sent = true;
    pgm__session_send_one(self->session, self->wish.sql);
}

static void on_reply(const pgm__reply *reply, void *data) {
    if (reply->kind == PGM__REPLY_ERROR) {
        note(data, PGM_ESQL, reply->error);
    }
}

static void on_ready(pgm__transaction transaction, void *data) {
    (void)transaction;
    finish(data);
}

static void on_notice(const pgm__server_error *notice, void *data) {
    (void)notice;
    (void)data;
}

static void on_lost(const pgm__server_error *error, void *data) {
    pgm__errand *self = data;
    note(self, PGM_ECONNECT, error);
    finish(self);
}

static const pgm__session_events session_events = {
    .connected = on_connected,
    .reply = on_reply,
    .ready = on_ready,
    .notice = on_notice,
    .lost = on_lost,
};

/* ---- the way to it ---- */

static void connect_now(pgm__errand *self) {
    const char *const *keywords = NULL;
    const char *const *values = NULL;
    pgm_error err = {0};
    pgm_status status = pgm__conninfo_with_addresses(
        &self->arena, self->wish.info, self->lookups.addresses, &keywords, &values, &err);
    if (status == PGM_OK) {
        status = pgm__session_open(&self->session, self->threads, keywords, values, &session_events,
                                   self, &err);
    }
    if (status != PGM_OK) {
        fail(self, status, err.msg);
        return;
    }
    self->open++;
}

static void on_resolved(void *data) {
    pgm__errand *self = data;
    if (pgm__lookups_usable(&self->lookups)) {
        connect_now(self);
    } else {
        fail(self, PGM_ECONNECT, self->lookups.failure);
    }
}

/* Where it has ended already, it has: only its handles are not closed yet. */
static void give_up(pgm__errand *self, pgm_status status, const char *why) {
    if (self->over) {
        return;
    }
    if (self->end.sent) {
        pgm__session_cancel(self->session, CANCEL_MS);
    }
    fail(self, status, why);
}

static void on_late(uv_timer_t *timer) {
    pgm__errand *self = timer->data;
    give_up(self, PGM_ETIMEOUT,
            self->end.sent ? "the server has not done it in time"
                           : "timeout expired: no connection within the connect timeout");
}

void pgm__errand_stop(pgm__errand *errand) {
    give_up(errand, PGM_ECANCELLED, "stopped on request");
}

/* What fails here is told by the end as well. */
static void begin(pgm__errand *self, pgm__resolver *resolver) {
    pgm_error err = {0};
    (void)uv_timer_init(pgm__login_threads_loop(self->threads), &self->timer);
    self->timer.data = self;
    self->open = 1;
    set_timer(self, self->wish.connect_ms);
    pgm_status status = pgm__lookups_start(&self->lookups, resolver, &err);
    if (status != PGM_OK) {
        fail(self, status, err.msg);
    } else if (self->lookups.open == 0) {
        connect_now(self);
    }
}

pgm_status pgm__errand_start(pgm__errand **out, pgm__login_threads *threads,
                             pgm__resolver *resolver, const pgm__errand_wish *wish,
                             pgm__errand_fn ended, void *data, pgm_error *err) {
    pgm__errand *self = pgm__calloc(1, sizeof *self);
    if (self == NULL) {
        return pgm__error_nomem(err);
    }
    self->threads = threads;
    self->wish = *wish;
    self->ended = ended;
    self->data = data;
    self->lookups = (pgm__lookups){
        .arena = &self->arena, .info = wish->info, .answered = on_resolved, .data = self};
    *out = self;
    begin(self, resolver);
    return PGM_OK;
}
