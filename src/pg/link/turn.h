/**
 * @file turn.h  How long one turn of a loop may take that another loop turns.
 *
 * Whoever embeds a run has a loop that does other things as well. A turn handles whatever has come,
 * and of several hundred sessions much may have come at once; so from some moment on sockets wait
 * for the next turn. No callback is cut off: a turn may be longer by the last one.
 *
 * Layer: pg.
 * Threads: the loop's.
 */
#ifndef PGM_PG_LINK_TURN_H
#define PGM_PG_LINK_TURN_H

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

/** Of one loop, whose `data` points to it; NULL there: turns may take as long as they do. */
typedef struct pgm__loop_turn {
    uint64_t until; /* nanoseconds, by uv_hrtime() */
} pgm__loop_turn;

/** Is it time to leave what has come for the next turn? */
static inline bool pgm__turn_is_over(const uv_loop_t *loop) {
    const pgm__loop_turn *turn = loop->data;
    return turn != NULL && uv_hrtime() >= turn->until;
}

#endif
