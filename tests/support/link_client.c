#include "support/link_client.h"

#include <stdio.h>
#include <string.h>

#include "support/cmocka_all.h"

link_client the_client;

static void write_down(const char *what, const char *text) {
    size_t len = strlen(the_client.heard);
    (void)snprintf(the_client.heard + len, sizeof the_client.heard - len, "%s %s; ", what,
                   text == NULL ? "NULL" : text);
}

static void on_connected(void *data) {
    (void)data;
    the_client.connected = true;
    if (the_client.on_connected != NULL) {
        the_client.on_connected();
    }
}

static void write_row(const pgm__reply *reply) {
    char text[256] = "";
    size_t len = 0;
    for (size_t i = 0; i < reply->field_count && len < sizeof text; i++) {
        const pgm__field *field = &reply->fields[i];
        len += (size_t)snprintf(text + len, sizeof text - len, "%s%s=%s", i == 0 ? "" : ",",
                                field->name, field->value == NULL ? "NULL" : field->value);
    }
    write_down("row", text);
}

static void on_reply(const pgm__reply *reply, void *data) {
    (void)data;
    the_client.replied = true;
    switch (reply->kind) {
    case PGM__REPLY_COMMAND:
        write_down("command", reply->tag);
        break;
    case PGM__REPLY_ROW:
        write_row(reply);
        break;
    case PGM__REPLY_ROWS_END:
        write_down("end", reply->tag);
        break;
    case PGM__REPLY_EMPTY:
        write_down("empty", reply->tag);
        break;
    case PGM__REPLY_COPY_IN:
        write_down("copy", "in");
        break;
    case PGM__REPLY_ERROR:
    default:
        the_client.error = *reply->error;
        write_down(reply->error->sqlstate, reply->error->message);
        break;
    }
    if (the_client.on_reply != NULL) {
        the_client.on_reply(reply);
    }
}

static void on_ready(pgm__transaction transaction, void *data) {
    static const char *const names[] = {"none", "open", "failed"};
    (void)data;
    the_client.ready = true;
    write_down("ready", names[transaction]);
    if (the_client.on_ready != NULL) {
        the_client.on_ready();
    }
}

static void on_notice(const pgm__server_error *notice, void *data) {
    (void)data;
    the_client.noticed = true;
    the_client.error = *notice;
    write_down(notice->severity, notice->message);
}

static void on_lost(const pgm__server_error *error, void *data) {
    (void)data;
    the_client.lost = true;
    the_client.losses++;
    the_client.error = *error;
    write_down("lost", error->message);
}

const pgm__session_events client_events = {
    .connected = on_connected,
    .reply = on_reply,
    .ready = on_ready,
    .notice = on_notice,
    .lost = on_lost,
};

int client_setup(void **state) {
    (void)state;
    memset(&the_client, 0, sizeof the_client);
    if (uv_loop_init(&the_client.loop) != 0) {
        return -1;
    }
    the_client.threads = pgm__login_threads_new(&the_client.loop, 1, PGM__LOGIN_PATIENCE_MS);
    if (the_client.threads == NULL) {
        return -1;
    }
    peer_open(&the_client.loop);
    return 0;
}

int client_teardown(void **state) {
    (void)state;
    if (the_client.session != NULL) {
        client_closes();
    }
    pgm__login_threads_end(the_client.threads);
    peer_close();
    (void)uv_run(&the_client.loop, UV_RUN_NOWAIT);
    return uv_loop_close(&the_client.loop);
}

void client_fill(client_keywords *out, const char *password) {
    static const char *const names[] = {"host",    "port",       "user",     "dbname",
                                        "sslmode", "gssencmode", "password", NULL};
    (void)snprintf(out->port, sizeof out->port, "%d", peer_port());
    const char *const values[] = {"127.0.0.1", out->port, "app",    "app",
                                  "disable",   "disable", password, NULL};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        out->keywords[i] = names[i];
        out->values[i] = values[i];
    }
}

void client_opens(void) {
    client_keywords where;
    client_fill(&where, NULL);
    pgm_error err = {0};
    assert_int_equal(pgm__session_open(&the_client.session, the_client.threads, where.keywords,
                                       where.values, &client_events, NULL, &err),
                     PGM_OK);
}

void client_connects(void) {
    client_opens();
    peer_turn_until(&the_client.connected);
}

void client_forgets(void) {
    the_client.heard[0] = '\0';
    the_client.ready = false;
    the_client.replied = false;
    the_client.noticed = false;
}

void client_asks(const char *sql) {
    client_forgets();
    pgm__session_send(the_client.session, sql);
    peer_turn_until(&the_client.ready);
}

static void on_closed(void *data) {
    (void)data;
    the_client.closed = true;
}

void client_closes(void) {
    the_client.closed = false;
    pgm__session_close(the_client.session, on_closed, NULL);
    the_client.session = NULL;
    peer_turn_until(&the_client.closed);
}

void client_heard(const char *wanted) {
    assert_string_equal(the_client.heard, wanted);
}
