#include "pg/link/blockers.h"

#include "base/error.h"
#include "base/mem.h"
#include "base/strbuf.h"
#include "pg/exchange/context.h"
#include "pg/link/session.h"

struct pgm__blockers {
    pgm__session *session;
    int pid;
    char *text;
    const pgm__blockers_events *events;
    void *data;
};

/* A prepared transaction has no process: pid 0. Of others' sessions a plain user sees less. */
static void add_question(pgm__strbuf *sql, int pid) {
    pgm__strbuf_addf(
        sql,
        "SELECT CASE WHEN pg_catalog.count(*)" PGM__NE "0 THEN pg_catalog.concat('waits for ',"
        "pg_catalog.string_agg(CASE WHEN b.pid" PGM__EQ "0 THEN 'a prepared transaction'"
        " ELSE pg_catalog.format('pid %%s (%%s)',b.pid,pg_catalog.concat_ws(', ',"
        "CASE WHEN a.application_name" PGM__NE "'' THEN a.application_name END,a.usename,a.state,"
        "pg_catalog.concat('transaction open for ',pg_catalog.date_trunc('second',"
        "pg_catalog.clock_timestamp() OPERATOR(pg_catalog.-) a.xact_start)),"
        "pg_catalog.concat('last statement: ',pg_catalog.left(a.query,100)))) END,' and ')) END"
        " FROM (SELECT DISTINCT pg_catalog.unnest(pg_catalog.pg_blocking_pids(%d)) AS pid LIMIT 5) "
        "b"
        " LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid" PGM__EQ "b.pid",
        pid);
}

static void on_closed(void *data) {
    pgm__blockers *self = data;
    const pgm__blockers_events *events = self->events;
    void *owner = self->data;
    pgm__free(self->text);
    pgm__free(self);
    events->closed(owner);
}

void pgm__blockers_end(pgm__blockers *blockers) {
    if (blockers != NULL) {
        pgm__session_close(blockers->session, on_closed, blockers);
    }
}

static void answer(pgm__blockers *self) {
    self->events->answered(self->text, self->data);
    pgm__blockers_end(self);
}

static void on_connected(void *data) {
    pgm__blockers *self = data;
    pgm__strbuf sql = {0};
    add_question(&sql, self->pid);
    const char *text = pgm__strbuf_text(&sql);
    if (text == NULL) {
        answer(self);
    } else {
        pgm__session_send(self->session, text);
    }
    pgm__strbuf_fini(&sql);
}

static void on_reply(const pgm__reply *reply, void *data) {
    pgm__blockers *self = data;
    const char *text = pgm__reply_value(reply, 0);
    if (reply->kind == PGM__REPLY_ROW && text != NULL && self->text == NULL) {
        self->text = pgm__strdup(text);
    }
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

pgm_status pgm__blockers_ask(pgm__blockers **out, uv_loop_t *loop, const char *const *keywords,
                             const char *const *values, int pid, const pgm__blockers_events *events,
                             void *data, pgm_error *err) {
    pgm__blockers *self = pgm__calloc(1, sizeof *self);
    if (self == NULL) {
        return pgm__error_nomem(err);
    }
    self->pid = pid;
    self->events = events;
    self->data = data;
    pgm_status status = pgm__session_open(&self->session, loop, keywords, values, &session_events,
                                          self, err);
    if (status != PGM_OK) {
        pgm__free(self);
        return status;
    }
    *out = self;
    return PGM_OK;
}
