/**
 * @file amount.h  So many of a group: "5", or "10%" of it.
 *
 * Layer: base. Pure.
 */
#ifndef PGM_BASE_AMOUNT_H
#define PGM_BASE_AMOUNT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct pgm__amount {
    uint32_t number;
    bool percent; /* then at most 100 */
} pgm__amount;

/**
 * Reads "5" or "10%": digits alone, no sign, no blanks, no fraction.
 *
 * @return False, and *out untouched, when `text` is neither, or too large.
 */
bool pgm__amount_parse(const char *text, pgm__amount *out);

/** How many of `whole` that is: a percentage is rounded down, so that 10% of 9 are none; a number
 *  is what it is, also above `whole`. */
size_t pgm__amount_of(pgm__amount amount, size_t whole);

#endif
