/**
 * @file script.h  One migration file's text, checked before any target is touched.
 *
 * Layer: model. Pure. pgm__script_statement_line() and pgm__script_line_at() are in migrations.h.
 */
#ifndef PGM_MODEL_SCRIPT_H
#define PGM_MODEL_SCRIPT_H

#include <stddef.h>

#include "model/migrations.h"

/**
 * Checks a file's text and fills in `script`, but for nothing on failure.
 *
 * @param path  For script->path and for messages; borrowed by the script.
 * @param text  The file, NUL-terminated after `len` bytes; borrowed by the script. Changed in
 *              place: a BOM is removed, \restrict and \unrestrict become spaces. The checksum is of
 *              the text as it came.
 * @return PGM_OK, PGM_EPARSE (file:line in the message), PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__script_init(pgm__script *script, const char *path, char *text,
                                           size_t len, pgm_error *err);

#endif
