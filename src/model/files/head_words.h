/**
 * @file head_words.h  The words that heads of sections are made of.
 *
 * A list of words and no list of marks: there are more tools than anyone can list, but all of them
 * say the way back in one of a few words.
 *
 * Layer: model, inside of section_heads.c. Pure.
 */
#ifndef PGM_MODEL_FILES_HEAD_WORDS_H
#define PGM_MODEL_FILES_HEAD_WORDS_H

#include <stdbool.h>
#include <stddef.h>

typedef enum pgm__head_class {
    PGM__WORD_UNKNOWN, /* no heading has it: what it stands in is prose */
    PGM__WORD_BACK,    /* down, undo, rollback */
    PGM__WORD_BESIDE,  /* stands beside it in a mark: up, begin, here, a number, a tool's name */
    PGM__WORD_NOUN,    /* what a section is a section of: migration, script */
    PGM__WORD_LINK,    /* for, of, from: the rest names what is undone */
    PGM__WORD_FILLER,  /* belongs into prose as well: counts only beside a noun */
    PGM__WORD_VERB     /* begins an SQL statement */
} pgm__head_class;

/** The class of a word, in whatever case. `word` need not be NUL-terminated; `len` is in bytes and
 *  never 0, here and below. */
pgm__head_class pgm__head_word(const char *word, size_t len);

/** Is it a word for the way back, or one half of one? Most comments have none, which is seen soon.
 */
bool pgm__head_may_be_back(const char *word, size_t len);

/** Two words that are one: "roll back", "tear down". */
bool pgm__head_is_pair(const char *first, size_t first_len, const char *second, size_t second_len);

/** Is it the word, in whatever case? */
bool pgm__word_is(const char *word, size_t len, const char *other);

#endif
