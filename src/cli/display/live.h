/**
 * @file live.h  A block at the bottom of a terminal that shows what is going on, and lines that
 * scroll away above it.
 *
 * It is drawn by a thread of its own, at most ten times a second and with one write() a frame: a
 * terminal that is slow, or stopped, misses frames and never holds the run up. The cursor is hidden
 * within a frame only, so that it is there whatever ends the program.
 *
 * Layer: cli.
 * Threads: every function from any thread, but for start and end.
 */
#ifndef PGM_CLI_DISPLAY_LIVE_H
#define PGM_CLI_DISPLAY_LIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cli/display/frame.h"
#include "pgmarch/event.h"

typedef struct pgm__live pgm__live; /* opaque */

/** What is shown. Everything is borrowed until the end. */
typedef struct pgm__live_setup {
    int fd; /* of the terminal */
    bool colour;
    bool ascii;
    const char *command; /* "up" */
    pgm__stage stage;
    size_t targets; /* or sources, where they are searched for */
    size_t waves;
    int64_t (*now_ms)(void); /* monotonic */
} pgm__live_setup;

/**
 * Shows the block, and begins to draw it.
 *
 * @param[out] out  Ended by pgm__live_end().
 * @return PGM_OK; PGM_ENOMEM or PGM_EIO when there can be none: the run goes on without it.
 */
PGM_MUST_CHECK pgm_status pgm__live_start(pgm__live **out, const pgm__live_setup *setup);

/** Takes the block away, shows the last lines, ends the thread and frees all. NULL is a no-op. */
void pgm__live_end(pgm__live *live);

/** Takes notice of an event; says nothing of it. */
void pgm__live_event(pgm__live *live, const pgm_event *event);

/** Adds lines, each ended, above the block. They are shown at the next frame. */
void pgm__live_say(pgm__live *live, const char *text, size_t len);

/** The run was asked to end, so often by now. */
void pgm__live_stopping(pgm__live *live, int times);

/**
 * Takes the block away until pgm__live_go_on(): somebody is asked, another program writes, or the
 * program is to be stopped. Returns when it is gone, or the terminal takes nothing. Time that
 * passes so is not the run's.
 */
void pgm__live_hold(pgm__live *live);
void pgm__live_go_on(pgm__live *live);

/** The terminal was somebody else's meanwhile: what was drawn is not where it was. */
void pgm__live_forget(pgm__live *live);

/** The program ends at once, without pgm__live_end(): takes the block away and shows the last lines
 *  if that can be done without waiting for the terminal. */
void pgm__live_leave(pgm__live *live);

#endif
