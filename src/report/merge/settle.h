/**
 * @file settle.h  One target, told of by two runs: which of them says what is true in the end.
 *
 * A machine's job may run twice at once, or again after it was stopped; a failed target is tried
 * again. Each run tells of the target as it left it. What decides, in this order:
 *
 * 1. The time: of two runs that did not overlap the later one counts, where it has seen the target.
 * 2. The ledger: a version that one run failed at, and that the other one applied or found applied,
 *    is applied. Rows are claimed by one run alone and stay, so that this needs no clock.
 * 3. How much it knows: the ranks of settle.c.
 *
 * docs/users/report.md tells the same to users.
 *
 * Layer: report. Pure.
 */
#ifndef PGM_REPORT_MERGE_SETTLE_H
#define PGM_REPORT_MERGE_SETTLE_H

#include <stdbool.h>

#include "report/report.h"

/** What an ending says about the target. */
typedef enum pgm__evidence {
    PGM__EVIDENCE_NEVER,   /* nothing: not run */
    PGM__EVIDENCE_SKIPPED, /* another target is the same place, and says more */
    PGM__EVIDENCE_STOPPED, /* cancelled, with all that was in flight rolled back */
    PGM__EVIDENCE_BLIND,   /* failed before its ledger was read */
    PGM__EVIDENCE_REFUSED, /* failed with its ledger in view */
    PGM__EVIDENCE_DOUBT,   /* a commit was in flight: unknown */
    PGM__EVIDENCE_DONE,    /* it is as the command wants it; of a look: it was seen */
    PGM__EVIDENCES
} pgm__evidence;

/** What one run says of a target. All is borrowed. */
typedef struct pgm__account {
    const pgm_summary *summary; /* its command, bound, and whether it only looked */
    const pgm__report_run *run;
    const pgm_result *result;
} pgm__account;

/** Why one of two accounts counts. */
typedef enum pgm__settled_by {
    PGM__SETTLED_LEDGER,
    PGM__SETTLED_TIME,
    PGM__SETTLED_RANK
} pgm__settled_by;

/** Which one counts. */
typedef struct pgm__settlement {
    bool second;
    pgm__settled_by by;
} pgm__settlement;

/** What the account of a target that ended so says. */
pgm__evidence pgm__settle_evidence(const pgm__account *account);

/**
 * Which of two accounts of one target counts.
 *
 * @param first  Of the run that began first; of two that began at once, in any order that is kept.
 */
pgm__settlement pgm__settle(const pgm__account *first, const pgm__account *second);

#endif
