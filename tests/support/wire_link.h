/**
 * @file wire_link.h  One proxied connection; shared by wire.c (sockets, thread) and wire_link.c
 * (messages, rules, queues).
 */
#ifndef PGM_TESTS_WIRE_LINK_H
#define PGM_TESTS_WIRE_LINK_H

#include "support/wire.h"

/** A piece on its way out. */
typedef struct wire_chunk {
    struct wire_chunk *next;
    char *bytes;
    size_t len;
    size_t sent;
    long long due_ms;
    bool held;
    const wire_rule *cut; /* done as soon as the bytes are out; or NULL */
} wire_chunk;

/** One direction of a connection. */
typedef struct wire_stream {
    char *in; /* bytes of messages that are not complete yet */
    size_t in_len;
    size_t in_capacity;
    wire_chunk *head;
    wire_chunk *tail;
    size_t queued;
    long long last_due_ms;
    bool eof;      /* the source has ended */
    bool ended;    /* and the other side was told */
    bool swallow;  /* what comes in is thrown away */
    bool untyped;  /* to server: the next message has no type byte */
    bool one_byte; /* to client: the next message is the answer to SSLRequest or GSSENCRequest */
} wire_stream;

typedef struct wire_link {
    struct wire_link *next;
    unsigned number;
    int fd[2]; /* indexed by the direction that WRITES to it: [WIRE_TO_SERVER] is the server's */
    wire_stream stream[2];
    wire_stats stats;
    wire_direction last;         /* who spoke last */
    unsigned seen[WIRE_RULES];   /* messages that matched each rule */
    struct wire_settings *owner; /* borrowed */
} wire_link;

/** What all connections share; guarded by the lock of wire.c. */
typedef struct wire_settings {
    wire_options options;
    wire_rule rules[WIRE_RULES];
    unsigned hits[WIRE_RULES];
    unsigned rule_count;
} wire_settings;

/** The socket a direction reads from. */
static inline int *wire_source(wire_link *link, wire_direction direction) {
    return &link->fd[direction == WIRE_TO_SERVER ? WIRE_TO_CLIENT : WIRE_TO_SERVER];
}

/** Takes bytes that came in. */
void wire_link_feed(wire_link *link, wire_direction direction, const char *bytes, size_t len);

/** Writes what is due; carries out the cuts. */
void wire_link_flush(wire_link *link, wire_direction direction, long long now);

/** Closes, as a reset when asked to. */
void wire_link_shut(wire_link *link, wire_direction side, bool reset);

/** Frees the queues and closes the sockets with a reset. */
void wire_link_fini(wire_link *link);

#endif
