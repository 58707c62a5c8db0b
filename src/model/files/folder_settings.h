/**
 * @file folder_settings.h  pgmarch.conf: what a migrations folder says of itself.
 *
 *     # tools of ours
 *     ignore = seeds/
 *     ignore = *.psql
 *     skip_code = true
 *     # what `pgmarch validate` need not tell any more
 *     since = 0042
 *     allow.drop-breaks-clients = 0051_*, 0057
 *
 * It lies with the migrations, so that everybody who runs them reads the folder alike, whatever is
 * on their command line.
 *
 * Layer: model. Reads the file through base/file.h.
 */
#ifndef PGM_MODEL_FILES_FOLDER_SETTINGS_H
#define PGM_MODEL_FILES_FOLDER_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "pgmarch/error.h"

/** `allow.CODE = PATTERN`: a warning of these files is not told. What is a code, and which files a
 *  pattern is for, is not known here: a mistake in it must not stop a run. */
typedef struct pgm__folder_allow {
    const char *code;    /* "*": every one */
    const char *pattern; /* one of those that the line lists */
    unsigned line;
} pgm__folder_allow;

/** Zeroed = there is no such file. */
typedef struct pgm__folder_settings {
    const char *path;          /* of the file; or NULL */
    const char *const *ignore; /* globs, see model/files/layout_folder.h */
    size_t ignore_count;
    bool skip_code;
    const char *since;   /* what comes before it is history: model/files/since.h; or NULL */
    unsigned since_line; /* where that stands */
    const pgm__folder_allow *allow;
    size_t allow_count;
} pgm__folder_settings;

/**
 * Reads DIR/pgmarch.conf, where there is one.
 *
 * @param arena  Owns the texts.
 * @return PGM_OK; PGM_EIO; PGM_EPARSE (file:line) for what is no setting of a folder; PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__folder_settings_read(pgm__arena *arena, const char *dir,
                                                    pgm__folder_settings *out, pgm_error *err);

#endif
