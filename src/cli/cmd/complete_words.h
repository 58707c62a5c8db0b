/**
 * @file complete_words.h  Candidates for a value: words of a closed set, of the folder, of target
 * files.
 *
 * Layer: cli.
 */
#ifndef PGM_CLI_CMD_COMPLETE_WORDS_H
#define PGM_CLI_CMD_COMPLETE_WORDS_H

#include "base/strbuf.h"
#include "cli/options/environment.h"
#include "cli/options/options.h"

/** A place where a value is typed. All is borrowed. */
typedef struct pgm__blank {
    const char *argument;      /* how the help calls it: "FILE", "VERSION" */
    const pgm__option *option; /* or NULL: an operand */
    const char *typed;         /* so far */
    const char *before;        /* what stands in front of it in the same word, as "--to=" */
    const char *const *words;  /* before this one; they name targets and folder */
    size_t word_count;
    pgm__env_fn env;
} pgm__blank;

/** Adds the candidate where it begins as what is typed; `text` says what it is, or is NULL. */
void pgm__complete_offer(pgm__strbuf *out, const pgm__blank *blank, const char *word,
                         const char *text);

/** Adds all candidates for the value. Reads files where these name targets or versions. */
void pgm__complete_value(pgm__strbuf *out, const pgm__blank *blank);

#endif
