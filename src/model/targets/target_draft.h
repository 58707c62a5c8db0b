/**
 * @file target_draft.h  Inside of the target files: a target while its sections are being read.
 *
 * It knows keys and values, and neither files nor lines: an error gets its place from the caller.
 *
 * Layer: model, targets. Pure.
 */
#ifndef PGM_MODEL_TARGETS_TARGET_DRAFT_H
#define PGM_MODEL_TARGETS_TARGET_DRAFT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "model/targets/target.h"

/** [defaults], or a section on top of a copy of it. */
typedef struct pgm__draft {
    pgm__arena *arena;   /* owns the target's own texts */
    pgm__arena *scratch; /* and what it has in common with others, until that is kept */
    pgm__target target;  /* without settings, until it is made */
    pgm__common common;  /* without settings, variables and limits, until then */
    pgm_limits limits;
    pgm__setting *settings; /* these two have room for every line of both sections */
    size_t setting_count;
    size_t default_count; /* of these, the first ones, that come from [defaults] */
    pgm__setting *variables;
    size_t variable_count;
    int64_t jobs;       /* of the run, so [defaults] only; PGM_UNSET = not said */
    int64_t per_server; /* likewise */
    int64_t wake;       /* likewise */
    bool in_defaults;   /* the lines now given are those of [defaults] */
} pgm__draft;

/** A target nobody has said anything about. It has no room for settings and variables: who applies
 *  lines makes it before, one for each of them. Its scratch is the arena, until somebody has
 *  another. */
void pgm__draft_init(pgm__draft *draft, pgm__arena *arena);

/**
 * May this key stand here?
 *
 * @param in_defaults  The section is [defaults].
 * @param is_keyword   Says what libpq knows; asked for keys that are not ours.
 * @return PGM_OK; PGM_EPARSE: unknown (with the nearest known key), ours alone, or not in this
 *         section.
 */
PGM_MUST_CHECK pgm_status pgm__draft_check_key(const char *key, bool in_defaults,
                                               pgm__keyword_fn is_keyword, pgm_error *err);

/**
 * Takes one line over. An empty value takes back what [defaults] said.
 *
 * @param key    Checked; borrowed as long as the arena lives, as is `value`.
 * @param value  Expanded.
 * @return PGM_OK; PGM_EPARSE (the message names the key, never the value); PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__draft_apply(pgm__draft *draft, const char *key, const char *value,
                                           pgm_error *err);

/** Do `schema` and `search_path_extra` of a whole target go together? PGM_OK or PGM_EPARSE. */
PGM_MUST_CHECK pgm_status pgm__draft_check_schemas(const pgm__target *target, pgm_error *err);

/** Has a whole target that says `per_group` a group? PGM_OK or PGM_EPARSE. */
PGM_MUST_CHECK pgm_status pgm__draft_check_group(const pgm__target *target, pgm_error *err);

/** Removes a keyword from the settings, should it be there; the count of defaults follows. */
void pgm__draft_forget(pgm__draft *draft, const char *keyword);

#endif
