/**
 * @file stream.h  The files of --report that are written while the run goes on: a line for each
 * event, on its way before the next one happens, so that a crash leaves whole lines.
 *
 * Layer: cli.
 * Threads: called from the run's thread only.
 */
#ifndef PGM_CLI_DISPLAY_STREAM_H
#define PGM_CLI_DISPLAY_STREAM_H

#include "cli/cli.h"
#include "pgmarch/event.h"
#include "pgmarch/result.h"

/** Zeroed: there is none, and every function does nothing. */
typedef struct pgm__stream {
    const pgm__cli *cli;
    const pgm_summary *summary;
    int *files; /* descriptors; -1: it cannot be written any more */
    size_t count;
    int64_t began_ms;
    bool failed;
} pgm__stream;

/**
 * Opens the files of --report whose form is written as a stream, empties them, and writes the first
 * line. They are not written a second time at the end (`streamed` of the cli).
 *
 * @param summary  Of the run; borrowed until the stream is closed.
 */
void pgm__stream_open(pgm__stream *stream, pgm__cli *cli, const pgm_summary *summary);

/** Writes the line of an event. */
void pgm__stream_event(pgm__stream *stream, const pgm_event *event);

/** Writes the last line and closes the files. @return Was every line written? */
bool pgm__stream_close(pgm__stream *stream);

#endif
