/**
 * @file drift_data.h  What pgm_drift_find() has found so far, shared by drift*.c only.
 *
 * drift.c        asks the targets, twice
 * drift_march.c  what the migrations of the folder make, on a scratch server
 * drift_norm.c   what they are compared with
 * drift_tell.c   what differs, as plain data
 * drift_wish.c   where targets stand that are compared with what the migrations make
 *
 * Layer: fleet.
 */
#ifndef PGM_FLEET_DRIFT_DATA_H
#define PGM_FLEET_DRIFT_DATA_H

#include "base/arena.h"
#include "fleet/compare.h"
#include "fleet/scratch.h"
#include "model/drift/baseline.h"
#include "model/drift/groups.h"
#include "model/drift/mentions.h"
#include "pgmarch/drift.h"

/** Targets that are to be compared with what the migrations make. */
typedef struct pgm__drift_wish {
    int major;
    bool whole;
    size_t versions; /* number of a set */
    size_t applied;  /* the first so many migrations of the folder */
    bool made;       /* it was tried */
    bool failed;     /* and did not come to its end */
    const char *why; /* there is no such norm; NULL: there is */
} pgm__drift_wish;

struct pgm_drift {
    pgm__arena arena; /* owns what the run does not */
    pgm_run *run;     /* owns names, fingerprints, versions and objects */
    pgm_drift_summary summary;
    pgm_drift_cohort *cohorts;
    size_t cohort_count;
    pgm_drift_unread *unread;
    /* While it is made, and for the baseline: */
    bool keeps_norm;
    pgm__baseline *baselines; /* what is compared with, and is no target's */
    size_t baseline_count;
    pgm__drift_member *members; /* the targets that were read, then the baselines */
    size_t *target_of;          /* of each member; a baseline's is SIZE_MAX */
    size_t member_count;
    pgm__drift_groups groups;
    pgm__mentions *mentions; /* made when something differs */
    /* Where targets are compared with what the migrations make; else NULL. */
    pgm__scratch *scratch;
    pgm__drift_wish *wishes; /* one for each kind of targets */
    size_t wish_count;
    const char **warnings; /* of the summary */
    pgm_run *stopped_run;  /* on the scratch server: who wants an end may still tell it */
};

#endif
