/**
 * @file groups.h  Which targets are alike, which of them may be compared, and who is the norm.
 *
 * Only catalogs of one server version are compared, schemas with schemas, whole databases with
 * whole databases, and of those only targets that have the same migrations: such targets are a
 * cohort. In it those with the same fingerprint are a group.
 *
 * Layer: model, drift. Pure.
 */
#ifndef PGM_MODEL_DRIFT_GROUPS_H
#define PGM_MODEL_DRIFT_GROUPS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "pgmarch/error.h"

/** A catalog whose fingerprint is known. */
typedef struct pgm__drift_member {
    const char *name;
    const char *fingerprint;
    int major;       /* of the server: 15 */
    bool whole;      /* of a whole database, not of one schema */
    size_t versions; /* a number for each set of migrations that are applied */
    bool is_norm;    /* the others of its cohort are compared with it */
    bool is_target;  /* else something that targets are compared with */
} pgm__drift_member;

/** Members with one fingerprint: `count` of the order from `first` on. */
typedef struct pgm__drift_group {
    size_t first;
    size_t count;
    size_t target_count; /* of them */
} pgm__drift_group;

/** Members that may be compared: groups one behind the other, the norm first, then by size. */
typedef struct pgm__drift_cohort {
    size_t first_group;
    size_t group_count;
    size_t target_count;
    bool has_norm; /* somebody said who it is; else the first group is just the largest */
    bool tie;      /* another group is as large: the one with the first name is taken */
} pgm__drift_cohort;

typedef struct pgm__drift_groups {
    const size_t *order; /* numbers of members; in a group by name */
    const pgm__drift_group *groups;
    const pgm__drift_cohort *cohorts; /* the largest first */
    size_t cohort_count;
} pgm__drift_groups;

/**
 * @param arena     Owns what is found.
 * @param[out] out  Untouched on failure.
 * @return PGM_OK or PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__drift_groups_make(pgm__arena *arena,
                                                 const pgm__drift_member *members, size_t count,
                                                 pgm__drift_groups *out);

#endif
