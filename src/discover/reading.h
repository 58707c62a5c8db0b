/**
 * @file reading.h  Reads a descriptor to its end, on the loop.
 *
 * Layer: discover.
 * Threads: the loop's.
 */
#ifndef PGM_DISCOVER_READING_H
#define PGM_DISCOVER_READING_H

#include <stdbool.h>
#include <uv.h>

#include "base/strbuf.h"
#include "pgmarch/error.h"

/** To be zeroed, and kept where it is until `closed`. */
typedef struct pgm__source_reading {
    pgm__strbuf text; /* all that came */
    int failed;       /* errno; 0 = the end was read */
    void (*closed)(void *data);
    void *data;

    uv_poll_t poll;
    uv_timer_t now; /* of what cannot be polled, as a plain file: it is read at once */
    bool polls;
    int fd;
    int flags; /* of the descriptor, before */
    bool over;
} pgm__source_reading;

/**
 * Begins. `closed` is called once, from the loop.
 *
 * @param fd  Stays the caller's, and is as it was in the end.
 * @return PGM_OK; PGM_EIO: nothing will be called.
 */
PGM_MUST_CHECK pgm_status pgm__reading_start(pgm__source_reading *reading, uv_loop_t *loop, int fd,
                                             pgm_error *err);

/** Reads no more; `closed` follows. No-op where it is over. */
void pgm__reading_stop(pgm__source_reading *reading);

#endif
