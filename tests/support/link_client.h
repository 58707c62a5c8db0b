/**
 * @file link_client.h  An owner of a session who writes down what it hears, on a loop of its own
 * with a peer (wire_peer.h) at the other end.
 */
#ifndef PGM_TESTS_LINK_CLIENT_H
#define PGM_TESTS_LINK_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <uv.h>

#include "pg/link/session.h"
#include "support/wire_peer.h"

/** One for all tests of a program. */
typedef struct link_client {
    uv_loop_t loop;
    pgm__login_threads *threads; /* a single one */
    pgm__session *session;
    char heard[4096]; /* "row one=1; end SELECT 1; ready -; " */
    bool connected;
    bool replied; /* set by every reply */
    bool ready;
    bool noticed;
    bool lost;
    bool closed;
    size_t losses;
    pgm__server_error error; /* of the last error or notice; its texts are in `heard` */
    void (*on_ready)(void);  /* called from inside; or NULL */
    void (*on_reply)(const pgm__reply *reply);
    void (*on_connected)(void);
} link_client;

extern link_client the_client;

/** cmocka fixtures: loop and peer; the session, if there is one, is closed. */
int client_setup(void **state);
int client_teardown(void **state);
#define client_test(test) cmocka_unit_test_setup_teardown(test, client_setup, client_teardown)

extern const pgm__session_events client_events;

/** Keywords that lead to the peer, and a password where it is not NULL. */
typedef struct client_keywords {
    const char *keywords[12];
    const char *values[12];
    char port[16];
} client_keywords;
void client_fill(client_keywords *out, const char *password);

/** Opens a session to the peer; another one is not open. */
void client_opens(void);

/** ... and is let in by a script that begins with peer_lets_in(). */
void client_connects(void);

/** Sends, and turns the loop until the string has ended. */
void client_asks(const char *sql);

/** Forgets what was heard. */
void client_forgets(void);

/** Closes the session and turns the loop until it is gone. */
void client_closes(void);

/** Fails unless all that was heard is this. */
void client_heard(const char *wanted);

#endif
