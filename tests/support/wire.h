/**
 * @file wire.h  A TCP proxy between the program and the server, on a thread of the test: it counts
 * round trips, slows the line down, and breaks it at a chosen message.
 *
 *     wire *line = wire_open(cluster_port(), NULL);
 *     unsigned rule = wire_add(line, (wire_rule){.direction = WIRE_TO_CLIENT, .phase = WIRE_READY,
 *                              .type = 'C', .contains = "COMMIT", .nth = 1, .times = 1,
 *                              .action = WIRE_RST});
 *     ... run the program against 127.0.0.1:wire_port(line) ...
 *     assert_int_equal(wire_hits(line, rule), 1);     // else the test proved nothing
 *     wire_close(line);
 *
 * The proxy reads the messages of the protocol (version 3). It answers SSLRequest with "no" itself,
 * because behind TLS there is nothing to read; with options.pass_tls it passes it on, and a TLS
 * connection then is opaque: each piece read counts as one message of type WIRE_OPAQUE.
 *
 * Every function may be called while connections are running, from the thread of the test.
 */
#ifndef PGM_TESTS_WIRE_H
#define PGM_TESTS_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct wire wire;

typedef enum wire_direction { WIRE_TO_SERVER, WIRE_TO_CLIENT } wire_direction;

/** Messages that have no type byte of their own. */
enum {
    WIRE_STARTUP = 1,
    WIRE_SSL_REQUEST,
    WIRE_GSS_REQUEST,
    WIRE_CANCEL_REQUEST,
    WIRE_ANSWER, /* the single byte that answers the two requests */
    WIRE_OPAQUE
};

typedef enum wire_phase {
    WIRE_ALL,        /* whole connection */
    WIRE_CONNECTING, /* up to and including the first ReadyForQuery */
    WIRE_READY       /* after it */
} wire_phase;

typedef enum wire_action {
    WIRE_FIN,        /* end both sides in an orderly way */
    WIRE_RST,        /* reset both sides (SO_LINGER 0) */
    WIRE_BLACK_HOLE, /* swallow this message and all that follows; the sockets stay open */
    WIRE_DELAY,      /* pass this message, and what follows it, `delay_ms` later */
    WIRE_HOLD        /* keep it, and what follows it in its direction, until wire_release() */
} wire_action;

/** Who suffers a cut; the other side is not told and hears nothing any more. */
typedef enum wire_side { WIRE_BOTH, WIRE_CLIENT_SIDE, WIRE_SERVER_SIDE } wire_side;

enum { WIRE_RULES = 16 };

#define WIRE_WHOLE SIZE_MAX /* rule.keep: the message still passes */

/** Which message, and what happens to it. Zero in a field = any, all, no limit. */
typedef struct wire_rule {
    unsigned connection; /* 1-based, in the order of connecting */
    wire_direction direction;
    wire_phase phase;
    char type;            /* 'Q', 'C', 'Z' …, or a WIRE_… name */
    const char *contains; /* text in the message's body; borrowed until wire_close() */
    unsigned nth;         /* the n-th message of a connection that matches all the above */
    unsigned times;       /* over all connections, how often at most */
    wire_action action;
    wire_side side;    /* FIN, RST: who sees it. BLACK_HOLE: who hears nothing any more */
    size_t keep;       /* FIN, RST, BLACK_HOLE: so many bytes of the message still pass first */
    unsigned delay_ms; /* DELAY */
} wire_rule;

typedef struct wire_options {
    bool pass_tls;
    unsigned delay_ms; /* one-way, in both directions, of every message */
} wire_options;

/** One connection, seen so far. */
typedef struct wire_stats {
    /* A round trip: the client spoke, then the server. */
    unsigned connect_round_trips; /* until the first ReadyForQuery; the TCP handshake not counted */
    unsigned round_trips;         /* after it */
    unsigned queries;             /* Query messages */
    unsigned to_server;           /* messages, the startup phase included */
    unsigned to_client;
    size_t bytes_to_server;
    size_t bytes_to_client;
    bool ready;  /* there was a ReadyForQuery */
    bool cancel; /* it was a CancelRequest */
    bool opaque; /* TLS */
    bool closed; /* both sides are */
} wire_stats;

/** Listens on a free port of 127.0.0.1, in front of 127.0.0.1:server_port. options may be NULL. */
wire *wire_open(int server_port, const wire_options *options);

/** Ends the thread and every connection (RST where it is still open). NULL is a no-op. */
void wire_close(wire *line);

int wire_port(const wire *line);

/** Adds a rule; the first one that matches a message acts. Returns its number for wire_hits(). */
unsigned wire_add(wire *line, wire_rule rule);

/** How often the rule acted. */
unsigned wire_hits(wire *line, unsigned rule);

/** Waits until the rule acted `hits` times; false after limit_ms. */
bool wire_wait(wire *line, unsigned rule, unsigned hits, int limit_ms);

/** Lets go what WIRE_HOLD keeps. */
void wire_release(wire *line);

/** Changes options.delay_ms, for messages from now on. */
void wire_set_delay(wire *line, unsigned delay_ms);

/** With false new connections are reset at once, as by a port where nobody listens. */
void wire_accept(wire *line, bool accept);

/** Connections so far. */
unsigned wire_connections(wire *line);

/** The n-th connection, 1-based; fails the test when there is none. */
wire_stats wire_connection(wire *line, unsigned number);

/** The sums over all connections but CancelRequests; the booleans are true when all are. */
wire_stats wire_total(wire *line);

#endif
