/**
 * @file states.h  The march as data: states × events → next state and action.
 *
 * One target's way through its plan. The driver (pg/march/march.c) performs the action and feeds
 * the next event; nothing else changes a state. Everything that happens is turned into one event
 * first (engine/classify.h), so the table has no hidden conditions. docs/inside/states.md is
 * printed from here.
 *
 * Layer: engine. Pure.
 */
#ifndef PGM_ENGINE_STATES_H
#define PGM_ENGINE_STATES_H

#include <stdbool.h>

/** XX(NAME, "NAME", has a connection, what happens here) */
#define PGM__STATE_MAP(XX)                                                                         \
    XX(QUEUED, "QUEUED", false, "waits for the scheduler to give it a slot")                       \
    XX(RESOLVING, "RESOLVING", false, "host names are looked up on the thread pool")               \
    XX(CONNECTING, "CONNECTING", true, "libpq negotiates; a timer of ours bounds it")              \
    XX(READING, "READING", true, "one string asks for server facts and the ledger")                \
    XX(MARCHING, "MARCHING", true, "a batch is in flight: lock, ledger, transactional migrations") \
    XX(ALONE, "ALONE", true, "a non-transactional migration runs, statement by statement")         \
    XX(PARSING, "PARSING", true, "the server parses files, and runs none of them")                 \
    XX(REHEARSING, "REHEARSING", true,                                                             \
       "what is pending runs, statement by statement, and is measured")                            \
    XX(COMPARING, "COMPARING", true, "the server says what is in its catalog")                     \
    XX(LOCK_WAIT, "LOCK_WAIT", true, "another run holds the lock; ask again after a pause")        \
    XX(RETRY_WAIT, "RETRY_WAIT", true, "rolled back by a passing error; try again after a pause")  \
    XX(BACKOFF, "BACKOFF", false,                                                                  \
       "the connection is gone or refused; connect again after a pause")                           \
    XX(CANCELLING, "CANCELLING", true, "a cancel request is out; what was in flight must end")     \
    XX(ROLLING_BACK, "ROLLING_BACK", true, "ROLLBACK is in flight after a failure")                \
    XX(CLOSING, "CLOSING", false, "the connection and the timers are being closed")                \
    XX(FINISHED, "FINISHED", false, "the outcome stands")

/** XX(NAME, "NAME", what happened) */
#define PGM__EVENT_MAP(XX)                                                                         \
    XX(START, "START", "the scheduler gives the slot")                                             \
    XX(RESOLVED, "RESOLVED", "every host has its addresses")                                       \
    XX(CONNECTED, "CONNECTED", "the session is ready")                                             \
    XX(WORK, "WORK", "transactional migrations are next")                                          \
    XX(WORK_ALONE, "WORK_ALONE", "a non-transactional migration is next")                          \
    XX(WORK_PARSE, "WORK_PARSE", "files are to be parsed, or a next string is due")                \
    XX(WORK_REHEARSE, "WORK_REHEARSE", "a rehearsal begins, or its next string is due")            \
    XX(WORK_COMPARE, "WORK_COMPARE", "the catalog is to be asked for")                             \
    XX(REREAD, "REREAD", "the ledger is not what was read: read it again")                         \
    XX(DONE, "DONE", "nothing is left to do")                                                      \
    XX(BUSY, "BUSY", "another run holds the lock")                                                 \
    XX(TRANSIENT, "TRANSIENT", "rolled back by an error that may pass")                            \
    XX(LOST, "LOST", "no connection, and there is time to make another")                           \
    XX(FAILED, "FAILED", "final error; no transaction is open")                                    \
    XX(FAILED_OPEN, "FAILED_OPEN", "final error; a transaction is open, or not flushed")           \
    XX(SKIPPED, "SKIPPED", "the place is marched under another name")                              \
    XX(STOPPED, "STOPPED", "the user's wish has been heard between two statements")                \
    XX(TIMEOUT, "TIMEOUT", "a limit of ours passed")                                               \
    XX(UNFLUSHED, "UNFLUSHED", "it is to end, and what it committed is not on disk yet")           \
    XX(STOP, "STOP", "the user asks the run to end")                                               \
    XX(STOP_HARD, "STOP_HARD", "the user asks again")                                              \
    XX(TIMER, "TIMER", "the pause is over")                                                        \
    XX(CLOSED, "CLOSED", "connection and timers are closed")

/** XX(NAME, "NAME", what the driver does) */
#define PGM__ACTION_MAP(XX)                                                                        \
    XX(NONE, "-", "nothing")                                                                       \
    XX(RESOLVE, "RESOLVE", "look up the host names")                                               \
    XX(CONNECT, "CONNECT", "start connecting")                                                     \
    XX(READ, "READ", "send the reading string")                                                    \
    XX(SEND_BATCH, "SEND_BATCH", "send the next batch")                                            \
    XX(SEND_ALONE, "SEND_ALONE", "send the next statement of the non-transactional migration")     \
    XX(SEND_PARSE, "SEND_PARSE", "send the next string that can only be parsed")                   \
    XX(SEND_REHEARSAL, "SEND_REHEARSAL", "send the rehearsal's next string")                       \
    XX(SEND_CATALOG, "SEND_CATALOG", "send the question for the catalog")                          \
    XX(WAIT_LOCK, "WAIT_LOCK", "start the pause before asking for the lock again")                 \
    XX(WAIT_RETRY, "WAIT_RETRY", "start the pause before the next try on this connection")         \
    XX(WAIT_BACKOFF, "WAIT_BACKOFF", "drop the connection, start the pause before the next one")   \
    XX(CANCEL, "CANCEL", "send a cancel request, bound the wait for its effect")                   \
    XX(ROLLBACK, "ROLLBACK", "send ROLLBACK")                                                      \
    XX(CLOSE, "CLOSE", "close connection and timers")                                              \
    XX(FINISH, "FINISH", "hand over the outcome")

typedef enum pgm__state {
#define XX(name, text, connected, meaning) PGM__STATE_##name,
    PGM__STATE_MAP(XX)
#undef XX
        PGM__STATE_COUNT
} pgm__state;

typedef enum pgm__event {
#define XX(name, text, meaning) PGM__EVENT_##name,
    PGM__EVENT_MAP(XX)
#undef XX
        PGM__EVENT_COUNT,
    PGM__EVENT_NONE /* none yet: the loop brings the next one */
} pgm__event;

typedef enum pgm__action {
#define XX(name, text, meaning) PGM__ACTION_##name,
    PGM__ACTION_MAP(XX)
#undef XX
        PGM__ACTION_COUNT
} pgm__action;

typedef struct pgm__transition {
    bool allowed;
    pgm__state next;
    pgm__action action;
} pgm__transition;

/** What `event` does in `state`; allowed = false when it cannot happen there. */
pgm__transition pgm__transition_of(pgm__state state, pgm__event event);

/** Does a connection (or an attempt at one) exist in this state? Then LOST must be handled. */
bool pgm__state_connected(pgm__state state);

/** Names and meanings for traces and docs; never NULL. Static storage. */
const char *pgm__state_name(pgm__state state);
const char *pgm__state_meaning(pgm__state state);
const char *pgm__event_name(pgm__event event);
const char *pgm__event_meaning(pgm__event event);
const char *pgm__action_name(pgm__action action);
const char *pgm__action_meaning(pgm__action action);

#endif
