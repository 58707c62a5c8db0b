#include "discover/ask_sql.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "discover/answer.h"
#include "discover/ask_hints.h"
#include "discover/connection.h"
#include "engine/backoff.h"
#include "engine/classify.h"
#include "pg/conninfo/secrets.h"
#include "pg/exchange/position.h"
#include "pg/link/lookups.h"
#include "pg/link/session.h"

/* Milliseconds. The margin is what is kept of the source's limit, at most a tenth of it: what is
 * wrong with the server says more than that time was up. */
enum {
    TIMEOUT_MS = 60000,
    MARGIN_MS = 500,
    BACKOFF_BASE_MS = 200,
    BACKOFF_CAP_MS = 5000,
    CANCEL_MS = 1000
};

enum { SAID_SHOWN = 240 /* bytes of a server's words */ };

typedef enum phase {
    PHASE_RESOLVING,
    PHASE_CONNECTING,
    PHASE_ASKING,
    PHASE_PAUSE,
    PHASE_OVER
} phase;

typedef struct ask {
    pgm__asking *asking;
    const char *sql;
    const pgm__ask_taker *taker;
    void *own; /* the taker's */
    pgm__arena arena;
    pgm__conninfo info;
    pgm__lookups lookups;
    pgm__session *session;
    uv_timer_t timer; /* of the phase: a limit, or a pause */
    unsigned open;    /* handles that must report closed before the end */
    phase phase;
    uint64_t deadline; /* uv_now(); after that nothing is tried again */
    unsigned tries;
    size_t silent_addresses; /* that took a whole connect timeout: next time begin behind */
    size_t ahead;            /* characters in front of the question */
    bool columns_told;
    pgm__answered answered;
} ask;

static void begin_try(ask *self);

/* ---- the end ---- */

static void free_ask(ask *self) {
    if (self->taker->free != NULL) {
        self->taker->free(self->own);
    }
    pgm__arena_clear(&self->arena);
    pgm__free(self);
}

static void release(void *data) {
    ask *self = data;
    if (--self->open > 0) {
        return;
    }
    pgm__asking *asking = self->asking;
    free_ask(self);
    asking->own = NULL;
    pgm__asking_end(asking);
}

static void on_timer_closed(uv_handle_t *handle) {
    release(handle->data);
}

static void drop_session(ask *self) {
    pgm__session *session = self->session;
    self->session = NULL;
    pgm__session_close(session, release, self);
}

/* Once; what comes behind it is nobody's. */
static void finish(ask *self) {
    if (self->phase == PHASE_OVER) {
        return;
    }
    self->phase = PHASE_OVER;
    pgm__lookups_drop(&self->lookups);
    drop_session(self);
    uv_close((uv_handle_t *)&self->timer, on_timer_closed);
}

static void fail(ask *self, pgm_status status, const char *why) {
    pgm__asking_fail(self->asking, status, "%s: %s", self->info.server, why);
    finish(self);
}

/* ---- what the server says ---- */

/* libpq tells of several hosts in lines; a server may repeat a password. */
static const char *tidy(ask *self, const char *text) {
    char *copy = pgm__arena_strdup(&self->arena, text);
    if (copy == NULL) {
        return pgm_status_text(PGM_ENOMEM);
    }
    pgm__conninfo_scrub(&self->info, copy);
    size_t len = strlen(copy);
    while (len > 0 && (copy[len - 1] == '\n' || copy[len - 1] == ' ')) {
        copy[--len] = '\0';
    }
    copy[pgm__position_cut(copy, len, SAID_SHOWN)] = '\0';
    for (char *c = strchr(copy, '\n'); c != NULL; c = strchr(c, '\n')) {
        *c = ' ';
    }
    return copy;
}

/* "postgresql://app@control:5432/app: relation "tenants" does not exist (42P01) at character 23 of
 * the query; tried 3 times; <what to do next>" */
static void fail_by_server(ask *self, const pgm__server_error *error, const char *said) {
    bool connecting = self->phase != PHASE_ASKING;
    bool coded = error->sqlstate[0] != '\0';
    bool placed = !connecting && error->position > self->ahead;
    const char *hint = pgm__ask_hint(connecting, error->sqlstate, said);
    char place[48] = "";
    char tries[32] = "";
    if (hint == NULL && error->hint != NULL) {
        hint = tidy(self, error->hint);
    }
    if (placed) {
        (void)snprintf(place, sizeof place, " at character %zu of the query",
                       error->position - self->ahead);
    }
    if (self->tries > 1) {
        (void)snprintf(tries, sizeof tries, "; tried %u times", self->tries);
    }
    pgm__asking_fail(self->asking, connecting ? PGM_ECONNECT : PGM_ESQL, "%s: %s%s%s%s%s%s%s%s",
                     self->info.server, said, coded ? " (" : "", error->sqlstate, coded ? ")" : "",
                     place, tries, hint == NULL ? "" : "; ", hint == NULL ? "" : hint);
    finish(self);
}

/* ---- again ---- */

static uint64_t left(const ask *self) {
    uint64_t now = uv_now(self->asking->loop);
    return now < self->deadline ? self->deadline - now : 0;
}

/* 0: there is no time for another try. Towards the end the pauses become shorter. */
static uint64_t pause_of(const ask *self) {
    uint64_t rest = left(self);
    uint32_t random = 0;
    (void)uv_random(NULL, NULL, &random, sizeof random, 0, NULL);
    uint64_t pause = pgm__backoff_ms(self->tries, BACKOFF_BASE_MS, BACKOFF_CAP_MS, random);
    pause = pause < rest ? pause : rest / 2;
    return pause < BACKOFF_BASE_MS / 2 ? 0 : pause;
}

static void on_timer(uv_timer_t *timer);

static void set_timer(ask *self, uint64_t ms) {
    (void)uv_timer_start(&self->timer, on_timer, ms, 0);
}

/* It did not work: is it worth another try? */
static void try_again(ask *self, pgm__verdict verdict, const pgm__server_error *error) {
    const char *said = tidy(self,
                            error->message == NULL ? "the connection is gone" : error->message);
    uint64_t pause = pause_of(self);
    if (verdict == PGM__VERDICT_FINAL || pause == 0) {
        fail_by_server(self, error, said);
        return;
    }
    self->phase = PHASE_PAUSE;
    pgm__lookups_drop(&self->lookups);
    drop_session(self);
    set_timer(self, pause);
}

static void unreachable(ask *self, const pgm__server_error *error) {
    const char *message = error->message == NULL ? "" : error->message;
    try_again(self, pgm__classify_connect(error->sqlstate, message), error);
}

static void on_timer(uv_timer_t *timer) {
    static const pgm__server_error slow = {.message = "timeout expired: no connection within the "
                                                      "connect timeout"};
    ask *self = timer->data;
    if (self->phase == PHASE_PAUSE) {
        begin_try(self);
        return;
    }
    /* libpq goes to the next host by itself only when one refuses, not when one is silent. */
    self->silent_addresses += self->phase == PHASE_CONNECTING ? 1 : 0;
    unreachable(self, &slow);
}

/* ---- the answer ---- */

/* false: it is over. */
static bool took(ask *self, pgm_status status, const pgm_error *err) {
    if (status == PGM_OK) {
        return true;
    }
    fail(self, status, err->msg);
    return false;
}

static bool tell_columns(ask *self, const pgm__reply *reply) {
    pgm_error err = {0};
    if (self->columns_told || self->taker->columns == NULL) {
        return true;
    }
    self->columns_told = true;
    return took(self, self->taker->columns(self->asking, reply, &err), &err);
}

/* What comes before the first of our statements has run is said by whoever stands in between, a
 * pooler without room. */
static pgm__verdict judge(const ask *self, const pgm__server_error *error) {
    const char *message = error->message == NULL ? "" : error->message;
    if (self->answered.rows > 0) {
        return PGM__VERDICT_FINAL;
    }
    if (self->answered.opened == 0) {
        return pgm__classify_connect(error->sqlstate, message);
    }
    pgm__verdict verdict = pgm__classify_statement(PGM__PART_FILE, error->sqlstate, message);
    return verdict == PGM__VERDICT_RETRY ? verdict : PGM__VERDICT_FINAL;
}

static void on_reply(const pgm__reply *reply, void *data) {
    ask *self = data;
    pgm_error err = {0};
    if (reply->kind == PGM__REPLY_ERROR) {
        try_again(self, judge(self, reply->error), reply->error);
        return;
    }
    switch (pgm__answer_feed(&self->answered, reply, &err)) {
    case PGM__ANSWER_WRONG:
        (void)took(self, PGM_EUSAGE, &err);
        break;
    case PGM__ANSWER_ROW:
        if (tell_columns(self, reply)) {
            (void)took(self, self->taker->row(self->asking, reply, self->answered.rows, &err),
                       &err);
        }
        break;
    case PGM__ANSWER_PART:
    default:
        if (reply->kind == PGM__REPLY_ROWS_END) {
            (void)tell_columns(self, reply);
        }
        break;
    }
}

static void on_ready(pgm__transaction transaction, void *data) {
    ask *self = data;
    if (!pgm__answer_is_whole(&self->answered, transaction)) {
        fail(self, PGM_ESQL, "the answer did not come to its end: half of it is not taken");
        return;
    }
    if (self->taker->whole != NULL) {
        self->taker->whole(self->asking);
    }
    finish(self);
}

/* Not asked again, whatever has come: a question that crashes the server would crash it until time
 * is up. */
static void fail_lost(ask *self, const pgm__server_error *error) {
    char why[SAID_SHOWN + 128];
    (void)snprintf(why, sizeof why,
                   "the connection was lost behind row %zu, and half an answer is not taken: %s",
                   self->answered.rows, tidy(self, error->message == NULL ? "" : error->message));
    fail(self, PGM_ECONNECT, why);
}

static void on_lost(const pgm__server_error *error, void *data) {
    ask *self = data;
    if (self->phase == PHASE_ASKING) {
        fail_lost(self, error);
    } else {
        unreachable(self, error);
    }
}

static void on_notice(const pgm__server_error *notice, void *data) {
    (void)notice;
    (void)data;
}

/* ---- the way to it ---- */

static void on_connected(void *data) {
    ask *self = data;
    pgm__strbuf sql = {0};
    uint64_t limit = left(self);
    self->ahead = pgm__question_sql(&sql, self->sql, limit > 0 ? limit : 1);
    const char *text = pgm__strbuf_text(&sql);
    self->phase = PHASE_ASKING;
    (void)uv_timer_stop(&self->timer);
    if (text == NULL) {
        fail(self, PGM_ENOMEM, pgm_status_text(PGM_ENOMEM));
    } else {
        pgm__session_send(self->session, text);
    }
    pgm__strbuf_fini(&sql);
}

static const pgm__session_events session_events = {
    .connected = on_connected,
    .reply = on_reply,
    .ready = on_ready,
    .notice = on_notice,
    .lost = on_lost,
};

static void connect_now(ask *self) {
    const char *const *keywords = NULL;
    const char *const *values = NULL;
    pgm_error err = {0};
    pgm__conninfo turned = self->info;
    turned.first_address = self->silent_addresses;
    self->phase = PHASE_CONNECTING;
    pgm_status status = pgm__conninfo_with_addresses(&self->arena, &turned, self->lookups.addresses,
                                                     &keywords, &values, &err);
    if (status == PGM_OK) {
        status = pgm__session_open(&self->session, self->asking->login_threads, keywords, values,
                                   &session_events, self, &err);
    }
    if (status != PGM_OK) {
        fail(self, status, err.msg);
        return;
    }
    self->open++;
}

static void on_resolved(void *data) {
    ask *self = data;
    if (pgm__lookups_usable(&self->lookups)) {
        connect_now(self);
        return;
    }
    const pgm__server_error unknown = {.message = self->lookups.failure};
    unreachable(self, &unknown);
}

/* The last try has what is left of the source's limit. */
static uint64_t limit_of_try(const ask *self) {
    uint64_t own = (uint64_t)self->info.connect_timeout;
    uint64_t rest = left(self);
    return own > 0 && own < rest ? own : rest;
}

static void begin_try(ask *self) {
    pgm_error err = {0};
    self->phase = PHASE_RESOLVING;
    self->tries++;
    self->answered = (pgm__answered){0};
    self->columns_told = false;
    set_timer(self, limit_of_try(self));
    pgm_status status = pgm__lookups_start(&self->lookups, self->asking->resolver, &err);
    if (status != PGM_OK) {
        fail(self, status, err.msg);
    } else if (self->lookups.open == 0) {
        connect_now(self);
    }
}

/* ---- the calls of the kinds ---- */

static void start_timer(ask *self) {
    pgm__asking *asking = self->asking;
    int64_t limit = asking->source->timeout;
    uint64_t ms = limit == PGM_UNSET ? TIMEOUT_MS : (uint64_t)limit;
    uint64_t margin = ms / 10 < MARGIN_MS ? ms / 10 : MARGIN_MS;
    (void)uv_timer_init(asking->loop, &self->timer);
    self->timer.data = self;
    self->open = 1;
    self->deadline = uv_now(asking->loop) + ms - margin;
}

static pgm_status prepare(ask *self, pgm_error *err) {
    pgm__asking *asking = self->asking;
    pgm_status status = pgm__question_check(self->sql, err);
    if (status == PGM_OK) {
        status = pgm__source_connection(asking, &self->arena, &self->info, err);
    }
    if (status != PGM_OK) {
        return status;
    }
    asking->place = pgm__arena_strdup(&asking->arena, self->info.server);
    self->lookups = (pgm__lookups){
        .arena = &self->arena, .info = &self->info, .answered = on_resolved, .data = self};
    return asking->place == NULL ? pgm__error_nomem(err) : PGM_OK;
}

pgm_status pgm__ask_sql(pgm__asking *asking, const char *sql, const pgm__ask_taker *taker,
                        void *own, pgm_error *err) {
    ask *self = pgm__calloc(1, sizeof *self);
    if (self == NULL) {
        if (taker->free != NULL) {
            taker->free(own);
        }
        return pgm__error_nomem(err);
    }
    *self = (ask){.asking = asking, .sql = sql, .taker = taker, .own = own};
    pgm_status status = prepare(self, err);
    if (status != PGM_OK) {
        free_ask(self);
        return status;
    }
    asking->own = self;
    start_timer(self);
    begin_try(self);
    return PGM_OK;
}

/* The server would work on until it notices. */
void pgm__ask_sql_stop(pgm__asking *asking) {
    ask *self = asking->own;
    if (self->phase == PHASE_ASKING) {
        pgm__session_cancel(self->session, CANCEL_MS);
    }
    finish(self);
}

void *pgm__ask_sql_own(const pgm__asking *asking) {
    const ask *self = asking->own;
    return self->own;
}
