#include "engine/states.h"

#define GO(state, action)                                                                          \
    { true, PGM__STATE_##state, PGM__ACTION_##action }

/* An event that is not in a state's row cannot happen there; tests/unit/test_states.c proves what
 * must be: every state reachable, FINISHED reachable from each, STOP and LOST handled. */
static const pgm__transition table[PGM__STATE_COUNT][PGM__MARCH_COUNT] =
    {
        [PGM__STATE_QUEUED] =
            {
                [PGM__MARCH_START] = GO(RESOLVING, RESOLVE),
                [PGM__MARCH_STOP] = GO(CLOSING, CLOSE),
                [PGM__MARCH_STOP_HARD] = GO(CLOSING, CLOSE),
            },
        [PGM__STATE_RESOLVING] =
            {
                [PGM__MARCH_RESOLVED] = GO(CONNECTING, CONNECT),
                [PGM__MARCH_LOST] = GO(BACKOFF, WAIT_BACKOFF),
                [PGM__MARCH_FAILED] = GO(CLOSING, CLOSE),
                [PGM__MARCH_TIMEOUT] = GO(CLOSING, CLOSE),
                [PGM__MARCH_STOP] = GO(CLOSING, CLOSE),
                [PGM__MARCH_STOP_HARD] = GO(CLOSING, CLOSE),
            },
        [PGM__STATE_CONNECTING] =
            {
                [PGM__MARCH_CONNECTED] = GO(READING, READ),
                [PGM__MARCH_LOST] = GO(BACKOFF, WAIT_BACKOFF),
                [PGM__MARCH_FAILED] = GO(CLOSING, CLOSE),
                [PGM__MARCH_TIMEOUT] = GO(CLOSING, CLOSE),
                [PGM__MARCH_STOP] = GO(CLOSING, CLOSE),
                [PGM__MARCH_STOP_HARD] = GO(CLOSING, CLOSE),
            },
        [PGM__STATE_READING] =
            {
                [PGM__MARCH_DONE] = GO(CLOSING, CLOSE),
                [PGM__MARCH_WORK] = GO(MARCHING, SEND_BATCH),
                [PGM__MARCH_WORK_ALONE] = GO(ALONE, SEND_ALONE),
                [PGM__MARCH_REREAD] = GO(READING, READ),
                [PGM__MARCH_TRANSIENT] = GO(RETRY_WAIT, WAIT_RETRY),
                [PGM__MARCH_LOST] = GO(BACKOFF, WAIT_BACKOFF),
                [PGM__MARCH_FAILED] = GO(CLOSING, CLOSE),
                [PGM__MARCH_FAILED_OPEN] = GO(ROLLING_BACK, ROLLBACK),
                [PGM__MARCH_TIMEOUT] = GO(CANCELLING, CANCEL),
                [PGM__MARCH_STOP] = GO(CLOSING, CLOSE),
                [PGM__MARCH_STOP_HARD] = GO(CLOSING, CLOSE),
            },
        [PGM__STATE_MARCHING] =
            {
                [PGM__MARCH_DONE] = GO(CLOSING, CLOSE),
                [PGM__MARCH_WORK] = GO(MARCHING, SEND_BATCH),
                [PGM__MARCH_WORK_ALONE] = GO(ALONE, SEND_ALONE),
                [PGM__MARCH_REREAD] = GO(READING, READ),
                [PGM__MARCH_BUSY] = GO(LOCK_WAIT, WAIT_LOCK),
                [PGM__MARCH_TRANSIENT] = GO(RETRY_WAIT, WAIT_RETRY),
                [PGM__MARCH_LOST] = GO(BACKOFF, WAIT_BACKOFF),
                [PGM__MARCH_FAILED] = GO(CLOSING, CLOSE),
                [PGM__MARCH_FAILED_OPEN] = GO(ROLLING_BACK, ROLLBACK),
                [PGM__MARCH_TIMEOUT] = GO(CANCELLING, CANCEL),
                [PGM__MARCH_STOP] = GO(CANCELLING, CANCEL),
                [PGM__MARCH_STOP_HARD] = GO(CANCELLING, CANCEL),
            },
        [PGM__STATE_ALONE] =
            {
                [PGM__MARCH_DONE] = GO(CLOSING, CLOSE),
                [PGM__MARCH_WORK] = GO(MARCHING, SEND_BATCH),
                [PGM__MARCH_WORK_ALONE] = GO(ALONE, SEND_ALONE),
                [PGM__MARCH_REREAD] = GO(READING, READ),
                [PGM__MARCH_BUSY] = GO(LOCK_WAIT, WAIT_LOCK),
                [PGM__MARCH_TRANSIENT] = GO(RETRY_WAIT, WAIT_RETRY),
                [PGM__MARCH_LOST] = GO(BACKOFF, WAIT_BACKOFF),
                [PGM__MARCH_FAILED] = GO(CLOSING, CLOSE),
                [PGM__MARCH_FAILED_OPEN] = GO(ROLLING_BACK, ROLLBACK),
                [PGM__MARCH_TIMEOUT] = GO(CANCELLING, CANCEL),
                /* A statement that cannot be rolled back may finish; the march ends behind it. */
                [PGM__MARCH_STOP] = GO(ALONE, NONE),
                [PGM__MARCH_STOP_HARD] = GO(CANCELLING, CANCEL),
            },
        [PGM__STATE_LOCK_WAIT] =
            {
                [PGM__MARCH_TIMER] = GO(READING, READ),
                [PGM__MARCH_LOST] = GO(BACKOFF, WAIT_BACKOFF),
                [PGM__MARCH_FAILED] = GO(CLOSING, CLOSE),
                [PGM__MARCH_FAILED_OPEN] = GO(ROLLING_BACK, ROLLBACK),
                [PGM__MARCH_TIMEOUT] = GO(CLOSING, CLOSE),
                [PGM__MARCH_STOP] = GO(CLOSING, CLOSE),
                [PGM__MARCH_STOP_HARD] = GO(CLOSING, CLOSE),
            },
        [PGM__STATE_RETRY_WAIT] =
            {
                [PGM__MARCH_TIMER] = GO(READING, READ),
                [PGM__MARCH_LOST] = GO(BACKOFF, WAIT_BACKOFF),
                [PGM__MARCH_FAILED] = GO(CLOSING, CLOSE),
                [PGM__MARCH_FAILED_OPEN] = GO(ROLLING_BACK, ROLLBACK),
                [PGM__MARCH_TIMEOUT] = GO(CLOSING, CLOSE),
                [PGM__MARCH_STOP] = GO(CLOSING, CLOSE),
                [PGM__MARCH_STOP_HARD] = GO(CLOSING, CLOSE),
            },
        [PGM__STATE_BACKOFF] =
            {
                [PGM__MARCH_TIMER] = GO(RESOLVING, RESOLVE),
                [PGM__MARCH_FAILED] = GO(CLOSING, CLOSE),
                [PGM__MARCH_TIMEOUT] = GO(CLOSING, CLOSE),
                [PGM__MARCH_STOP] = GO(CLOSING, CLOSE),
                [PGM__MARCH_STOP_HARD] = GO(CLOSING, CLOSE),
            },
        [PGM__STATE_CANCELLING] =
            {
                /* DONE: the end came before the cancel request did. */
                [PGM__MARCH_DONE] = GO(CLOSING, CLOSE),
                [PGM__MARCH_LOST] = GO(CLOSING, CLOSE),
                [PGM__MARCH_FAILED] = GO(CLOSING, CLOSE),
                [PGM__MARCH_FAILED_OPEN] = GO(ROLLING_BACK, ROLLBACK),
                [PGM__MARCH_TIMEOUT] = GO(CLOSING, CLOSE),
                [PGM__MARCH_STOP] = GO(CANCELLING, NONE),
                [PGM__MARCH_STOP_HARD] = GO(CANCELLING, NONE),
            },
        [PGM__STATE_ROLLING_BACK] =
            {
                [PGM__MARCH_DONE] = GO(CLOSING, CLOSE),
                [PGM__MARCH_LOST] = GO(CLOSING, CLOSE),
                [PGM__MARCH_FAILED] = GO(CLOSING, CLOSE),
                [PGM__MARCH_TIMEOUT] = GO(CLOSING, CLOSE),
                [PGM__MARCH_STOP] = GO(ROLLING_BACK, NONE),
                [PGM__MARCH_STOP_HARD] = GO(CLOSING, CLOSE),
            },
        [PGM__STATE_CLOSING] =
            {
                [PGM__MARCH_CLOSED] = GO(FINISHED, FINISH),
                [PGM__MARCH_STOP] = GO(CLOSING, NONE),
                [PGM__MARCH_STOP_HARD] = GO(CLOSING, NONE),
            },
};

pgm__transition pgm__step(pgm__state state, pgm__march_event event) {
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
static const struct words events[PGM__MARCH_COUNT] = {PGM__EVENT_MAP(XX)};
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

const char *pgm__march_event_name(pgm__march_event event) {
    return events[event].name;
}

const char *pgm__march_event_meaning(pgm__march_event event) {
    return events[event].meaning;
}

const char *pgm__action_name(pgm__action action) {
    return actions[action].name;
}

const char *pgm__action_meaning(pgm__action action) {
    return actions[action].meaning;
}
