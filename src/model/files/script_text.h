/**
 * @file script_text.h  The bytes of a migration file, before anybody reads SQL in them.
 *
 * Layer: model. Pure.
 */
#ifndef PGM_MODEL_FILES_SCRIPT_TEXT_H
#define PGM_MODEL_FILES_SCRIPT_TEXT_H

#include <stddef.h>

#include "pgmarch/error.h"

/**
 * Checks the bytes of a whole file: it is sent as UTF-8, and the server refuses what is none, in a
 * comment as anywhere else, but in the middle of a rollout.
 *
 * @param path  For messages.
 * @param text  A UTF-8 BOM may stand at its begin.
 * @return PGM_OK, or PGM_EPARSE: a NUL byte, no UTF-8, UTF-16 (file:line and what to do).
 */
PGM_MUST_CHECK pgm_status pgm__script_check_text(const char *path, const char *text, size_t len,
                                                 pgm_error *err);

/** The line of a byte of the text, 1-based, by its line feeds; behind the end, the last line. */
unsigned pgm__script_text_line(const char *text, size_t len, size_t offset);

#endif
