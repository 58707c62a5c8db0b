/**
 * @file ini.h  Reads INI text: `[section]` lines and `key = value` lines.
 *
 * Own reader instead of libinih, whose Debian build cuts a value at " ;" (a password may hold it),
 * splits lines at 200 bytes, takes an indented line as a second value of the key before it and
 * does not tell the line number to its handler.
 *
 * Rules: blanks around section, key and value are trimmed; a line whose first character is '#' or
 * ';' is a comment, and these two characters mean nothing anywhere else; the first '=' ends the
 * key; an UTF-8 BOM and CRLF are understood; lines may have any length. No message ever holds a
 * piece of a line: it may be a password, or the rest of one.
 *
 * Layer: base. No I/O.
 */
#ifndef PGM_BASE_INI_H
#define PGM_BASE_INI_H

#include <stddef.h>

#include "pgmarch/error.h"

/** One line that says something. Strings point into the text that was given. */
typedef struct pgm__ini_line {
    const char *section;
    const char *key; /* NULL: the section begins here */
    const char *value;
    unsigned number; /* 1-based */
} pgm__ini_line;

/** Takes one line; a status other than PGM_OK ends the reading with it. */
typedef pgm_status (*pgm__ini_fn)(const pgm__ini_line *line, void *data, pgm_error *err);

/**
 * @param path  For messages only.
 * @param text  Is cut to pieces in place: must outlive the strings handed out. text[len] is '\0'.
 * @return PGM_OK; PGM_EPARSE with "path:line: …" (never with a value); what `take` returned.
 */
PGM_MUST_CHECK pgm_status pgm__ini_read(const char *path, char *text, size_t len, pgm__ini_fn take,
                                        void *data, pgm_error *err);

/** The same for a file that needs no sections: lines above the first one are those of `section`. */
PGM_MUST_CHECK pgm_status pgm__ini_read_in(const char *section, const char *path, char *text,
                                           size_t len, pgm__ini_fn take, void *data,
                                           pgm_error *err);

#endif
