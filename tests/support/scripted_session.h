/**
 * @file scripted_session.h  Sessions, names and inquiries without a server: what link/session.h,
 * link/resolver.h and link/inquiry.h promise, and a test decides what comes.
 *
 * A test program lists support/scripted_session.c among its sources: it takes the place of the
 * three files of src/pg/link. Nothing here calls back by itself, but for what is closed: that is on
 * the clock's next turn (scripted_time.h).
 */
#ifndef PGM_TESTS_SCRIPTED_SESSION_H
#define PGM_TESTS_SCRIPTED_SESSION_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "pg/link/inquiry.h"
#include "pg/link/resolver.h"
#include "pg/link/session.h"

typedef enum scripted_phase {
    SCRIPTED_CONNECTING,
    SCRIPTED_IDLE,
    SCRIPTED_BUSY,
    SCRIPTED_COPYING, /* the server waits for data */
    SCRIPTED_LOST,
    SCRIPTED_CLOSED /* by its owner; gone on the next turn */
} scripted_phase;

struct pgm__session {
    pgm__session *next; /* older */
    scripted_phase phase;
    const pgm__session_events *events;
    void *data;
    char *sql;        /* the last string sent */
    char *hostaddr;   /* "" = none was given */
    char *copied;     /* the answer to COPY_IN; NULL: `copy_why` */
    char *copy_why;   /* why there is none */
    unsigned string;  /* its number, over all sessions */
    bool one;         /* it went as a single statement */
    unsigned cancels; /* requests */
    bool strings_off;
    bool encoding_off;
    bool computing;
    int pid;
    void (*closed)(void *data);
    void *closed_data;
};

struct pgm__lookup {
    pgm__lookup *next;
    char *host;
    pgm__lookup_fn fn; /* NULL once cancelled */
    void *data;
};

/** One for all tests of a program. */
typedef struct scripted_link {
    pgm__session *sessions; /* newest first */
    unsigned opened;
    unsigned strings;     /* sent */
    pgm__lookup *lookups; /* not answered, oldest first */
    pgm__arena answers;   /* to them: they live as long as a resolver */
    pgm__inquiry *asked;  /* not answered */
    int asked_about;      /* the process */
    bool asks_ahead;      /* how far the string is, too */
    unsigned asks;
    int server_version;    /* of all sessions */
    const char *parameter; /* "name=value", which all servers report; NULL = none */
    pgm__tls tls;          /* likewise */
    /* Say no from now on: */
    bool no_session;
    bool no_lookup;
    bool no_inquiry;
} scripted_link;

extern scripted_link the_link;

/** Forgets all; sessions of before are freed. */
void link_reset(void);

/** The newest session that is not closed; fails the test when there is none. */
pgm__session *session_now(void);

/** Sessions that are not closed. */
size_t sessions_open(void);

/** The answer to whoever looks `host` up: addresses, divided by spaces; or libuv's error. */
void link_resolve(const char *host, const char *addresses, int status);

/** The answer to an inquiry, as the server's words stand in it; NULL = not known. */
void link_tell_waits(const char *holders, const char *progress, const char *activity);

/** Whom it waits for, and nothing else; NULL = nobody, or it could not be asked. */
void link_tell_holders(const char *holders);

/** The same of one who waits for nobody: how many blocks it is ahead of what was heard. */
void link_tell_ahead(size_t blocks);

#endif
