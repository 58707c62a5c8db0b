#include "discover/http_pace.h"

#include "engine/backoff.h"

enum {
    GAP_US = 91000, /* 11 a second */
    AT_ONCE = 11,
    TRIES = 6, /* of what has no answer: some 8 s, so that a wrong address does not take a minute */
    PAUSE_MS = 250,
    PAUSE_CAP_MS = 10000,
    ASKED_CAP_MS = 60000
};

uint64_t pgm__http_pace_take(pgm__http_pace *pace, uint64_t now_ms) {
    uint64_t now = now_ms * 1000;
    uint64_t due = pace->due_us > now ? pace->due_us : now;
    uint64_t ahead = due - now;
    uint64_t allowed = (uint64_t)GAP_US * (AT_ONCE - 1);
    if (ahead > allowed) {
        return (ahead - allowed + 999) / 1000;
    }
    pace->due_us = due + GAP_US;
    return 0;
}

bool pgm__http_may_again(const pgm__http_setback *setback) {
    if (setback->makes) {
        return false;
    }
    if (setback->code == 0) {
        return setback->may_pass && setback->tries < TRIES;
    }
    return setback->code == 423 || setback->code == 429 || setback->code == 503;
}

uint64_t pgm__http_pause_ms(const pgm__http_setback *setback) {
    uint64_t asked = 0;
    if (setback->wait_s > 0) {
        asked = setback->wait_s < ASKED_CAP_MS / 1000 ? (uint64_t)setback->wait_s * 1000
                                                      : ASKED_CAP_MS;
    }
    return asked + pgm__backoff_ms(setback->tries, PAUSE_MS, PAUSE_CAP_MS, setback->random);
}
