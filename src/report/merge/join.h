/**
 * @file join.h  Two accounts of one target become one, as if one run had told it.
 *
 * Layer: report. Pure.
 */
#ifndef PGM_REPORT_MERGE_JOIN_H
#define PGM_REPORT_MERGE_JOIN_H

#include "base/arena.h"
#include "report/merge/settle.h"

/**
 * Takes what both runs did, and how the one that counts (pgm__settle()) left the target. What the
 * other one said otherwise becomes a warning, so that nothing of it is lost.
 *
 * @param arena       Owns what is new.
 * @param[in,out] first  Of the run that began first; holds both from then on. Untouched on failure.
 * @return PGM_OK or PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__join(pgm__arena *arena, pgm__account *first,
                                    const pgm__account *second);

/** A version that both say they were the one to apply (or roll back, record …); NULL: none. */
const char *pgm__join_twice(const pgm_result *first, const pgm_result *second);

#endif
