/**
 * @file script_strings.h  How the plain strings of a file are read that sets that itself.
 *
 * psql sends statement by statement, so that a file's own SET standard_conforming_strings counts
 * from the next statement on. We send a file as a whole, and the server has read all of a string
 * before a SET in it runs. So a file whose strings hang on such a SET is cut behind it, into pieces
 * that are sent one after the other in its one transaction. Any other file stays whole, whatever it
 * sets: without a backslash both ways of reading are one.
 *
 * Layer: model. Pure.
 */
#ifndef PGM_MODEL_FILES_SCRIPT_STRINGS_H
#define PGM_MODEL_FILES_SCRIPT_STRINGS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "model/files/piece.h"
#include "model/sql/scanner.h"
#include "pgmarch/error.h"

/** A statement that changed how the strings behind it are read. */
typedef struct pgm__strings_turn {
    bool standard;
    unsigned line;
    size_t end;
    size_t ahead; /* statements up to here that the server answers */
    size_t data;  /* bytes of COPY data up to here */
} pgm__strings_turn;

/** A string whose reading is in question; line 0: there is none. */
typedef struct pgm__strings_sighting {
    unsigned line;
    pgm__strings_turn behind;
} pgm__strings_sighting;

/** What was met so far; begin with PGM__STRINGS_AT_BEGIN. */
typedef struct pgm__strings {
    bool sent_standard;    /* how the server reads what is being sent */
    bool session_standard; /* what a COMMIT goes back to */
    bool ever_off;
    bool savepoint;       /* there is one ... */
    bool set_behind_it;   /* ... with a setting behind it, which ROLLBACK TO may take back */
    bool is_unsure;       /* it did, perhaps */
    pgm__strings_turn at; /* the last turn */
    pgm__strings_turn *cuts;
    size_t cut_count;
    size_t cut_capacity;
    pgm__strings_sighting late;   /* set in the middle of what is sent as one string */
    pgm__strings_sighting unsure; /* behind a ROLLBACK TO */
    bool no_memory;
} pgm__strings;

#define PGM__STRINGS_AT_BEGIN                                                                      \
    { .sent_standard = true, .session_standard = true }

/** Where a statement stands. */
typedef struct pgm__strings_place {
    bool alone;   /* in a file that runs without a transaction ... */
    bool inside;  /* ... or between BEGIN and COMMIT */
    size_t ahead; /* statements up to it that the server answers, itself among them */
    size_t data;  /* bytes of COPY data up to it, its own among them */
} pgm__strings_place;

/** Takes in the statement that the scanner has just found, and sets the scanner for the next. */
void pgm__strings_follow(pgm__strings *strings, pgm__scanner *scanner,
                         const pgm__statement *statement, const pgm__strings_place *place);

/**
 * Cuts at `end`, behind a statement that was taken in, for whatever reason.
 *
 * @param standard  How the strings behind it are read, by what the file has set.
 * @param place     That of the statement.
 */
void pgm__strings_cut_behind(pgm__strings *strings, bool standard, size_t end,
                             const pgm__strings_place *place);

/**
 * Fails where a string would be read otherwise than by psql.
 *
 * @param whole   What is sent as one string: "the file"; NULL: it may be cut.
 * @param remedy  What to do then.
 */
PGM_MUST_CHECK pgm_status pgm__strings_check(const pgm__strings *strings, const char *path,
                                             const char *whole, const char *remedy, pgm_error *err);

/**
 * The pieces of a text of `len` bytes.
 *
 * @param arena       Owns them.
 * @param end         That of its end: all its statements and data.
 * @param[out] count  0, and *out untouched: the text is sent whole.
 * @return PGM_OK, PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__strings_cut(const pgm__strings *strings, pgm__arena *arena,
                                           size_t len, const pgm__strings_place *end,
                                           const pgm__piece **out, size_t *count, pgm_error *err);

void pgm__strings_fini(pgm__strings *strings);

#endif
