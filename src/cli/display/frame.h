/**
 * @file frame.h  What a terminal shows at its bottom while a run goes on: a header, and the targets
 * that have been under way for longest. One frame as bytes.
 *
 * Layer: cli. Pure.
 */
#ifndef PGM_CLI_DISPLAY_FRAME_H
#define PGM_CLI_DISPLAY_FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/strbuf.h"
#include "cli/display/running.h"

/** No frame has more rows, however large the terminal is. */
enum { PGM__FRAME_ROWS = 64 };

/** What goes on. */
typedef enum pgm__stage {
    PGM__STAGE_RUN,   /**< targets are changed */
    PGM__STAGE_LOOK,  /**< nothing is done to them */
    PGM__STAGE_SEARCH /**< they are being found: what is counted are sources */
} pgm__stage;

/** What there is to show. Everything is borrowed for the call. */
typedef struct pgm__frame {
    const char *command; /* "up" */
    pgm__stage stage;
    bool colour;
    const char *wave; /* "canary"; NULL: there are no waves, or none has started */
    size_t wave_number;
    size_t wave_count;
    size_t targets;
    size_t done; /* ended, however */
    size_t failed;
    int64_t now_ms; /* of the clock of the targets' starts */
    int64_t elapsed_ms;
    int64_t left_ms; /* -1: that cannot be said yet */
    int stops;       /* how often it was asked to end */
    const pgm__running *running;
} pgm__frame;

/** What a terminal shows of it: the columns of each row. */
typedef struct pgm__frame_drawn {
    size_t rows;
    size_t widths[PGM__FRAME_ROWS];
} pgm__frame_drawn;

/**
 * Adds a frame: at most `rows` - 1 lines, each shorter than `columns`, each ended; the cursor then
 * stands below them, in its first column.
 *
 * @param rows, columns  Of the terminal.
 */
void pgm__frame_add(pgm__strbuf *out, const pgm__frame *frame, size_t rows, size_t columns,
                    pgm__frame_drawn *drawn);

/** So many rows does it take on a terminal of so many columns, which breaks lines that have become
 *  too long: it may be narrower now than when the frame was drawn. */
size_t pgm__frame_height(const pgm__frame_drawn *drawn, size_t columns);

#endif
