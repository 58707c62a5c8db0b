#include "support/wire_link.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "support/shell.h"

enum { SSL_REQUEST = 80877103, GSS_REQUEST = 80877104, CANCEL_REQUEST = 80877102 };

typedef struct message {
    char type;
    const char *bytes; /* whole, header included */
    size_t len;
} message;

static void *need(void *memory) {
    if (memory == NULL) {
        abort(); /* a test without memory has nothing to say; this is not the test's own thread */
    }
    return memory;
}

static uint32_t read32(const char *bytes) {
    const unsigned char *b = (const unsigned char *)bytes;
    return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | (uint32_t)b[3];
}

/* --- queues and cuts ------------------------------------------------------------------------- */

static void drop_queue(wire_stream *stream) {
    while (stream->head != NULL) {
        wire_chunk *chunk = stream->head;
        stream->head = chunk->next;
        free(chunk->bytes);
        free(chunk);
    }
    stream->tail = NULL;
    stream->queued = 0;
}

void wire_link_shut(wire_link *link, wire_direction side, bool reset) {
    if (link->fd[side] < 0) {
        return;
    }
    if (reset) {
        struct linger hard = {1, 0};
        (void)setsockopt(link->fd[side], SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
    }
    (void)close(link->fd[side]);
    link->fd[side] = -1;
    link->stats.closed = link->fd[0] < 0 && link->fd[1] < 0;
}

static void swallow(wire_stream *stream) {
    stream->swallow = true;
    stream->in_len = 0;
    drop_queue(stream);
}

static bool suffers(const wire_rule *rule, wire_direction side) {
    return rule->side == WIRE_BOTH ||
           rule->side == (side == WIRE_TO_SERVER ? WIRE_SERVER_SIDE : WIRE_CLIENT_SIDE);
}

static void carry_out(wire_link *link, const wire_rule *rule) {
    for (wire_direction side = WIRE_TO_SERVER; side <= WIRE_TO_CLIENT; side++) {
        if (rule->action == WIRE_BLACK_HOLE) {
            if (suffers(rule, side)) {
                swallow(&link->stream[side]);
            }
            continue;
        }
        swallow(&link->stream[side]);
        if (suffers(rule, side) && rule->action == WIRE_RST) {
            wire_link_shut(link, side, true);
        } else if (suffers(rule, side) && link->fd[side] >= 0) {
            /* Not close(): unread bytes would turn the FIN into a RST. It is closed at its end. */
            (void)shutdown(link->fd[side], SHUT_WR);
        }
    }
}

static void enqueue(wire_link *link, wire_direction direction, const message *m, size_t keep,
                    const wire_rule *rule) {
    wire_stream *stream = &link->stream[direction];
    wire_chunk *chunk = need(calloc(1, sizeof *chunk));
    chunk->len = keep < m->len ? keep : m->len;
    chunk->bytes = need(malloc(chunk->len + 1));
    memcpy(chunk->bytes, m->bytes, chunk->len);
    chunk->due_ms = now_ms() + link->owner->options.delay_ms;
    if (rule != NULL && rule->action == WIRE_DELAY) {
        chunk->due_ms += rule->delay_ms;
    } else if (rule != NULL && rule->action == WIRE_HOLD) {
        chunk->held = true;
    } else {
        chunk->cut = rule;
    }
    if (chunk->due_ms < stream->last_due_ms) {
        chunk->due_ms = stream->last_due_ms; /* nothing overtakes in a TCP stream */
    }
    stream->last_due_ms = chunk->due_ms;
    if (stream->tail == NULL) {
        stream->head = chunk;
    } else {
        stream->tail->next = chunk;
    }
    stream->tail = chunk;
    stream->queued += chunk->len;
}

/* False: nothing more can be written now. */
static bool write_chunk(wire_link *link, wire_direction direction, wire_chunk *chunk) {
    while (chunk->sent < chunk->len) {
        ssize_t put = send(link->fd[direction], chunk->bytes + chunk->sent,
                           chunk->len - chunk->sent, MSG_NOSIGNAL);
        if (put < 0 && errno == EINTR) {
            continue;
        }
        if (put < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) {
            return false;
        }
        if (put < 0) { /* this side is gone: tell the other one the same way */
            wire_link_shut(link, WIRE_TO_SERVER, true);
            wire_link_shut(link, WIRE_TO_CLIENT, true);
            return false;
        }
        chunk->sent += (size_t)put;
    }
    return true;
}

void wire_link_flush(wire_link *link, wire_direction direction, long long now) {
    wire_stream *stream = &link->stream[direction];
    while (stream->head != NULL && link->fd[direction] >= 0) {
        wire_chunk *chunk = stream->head;
        if (chunk->held || chunk->due_ms > now || !write_chunk(link, direction, chunk)) {
            return;
        }
        const wire_rule *cut = chunk->cut;
        stream->head = chunk->next;
        if (stream->head == NULL) {
            stream->tail = NULL;
        }
        stream->queued -= chunk->len;
        free(chunk->bytes);
        free(chunk);
        if (cut != NULL) {
            carry_out(link, cut);
            return;
        }
    }
    if (stream->eof && !stream->ended && !stream->swallow && link->fd[direction] >= 0) {
        stream->ended = true;
        (void)shutdown(link->fd[direction], SHUT_WR);
    }
}

void wire_link_fini(wire_link *link) {
    for (wire_direction side = WIRE_TO_SERVER; side <= WIRE_TO_CLIENT; side++) {
        drop_queue(&link->stream[side]);
        free(link->stream[side].in);
        link->stream[side].in = NULL;
        wire_link_shut(link, side, true);
    }
}

/* --- messages -------------------------------------------------------------------------------- */

/* The bytes need not end in NUL and may hold some. */
static bool has_text(const message *m, const char *text) {
    size_t len = strlen(text);
    for (size_t i = 0; i + len <= m->len; i++) {
        if (memcmp(m->bytes + i, text, len) == 0) {
            return true;
        }
    }
    return false;
}

static bool matches(const wire_link *link, wire_direction direction, const message *m,
                    const wire_rule *rule) {
    bool ready = link->stats.ready;
    return rule->direction == direction &&
           (rule->connection == 0 || rule->connection == link->number) &&
           (rule->phase == WIRE_ALL || (rule->phase == WIRE_READY) == ready) &&
           (rule->type == 0 || rule->type == m->type) &&
           (rule->contains == NULL || has_text(m, rule->contains));
}

/* Every matching rule counts; the first whose number has come acts. */
static const wire_rule *choose_rule(wire_link *link, wire_direction direction, const message *m) {
    wire_settings *owner = link->owner;
    const wire_rule *chosen = NULL;
    for (unsigned i = 0; i < owner->rule_count; i++) {
        const wire_rule *rule = &owner->rules[i];
        if (!matches(link, direction, m, rule)) {
            continue;
        }
        link->seen[i]++;
        bool its_turn = rule->nth == 0 || rule->nth == link->seen[i];
        bool spent = rule->times != 0 && owner->hits[i] >= rule->times;
        if (chosen == NULL && its_turn && !spent) {
            owner->hits[i]++;
            chosen = rule;
        }
    }
    return chosen;
}

static void count(wire_link *link, wire_direction direction, const message *m) {
    wire_stats *stats = &link->stats;
    if (direction == WIRE_TO_SERVER) {
        stats->to_server++;
        stats->bytes_to_server += m->len;
        stats->queries += m->type == 'Q';
        stats->cancel = stats->cancel || m->type == WIRE_CANCEL_REQUEST;
    } else {
        stats->to_client++;
        stats->bytes_to_client += m->len;
        if (link->last == WIRE_TO_SERVER) {
            *(stats->ready ? &stats->round_trips : &stats->connect_round_trips) += 1;
        }
    }
    link->last = direction;
}

static void pass(wire_link *link, wire_direction direction, const message *m) {
    if (link->stream[direction].swallow) {
        return;
    }
    count(link, direction, m);
    const wire_rule *rule = choose_rule(link, direction, m);
    bool cuts = rule != NULL && rule->action != WIRE_DELAY && rule->action != WIRE_HOLD;
    bool refuse_tls = m->type == WIRE_SSL_REQUEST && !link->owner->options.pass_tls;
    if (refuse_tls && !cuts) {
        link->stream[WIRE_TO_CLIENT].one_byte = false;
        pass(link, WIRE_TO_CLIENT, &(message){WIRE_ANSWER, "N", 1});
    } else {
        enqueue(link, direction, m, cuts ? rule->keep : m->len, rule);
    }
    if (direction == WIRE_TO_CLIENT && m->type == 'Z') {
        link->stats.ready = true;
    }
    if (m->type == WIRE_ANSWER && m->bytes[0] != 'N') {
        link->stats.opaque = true;
    }
}

static void note_startup(wire_link *link, message *m) {
    uint32_t code = m->len >= 8 ? read32(m->bytes + 4) : 0;
    bool request = code == SSL_REQUEST || code == GSS_REQUEST;
    m->type = code == SSL_REQUEST      ? WIRE_SSL_REQUEST
              : code == GSS_REQUEST    ? WIRE_GSS_REQUEST
              : code == CANCEL_REQUEST ? WIRE_CANCEL_REQUEST
                                       : WIRE_STARTUP;
    link->stream[WIRE_TO_SERVER].untyped = request; /* after a "no" the startup message follows */
    link->stream[WIRE_TO_CLIENT].one_byte = request;
}

/* Takes one whole message from the start of the bytes; 0 = not all there yet. */
static size_t cut_message(wire_link *link, wire_direction direction, const char *bytes, size_t len,
                          message *m) {
    wire_stream *stream = &link->stream[direction];
    if (link->stats.opaque) {
        *m = (message){WIRE_OPAQUE, bytes, len};
        return len;
    }
    if (stream->one_byte) {
        stream->one_byte = false;
        *m = (message){WIRE_ANSWER, bytes, 1};
        return 1;
    }
    size_t header = stream->untyped ? 4 : 5;
    if (len < header) {
        return 0;
    }
    size_t size = read32(bytes + header - 4) + (stream->untyped ? 0u : 1u);
    if (size < header) {
        link->stats.opaque = true; /* not the protocol we know: pass it on as it is */
        *m = (message){WIRE_OPAQUE, bytes, len};
        return len;
    }
    if (len < size) {
        return 0;
    }
    *m = (message){bytes[0], bytes, size};
    if (stream->untyped) {
        note_startup(link, m);
    }
    return size;
}

static void append(wire_stream *stream, const char *bytes, size_t len) {
    if (stream->in_len + len > stream->in_capacity) {
        stream->in_capacity = (stream->in_len + len) * 2;
        stream->in = need(realloc(stream->in, stream->in_capacity));
    }
    memcpy(stream->in + stream->in_len, bytes, len);
    stream->in_len += len;
}

void wire_link_feed(wire_link *link, wire_direction direction, const char *bytes, size_t len) {
    wire_stream *stream = &link->stream[direction];
    if (stream->swallow) {
        return;
    }
    append(stream, bytes, len);
    size_t at = 0;
    while (at < stream->in_len) {
        message m;
        size_t taken = cut_message(link, direction, stream->in + at, stream->in_len - at, &m);
        if (taken == 0) {
            break;
        }
        pass(link, direction, &m);
        at += taken;
    }
    memmove(stream->in, stream->in + at, stream->in_len - at);
    stream->in_len -= at;
}
