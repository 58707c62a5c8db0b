/**
 * @file error.h  Filling in a pgm_error.
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

#endif
