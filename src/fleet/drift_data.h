/**
 * @file drift_data.h  What pgm_drift_find() has found so far, shared by drift*.c only.
 *
 * drift.c        asks the targets, twice
 * drift_norm.c   what they are compared with
 * drift_tell.c   what differs, as plain data
 *
 * Layer: fleet.
 */
#ifndef PGM_FLEET_DRIFT_DATA_H
#define PGM_FLEET_DRIFT_DATA_H

#include "base/arena.h"
#include "fleet/compare.h"
#include "model/drift/baseline.h"
#include "model/drift/groups.h"
#include "model/drift/mentions.h"
#include "pgmarch/drift.h"

struct pgm_drift {
    pgm__arena arena; /* owns what the run does not */
    pgm_run *run;     /* owns names, fingerprints, versions and objects */
    pgm_drift_summary summary;
    pgm_drift_cohort *cohorts;
    size_t cohort_count;
    pgm_drift_unread *unread;
    /* While it is made, and for the baseline: */
    bool keeps_norm;
    const pgm__baseline *baseline; /* what is compared with, or NULL */
    pgm__drift_member *members;    /* the targets that were read, then the baseline */
    size_t *target_of;             /* of each member; the baseline's is SIZE_MAX */
    size_t member_count;
    pgm__drift_groups groups;
    pgm__mentions *mentions; /* made when something differs */
};

#endif
