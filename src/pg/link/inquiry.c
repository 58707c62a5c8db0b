#include "pg/link/inquiry.h"

#include "base/error.h"
#include "base/mem.h"
#include "pg/link/session.h"

struct pgm__inquiry {
    pgm__session *session;
    pgm__question question;
    pgm__waits found;
    const pgm__inquiry_events *events;
    void *data;
};

static void on_closed(void *data) {
    pgm__inquiry *self = data;
    const pgm__inquiry_events *events = self->events;
    void *owner = self->data;
    pgm__waits_fini(&self->found);
    pgm__strbuf_fini(&self->question.more);
    pgm__free(self);
    events->closed(owner);
}

void pgm__inquiry_end(pgm__inquiry *inquiry) {
    if (inquiry != NULL) {
        pgm__session_close(inquiry->session, on_closed, inquiry);
    }
}

static void answer(pgm__inquiry *self) {
    self->events->answered(&self->found, self->data);
    pgm__inquiry_end(self);
}

static void on_connected(void *data) {
    pgm__inquiry *self = data;
    pgm__strbuf sql = {0};
    pgm__waits_sql(&sql, self->question.pid, pgm__session_server_version(self->session));
    if (self->question.more.len > 0 && !self->question.more.failed) {
        pgm__strbuf_addc(&sql, ';');
        pgm__strbuf_add(&sql, self->question.more.text, self->question.more.len);
    }
    const char *text = pgm__strbuf_text(&sql);
    if (text == NULL) {
        answer(self);
    } else {
        pgm__session_send(self->session, text);
    }
    pgm__strbuf_fini(&sql);
}

static void on_reply(const pgm__reply *reply, void *data) {
    pgm__inquiry *self = data;
    pgm__waits_take(&self->found, reply);
}

static void on_ready(pgm__transaction transaction, void *data) {
    (void)transaction;
    answer(data);
}

static void on_notice(const pgm__server_error *notice, void *data) {
    (void)notice;
    (void)data;
}

/* Whoever cannot connect a second time is not told; the march itself goes on. */
static void on_lost(const pgm__server_error *error, void *data) {
    (void)error;
    answer(data);
}

static const pgm__session_events session_events = {
    .connected = on_connected,
    .reply = on_reply,
    .ready = on_ready,
    .notice = on_notice,
    .lost = on_lost,
};

pgm_status pgm__inquiry_ask(pgm__inquiry **out, pgm__login_threads *threads,
                            const char *const *keywords, const char *const *values,
                            pgm__question *question, const pgm__inquiry_events *events, void *data,
                            pgm_error *err) {
    pgm__inquiry *self = pgm__calloc(1, sizeof *self);
    if (self == NULL) {
        pgm__strbuf_fini(&question->more);
        return pgm__error_nomem(err);
    }
    self->question = *question;
    question->more = (pgm__strbuf){0};
    self->events = events;
    self->data = data;
    pgm_status status = pgm__session_open(&self->session, threads, keywords, values,
                                          &session_events, self, err);
    if (status != PGM_OK) {
        pgm__strbuf_fini(&self->question.more);
        pgm__free(self);
        return status;
    }
    *out = self;
    return PGM_OK;
}
