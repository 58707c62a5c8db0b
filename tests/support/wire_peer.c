#include "support/wire_peer.h"

#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/cmocka_all.h"

enum { STEPS = 128, LINKS = 8, TYPES = 128, PATIENCE_MS = 120000 };

typedef enum step_kind { SAYS, HEARS, HANGS_UP, RESETS, DOES } step_kind;

typedef struct step {
    step_kind kind;
    unsigned connection;
    char type;
    char *bytes; /* SAYS: the whole message; HEARS: the text */
    size_t len;
    void (*fn)(void *data);
    void *data;
} step;

/* One connection. */
typedef struct link {
    uv_tcp_t tcp;
    unsigned number;
    size_t at; /* the step that is next */
    bool started;
    bool closed;
    char *buffer; /* what has come and is no whole message yet */
    size_t len;
} link;

static struct {
    uv_loop_t *loop;
    uv_tcp_t listener;
    uv_timer_t patience;
    uv_prepare_t before_waiting;
    const bool *awaited; /* by peer_turn_until() */
    bool impatient;
    bool leaves_steps; /* without an error */
    char wrong[512];   /* what came instead of what the script says */
    int port;
    step steps[STEPS];
    size_t count;
    unsigned scripted; /* connection that steps are added for */
    link *links[LINKS];
    unsigned accepted;
    char *heard[TYPES];
    size_t heard_len[TYPES];
} the_peer;

/* ---- the script ---- */

static step *add_step(step_kind kind) {
    assert_true(the_peer.count < STEPS);
    step *added = &the_peer.steps[the_peer.count++];
    *added = (step){.kind = kind, .connection = the_peer.scripted};
    return added;
}

void peer_next(void) {
    the_peer.scripted++;
}

void peer_hears(char type, const char *text) {
    step *added = add_step(HEARS);
    added->type = type;
    added->bytes = strdup(text);
    assert_non_null(added->bytes);
}

static void put_int(char *at, size_t value, int bytes) {
    for (int i = 0; i < bytes; i++) {
        at[i] = (char)(value >> (8 * (bytes - 1 - i)));
    }
}

void peer_says(char type, const void *body, size_t len) {
    step *added = add_step(SAYS);
    added->len = len + 5;
    added->bytes = malloc(added->len);
    assert_non_null(added->bytes);
    added->bytes[0] = type;
    put_int(added->bytes + 1, len + 4, 4);
    if (len > 0) {
        memcpy(added->bytes + 5, body, len);
    }
}

void peer_says_raw(const void *bytes, size_t len) {
    step *added = add_step(SAYS);
    added->len = len;
    added->bytes = malloc(len);
    assert_non_null(added->bytes);
    memcpy(added->bytes, bytes, len);
}

void peer_parameter(const char *name, const char *value) {
    char body[128];
    int len = snprintf(body, sizeof body, "%s%c%s", name, '\0', value);
    peer_says('S', body, (size_t)len + 1);
}

void peer_welcomes(void) {
    static const char ok[4] = {0};
    static const char key[8] = {0, 0, 0x12, 0x67, 0, 0, 0, 7}; /* 4711 */
    peer_says('R', ok, sizeof ok);
    peer_parameter("server_version", "15.18");
    peer_parameter("client_encoding", "UTF8");
    peer_parameter("standard_conforming_strings", "on");
    peer_says('K', key, sizeof key);
    peer_ready('I');
}

void peer_lets_in(void) {
    peer_hears(PEER_STARTUP, "");
    peer_welcomes();
}

void peer_row(const char *column, unsigned type, const char *value) {
    char body[512];
    size_t name = strlen(column) + 1;
    put_int(body, 1, 2);
    memcpy(body + 2, column, name);
    char *at = body + 2 + name;
    put_int(at, 0, 4);
    put_int(at + 4, 0, 2);
    put_int(at + 6, type, 4);
    put_int(at + 10, 0, 2);
    put_int(at + 12, 0, 4);
    put_int(at + 16, 0, 2);
    peer_says('T', body, 2 + name + 18);
    put_int(body, 1, 2);
    put_int(body + 2, value == NULL ? UINT32_MAX : strlen(value), 4);
    if (value != NULL) {
        memcpy(body + 6, value, strlen(value));
    }
    peer_says('D', body, 6 + (value == NULL ? 0 : strlen(value)));
}

/* The name with its end, the table and its column, type text, size, modifier, format. */
static size_t put_column(char *at) {
    static const char name[] = "?column?";
    memcpy(at, name, sizeof name);
    char *behind = at + sizeof name;
    memset(behind, 0, 18);
    put_int(behind + 6, 25, 4);
    return sizeof name + 18;
}

void peer_texts(const char *const *values, size_t count) {
    char body[1024];
    size_t len = 2;
    put_int(body, (uint32_t)count, 2);
    for (size_t i = 0; i < count; i++) {
        len += put_column(body + len);
    }
    peer_says('T', body, len);
    len = 2;
    for (size_t i = 0; i < count; i++) {
        size_t size = values[i] == NULL ? 0 : strlen(values[i]);
        put_int(body + len, values[i] == NULL ? UINT32_MAX : size, 4);
        memcpy(body + len + 4, values[i] == NULL ? "" : values[i], size);
        len += 4 + size;
    }
    peer_says('D', body, len);
}

void peer_tag(const char *tag) {
    peer_says('C', tag, strlen(tag) + 1);
}

void peer_ready(char status) {
    peer_says('Z', &status, 1);
}

void peer_error(char type, const char *fields, size_t len) {
    peer_says(type, fields, len);
}

void peer_hangs_up(void) {
    (void)add_step(HANGS_UP);
}

void peer_resets(void) {
    (void)add_step(RESETS);
}

void peer_does(void (*fn)(void *data), void *data) {
    step *added = add_step(DOES);
    added->fn = fn;
    added->data = data;
}

/* ---- playing it ---- */

static void free_link(uv_handle_t *handle) {
    link *self = handle->data;
    free(self->buffer);
    free(self);
}

static void close_link(link *self) {
    if (!self->closed) {
        self->closed = true;
        the_peer.links[self->number] = NULL;
        uv_close((uv_handle_t *)&self->tcp, free_link);
    }
}

static void reset_link(link *self) {
    if (!self->closed) {
        self->closed = true;
        the_peer.links[self->number] = NULL;
        (void)uv_tcp_close_reset(&self->tcp, free_link);
    }
}

static void on_written(uv_write_t *request, int status) {
    (void)status;
    free(request);
}

static void say(link *self, const step *it) {
    uv_write_t *request = malloc(sizeof *request);
    assert_non_null(request);
    uv_buf_t bytes = uv_buf_init(it->bytes, (unsigned)it->len);
    assert_int_equal(uv_write(request, (uv_stream_t *)&self->tcp, &bytes, 1, on_written), 0);
}

static step *next_step(link *self) {
    while (self->at < the_peer.count && the_peer.steps[self->at].connection != self->number) {
        self->at++;
    }
    return self->at < the_peer.count ? &the_peer.steps[self->at] : NULL;
}

/* All that does not wait for the other side. */
static void play(link *self) {
    for (step *it = next_step(self); it != NULL && it->kind != HEARS; it = next_step(self)) {
        self->at++;
        if (it->kind == SAYS) {
            say(self, it);
        } else if (it->kind == DOES) {
            it->fn(it->data);
        } else if (it->kind == RESETS) {
            reset_link(self);
            return;
        } else {
            close_link(self);
            return;
        }
    }
}

static bool holds(const char *body, size_t len, const char *text) {
    size_t wanted = strlen(text);
    for (size_t i = 0; i + wanted <= len; i++) {
        if (memcmp(body + i, text, wanted) == 0) {
            return true;
        }
    }
    return false;
}

static void note_heard(char type, const char *body, size_t len) {
    size_t i = (size_t)type % TYPES;
    char *grown = realloc(the_peer.heard[i], the_peer.heard_len[i] + len + 1);
    assert_non_null(grown);
    memcpy(grown + the_peer.heard_len[i], body, len);
    the_peer.heard_len[i] += len;
    grown[the_peer.heard_len[i]] = '\0';
    the_peer.heard[i] = grown;
}

static void hear(link *self, char type, const char *body, size_t len) {
    note_heard(type, body, len);
    step *it = next_step(self);
    if (type == 'd' || type == 'X') {
        return; /* data comes in any number of pieces, and everybody says goodbye */
    }
    if (it == NULL || it->kind != HEARS || it->type != type || !holds(body, len, it->bytes)) {
        /* The test fails when the loop is back: not from inside of it. */
        (void)snprintf(the_peer.wrong, sizeof the_peer.wrong,
                       "connection %u: expected %c %s, heard %c %.*s", self->number,
                       it == NULL ? '-' : it->type, it == NULL ? "nothing more" : it->bytes, type,
                       (int)len, body);
        the_peer.impatient = true;
        return;
    }
    self->at++;
    play(self);
}

static size_t length_at(const char *at) {
    const unsigned char *bytes = (const unsigned char *)at;
    return (size_t)bytes[0] << 24 | (size_t)bytes[1] << 16 | (size_t)bytes[2] << 8 | bytes[3];
}

/* A cancel request has the code 80877102. */
static char type_of_first(const char *at) {
    return length_at(at + 4) == 80877102 ? PEER_CANCEL : PEER_STARTUP;
}

/* One whole message, taken out of the buffer; 0 = there is none. */
static size_t take_message(link *self) {
    size_t head = self->started ? 1 : 0;
    if (self->len < head + 8 - 4 * head) {
        return 0;
    }
    size_t len = length_at(self->buffer + head) + head;
    if (self->len < len) {
        return 0;
    }
    char type = self->started ? self->buffer[0] : type_of_first(self->buffer);
    self->started = true;
    hear(self, type, self->buffer + head + 4, len - head - 4);
    return len;
}

static void on_alloc(uv_handle_t *handle, size_t suggested, uv_buf_t *out) {
    (void)handle;
    *out = uv_buf_init(malloc(suggested), (unsigned)suggested);
}

static void on_read(uv_stream_t *stream, ssize_t got, const uv_buf_t *bytes) {
    link *self = stream->data;
    if (got < 0) {
        free(bytes->base);
        close_link(self);
        return;
    }
    char *grown = realloc(self->buffer, self->len + (size_t)got + 1);
    assert_non_null(grown);
    memcpy(grown + self->len, bytes->base, (size_t)got);
    self->buffer = grown;
    self->len += (size_t)got;
    free(bytes->base);
    for (size_t taken = 1; taken > 0 && !self->closed;) {
        taken = take_message(self);
        if (taken > 0) {
            memmove(self->buffer, self->buffer + taken, self->len - taken);
            self->len -= taken;
        }
    }
}

static void on_connection(uv_stream_t *listener, int status) {
    assert_int_equal(status, 0);
    assert_true(the_peer.accepted < LINKS);
    link *self = calloc(1, sizeof *self);
    assert_non_null(self);
    assert_int_equal(uv_tcp_init(the_peer.loop, &self->tcp), 0);
    assert_int_equal(uv_accept(listener, (uv_stream_t *)&self->tcp), 0);
    self->tcp.data = self;
    self->number = the_peer.accepted;
    the_peer.links[the_peer.accepted++] = self;
    assert_int_equal(uv_read_start((uv_stream_t *)&self->tcp, on_alloc, on_read), 0);
    play(self);
}

/* ---- the test's side ---- */

static void on_patience(uv_timer_t *timer) {
    (void)timer;
    the_peer.impatient = true;
}

/* A timer may have brought what is awaited: then the loop is not to wait for anything else. */
static void on_before_waiting(uv_prepare_t *handle) {
    if (the_peer.awaited != NULL && *the_peer.awaited) {
        uv_stop(handle->loop);
    }
}

void peer_open(uv_loop_t *loop) {
    memset(&the_peer, 0, sizeof the_peer);
    the_peer.loop = loop;
    struct sockaddr_in address;
    int len = sizeof address;
    assert_int_equal(uv_ip4_addr("127.0.0.1", 0, &address), 0);
    assert_int_equal(uv_tcp_init(loop, &the_peer.listener), 0);
    assert_int_equal(uv_tcp_bind(&the_peer.listener, (const struct sockaddr *)&address, 0), 0);
    assert_int_equal(uv_listen((uv_stream_t *)&the_peer.listener, 16, on_connection), 0);
    assert_int_equal(uv_tcp_getsockname(&the_peer.listener, (struct sockaddr *)&address, &len), 0);
    the_peer.port = ntohs(address.sin_port);
    uv_unref((uv_handle_t *)&the_peer.listener);
    assert_int_equal(uv_timer_init(loop, &the_peer.patience), 0);
    assert_int_equal(uv_timer_start(&the_peer.patience, on_patience, PATIENCE_MS, 0), 0);
    uv_unref((uv_handle_t *)&the_peer.patience);
    assert_int_equal(uv_prepare_init(loop, &the_peer.before_waiting), 0);
    assert_int_equal(uv_prepare_start(&the_peer.before_waiting, on_before_waiting), 0);
    uv_unref((uv_handle_t *)&the_peer.before_waiting);
}

int peer_port(void) {
    return the_peer.port;
}

void peer_may_leave_steps(void) {
    the_peer.leaves_steps = true;
}

unsigned peer_connections(void) {
    return the_peer.accepted;
}

const char *peer_heard(char type) {
    const char *heard = the_peer.heard[(size_t)type % TYPES];
    return heard == NULL ? "" : heard;
}

/* With nothing else on it the loop would not turn at all, and nobody would be let in. */
static void turn(void) {
    uv_ref((uv_handle_t *)&the_peer.patience);
    (void)uv_run(the_peer.loop, UV_RUN_ONCE);
    uv_unref((uv_handle_t *)&the_peer.patience);
}

void peer_turn_until(const bool *done) {
    the_peer.awaited = done;
    while (!*done && !the_peer.impatient) {
        turn();
    }
    the_peer.awaited = NULL;
    if (!*done) {
        fail_msg("%s",
                 the_peer.wrong[0] != '\0' ? the_peer.wrong : "what was waited for did not come");
    }
}

void peer_turn_until_heard(char type) {
    bool heard = false;
    while (!heard && !the_peer.impatient) {
        turn();
        heard = the_peer.heard[(size_t)type % TYPES] != NULL;
    }
    peer_turn_until(&heard);
}

/* Steps that were not played: the connection that they are for is gone, or never came. */
static size_t steps_left(void) {
    size_t left = 0;
    for (size_t i = 0; i < the_peer.count; i++) {
        const step *it = &the_peer.steps[i];
        const link *self = the_peer.links[it->connection];
        left += it->connection >= the_peer.accepted || (self != NULL && self->at <= i) ? 1 : 0;
    }
    return left;
}

void peer_close(void) {
    size_t left = the_peer.leaves_steps ? 0 : steps_left();
    for (unsigned i = 0; i < LINKS; i++) {
        if (the_peer.links[i] != NULL) {
            close_link(the_peer.links[i]);
        }
    }
    uv_close((uv_handle_t *)&the_peer.listener, NULL);
    uv_close((uv_handle_t *)&the_peer.patience, NULL);
    uv_close((uv_handle_t *)&the_peer.before_waiting, NULL);
    (void)uv_run(the_peer.loop, UV_RUN_DEFAULT);
    for (size_t i = 0; i < the_peer.count; i++) {
        free(the_peer.steps[i].bytes);
    }
    for (size_t i = 0; i < TYPES; i++) {
        free(the_peer.heard[i]);
        the_peer.heard[i] = NULL;
    }
    assert_int_equal(left, 0);
}
