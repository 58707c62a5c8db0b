/**
 * @file http_pace.h  When a request may be sent, and whether one that failed may be sent again.
 *
 * Layer: discover. Pure; time and randomness are passed in.
 */
#ifndef PGM_DISCOVER_HTTP_PACE_H
#define PGM_DISCOVER_HTTP_PACE_H

#include <stdbool.h>
#include <stdint.h>

/** Eleven requests a second, and as many at once after a pause: 671 in the first minute, where
 *  Neon's limit is 700 a minute and 40 a second of one kind. */
typedef struct pgm__http_pace {
    uint64_t due_us; /* when a request after all that were sent would be due; zeroed = none was */
} pgm__http_pace;

/**
 * Takes a place for one request.
 *
 * @param now_ms  Of a clock that does not go back.
 * @return 0: it may go now, and counts; else milliseconds to wait before asking again.
 */
uint64_t pgm__http_pace_take(pgm__http_pace *pace, uint64_t now_ms);

/** How a request ended that brought no success. */
typedef struct pgm__http_setback {
    bool makes;      /* a POST: it may have been done, whatever the answer */
    int code;        /* of the answer; 0 = there was none, or not all of it */
    bool may_pass;   /* of a transfer without an answer: another time it may be otherwise */
    unsigned tries;  /* how often it was sent */
    int64_t wait_s;  /* what Retry-After said; 0 = nothing */
    uint32_t random; /* any 32 bits */
} pgm__http_setback;

/** May it be sent again? So often as the time limit lets it where the server asks for patience
 *  (423, 429, 503), a few times where the transfer failed. Never what makes something. */
bool pgm__http_may_again(const pgm__http_setback *setback);

/** The pause before that, in milliseconds: what the server asked for, a minute of it at most, and
 *  from 250 ms to 10 s of our own. */
uint64_t pgm__http_pause_ms(const pgm__http_setback *setback);

#endif
