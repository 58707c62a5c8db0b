/**
 * @file number.h  Whole numbers as options have them.
 *
 * Layer: cli. Pure.
 */
#ifndef PGM_CLI_OPTIONS_NUMBER_H
#define PGM_CLI_OPTIONS_NUMBER_H

#include <stdbool.h>
#include <stdint.h>

/**
 * Reads digits and nothing else: strtol would take "+8", " 8" and the beginning of "8x".
 *
 * @return false, and *value untouched, for anything else and above `most`.
 */
bool pgm__number_parse(const char *text, int64_t most, int64_t *value);

#endif
