/**
 * @file paint.h  Words, marks and columns of everything that is shown to people.
 *
 * Every text that is not our own goes through here: control characters are dropped, so that a
 * server's message can neither steer the terminal nor break a line in two.
 *
 * Layer: report. Pure.
 */
#ifndef PGM_REPORT_PAINT_H
#define PGM_REPORT_PAINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/strbuf.h"
#include "pgmarch/pgmarch.h"

typedef enum pgm__colour {
    PGM__COLOUR_PLAIN,
    PGM__COLOUR_GREEN,
    PGM__COLOUR_RED,
    PGM__COLOUR_YELLOW,
    PGM__COLOUR_DIM
} pgm__colour;

/** How a target ended, in the words of the text report: an outcome, seen with its command. */
typedef enum pgm__ending {
    PGM__ENDING_APPLIED,
    PGM__ENDING_ROLLED_BACK, /* down: the outcome is APPLIED */
    PGM__ENDING_RECORDED,    /* baseline and adopt likewise */
    PGM__ENDING_REPAIRED,    /* repair likewise */
    PGM__ENDING_UP_TO_DATE,
    PGM__ENDING_PENDING, /* status and dry run: only looked at, the outcome is NOT_RUN */
    PGM__ENDING_SKIPPED,
    PGM__ENDING_NOT_RUN,
    PGM__ENDING_CANCELLED,
    PGM__ENDING_UNKNOWN,
    PGM__ENDING_FAILED,
    PGM__ENDING_COUNT
} pgm__ending;

typedef struct pgm__ending_look {
    const char *word;
    const char *mark;
    pgm__colour colour;
    bool well; /* nobody needs to look at this target */
} pgm__ending_look;

/** How a target ends on which the command did its work. */
pgm__ending pgm__ending_done(pgm_command command);
pgm__ending pgm__ending_of(const pgm_summary *summary, const pgm_result *result);
pgm__ending_look pgm__ending_look_of(pgm__ending ending);

/** Adds `text` on one line: line breaks and tabs become spaces. */
void pgm__paint_line(pgm__strbuf *out, const char *text);

/** Adds `text`, keeping its line breaks; lines after the first begin with `indent` spaces. */
void pgm__paint_block(pgm__strbuf *out, const char *text, size_t indent);

/** Adds `text` on one line and spaces up to `width` columns. Longer texts are not cut. */
void pgm__paint_padded(pgm__strbuf *out, const char *text, size_t width);

/** Adds `text` on one line, cut with "…" to at most `width` columns, and pads it. */
void pgm__paint_cell(pgm__strbuf *out, const char *text, size_t width);

/** Columns that pgm__paint_line() will fill. */
size_t pgm__paint_width(const char *text);

void pgm__paint_spaces(pgm__strbuf *out, size_t count);

/** Adds `text` as it is, coloured when `on`. For our own texts. */
void pgm__paint_coloured(pgm__strbuf *out, bool on, pgm__colour colour, const char *text);

/** Adds "45 ms", "1.2 s", "2 min 05 s" or "1 h 02 min". */
void pgm__paint_duration(pgm__strbuf *out, int64_t ms);

/** Adds "1 target", "2 targets". */
void pgm__paint_count(pgm__strbuf *out, size_t count, const char *noun);

#endif
