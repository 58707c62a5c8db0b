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
 * Targets may have a group: no more of it run at once than its cap says, whatever servers they are
 * on. Of a group that was full the target with the lowest number is looked at first, and not the
 * server on which the fewest run. And so many servers that sleep are woken at once: others of them
 * wait for a permit, which holds up nobody who needs none.
 *
 * Layer: engine. Pure: it keeps books, the caller starts and ends marches.
 */
#ifndef PGM_ENGINE_SCHEDULER_H
#define PGM_ENGINE_SCHEDULER_H

#include <stdbool.h>
#include <stddef.h>

#include "engine/schedule.h"
#include "pgmarch/error.h"

typedef struct pgm__scheduler pgm__scheduler; /* opaque */

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
 * The server of a running target has answered it: it is awake, and stays so for as long as this
 * scheduler lives. Nothing happens where it was awake before.
 */
void pgm__scheduler_awake(pgm__scheduler *scheduler, size_t target);

/**
 * A running target has ended. After as many successes in a row as the cap of its server, or of its
 * group, is high, a cap that was cut is raised by one. A server that was being woken by nobody else
 * sleeps as before.
 */
void pgm__scheduler_ended(pgm__scheduler *scheduler, size_t target, bool failed);

/**
 * A server answered a running target that it has no room: the server's cap is halved, not below 1,
 * and that of the target's group, which may be what is full.
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
