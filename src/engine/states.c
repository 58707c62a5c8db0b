#include "engine/states.h"

#define GO(state, action)                                                                          \
    { true, PGM__STATE_##state, PGM__ACTION_##action }

/* An event that is not in a state's row cannot happen there; tests/unit/engine/test_states.c proves
 * what must be: every state reachable, FINISHED reachable from each, STOP and LOST handled. */
static const pgm__transition table[PGM__STATE_COUNT][PGM__EVENT_COUNT] =
    {
        /* Nothing is there yet that could be lost: stopped, it has nothing to take back. */
        [PGM__STATE_QUEUED] =
            {
                [PGM__EVENT_START] = GO(RESOLVING, RESOLVE),
                [PGM__EVENT_STOP] = GO(CLOSING, CLOSE),
                [PGM__EVENT_STOP_HARD] = GO(CLOSING, CLOSE),
            },
        [PGM__STATE_RESOLVING] =
            {
                [PGM__EVENT_RESOLVED] = GO(CONNECTING, CONNECT),
                [PGM__EVENT_LOST] = GO(BACKOFF, WAIT_BACKOFF),
                [PGM__EVENT_FAILED] = GO(CLOSING, CLOSE),
                [PGM__EVENT_TIMEOUT] = GO(CLOSING, CLOSE),
                [PGM__EVENT_STOP] = GO(CLOSING, CLOSE),
                [PGM__EVENT_STOP_HARD] = GO(CLOSING, CLOSE),
            },
        [PGM__STATE_CONNECTING] =
            {
                [PGM__EVENT_CONNECTED] = GO(READING, READ),
                [PGM__EVENT_LOST] = GO(BACKOFF, WAIT_BACKOFF),
                [PGM__EVENT_FAILED] = GO(CLOSING, CLOSE),
                [PGM__EVENT_TIMEOUT] = GO(CLOSING, CLOSE),
                [PGM__EVENT_STOP] = GO(CLOSING, CLOSE),
                [PGM__EVENT_STOP_HARD] = GO(CLOSING, CLOSE),
            },
        [PGM__STATE_READING] =
            {
                [PGM__EVENT_DONE] = GO(CLOSING, CLOSE),
                [PGM__EVENT_WORK] = GO(MARCHING, SEND_BATCH),
                [PGM__EVENT_WORK_ALONE] = GO(ALONE, SEND_ALONE),
                [PGM__EVENT_WORK_PARSE] = GO(PARSING, SEND_PARSE),
                [PGM__EVENT_WORK_REHEARSE] = GO(REHEARSING, SEND_REHEARSAL),
                [PGM__EVENT_WORK_COMPARE] = GO(COMPARING, SEND_CATALOG),
                [PGM__EVENT_REREAD] = GO(READING, READ),
                [PGM__EVENT_TRANSIENT] = GO(RETRY_WAIT, WAIT_RETRY),
                [PGM__EVENT_LOST] = GO(BACKOFF, WAIT_BACKOFF),
                [PGM__EVENT_FAILED] = GO(CLOSING, CLOSE),
                [PGM__EVENT_FAILED_OPEN] = GO(ROLLING_BACK, ROLLBACK),
                [PGM__EVENT_SKIPPED] = GO(CLOSING, CLOSE),
                [PGM__EVENT_TIMEOUT] = GO(CANCELLING, CANCEL),
                [PGM__EVENT_UNFLUSHED] = GO(CANCELLING, CANCEL),
                [PGM__EVENT_STOP] = GO(CLOSING, CLOSE),
                [PGM__EVENT_STOP_HARD] = GO(CLOSING, CLOSE),
            },
        [PGM__STATE_MARCHING] =
            {
                [PGM__EVENT_DONE] = GO(CLOSING, CLOSE),
                [PGM__EVENT_WORK] = GO(MARCHING, SEND_BATCH),
                [PGM__EVENT_WORK_ALONE] = GO(ALONE, SEND_ALONE),
                [PGM__EVENT_REREAD] = GO(READING, READ),
                [PGM__EVENT_BUSY] = GO(LOCK_WAIT, WAIT_LOCK),
                [PGM__EVENT_TRANSIENT] = GO(RETRY_WAIT, WAIT_RETRY),
                [PGM__EVENT_LOST] = GO(BACKOFF, WAIT_BACKOFF),
                [PGM__EVENT_FAILED] = GO(CLOSING, CLOSE),
                [PGM__EVENT_FAILED_OPEN] = GO(ROLLING_BACK, ROLLBACK),
                [PGM__EVENT_TIMEOUT] = GO(CANCELLING, CANCEL),
                [PGM__EVENT_STOP] = GO(CANCELLING, CANCEL),
                [PGM__EVENT_STOP_HARD] = GO(CANCELLING, CANCEL),
            },
        [PGM__STATE_ALONE] =
            {
                [PGM__EVENT_DONE] = GO(CLOSING, CLOSE),
                [PGM__EVENT_WORK] = GO(MARCHING, SEND_BATCH),
                [PGM__EVENT_WORK_ALONE] = GO(ALONE, SEND_ALONE),
                [PGM__EVENT_WORK_REHEARSE] = GO(REHEARSING, SEND_REHEARSAL),
                [PGM__EVENT_REREAD] = GO(READING, READ),
                [PGM__EVENT_BUSY] = GO(LOCK_WAIT, WAIT_LOCK),
                [PGM__EVENT_TRANSIENT] = GO(RETRY_WAIT, WAIT_RETRY),
                [PGM__EVENT_LOST] = GO(BACKOFF, WAIT_BACKOFF),
                [PGM__EVENT_FAILED] = GO(CLOSING, CLOSE),
                [PGM__EVENT_FAILED_OPEN] = GO(ROLLING_BACK, ROLLBACK),
                [PGM__EVENT_STOPPED] = GO(CLOSING, CLOSE),
                [PGM__EVENT_TIMEOUT] = GO(CANCELLING, CANCEL),
                /* A statement that cannot be rolled back may finish; the march ends behind it. */
                [PGM__EVENT_STOP] = GO(ALONE, NONE),
                [PGM__EVENT_STOP_HARD] = GO(CANCELLING, CANCEL),
            },
        /* Nothing runs that could be cancelled, and nothing is there to be taken back: whoever
         * wants it to end closes the session. */
        [PGM__STATE_PARSING] =
            {
                [PGM__EVENT_DONE] = GO(CLOSING, CLOSE),
                [PGM__EVENT_WORK_PARSE] = GO(PARSING, SEND_PARSE),
                [PGM__EVENT_LOST] = GO(BACKOFF, WAIT_BACKOFF),
                [PGM__EVENT_FAILED] = GO(CLOSING, CLOSE),
                [PGM__EVENT_FAILED_OPEN] = GO(ROLLING_BACK, ROLLBACK),
                [PGM__EVENT_TIMEOUT] = GO(CLOSING, CLOSE),
                [PGM__EVENT_STOP] = GO(CLOSING, CLOSE),
                [PGM__EVENT_STOP_HARD] = GO(CLOSING, CLOSE),
            },
        /* What a statement is at is cancelled, as in MARCHING; all else is the server's to take
         * back. */
        [PGM__STATE_REHEARSING] =
            {
                [PGM__EVENT_DONE] = GO(CLOSING, CLOSE),
                [PGM__EVENT_WORK_REHEARSE] = GO(REHEARSING, SEND_REHEARSAL),
                [PGM__EVENT_WORK_ALONE] = GO(ALONE, SEND_ALONE),
                [PGM__EVENT_REREAD] = GO(READING, READ),
                [PGM__EVENT_BUSY] = GO(LOCK_WAIT, WAIT_LOCK),
                [PGM__EVENT_TRANSIENT] = GO(RETRY_WAIT, WAIT_RETRY),
                [PGM__EVENT_LOST] = GO(BACKOFF, WAIT_BACKOFF),
                [PGM__EVENT_FAILED] = GO(CLOSING, CLOSE),
                [PGM__EVENT_FAILED_OPEN] = GO(ROLLING_BACK, ROLLBACK),
                [PGM__EVENT_TIMEOUT] = GO(CANCELLING, CANCEL),
                [PGM__EVENT_STOP] = GO(CANCELLING, CANCEL),
                [PGM__EVENT_STOP_HARD] = GO(CANCELLING, CANCEL),
            },
        /* One question that only looks: it is asked again from the reading on. */
        [PGM__STATE_COMPARING] =
            {
                [PGM__EVENT_DONE] = GO(CLOSING, CLOSE),
                [PGM__EVENT_TRANSIENT] = GO(RETRY_WAIT, WAIT_RETRY),
                [PGM__EVENT_LOST] = GO(BACKOFF, WAIT_BACKOFF),
                [PGM__EVENT_FAILED] = GO(CLOSING, CLOSE),
                [PGM__EVENT_FAILED_OPEN] = GO(ROLLING_BACK, ROLLBACK),
                [PGM__EVENT_TIMEOUT] = GO(CANCELLING, CANCEL),
                [PGM__EVENT_STOP] = GO(CANCELLING, CANCEL),
                [PGM__EVENT_STOP_HARD] = GO(CLOSING, CLOSE),
            },
        [PGM__STATE_LOCK_WAIT] =
            {
                /* Not back to the batch: while we waited the other run has changed the ledger. */
                [PGM__EVENT_TIMER] = GO(READING, READ),
                [PGM__EVENT_LOST] = GO(BACKOFF, WAIT_BACKOFF),
                [PGM__EVENT_FAILED] = GO(CLOSING, CLOSE),
                [PGM__EVENT_TIMEOUT] = GO(CLOSING, CLOSE),
                [PGM__EVENT_UNFLUSHED] = GO(ROLLING_BACK, ROLLBACK),
                [PGM__EVENT_STOP] = GO(CLOSING, CLOSE),
                [PGM__EVENT_STOP_HARD] = GO(CLOSING, CLOSE),
            },
        [PGM__STATE_RETRY_WAIT] =
            {
                /* What failed may have been because another run was here. */
                [PGM__EVENT_TIMER] = GO(READING, READ),
                [PGM__EVENT_LOST] = GO(BACKOFF, WAIT_BACKOFF),
                [PGM__EVENT_FAILED] = GO(CLOSING, CLOSE),
                [PGM__EVENT_TIMEOUT] = GO(CLOSING, CLOSE),
                [PGM__EVENT_UNFLUSHED] = GO(ROLLING_BACK, ROLLBACK),
                [PGM__EVENT_STOP] = GO(CLOSING, CLOSE),
                [PGM__EVENT_STOP_HARD] = GO(CLOSING, CLOSE),
            },
        [PGM__STATE_BACKOFF] =
            {
                /* From the names on: the session that is gone is never used again, and a new one
                 * starts where every one does. */
                [PGM__EVENT_TIMER] = GO(RESOLVING, RESOLVE),
                [PGM__EVENT_FAILED] = GO(CLOSING, CLOSE),
                [PGM__EVENT_TIMEOUT] = GO(CLOSING, CLOSE),
                [PGM__EVENT_STOP] = GO(CLOSING, CLOSE),
                [PGM__EVENT_STOP_HARD] = GO(CLOSING, CLOSE),
            },
        [PGM__STATE_CANCELLING] =
            {
                /* The end came before the cancel request did. */
                [PGM__EVENT_DONE] = GO(CLOSING, CLOSE),
                [PGM__EVENT_LOST] = GO(CLOSING, CLOSE),
                [PGM__EVENT_FAILED] = GO(CLOSING, CLOSE),
                [PGM__EVENT_FAILED_OPEN] = GO(ROLLING_BACK, ROLLBACK),
                [PGM__EVENT_TIMEOUT] = GO(CLOSING, CLOSE),
                [PGM__EVENT_STOP] = GO(CANCELLING, NONE),
                [PGM__EVENT_STOP_HARD] = GO(CANCELLING, NONE),
            },
        [PGM__STATE_ROLLING_BACK] =
            {
                [PGM__EVENT_DONE] = GO(CLOSING, CLOSE),
                [PGM__EVENT_LOST] = GO(CLOSING, CLOSE),
                [PGM__EVENT_FAILED] = GO(CLOSING, CLOSE),
                [PGM__EVENT_TIMEOUT] = GO(CLOSING, CLOSE),
                /* It is what a stop would ask for. The second one does not wait for the answer:
                 * the server rolls back whatever a session leaves that goes. */
                [PGM__EVENT_STOP] = GO(ROLLING_BACK, NONE),
                [PGM__EVENT_STOP_HARD] = GO(CLOSING, CLOSE),
            },
        /* Handles close in any order, and the last of them is CLOSED; nothing hurries that. */
        [PGM__STATE_CLOSING] =
            {
                [PGM__EVENT_CLOSED] = GO(FINISHED, FINISH),
                [PGM__EVENT_STOP] = GO(CLOSING, NONE),
                [PGM__EVENT_STOP_HARD] = GO(CLOSING, NONE),
            },
};

pgm__transition pgm__transition_of(pgm__state state, pgm__event event) {
    return table[state][event];
}

/* ---- names and meanings ---- */

struct words {
    const char *name;
    const char *meaning;
};

static const struct words states[PGM__STATE_COUNT] = {
#define XX(name, text, connected, meaning) {text, meaning},
    PGM__STATE_MAP(XX)
#undef XX
};

#define XX(name, text, meaning) {text, meaning},
static const struct words events[PGM__EVENT_COUNT] = {PGM__EVENT_MAP(XX)};
static const struct words actions[PGM__ACTION_COUNT] = {PGM__ACTION_MAP(XX)};
#undef XX

bool pgm__state_connected(pgm__state state) {
    static const bool connected[PGM__STATE_COUNT] = {
#define XX(name, text, has_connection, meaning) has_connection,
        PGM__STATE_MAP(XX)
#undef XX
    };
    return connected[state];
}

const char *pgm__state_name(pgm__state state) {
    return states[state].name;
}

const char *pgm__state_meaning(pgm__state state) {
    return states[state].meaning;
}

const char *pgm__event_name(pgm__event event) {
    return events[event].name;
}

const char *pgm__event_meaning(pgm__event event) {
    return events[event].meaning;
}

const char *pgm__action_name(pgm__action action) {
    return actions[action].name;
}

const char *pgm__action_meaning(pgm__action action) {
    return actions[action].meaning;
}
