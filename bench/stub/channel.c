#include "channel.h"

#include <errno.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

channel_keys *channel_load(const char *certificate, const char *key) {
    SSL_CTX *keys = SSL_CTX_new(TLS_server_method());
    if (keys == NULL || SSL_CTX_use_certificate_chain_file(keys, certificate) != 1 ||
        SSL_CTX_use_PrivateKey_file(keys, key, SSL_FILETYPE_PEM) != 1) {
        SSL_CTX_free(keys);
        return NULL;
    }
    /* As PostgreSQL has it: no session is taken up again. */
    (void)SSL_CTX_set_session_cache_mode(keys, SSL_SESS_CACHE_OFF);
    (void)SSL_CTX_set_options(keys, SSL_OP_NO_TICKET);
    (void)SSL_CTX_set_num_tickets(keys, 0);
    return keys;
}

bool channel_secure(channel *wire, channel_keys *keys) {
    wire->tls = SSL_new(keys);
    if (wire->tls == NULL || SSL_set_fd(wire->tls, wire->file) != 1) {
        return false;
    }
    SSL_set_accept_state(wire->tls);
    return true;
}

ptrdiff_t channel_read(channel *wire, char *out, size_t room) {
    if (wire->tls == NULL) {
        ssize_t got = recv(wire->file, out, room, 0);
        bool none_now = got < 0 && (errno == EAGAIN || errno == EINTR);
        return got > 0 ? got : none_now ? 0 : CHANNEL_OVER;
    }
    int got = SSL_read(wire->tls, out, (int)room);
    if (got > 0) {
        return got;
    }
    int why = SSL_get_error(wire->tls, got);
    return why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE ? 0 : CHANNEL_OVER;
}

bool channel_holds_more(const channel *wire) {
    return wire->tls != NULL && SSL_has_pending(wire->tls) == 1;
}

bool channel_write(channel *wire, const char *bytes, size_t len) {
    if (wire->tls == NULL) {
        return send(wire->file, bytes, len, 0) == (ssize_t)len;
    }
    return SSL_write(wire->tls, bytes, (int)len) == (int)len;
}

void channel_close(channel *wire) {
    SSL_free(wire->tls);
    (void)close(wire->file);
    *wire = (channel){.file = -1};
}
