/**
 * @file scripted_server.h  Answers a string of SQL statement by statement, as PostgreSQL would
 * where all goes well, so that a test says only what is special.
 *
 * It runs nothing and remembers nothing but whether a transaction is open: what a reading finds is
 * what the test put into `the_server`. A string with the error behind it that makes the server only
 * parse it (pg/exchange/syntax.h) is answered with that error.
 */
#ifndef PGM_TESTS_SCRIPTED_SERVER_H
#define PGM_TESTS_SCRIPTED_SERVER_H

#include <stdbool.h>
#include <stddef.h>

#include "pg/exchange/reply.h"
#include "support/scripted_session.h"

enum { SCRIPTED_ROWS = 16 };

typedef struct scripted_ledger_row {
    const char *version;
    const char *checksum; /* or NULL */
    const char *run_id;   /* or NULL */
    const char *duration; /* NULL: its migration has not ended */
} scripted_ledger_row;

typedef struct scripted_progress_row {
    const char *version;
    bool down;
    const char *statement; /* a number */
    bool running;
    const char *checksum;
    const char *run_id;
} scripted_progress_row;

typedef struct scripted_foreign_row {
    const char *version;
    const char *applied_at;
    const char *state; /* a, u, b, x */
} scripted_foreign_row;

/** What the server would say. */
typedef struct scripted_server {
    /* the reading */
    bool pooled; /* another process answers than the one that let us in */
    bool standby;
    const char *schema;        /* NULL = there is none */
    const char *schema_hidden; /* not NULL: it is there, and may not be used */
    const char *login;         /* who logged in, for a ping */
    const char *role;          /* who the login has become */
    const char *size;          /* of the database; NULL: this role may not ask */
    bool ledger_missing;
    bool ledger_homeless;       /* not even its schema is there */
    const char *ledger_columns; /* of a strange ledger, divided by spaces; NULL: ours */
    unsigned version_type;      /* oid; 0 = varchar */
    scripted_ledger_row rows[SCRIPTED_ROWS];
    size_t row_count;
    bool has_progress; /* there is a companion table */
    scripted_progress_row progress[SCRIPTED_ROWS];
    size_t progress_count;
    scripted_foreign_row foreign[SCRIPTED_ROWS];
    size_t foreign_count;
    /* other questions */
    const char *holders;    /* who had the lock */
    const char *other_runs; /* at work here: "RUNS SESSIONS" */
    const char *elsewhere;  /* the schema of what a file did not find */
    const char *watchers;   /* triggers, rules and policies of the ledger */
    const char *index;      /* that a statement makes; NULL = it is not there */
    bool index_valid;
    const char *invalid;        /* an INVALID index somewhere: its bare name */
    const char *invalid_schema; /* where it lies, when that is not searched; else NULL */
    const char *fingerprint;    /* of the catalog */
    const char *duration;
    unsigned transactions; /* of the session so far */
    bool ends_transaction; /* whatever is open is over when the string in flight has ended */
    /* where files are only parsed: what the session says of itself */
    const char *probe;           /* the setting that the probe makes */
    const char *server_encoding; /* UTF8 */
    const char *client_encoding; /* UTF8 */
    const char *strings;         /* standard_conforming_strings; NULL: as the string sets it */
    const char *reads_only;      /* on */
} scripted_server;

extern scripted_server the_server;

/** As after a new start: an empty public schema. */
void server_reset(void);

/** A session begins: no transaction is open. */
void server_greets(void);

/** Takes the session's string up, from its first statement. */
void server_hears(pgm__session *session);

/** The statement that is next, NULL behind the last one; valid until the next call. */
const char *server_statement(void);

/** Is a statement left to be answered? Of a string without any, that there is none. */
bool server_is_at_work(void);

/** Answers the next statement. */
void server_answer_one(pgm__session *session);

/** A reply of the test's own; of kind ROWS_END or COMMAND it also ends the next statement. */
void server_reply(pgm__session *session, const pgm__reply *reply);

/** An error: what is left of the string does not run. */
void server_error(pgm__session *session, const pgm__server_error *error);

/** The string has ended; `ready` follows. */
void server_ready(pgm__session *session);

#endif
