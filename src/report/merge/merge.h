/**
 * @file merge.h  The reports of a rollout's runs become one, as if it had been one run.
 *
 * sets.h     which of them go together
 * accounts.h what they say of each target
 * settle.h   what counts where two of them tell of one
 * join.h     two accounts of a target become one
 * waves.h    the shards' waves become the rollout's
 *
 * Layer: report. Pure.
 */
#ifndef PGM_REPORT_MERGE_MERGE_H
#define PGM_REPORT_MERGE_MERGE_H

#include "base/arena.h"
#include "report/past/past_report.h"

/** The one report; all of it lives with the struct and the reports it was made of. Zeroed = empty.
 */
typedef struct pgm__merged {
    pgm__arena arena;
    pgm_summary summary;
    pgm__report report; /* its migrations are those that targets name */
} pgm__merged;

/**
 * Makes one report of several; of one report, that same one.
 *
 * @param[out] out  Zeroed; to be finished with pgm__merged_fini() in every case.
 * @param reports   At least one; borrowed as long as `out` is used. Their order does not matter.
 * @return PGM_OK; PGM_EUSAGE: they are no whole rollout, or contradict each other (the message says
 *         which, and in what); PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__merge(pgm__merged *out, const pgm__past_report *const *reports,
                                     size_t count, pgm_error *err);

/**
 * Takes one report as it is, also of a shard without the others.
 *
 * @return PGM_OK or PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__merge_alone(pgm__merged *out, const pgm__past_report *report,
                                           pgm_error *err);

/** Frees what it owns. A zeroed one is fine. */
void pgm__merged_fini(pgm__merged *merged);

#endif
