/**
 * @file scheduler.h  Who starts next.
 *
 * Targets of one server start in the order given, as far as waves, the cap of the whole run and the
 * caps of their servers allow. The server on which the fewest run goes first, so that the places of
 * the run are shared out among servers that have targets waiting: one whose targets hang keeps no
 * more than its share, and the others go on. So many of a wave may fail; the one behind starts
 * nothing more of it, and what runs goes on to its end. A wave that is over stays so until the
 * caller goes on to the next one, which it need not do at once. A server that says that it is full
 * is believed, and approached again slowly: its other clients were there first.
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

/** In place of a wave's limit: as many as like may fail. */
#define PGM__NO_LIMIT SIZE_MAX

/** One target as the scheduler sees it. */
typedef struct pgm__slot {
    size_t server; /* 0 … server_count-1: targets of one host and port share a number */
    size_t wave;   /* 0 … wave_count-1, in the order in which they go; none is empty */
} pgm__slot;

/** All that the scheduler is told. */
typedef struct pgm__schedule {
    const pgm__slot *slots; /* the index of a slot is the target's number from now on */
    size_t count;
    const size_t *server_caps; /* of each server: at once there, at least 1 */
    size_t server_count;
    const size_t *limits; /* of each wave: so many may fail; or PGM__NO_LIMIT */
    size_t wave_count;
    size_t jobs; /* at once in the whole run, at least 1 */
} pgm__schedule;

/**
 * The first wave may start.
 *
 * @param schedule  Borrowed for the call, with all that it points to.
 * @return PGM_OK or PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__scheduler_new(pgm__scheduler **out, const pgm__schedule *schedule);
void pgm__scheduler_free(pgm__scheduler *scheduler);

/**
 * Takes the next target that may start now: in the current wave, of the servers that have room the
 * one on which the fewest run, and there the lowest number; of equal servers, the one that waits
 * with the lowest number. It counts as running from here on.
 *
 * @return false when none may start now (all started, caps reached, too many failed, wave over,
 *         stopped).
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

/** Nothing new starts from now on, and no wave behind this one. */
void pgm__scheduler_stop(pgm__scheduler *scheduler);

/**
 * The current wave is over: nothing runs, and nothing more of it will start, because all of it has
 * ended, too many failed, or the scheduler was stopped. It stays over until
 * pgm__scheduler_next_wave(). Targets of it that were never taken are not-run.
 */
bool pgm__scheduler_wave_over(const pgm__scheduler *scheduler);

/** Have more of the current wave failed than may? Then it is the last one. */
bool pgm__scheduler_exceeded(const pgm__scheduler *scheduler);

/** The current wave; behind the last one, or where there is none, the number of waves. */
size_t pgm__scheduler_wave(const pgm__scheduler *scheduler);

/**
 * The next wave may start. Only behind one that is over, that has not failed too often, and when
 * nobody has stopped the scheduler.
 *
 * @return false: there is none, everything has ended.
 */
bool pgm__scheduler_next_wave(pgm__scheduler *scheduler);

size_t pgm__scheduler_running(const pgm__scheduler *scheduler);

#endif
