/**
 * @file name_list.h  File names in an error message: as many as fit, and how many more there are.
 *
 * Layer: model. Pure.
 */
#ifndef PGM_MODEL_NAME_LIST_H
#define PGM_MODEL_NAME_LIST_H

#include <stddef.h>

#include "base/strbuf.h"
#include "pgmarch/error.h"

/** Zeroed = empty and usable. */
typedef struct pgm__name_list {
    pgm__strbuf text;
    size_t count;
    size_t left_out;
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
 * @return PGM_EPARSE, or PGM_ENOMEM when a name could not be added.
 */
pgm_status pgm__name_list_error(const pgm__name_list *list, const char *dir, const char *problem,
                                const char *remedy, pgm_error *err);

void pgm__name_list_fini(pgm__name_list *list);

#endif
