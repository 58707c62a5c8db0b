/**
 * @file moment.h  "2026-01-02T03:04:05.678Z" → Unix time.
 *
 * Layer: report. Pure.
 */
#ifndef PGM_REPORT_MOMENT_H
#define PGM_REPORT_MOMENT_H

#include <stdbool.h>
#include <stdint.h>

/**
 * Reads a moment as reports write it: UTC, with milliseconds, a year of four digits.
 *
 * @param[out] ms  Unix time in milliseconds. Untouched when the text is no such moment.
 */
bool pgm__moment_parse(const char *text, int64_t *ms);

/**
 * Reads "2026-01-02 03:04:05", as a ledger tells when something was applied.
 *
 * @param[out] seconds  Since 1970, by UTC; untouched on failure.
 * @return False: it is no such text, or pgm__moment_stamp() would write it otherwise.
 */
bool pgm__moment_of_stamp(const char *text, int64_t *seconds);

enum { PGM__MOMENT_STAMP = 32 };

/** The opposite. False: no calendar of four digits holds it. */
bool pgm__moment_stamp(int64_t seconds, char out[PGM__MOMENT_STAMP]);

#endif
