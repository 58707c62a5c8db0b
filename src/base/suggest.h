/**
 * @file suggest.h  "did you mean …?": the word that somebody may have meant.
 *
 * Layer: base. Pure.
 */
#ifndef PGM_BASE_SUGGEST_H
#define PGM_BASE_SUGGEST_H

#include <stddef.h>

/** Which words are near. */
typedef enum pgm__suggest_rule {
    PGM__SUGGEST_MISSPELT, /* a few letters are wrong, missing, too many, or stand the wrong way */
    PGM__SUGGEST_SHORTENED /* these, and words that begin with what was written: "--no-warn" */
} pgm__suggest_rule;

/**
 * The word of `words` that is nearest to `wrong`, bytewise: who takes either case of a letter folds
 * it before.
 *
 * @return One of `words`, the first of those that are equally near; NULL when none is near.
 */
const char *pgm__suggest(const char *wrong, const char *const *words, size_t count,
                         pgm__suggest_rule rule);

#endif
