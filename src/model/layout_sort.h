/**
 * @file layout_sort.h  The files of a folder in the order of their numbers.
 *
 * Layer: model, inside of layout.c. Pure.
 */
#ifndef PGM_MODEL_LAYOUT_SORT_H
#define PGM_MODEL_LAYOUT_SORT_H

#include <stddef.h>

#include "model/layout.h"

/**
 * Sorts by number, up before down before verify, and refuses several files of one number, and
 * verify files whose number no up file has.
 *
 * @param dir  For messages.
 * @return PGM_OK; PGM_EPARSE with all offending names; PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__layout_sort(const char *dir, pgm__layout_file *files, size_t count,
                                           pgm_error *err);

#endif
