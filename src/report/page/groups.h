/**
 * @file groups.h  Targets that say the same, put together.
 *
 * Layer: report. Pure.
 */
#ifndef PGM_REPORT_PAGE_GROUPS_H
#define PGM_REPORT_PAGE_GROUPS_H

#include <stddef.h>

#include "base/strbuf.h"
#include "report/report.h"

struct pgm__groups_table;

/** One group: indices of results, in their order. */
typedef struct pgm__group {
    size_t *members;
    size_t count;
    size_t capacity;
} pgm__group;

/** Groups in order of their first member. Zeroed = empty and usable. */
typedef struct pgm__groups {
    pgm__group *items;
    size_t count;
    size_t capacity;
    struct pgm__groups_table *table;
} pgm__groups;

/**
 * Puts result `index` into the group of `key`.
 *
 * @return PGM_OK or PGM_ENOMEM (the groups stay usable and are still to be freed).
 */
PGM_MUST_CHECK pgm_status pgm__groups_add(pgm__groups *groups, const char *key, size_t len,
                                          size_t index);

/** Frees them; what is left is empty and usable. */
void pgm__groups_fini(pgm__groups *groups);

/** The largest first, groups of one size as they were. Nothing can be added any more. */
void pgm__groups_sort(pgm__groups *groups);

/** How many targets the groups from `from` on have. */
size_t pgm__groups_targets(const pgm__groups *groups, size_t from);

/**
 * Adds "a, b, c" or "a, b and 5 more": names of the members.
 *
 * @param columns  Room for them; the first one is always shown. 0 = all, whatever the room.
 */
void pgm__groups_names(pgm__strbuf *out, const pgm__report *report, const pgm__group *group,
                       size_t columns);

/** Adds `field` to a key so that no two lists of fields give the same key; NULL is not "". */
void pgm__groups_key(pgm__strbuf *key, const char *field);

#endif
