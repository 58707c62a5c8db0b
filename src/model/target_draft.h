/**
 * @file target_draft.h  Inside of the target files: a target while its sections are being read.
 *
 * Layer: model, private to target*.c. Pure.
 */
#ifndef PGM_MODEL_TARGET_DRAFT_H
#define PGM_MODEL_TARGET_DRAFT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "model/targets.h"

/** [defaults], or a section on top of a copy of it. */
typedef struct pgm__draft {
    pgm__arena *arena; /* owns every string */
    pgm__target target;
    pgm__setting *settings; /* room for every line of [defaults] and of the section */
    size_t setting_count;
    size_t default_count; /* of these, the first ones, that come from [defaults] */
    int64_t jobs;
    int64_t per_server;
    bool in_defaults; /* the lines now given are those of [defaults] */
} pgm__draft;

/** A target nobody has said anything about. */
void pgm__draft_init(pgm__draft *draft, pgm__arena *arena);

/**
 * May this key stand here?
 *
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

/** Moves the `var.NAME` among the settings to target.variables. PGM_OK or PGM_ENOMEM. */
PGM_MUST_CHECK pgm_status pgm__draft_split_variables(pgm__draft *draft, pgm_error *err);

/** Removes a libpq keyword. */
void pgm__draft_forget(pgm__draft *draft, const char *keyword);

/* ---- target_value.c ---- */

/**
 * Replaces every ${NAME} by the variable's value and $$ by one $; values are not looked at again.
 *
 * @param[out] out  NULL when a variable is not set or empty; `err` then says which, with PGM_OK as
 *                  the result, for the caller to judge.
 * @return PGM_OK; PGM_EPARSE: a ${ that is no name; PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__target_expand(pgm__arena *arena, const char *text,
                                             pgm__getenv_fn getenv_fn, const char **out,
                                             pgm_error *err);

/** true/false, yes/no, on/off, 1/0 in any case. False when it is none of them. */
bool pgm__target_parse_bool(const char *text, bool *out);

/** A whole decimal number from min to max. False when it is none. */
bool pgm__target_parse_number(const char *text, int64_t min, int64_t max, int64_t *out);

/**
 * Splits at commas and blanks.
 *
 * @return PGM_OK, PGM_EPARSE (control character), PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__target_parse_tags(pgm__arena *arena, const char *text,
                                                 const char *const **tags, size_t *count,
                                                 pgm_error *err);

/**
 * One name of SQL at *text, as SQL reads it: without quotes it is folded to lower case.
 *
 * @param[in,out] text  Moves behind the name.
 * @return PGM_OK; PGM_EPARSE (bad character, unclosed quote, empty, over 63 bytes); PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__target_parse_identifier(pgm__arena *arena, const char **text,
                                                       const char **out, pgm_error *err);

/** PGM_OK, or PGM_EPARSE for a name no schema can have: over 63 bytes, control characters. */
PGM_MUST_CHECK pgm_status pgm__target_check_identifier(const char *name, pgm_error *err);

/** Holds a byte that a terminal could take for a command? */
bool pgm__target_has_control(const char *text);

/* ---- target_suggest.c ---- */

/** The known key that was probably meant, or NULL. Static storage. */
const char *pgm__target_suggest(const char *key);

/** A keyword of some libpq, perhaps a newer one? */
bool pgm__target_is_newer_keyword(const char *key);

#endif
