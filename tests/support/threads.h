/**
 * @file threads.h  The threads of a test that is linked with --wrap=pthread_create: none can be
 * made, or they take their time to end.
 */
#ifndef PGM_TESTS_THREADS_H
#define PGM_TESTS_THREADS_H

#include <stdbool.h>
#include <stddef.h>

/** Can none be made, from now on? */
void threads_refuse(bool refuse);

/** From now on a thread that has returned needs a twentieth of a second more to end, as one that
 *  gives back what a library keeps for it; until the next call. */
void threads_linger(bool linger);

/** How many of those that linger were started, and how many of them have not ended. */
size_t threads_started(void);
size_t threads_left(void);

#endif
