#include "support/scripted_session.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "support/cmocka_all.h"
#include "support/scripted_time.h"

enum { FIRST_PID = 100, ADDRESSES = 8 };

scripted_link the_link = {.server_version = 150018};

struct pgm__inquiry {
    const pgm__inquiry_events *events;
    void *data;
    bool ended;
};

/* The resolver itself is the test's business: whoever has one only passes it on. */
struct pgm__resolver {
    char unused;
};

static char *copy_of(const char *text) {
    char *copy = strdup(text == NULL ? "" : text);
    assert_non_null(copy);
    return copy;
}

/* ---- sessions: link/session.h ---- */

static const char *value_of(const char *const *keywords, const char *const *values,
                            const char *wanted) {
    for (size_t i = 0; keywords[i] != NULL; i++) {
        if (strcmp(keywords[i], wanted) == 0) {
            return values[i];
        }
    }
    return NULL;
}

pgm_status pgm__session_open(pgm__session **out, pgm__login_threads *threads,
                             const char *const *keywords, const char *const *values,
                             const pgm__session_events *events, void *data, pgm_error *err) {
    (void)threads;
    if (the_link.no_session) {
        return pgm__error_nomem(err);
    }
    pgm__session *session = calloc(1, sizeof *session);
    assert_non_null(session);
    *session = (pgm__session){
        .next = the_link.sessions,
        .phase = SCRIPTED_CONNECTING,
        .events = events,
        .data = data,
        .hostaddr = copy_of(value_of(keywords, values, "hostaddr")),
        .pid = FIRST_PID + (int)the_link.opened++,
    };
    the_link.sessions = session;
    *out = session;
    return PGM_OK;
}

void pgm__session_send(pgm__session *session, const char *sql) {
    if (session->phase == SCRIPTED_LOST) {
        return;
    }
    if (session->phase != SCRIPTED_IDLE) {
        fail_msg("sent while the session is not idle: %s", sql);
    }
    free(session->sql);
    session->sql = copy_of(sql);
    session->phase = SCRIPTED_BUSY;
    session->string = ++the_link.strings;
    session->one = false;
}

void pgm__session_send_one(pgm__session *session, const char *sql) {
    pgm__session_send(session, sql);
    session->one = true;
}

void pgm__session_copy(pgm__session *session, const char *data, size_t len, const char *why) {
    assert_int_equal(session->phase, SCRIPTED_COPYING);
    free(session->copied);
    free(session->copy_why);
    session->copied = data == NULL ? NULL : strndup(data, len);
    session->copy_why = why == NULL ? NULL : copy_of(why);
    session->phase = SCRIPTED_BUSY;
}

void pgm__session_cancel(pgm__session *session, uint64_t limit_ms) {
    assert_true(limit_ms > 0);
    session->cancels++;
}

void pgm__session_give(pgm__session *session, const pgm__session_events *events, void *data) {
    assert_true(session->phase == SCRIPTED_IDLE);
    session->events = events;
    session->data = data;
}

bool pgm__session_is_computing(const pgm__session *session) {
    return session->computing;
}

bool pgm__session_is_idle(const pgm__session *session) {
    return session->phase == SCRIPTED_IDLE;
}

static void free_session(pgm__session *session) {
    pgm__session **link = &the_link.sessions;
    while (*link != session) {
        link = &(*link)->next;
    }
    *link = session->next;
    free(session->sql);
    free(session->hostaddr);
    free(session->copied);
    free(session->copy_why);
    free(session);
}

static void end_session(void *data) {
    pgm__session *session = data;
    void (*closed)(void *) = session->closed;
    void *closed_data = session->closed_data;
    free_session(session);
    if (closed != NULL) {
        closed(closed_data);
    }
}

void pgm__session_close(pgm__session *session, void (*closed)(void *data), void *data) {
    if (session == NULL || session->phase == SCRIPTED_CLOSED) {
        return;
    }
    session->phase = SCRIPTED_CLOSED;
    session->closed = closed;
    session->closed_data = data;
    clock_later(end_session, session);
}

int pgm__session_pid(const pgm__session *session) {
    return session->pid;
}

bool pgm__session_strings_off(const pgm__session *session) {
    return session->strings_off;
}

bool pgm__session_counts_bytes(const pgm__session *session) {
    (void)session;
    return false;
}

bool pgm__session_encoding_off(const pgm__session *session) {
    return session->encoding_off;
}

int pgm__session_server_version(const pgm__session *session) {
    return session->phase == SCRIPTED_CONNECTING ? 0 : the_link.server_version;
}

const char *pgm__session_parameter(const pgm__session *session, const char *name) {
    size_t len = strlen(name);
    const char *pair = the_link.parameter;
    assert_true(session->phase != SCRIPTED_CONNECTING);
    return pair != NULL && strncmp(pair, name, len) == 0 && pair[len] == '=' ? pair + len + 1
                                                                             : NULL;
}

pgm__tls pgm__session_tls(const pgm__session *session) {
    assert_true(session->phase != SCRIPTED_CONNECTING);
    return the_link.tls;
}

pgm__session *session_now(void) {
    pgm__session *session = the_link.sessions;
    while (session != NULL && session->phase == SCRIPTED_CLOSED) {
        session = session->next;
    }
    if (session == NULL) {
        fail_msg("%s", "there is no session");
    }
    return session;
}

size_t sessions_open(void) {
    size_t count = 0;
    for (const pgm__session *it = the_link.sessions; it != NULL; it = it->next) {
        count += it->phase != SCRIPTED_CLOSED ? 1 : 0;
    }
    return count;
}

/* ---- names: link/resolver.h ---- */

pgm__resolver *pgm__resolver_new(uv_loop_t *loop) {
    (void)loop;
    static pgm__resolver resolver;
    return &resolver;
}

void pgm__resolver_free(pgm__resolver *resolver) {
    (void)resolver;
}

pgm_status pgm__resolver_lookup(pgm__resolver *resolver, pgm__lookup **out, const char *host,
                                pgm__lookup_fn fn, void *data, pgm_error *err) {
    (void)resolver;
    if (the_link.no_lookup) {
        return pgm__error_nomem(err);
    }
    pgm__lookup *lookup = calloc(1, sizeof *lookup);
    assert_non_null(lookup);
    *lookup = (pgm__lookup){.host = copy_of(host), .fn = fn, .data = data};
    pgm__lookup **last = &the_link.lookups;
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

static void free_lookup(pgm__lookup **link) {
    pgm__lookup *gone = *link;
    *link = gone->next;
    free(gone->host);
    free(gone);
}

static pgm__answer answer_of(const char *addresses, int status) {
    const char **items = pgm__arena_calloc(&the_link.answers, ADDRESSES, sizeof *items);
    assert_non_null(items);
    pgm__answer answer = {.status = status, .addresses = {.items = items}};
    for (const char *at = addresses; at != NULL && *at != '\0' && status == 0;) {
        size_t len = strcspn(at, " ");
        assert_true(answer.addresses.count < ADDRESSES);
        items[answer.addresses.count++] = pgm__arena_strndup(&the_link.answers, at, len);
        at += len + (at[len] == ' ' ? 1 : 0);
    }
    return answer;
}

void link_resolve(const char *host, const char *addresses, int status) {
    for (pgm__lookup **link = &the_link.lookups; *link != NULL; link = &(*link)->next) {
        if (strcmp((*link)->host, host) == 0 && (*link)->fn != NULL) {
            pgm__lookup_fn fn = (*link)->fn;
            void *data = (*link)->data;
            const pgm__answer answer = answer_of(addresses, status);
            free_lookup(link);
            fn(&answer, data);
            return;
        }
    }
    fail_msg("nobody looks \"%s\" up", host);
}

/* ---- inquiries: link/inquiry.h ---- */

pgm_status pgm__inquiry_ask(pgm__inquiry **out, pgm__login_threads *threads,
                            const char *const *keywords, const char *const *values,
                            pgm__question *question, const pgm__inquiry_events *events, void *data,
                            pgm_error *err) {
    (void)threads;
    the_link.asks_ahead = question->more.len > 0;
    pgm__strbuf_fini(&question->more);
    assert_non_null(keywords);
    assert_non_null(values);
    if (the_link.no_inquiry) {
        return pgm__error_nomem(err);
    }
    pgm__inquiry *inquiry = calloc(1, sizeof *inquiry);
    assert_non_null(inquiry);
    inquiry->events = events;
    inquiry->data = data;
    the_link.asked = inquiry;
    the_link.asked_about = question->pid;
    the_link.asks++;
    *out = inquiry;
    return PGM_OK;
}

static void end_inquiry(void *data) {
    pgm__inquiry *inquiry = data;
    const pgm__inquiry_events *events = inquiry->events;
    void *owner = inquiry->data;
    free(inquiry);
    events->closed(owner);
}

void pgm__inquiry_end(pgm__inquiry *inquiry) {
    if (inquiry == NULL || inquiry->ended) {
        return;
    }
    inquiry->ended = true;
    the_link.asked = the_link.asked == inquiry ? NULL : the_link.asked;
    clock_later(end_inquiry, inquiry);
}

static void fill(pgm__strbuf *text, const char *from) {
    if (from != NULL) {
        pgm__strbuf_adds(text, from);
    }
}

static void tell(pgm__waits *found) {
    pgm__inquiry *inquiry = the_link.asked;
    if (inquiry == NULL) {
        fail_msg("%s", "nobody asks what it waits for");
        return;
    }
    inquiry->events->answered(found, inquiry->data);
    pgm__waits_fini(found);
    pgm__inquiry_end(inquiry);
}

void link_tell_waits(const char *holders, const char *progress, const char *activity) {
    pgm__waits found = {0};
    fill(&found.holders, holders);
    fill(&found.progress, progress);
    fill(&found.activity, activity);
    tell(&found);
}

void link_tell_ahead(size_t blocks) {
    pgm__waits found = {.ahead = blocks};
    tell(&found);
}

void link_tell_holders(const char *holders) {
    link_tell_waits(holders, NULL, NULL);
}

/* ---- all ---- */

void link_reset(void) {
    while (the_link.lookups != NULL) {
        free_lookup(&the_link.lookups);
    }
    while (the_link.sessions != NULL) {
        free_session(the_link.sessions);
    }
    pgm__arena_clear(&the_link.answers);
    /* The numbers go on: a string of the next test is another one. */
    the_link = (scripted_link){.server_version = 150018, .strings = the_link.strings};
}
