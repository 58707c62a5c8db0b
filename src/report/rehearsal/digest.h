/**
 * @file digest.h  What a rehearsal measured, put together: per migration of a target, and over all
 * targets on which it came to the same.
 *
 * Two targets have the same result when their migrations are the same, came equally far, blocked
 * the same relations in the same way, rewrote the same files and changed the same objects. What is
 * counted may differ: of times, rows and bytes there are the least, the most, and the target of the
 * most.
 *
 * Layer: report. Pure.
 */
#ifndef PGM_REPORT_REHEARSAL_DIGEST_H
#define PGM_REPORT_REHEARSAL_DIGEST_H

#include "report/page/groups.h"
#include "report/rehearsal/parts.h"
#include "report/report.h"

/** Targets that were rehearsed with the same result. */
typedef struct pgm__digest_group {
    pgm__group targets;         /* places of results; borrowed from the digest */
    const pgm_rehearsal *first; /* of the first of them */
    const pgm_rehearsal *worst; /* of the one that took longest */
    pgm__span took_us;
    pgm__span wal_bytes;
    pgm__digest_migration *migrations;
    size_t migration_count;
    pgm__group sampled; /* places of results that were not rehearsed, because these were */
    pgm__span estimated_us;
} pgm__digest_group;

/** A bound that was passed by a migration, over all targets. */
typedef struct pgm__digest_excess {
    const pgm_rehearsed_excess *worst;
    const char *target; /* of the worst */
    pgm__group targets; /* places of results */
} pgm__digest_excess;

/** Of a whole run. Zeroed = empty. */
typedef struct pgm__digest {
    pgm__arena arena;
    pgm__groups alike;
    pgm__groups over;
    pgm__digest_group *groups; /* those in which something failed first, then by how long writes
                                  were blocked, then by time */
    size_t group_count;
    pgm__digest_excess *excesses; /* in the order in which the bounds are passed first */
    size_t excess_count;
} pgm__digest;

/** Was the target itself rehearsed, and not told by another one's? */
bool pgm__digest_is_rehearsed(const pgm_result *result);

/**
 * Puts the rehearsals of a report together.
 *
 * @param[out] out  Zeroed; to be finished with pgm__digest_fini() in any case.
 * @return PGM_OK or PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__digest_make(pgm__digest *out, const pgm__report *report);

/** Frees it; what is left is empty. */
void pgm__digest_fini(pgm__digest *digest);

#endif
