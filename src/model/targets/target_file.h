/**
 * @file target_file.h  Inside of the target files: one file.
 *
 * Layer: model, private to target*.c. Reads the file through base/file.h.
 */
#ifndef PGM_MODEL_TARGETS_TARGET_FILE_H
#define PGM_MODEL_TARGETS_TARGET_FILE_H

#include "model/targets/source_section.h"
#include "model/targets/target.h"
#include "model/targets/target_common.h"
#include "model/targets/target_rollout.h"

/** Growing; zeroed = empty. */
typedef struct pgm__target_list {
    pgm__target *items;
    size_t count;
    size_t capacity;
    pgm__source *sources; /* sections that are none, but say where targets come from */
    size_t source_count;
    size_t source_capacity;
} pgm__target_list;

/** What one file says about the run; PGM_UNSET where it says nothing. */
typedef struct pgm__target_run {
    int64_t jobs;       /* targets at once */
    int64_t per_server; /* of them, on one host and port */
    int64_t wake;       /* servers that are woken at once */
} pgm__target_run;

/** Where lines come from. */
typedef struct pgm__target_text {
    const char *path; /* also stands in messages and origins, as it was given */
    const char *text; /* what is in it; NULL: the file is read */
} pgm__target_text;

/**
 * Appends the targets of one file; on failure some may have been appended.
 *
 * @param commons     What targets have in common; its arena owns every string of theirs.
 * @param from        Its texts are borrowed for the call.
 * @param getenv_fn   Asked while the file is read, and not later.
 * @param list        Its items and sources are freed with pgm__free() by the caller, also after a
 * failure.
 * @param[out] run    Untouched on failure.
 * @param rules       What other files have said already; on failure some may have been added.
 * @return PGM_OK; PGM_EIO: the file cannot be read; PGM_EPARSE: syntax, a key or a value, with
 *         file:line; PGM_EUSAGE: neither a target nor [rollout] in it; PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__target_file_read(pgm__commons *commons, const pgm__target_text *from,
                                                pgm__getenv_fn getenv_fn,
                                                pgm__keyword_fn is_keyword, pgm__target_list *list,
                                                pgm__target_run *run, pgm__rollout_rules *rules,
                                                pgm_error *err);

#endif
