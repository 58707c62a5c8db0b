#include <stdio.h>
#include <string.h>

#include "engine/classify.h"
#include "support/scripted_march.h"

/* What is said: by the server, by the network, by time and people. What there is and what comes of
 * it is in scripted_march.c. */

static unsigned heard; /* the number of the string that was taken up last */

/* ---- the network ---- */

void name_resolves_(const char *host, const char *addresses) {
    scene_says("the name is", addresses);
    link_resolve(host, addresses, 0);
}

void name_fails_(const char *host, int status) {
    scene_says("the name fails", uv_strerror(status));
    link_resolve(host, NULL, status);
}

static pgm__session *session_that(scripted_phase phase, const char *what) {
    pgm__session *session = session_now();
    if (session->phase != phase) {
        scene_fail("the session is not %s; the last string was: %s", what,
                   session->sql == NULL ? "none" : session->sql);
    }
    return session;
}

void server_connects_(void) {
    pgm__session *session = session_that(SCRIPTED_CONNECTING, "connecting");
    scene_says("server", "welcome");
    server_greets();
    session->phase = SCRIPTED_IDLE;
    session->events->connected(session->data);
}

static pgm__server_error error_of(const char *sqlstate, const char *message) {
    pgm__server_error error = {.severity = "ERROR", .message = message};
    (void)snprintf(error.sqlstate, sizeof error.sqlstate, "%s", sqlstate);
    return error;
}

static void lose(pgm__session *session, const char *sqlstate, const char *message) {
    const pgm__server_error error = error_of(sqlstate, message);
    scene_says("lost", message);
    session->phase = SCRIPTED_LOST;
    session->events->lost(&error, session->data);
}

void server_refuses_(const char *sqlstate, const char *message) {
    lose(session_that(SCRIPTED_CONNECTING, "connecting"), sqlstate, message);
}

void connection_is_lost_(const char *message) {
    lose(session_now(), "", message);
}

/* ---- strings ---- */

/* The string in flight, taken up from its beginning when it is a new one. */
static pgm__session *in_flight(void) {
    pgm__session *session = session_that(SCRIPTED_BUSY, "waiting for an answer");
    if (heard != session->string) {
        heard = session->string;
        scene_says("march", session->sql);
        server_hears(session);
    }
    return session;
}

void march_sends_(const char *text) {
    const pgm__session *session = in_flight();
    if (strstr(session->sql, text) == NULL) {
        scene_fail("expected: %s\nwas sent: %s", text, session->sql);
    }
}

void march_does_not_send_(const char *text) {
    const pgm__session *session = in_flight();
    if (strstr(session->sql, text) != NULL) {
        scene_fail("not expected: %s\nwas sent: %s", text, session->sql);
    }
}

void march_is_silent_(void) {
    const pgm__session *session = session_now();
    if (session->phase == SCRIPTED_BUSY) {
        scene_fail("expected nothing\nwas sent: %s", session->sql);
    }
}

void march_reads_(void) {
    march_sends_("pg_postmaster_start_time");
    server_answers_();
}

void server_is_ready_(void) {
    scene_says("server", "ready");
    server_ready(in_flight());
}

void server_answers_(void) {
    pgm__session *session = in_flight();
    while (server_is_at_work()) {
        server_answer_one(session);
    }
    server_is_ready_();
}

/* The next statement with this in it becomes the one at work. */
static pgm__session *go_to(const char *text) {
    pgm__session *session = in_flight();
    while (server_is_at_work()) {
        if (server_statement() != NULL && strstr(server_statement(), text) != NULL) {
            scene_says("server is at", server_statement());
            return session;
        }
        server_answer_one(session);
    }
    scene_fail("expected a statement: %s\nwas sent: %s", text, session->sql);
}

void server_answers_before_(const char *text) {
    (void)go_to(text);
}

void server_answers_through_(const char *text) {
    server_answer_one(go_to(text));
}

void server_answers_many_(const char *text, unsigned times) {
    for (unsigned i = 0; i < times; i++) {
        server_answers_through_(text);
    }
}

void server_complains_(const char *sqlstate, const char *message) {
    const pgm__server_error error = error_of(sqlstate, message);
    scene_says("server complains", message);
    server_error(in_flight(), &error);
}

void server_fails_(const char *sqlstate, const char *message) {
    server_complains_(sqlstate, message);
    server_is_ready_();
}

void server_marks_(const char *mark) {
    char text[512];
    (void)snprintf(text, sizeof text, "invalid input syntax for type integer: \"%s\"", mark);
    server_fails_("22P02", text);
}

static bool takes_lock(const char *statement) {
    return strncmp(statement, "PREPARE", 7) != 0 &&
           (strstr(statement, "pg_try_advisory_") != NULL ||
            strstr(statement, "EXECUTE \"pgmarch lock\"") != NULL);
}

void lock_is_held_(const char *by) {
    pgm__session *session = in_flight();
    while (server_is_at_work() && (server_statement() == NULL || !takes_lock(server_statement()))) {
        server_answer_one(session);
    }
    if (!server_is_at_work()) {
        scene_fail("expected a question for the lock\nwas sent: %s", session->sql);
    }
    char mark[256];
    (void)snprintf(mark, sizeof mark, "%s%s", PGM__MARK_BUSY, by);
    server_marks_(mark);
}

/* The server counts characters; the tests' texts have bytes only. */
void server_rejects_(const char *message, const char *near) {
    pgm__session *session = in_flight();
    pgm__server_error error = error_of("42601", message);
    const char *at = near == NULL ? NULL : strstr(session->sql, near);
    if (near != NULL && at == NULL) {
        scene_fail("expected: %s\nwas sent: %s", near, session->sql);
    }
    error.position = at == NULL ? 0 : (size_t)(at - session->sql) + 1;
    scene_says("server rejects", message);
    server_error(session, &error);
    server_is_ready_();
}

void server_returns_(const char *column, unsigned type, const char *value) {
    pgm__session *session = in_flight();
    const pgm__field with = {column, value, type};
    const pgm__field without = {column, NULL, type};
    const pgm__reply row = {.kind = PGM__REPLY_ROW, .tag = "", .fields = &with, .field_count = 1};
    const pgm__reply end = {
        .kind = PGM__REPLY_ROWS_END, .tag = "SELECT 1", .fields = &without, .field_count = 1};
    scene_says("server returns", value);
    server_reply(session, &row);
    server_reply(session, &end);
}

void server_tags_(const char *tag) {
    const pgm__reply reply = {.kind = PGM__REPLY_COMMAND, .tag = tag};
    scene_says("server", tag);
    server_reply(in_flight(), &reply);
}

void server_notes_(const char *severity, const char *message) {
    pgm__server_error notice = error_of("00000", message);
    notice.severity = severity;
    pgm__session *session = session_now();
    session->events->notice(&notice, session->data);
}

/* ---- time and people ---- */

void time_passes_(uint64_t ms) {
    char text[32];
    (void)snprintf(text, sizeof text, "%llu ms pass", (unsigned long long)ms);
    scene_says("time", text);
    clock_advance(ms);
}

void pause_ends_(void) {
    uint64_t ms = clock_until_next();
    if (ms == UINT64_MAX) {
        scene_fail("no timer is running in state %s", scene_state());
    }
    time_passes_(ms);
}

static void stop(bool hard) {
    scene_says("user", hard ? "stop, now" : "stop");
    assert_non_null(the.march);
    pgm__march_stop(the.march, hard);
}

void user_stops_(void) {
    stop(false);
}

void user_stops_hard_(void) {
    stop(true);
}

void march_cancels_(void) {
    pgm__session *session = session_now();
    if (session->cancels == 0) {
        scene_fail("no cancel request was sent; the string was: %s",
                   session->sql == NULL ? "none" : session->sql);
    }
    session->cancels = 0;
}

/* ---- to the end ---- */

bool march_has_sent(const char *text) {
    const pgm__session *session = sessions_open() == 0 ? NULL : session_now();
    return session != NULL && session->phase == SCRIPTED_BUSY && strstr(session->sql, text) != NULL;
}

bool march_goes_on_(void) {
    clock_turn();
    if (the.ended) {
        return false;
    }
    const pgm__session *session = sessions_open() == 0 ? NULL : session_now();
    if (session != NULL && session->phase == SCRIPTED_CONNECTING) {
        server_connects_();
    } else if (session != NULL && session->phase == SCRIPTED_BUSY) {
        server_answers_();
    } else {
        pause_ends_();
    }
    clock_turn();
    return !the.ended;
}

void all_goes_well_(void) {
    enum { ENOUGH = 300 };
    for (int i = 0; i < ENOUGH && march_goes_on_(); i++) {
    }
}

void march_is_given_up_(void) {
    for (int i = 0; i < 3 && !the.ended; i++) {
        user_stops_hard_();
        clock_turn();
        const pgm__session *session = the_link.sessions;
        if (!the.ended && session != NULL && session->phase == SCRIPTED_BUSY) {
            connection_is_lost_("given up");
        }
        clock_turn();
    }
    if (!the.ended) {
        scene_fail("the march does not end");
    }
}
