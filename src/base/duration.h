/**
 * @file duration.h  Time limits as people write them: 500ms, 5s, 2m, 1h; and how long something
 * took, as they read it.
 *
 * Limits are whole numbers with one unit. "1.5h", "1h30m" and "5 s" are refused rather than guessed
 * at: a limit that is read otherwise than it was meant is noticed only when it was needed.
 *
 * Layer: base.
 */
#ifndef PGM_BASE_DURATION_H
#define PGM_BASE_DURATION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/strbuf.h"

/** What a number without a unit means. "0" alone is always 0 = no limit. */
typedef enum pgm__bare_number {
    PGM__BARE_NUMBER_REFUSED,
    PGM__BARE_NUMBER_SECONDS /* as libpq's connect_timeout */
} pgm__bare_number;

/** False, and *ms untouched, when `text` is no duration or too long a one. */
bool pgm__duration_parse(const char *text, pgm__bare_number bare, int64_t *ms);

/** Adds "45 ms", "1.2 s", "2 min 05 s" or "1 h 02 min"; what is negative counts as 0. */
void pgm__duration_show(pgm__strbuf *out, int64_t ms);

#endif
