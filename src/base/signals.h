/**
 * @file signals.h  Threads that no signal of the process reaches.
 *
 * A signal goes to any thread that does not block it, and one with no handler ends the process
 * there and then. Who waits for signals blocks them in its own thread, and can do no more: so a
 * thread that is made before that, and by a library, has to be made with all of them blocked.
 *
 * Layer: base.
 * Threads: any; what is blocked is the calling thread's.
 */
#ifndef PGM_BASE_SIGNALS_H
#define PGM_BASE_SIGNALS_H

#include <signal.h>

/** Blocks all signals; threads that are made now have them blocked for good. */
void pgm__signals_block(sigset_t *before);

/** As it was before. */
void pgm__signals_restore(const sigset_t *before);

#endif
