/**
 * @file script.h  One migration file's text, checked before any target is touched.
 *
 * Layer: model. Pure. pgm__script_statement_line() and pgm__script_line_at() are in migrations.h.
 */
#ifndef PGM_MODEL_SCRIPT_H
#define PGM_MODEL_SCRIPT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "model/migrations.h"

/** What a script is made of; borrowed by the script. */
typedef struct pgm__script_source {
    const char *path; /* for script->path and for messages */
    char *text;       /* NUL-terminated after `len` bytes. Changed in place: a BOM is removed,
                         \restrict and \unrestrict become spaces */
    size_t len;
    const char
        *checksum; /* of the file that `text` is a section of; NULL: of the text as it came */
    bool alone;    /* the layout says that it runs without a transaction */
    bool verify;   /* it may only look: no transaction control, nothing that needs to be alone */
    bool fold;     /* leave out every plain BEGIN … COMMIT pair */
} pgm__script_source;

/**
 * Checks the bytes of a whole file: it is sent as UTF-8, and the server refuses what is none, in a
 * comment as anywhere else, but in the middle of a rollout.
 *
 * @param path  For messages.
 * @return PGM_OK, or PGM_EPARSE: a NUL byte, no UTF-8, UTF-16 (file:line and what to do).
 */
PGM_MUST_CHECK pgm_status pgm__script_check_text(const char *path, const char *text, size_t len,
                                                 pgm_error *err);

/**
 * Checks a text, whose bytes are checked, and fills in `script`, but for nothing on failure.
 *
 * @param arena  Owns the list of cuts.
 * @return PGM_OK, PGM_EPARSE (file:line in the message), PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__script_init(pgm__script *script, pgm__arena *arena,
                                           const pgm__script_source *source, pgm_error *err);

#endif
