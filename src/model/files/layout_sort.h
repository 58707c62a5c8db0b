/**
 * @file layout_sort.h  The files of a folder in the order of their numbers.
 *
 * Two files of one number are the commonest accident of a folder (two branches took it), and the
 * order in which they would run is nobody's choice. So they are refused unless the user says that
 * it is meant.
 *
 * Layer: model, inside of layout.c. Pure.
 */
#ifndef PGM_MODEL_FILES_LAYOUT_SORT_H
#define PGM_MODEL_FILES_LAYOUT_SORT_H

#include <stdbool.h>
#include <stddef.h>

#include "model/files/layout_file.h"
#include "model/files/refusals.h"

/**
 * Sorts by number, up before down before verify, and notes as refused several files of one number,
 * and verify files whose number no up file has. Files of one migration get one version, the
 * first's.
 *
 * @param files         Sorted in place, also on failure; their texts are borrowed.
 * @param same_numbers  Several migrations of one number are taken, in the order of their names;
 * then only the whole name says which up, down and verify files belong together.
 * @param refused       What is in the way, the worst of each number first.
 */
void pgm__layout_sort(pgm__layout_file *files, size_t count, bool same_numbers,
                      pgm__refusals *refused);

#endif
