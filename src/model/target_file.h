/**
 * @file target_file.h  Inside of the target files: one file.
 *
 * Layer: model, private to target*.c. Reads the file through base/file.h.
 */
#ifndef PGM_MODEL_TARGET_FILE_H
#define PGM_MODEL_TARGET_FILE_H

#include "base/arena.h"
#include "model/targets.h"

/** Growing; zeroed = empty. */
typedef struct pgm__target_list {
    pgm__target *items;
    size_t count;
    size_t capacity;
} pgm__target_list;

/** What one file says about the run; PGM_UNSET where it says nothing. */
typedef struct pgm__target_run {
    int64_t jobs;
    int64_t per_server;
} pgm__target_run;

/**
 * Appends the targets of one file; on failure some may have been appended.
 *
 * @param arena  Owns every string of the targets.
 */
PGM_MUST_CHECK pgm_status pgm__target_file_read(pgm__arena *arena, const char *path,
                                                pgm__getenv_fn getenv_fn,
                                                pgm__keyword_fn is_keyword, pgm__target_list *list,
                                                pgm__target_run *run, pgm_error *err);

#endif
