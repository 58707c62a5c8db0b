/**
 * @file target_value.h  The values of a target file: variables, words, numbers, lists, names of
 * SQL.
 *
 * Layer: model, targets. Pure.
 */
#ifndef PGM_MODEL_TARGETS_TARGET_VALUE_H
#define PGM_MODEL_TARGETS_TARGET_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "model/targets/target.h"

/**
 * Replaces every ${NAME} by the variable's value and $$ by one $; values are not looked at again,
 * so that a password may hold either.
 *
 * @param arena     Owns *out.
 * @param braces    {COLUMN} will be replaced in *out (source_template.h): braces of values are
 *                  doubled, so that they stay what they are.
 * @param[out] out  NULL when a variable is not set or empty; `err` then says which, with PGM_OK as
 *                  the result, for the caller to judge.
 * @return PGM_OK; PGM_EPARSE: a ${ that is no name; PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__target_expand(pgm__arena *arena, const char *text,
                                             pgm__getenv_fn getenv_fn, bool braces,
                                             const char **out, pgm_error *err);

/** true/false, yes/no, on/off, 1/0 in any case. False when it is none of them, with *out untouched:
 * a word that is not understood must never pass for "no". */
bool pgm__target_parse_bool(const char *text, bool *out);

/** A whole decimal number from min to max, nothing before or behind it. False when it is none, with
 *  *out untouched. */
bool pgm__target_parse_number(const char *text, int64_t min, int64_t max, int64_t *out);

/**
 * Splits at commas and blanks.
 *
 * @param arena      Owns the list and the tags.
 * @param[out] tags  May be empty; in the order in which they are written.
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

/**
 * Splits a list of schemas at its commas; each as it is written, or in double quotes.
 *
 * @return PGM_OK; PGM_EPARSE: no name of a schema, one named twice, or one that a search path knows
 *         by another meaning ("$user", pg_temp, pg_catalog ...); PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__target_parse_schemas(pgm__arena *arena, const char *text,
                                                    const char *const **schemas, size_t *count,
                                                    pgm_error *err);

/** PGM_OK, or PGM_EPARSE for a name no schema can have: over 63 bytes, control characters. */
PGM_MUST_CHECK pgm_status pgm__target_check_identifier(const char *name, pgm_error *err);

/** Holds a byte that a terminal could take for a command? */
bool pgm__target_has_control(const char *text);

#endif
