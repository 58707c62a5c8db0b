/**
 * @file scheduler.h  Who starts next.
 *
 * Targets start in the order given, as far as waves, the cap of the whole run and the caps of their
 * servers allow. A wave starts when the one before has ended well enough.
 *
 * Layer: engine. Pure: it keeps books, the caller starts and ends marches.
 */
#ifndef PGM_ENGINE_SCHEDULER_H
#define PGM_ENGINE_SCHEDULER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pgmarch/error.h"

typedef struct pgm__scheduler pgm__scheduler; /* opaque */

/** One target as the scheduler sees it. */
typedef struct pgm__slot {
    size_t server; /* 0 … server_count-1: targets of one host and port share a number */
    int64_t wave;  /* lower first */
} pgm__slot;

typedef struct pgm__caps {
    size_t jobs;         /* at once in the whole run, at least 1 */
    size_t per_server;   /* at once on one server, at least 1 */
    size_t max_failures; /* no new starts after this many failures, and waves go on below it;
                            0 = no such limit, but a wave with a failure is the last one */
} pgm__caps;

/**
 * @param slots  Borrowed for the call; the index of a slot is the target's number from now on.
 * @return PGM_OK or PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__scheduler_new(pgm__scheduler **out, const pgm__slot *slots,
                                             size_t count, size_t server_count,
                                             const pgm__caps *caps);
void pgm__scheduler_free(pgm__scheduler *scheduler);

/**
 * Takes the next target that may start now: the lowest number whose server has room, in the current
 * wave. It counts as running from here on.
 *
 * @return false when none may start now (all started, caps reached, wave not over, stopped).
 */
bool pgm__scheduler_next(pgm__scheduler *scheduler, size_t *target);

/**
 * A running target has ended. After as many successes in a row as its server's cap is high, a cap
 * that was cut is raised by one.
 */
void pgm__scheduler_ended(pgm__scheduler *scheduler, size_t target, bool failed);

/**
 * A server answered a running target that it has no room: the server's cap is halved, not below 1.
 * Targets that started together tell of the same crowd, so that each cut is made once: a report
 * counts when its target has started or reported since the last cut.
 */
void pgm__scheduler_crowded(pgm__scheduler *scheduler, size_t target);

/** Nothing new starts from now on. */
void pgm__scheduler_stop(pgm__scheduler *scheduler);

/** Nothing runs and nothing will start any more. Targets never taken are not-run. */
bool pgm__scheduler_done(const pgm__scheduler *scheduler);

size_t pgm__scheduler_running(const pgm__scheduler *scheduler);

#endif
