/**
 * @file layout_sort.h  The files of a folder in the order of their numbers.
 *
 * Layer: model, inside of layout.c. Pure.
 */
#ifndef PGM_MODEL_LAYOUT_SORT_H
#define PGM_MODEL_LAYOUT_SORT_H

#include <stdbool.h>
#include <stddef.h>

#include "model/layout.h"

/**
 * Sorts by number, up before down before verify, and refuses several files of one number, and
 * verify files whose number no up file has. Files of one migration get one version, the first's.
 *
 * @param dir           For messages.
 * @param same_numbers  Several migrations of one number are taken, in the order of their names;
 * then only the whole name says which up, down and verify files belong together.
 * @return PGM_OK; PGM_EPARSE with all offending names; PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__layout_sort(const char *dir, pgm__layout_file *files, size_t count,
                                           bool same_numbers, pgm_error *err);

#endif
