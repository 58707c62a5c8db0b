/**
 * @file script_length.h  Where a file is cut that is too long for one string.
 *
 * libpq keeps a string as a whole until it is sent, and so does whoever composes it: per target at
 * work. So a long file is cut between statements, into pieces that may be sent one after the other
 * in its one transaction, as many together as there is memory for. The data of COPY does not count,
 * for it is streamed. A statement is never cut, however long it is.
 *
 * Layer: model. Pure.
 */
#ifndef PGM_MODEL_FILES_SCRIPT_LENGTH_H
#define PGM_MODEL_FILES_SCRIPT_LENGTH_H

#include <stdbool.h>
#include <stddef.h>

#include "model/files/script_strings.h"
#include "model/sql/scanner.h"

/** A text of up to so many bytes goes as one string; pieces of a longer one have this or more. */
enum { PGM__SCRIPT_WHOLE = 1 << 20, PGM__PIECE_BYTES = 64 * 1024 };

/** What was met so far; begin zeroed but for `cuts`. */
typedef struct pgm__length {
    bool cuts;           /* the file is long enough, and may be cut */
    size_t sent;         /* bytes up to the last cut that go into strings */
    bool other_encoding; /* the file has set one: what stands between pieces would undo that */
} pgm__length;

/**
 * Takes in a statement that pgm__strings_follow() has taken in, and cuts behind it where enough has
 * come together.
 *
 * @param strings  Gets the cut.
 * @param place    That of the statement.
 */
void pgm__length_follow(pgm__length *length, pgm__strings *strings, const pgm__scanner *scanner,
                        const pgm__statement *statement, const pgm__strings_place *place);

#endif
