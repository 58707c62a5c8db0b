/**
 * @file compare.h  What a run that compares catalogs asks of its targets, and what they said.
 *
 * Layer: fleet.
 */
#ifndef PGM_FLEET_COMPARE_H
#define PGM_FLEET_COMPARE_H

#include "fleet/run_data.h"
#include "model/drift/drift_object.h"
#include "model/drift/groups.h"

/** What is known of one target. */
typedef struct pgm__compared {
    bool read; /* fingerprint and what stands below it */
    const char *fingerprint;
    size_t object_count;
    int major;                  /* 15 */
    size_t versions;            /* number of a set; 0: not known */
    const pgm_failure *failure; /* or NULL */
    pgm__drift_object *objects; /* where they were asked for, and told */
    bool objects_read;
} pgm__compared;

/** The versions that some targets have, in the order of migrations. */
typedef struct pgm__version_set {
    const char **versions;
    size_t count;
} pgm__version_set;

/** For the whole run; in its arena. */
struct pgm__comparison {
    pgm__compare_ask ask;
    const bool *wanted; /* only these targets are asked; NULL: all */
    pgm__compared *items;
    pgm__version_set *sets; /* the first stands for "not known" */
    size_t set_count;
    size_t set_capacity;
};

/** Makes run->compare, for chosen targets. @return false: out of memory. */
PGM_MUST_CHECK bool pgm__comparison_begin(pgm_run *run, const pgm__compare_ask *ask);

/** Frees what lies outside of the arena; NULL is a no-op. */
void pgm__comparison_end(pgm_run *run);

/** What is asked of a target; NULL: nothing. */
const pgm__compare_ask *pgm__comparison_of(const pgm_run *run, size_t index);

/** The number of a set, which is made where it is new; SIZE_MAX: out of memory. The versions are
 *  put in order. */
size_t pgm__comparison_set(pgm_run *run, const char **versions, size_t count);

/** A target that was read, as something to be grouped; nobody's norm. Borrowed from the run. */
pgm__drift_member pgm__comparison_member(const pgm_run *run, size_t index);

/** Keeps what came of it; run->no_memory says when it is not complete. */
void pgm__comparison_keep(pgm_run *run, size_t index, const pgm__march_result *result);

#endif
