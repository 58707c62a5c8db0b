/**
 * @file accounts.h  All that several reports say of their targets, target by target.
 *
 * Layer: report. Pure.
 */
#ifndef PGM_REPORT_MERGE_ACCOUNTS_H
#define PGM_REPORT_MERGE_ACCOUNTS_H

#include "report/merge/sets.h"
#include "report/merge/settle.h"

/** What one report says of one target. */
typedef struct pgm__told {
    pgm__account account;
    const pgm__past_report *by;
    size_t set; /* that the report is of */
} pgm__told;

/** All of them: by name, and of one name by the time at which their runs began. */
typedef struct pgm__accounts {
    pgm__told *items;
    size_t count;
    pgm__report_run
        *runs; /* of all reports, by the time at which they began; accounts point here */
    size_t run_count;
} pgm__accounts;

/**
 * Brings them together, and refuses what contradicts itself.
 *
 * @param arena  Owns the accounts; the reports are borrowed.
 * @return PGM_OK; PGM_EUSAGE: a target is in two shards, at two places, was taken through one
 *         migration by two runs, is told of by a retry alone, or is missing (the message names it);
 *         PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__accounts_make(pgm__accounts *out, pgm__arena *arena,
                                             const pgm__report_sets *sets, pgm_error *err);

/** Where the accounts of the target end that begin at `from`. */
size_t pgm__accounts_end(const pgm__accounts *accounts, size_t from);

#endif
