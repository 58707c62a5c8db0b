/**
 * @file name_list.h  File names in an error message: as many as fit, and how many more there are.
 *
 * All of them are wanted at once, since whoever tidies a folder up does not want to run a program
 * for each file; but a pgm_error has a length, and the remedy at its end must not be cut off.
 *
 * Layer: model. Pure.
 */
#ifndef PGM_MODEL_FILES_NAME_LIST_H
#define PGM_MODEL_FILES_NAME_LIST_H

#include <stddef.h>

#include "base/strbuf.h"
#include "pgmarch/error.h"

/** Zeroed = empty and usable. */
typedef struct pgm__name_list {
    pgm__strbuf text; /* the names that fit; a failure for want of memory is remembered in it */
    size_t count;     /* of all, so that 0 means that nothing is wrong */
    size_t left_out;  /* of them, for want of room */
} pgm__name_list;

/**
 * Adds "name" in quotes; bytes that a terminal or a report cannot take are shown as `?`.
 *
 * @param remark  Follows in parentheses; "" for none.
 */
void pgm__name_list_add(pgm__name_list *list, const char *name, const char *remark);

/**
 * Makes the message: `"dir" problem: "a", "b" and 7 more; remedy`.
 *
 * @param list  Not empty: it always is an error.
 * @return PGM_EPARSE, or PGM_ENOMEM when a name could not be added.
 */
pgm_status pgm__name_list_error(const pgm__name_list *list, const char *dir, const char *problem,
                                const char *remedy, pgm_error *err);

/** Frees what it holds; a zeroed list, too. */
void pgm__name_list_fini(pgm__name_list *list);

#endif
