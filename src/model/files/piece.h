/**
 * @file piece.h  A part of a migration's text, which is sent as a string of its own.
 *
 * Layer: model. Pure.
 */
#ifndef PGM_MODEL_FILES_PIECE_H
#define PGM_MODEL_FILES_PIECE_H

#include <stdbool.h>
#include <stddef.h>

/** How a text comes to have several: script_strings.h, script_length.h. */
typedef struct pgm__piece {
    size_t begin;
    size_t end;
    size_t ahead; /* statements before it, and ... */
    size_t count; /* ... in it, as the server answers them */
    size_t sent;  /* bytes of it that go into a string: all but the data of COPY */
    bool standard_strings;
} pgm__piece;

#endif
