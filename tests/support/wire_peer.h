/**
 * @file wire_peer.h  The other end of a connection, on the test's own loop: it speaks PostgreSQL's
 * protocol (version 3) by a script, so that src/pg/link can be tested without a server.
 *
 *     peer_open(&loop);
 *     peer_lets_in();                          // the first connection: startup, and welcome
 *     peer_hears('Q', "SELECT 1");
 *     peer_row("one", 23, "1");
 *     peer_tag("SELECT 1");
 *     peer_ready('I');
 *     ... open a session to peer_port(), turn the loop ...
 *     peer_close();                            // fails the test when the script was not followed
 *
 * What is said stands in the order of the script; behind a peer_hears() it is said when that
 * message has come. peer_next() begins the script of the next connection. Nothing waits but for the
 * other side; a loop that turns in vain for ten seconds fails the test.
 */
#ifndef PGM_TESTS_WIRE_PEER_H
#define PGM_TESTS_WIRE_PEER_H

#include <stdbool.h>
#include <stddef.h>
#include <uv.h>

/** Message types of the startup phase, which have no letter. */
enum { PEER_STARTUP = 1, PEER_CANCEL = 2 };

/** One for all tests of a program. */
void peer_open(uv_loop_t *loop);
void peer_close(void);
int peer_port(void);

/** From here on the script is the next connection's. */
void peer_next(void);

/** Waits for a message of this type with `text` in it ("" = any). */
void peer_hears(char type, const char *text);

/** Hears the startup packet and lets in: process 4711, version 15.18, UTF-8. */
void peer_lets_in(void);

/** The welcome alone, behind an authentication. */
void peer_welcomes(void);

void peer_says(char type, const void *body, size_t len);
/** Any number of whole messages. */
void peer_says_raw(const void *bytes, size_t len);
void peer_parameter(const char *name, const char *value);
void peer_row(const char *column, unsigned type, const char *value); /* T and D */
/** The same of several columns of text, "?column?" each; a value NULL is SQL NULL. */
void peer_texts(const char *const *values, size_t count);
void peer_tag(const char *tag); /* C */
void peer_ready(char status);   /* Z: I, T or E */
/** E or N; `fields` are pairs of letter and text, one behind the other: "C42601\0Mtext\0". */
void peer_error(char type, const char *fields, size_t len);
#define PEER_ERROR(type, fields) peer_error(type, fields, sizeof(fields))

/** Closes the connection, in an orderly way or not. */
void peer_hangs_up(void);
void peer_resets(void);

/** Calls the test. */
void peer_does(void (*fn)(void *data), void *data);

/** All bytes of messages of this type that came on any connection, joined; for COPY data. */
const char *peer_heard(char type);

/** Turns the loop until a message of this type has come. */
void peer_turn_until_heard(char type);

/** Turns the loop until `*done`. */
void peer_turn_until(const bool *done);

/** The script may be longer than what happens: how often somebody comes is not the test's to say.
 */
void peer_may_leave_steps(void);

/** Connections that were made. */
unsigned peer_connections(void);

#endif
