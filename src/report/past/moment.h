/**
 * @file moment.h  "2026-01-02T03:04:05.678Z" → Unix time.
 *
 * Layer: report. Pure.
 */
#ifndef PGM_REPORT_PAST_MOMENT_H
#define PGM_REPORT_PAST_MOMENT_H

#include <stdbool.h>
#include <stdint.h>

/**
 * Reads a moment as reports write it: UTC, with milliseconds, a year of four digits.
 *
 * @param[out] ms  Unix time in milliseconds. Untouched when the text is no such moment.
 */
bool pgm__moment_parse(const char *text, int64_t *ms);

#endif
