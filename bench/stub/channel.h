/**
 * @file channel.h  A client's connection, with TLS or without.
 */
#ifndef PGM_BENCH_STUB_CHANNEL_H
#define PGM_BENCH_STUB_CHANNEL_H

#include <stdbool.h>
#include <stddef.h>

enum { CHANNEL_OVER = -1 };

typedef struct ssl_ctx_st channel_keys;

typedef struct channel {
    int file;           /* does not block */
    struct ssl_st *tls; /* or NULL */
} channel;

/** Of a server; NULL: they cannot be used. Live as long as the process. */
channel_keys *channel_load(const char *certificate, const char *key);

/** From here on TLS. False: it cannot begin. */
bool channel_secure(channel *wire, channel_keys *keys);

/** @return How many bytes; 0: none now; CHANNEL_OVER: none any more. */
ptrdiff_t channel_read(channel *wire, char *out, size_t room);

/** Is more there that was received already, so that nobody is woken for it? */
bool channel_holds_more(const channel *wire);

/** All of them, or false. */
bool channel_write(channel *wire, const char *bytes, size_t len);

void channel_close(channel *wire);

#endif
