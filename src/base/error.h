/**
 * @file error.h  Filling in a pgm_error.
 *
 * It is the caller's memory and nothing here allocates, so that running out of memory can be told
 * like anything else. A layer may put where it was in front of the message; the status is not
 * rewritten on its way up, because what the program does next (its exit code, a look at what is
 * missing) is decided by it.
 *
 * Layer: base.
 */
#ifndef PGM_BASE_ERROR_H
#define PGM_BASE_ERROR_H

#include "pgmarch/error.h"

/**
 * Records a failure and returns `status`, so that `return pgm__error_set(err, PGM_EPARSE, "…")`
 * reads as one step. Text: lower case, no final period, quotes around names, no password.
 *
 * @param err  May be NULL. Too long a text is cut.
 */
pgm_status pgm__error_set(pgm_error *err, pgm_status status, const char *format, ...)
    PGM_PRINTF(3, 4);

/** The same for a failed system call: appends ": " and the text of `sys` (an errno value). */
pgm_status pgm__error_sys(pgm_error *err, pgm_status status, int sys, const char *format, ...)
    PGM_PRINTF(4, 5);

/** PGM_ENOMEM with its text. */
pgm_status pgm__error_nomem(pgm_error *err);

/** Puts "<text>: " before the message; the status stays. Does nothing when err is NULL. */
void pgm__error_context(pgm_error *err, const char *format, ...) PGM_PRINTF(2, 3);

/**
 * Takes "path:12: text" apart.
 *
 * @param[out] line  12; untouched when the message does not begin so, and is of the file as a
 * whole.
 * @return What is behind the place; borrowed from `message`.
 */
const char *pgm__error_place(const char *message, const char *path, unsigned *line);

#endif
