/**
 * @file breaker.h  When a server is given up: one for each host and port.
 *
 * A target waits for a server that refuses or is silent, for as long as it may (connect_wait). When
 * the first few of a server have waited in vain, the others there fail at once; else a thousand
 * targets would wait one after the other. Whoever gets through closes it again: those that had
 * begun before it opened still may.
 *
 * Layer: engine. Pure.
 */
#ifndef PGM_ENGINE_BREAKER_H
#define PGM_ENGINE_BREAKER_H

#include <stdbool.h>

/** So many targets in a row that could not be reached. One may have a fault of its own. */
enum { PGM__BREAKER_REFUSALS = 3 };

/** Zeroed = closed. */
typedef struct pgm__breaker {
    unsigned refusals; /* since somebody was let in */
} pgm__breaker;

/** A target has waited for the server as long as it may. */
void pgm__breaker_refused(pgm__breaker *breaker);

/** The server has answered a target. */
void pgm__breaker_reached(pgm__breaker *breaker);

/** Is the server given up? */
bool pgm__breaker_is_open(const pgm__breaker *breaker);

#endif
