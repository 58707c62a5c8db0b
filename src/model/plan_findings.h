/**
 * @file plan_findings.h  What a plan has to tell, in words.
 *
 * Layer: model. Pure; plan.c decides what is found, here it is put into words and in order.
 * Every add function returns PGM_OK or PGM_ENOMEM. A migration may be NULL where there is no file.
 */
#ifndef PGM_MODEL_PLAN_FINDINGS_H
#define PGM_MODEL_PLAN_FINDINGS_H

#include "model/plan.h"

/** Zeroed but for `arena` = empty and usable. */
typedef struct pgm__findings {
    pgm__arena *arena; /* owns the texts */
    pgm__finding *items;
    size_t count;
    size_t capacity;
} pgm__findings;

PGM_MUST_CHECK pgm_status pgm__findings_add_edited(pgm__findings *findings, bool stops,
                                                   const pgm__ledger_row *row,
                                                   const pgm__migration *migration, pgm_error *err);
PGM_MUST_CHECK pgm_status pgm__findings_add_partial(pgm__findings *findings, bool stops,
                                                    const pgm__ledger_row *row,
                                                    const pgm__migration *migration,
                                                    pgm_error *err);
PGM_MUST_CHECK pgm_status pgm__findings_add_ahead(pgm__findings *findings, bool stops,
                                                  const pgm__ledger_row *row, pgm_error *err);
PGM_MUST_CHECK pgm_status pgm__findings_add_renamed(pgm__findings *findings, bool stops,
                                                    const pgm__ledger_row *row,
                                                    const pgm__migration *migration,
                                                    pgm_error *err);
PGM_MUST_CHECK pgm_status pgm__findings_add_late(pgm__findings *findings, bool stops,
                                                 const pgm__migration *migration,
                                                 const char *newest, pgm_error *err);
PGM_MUST_CHECK pgm_status pgm__findings_add_missing(pgm__findings *findings,
                                                    const pgm__ledger_row *row, pgm_error *err);
PGM_MUST_CHECK pgm_status pgm__findings_add_no_down(pgm__findings *findings,
                                                    const pgm__ledger_row *row,
                                                    const pgm__migration *migration,
                                                    pgm_error *err);

/** Hands the findings to the plan, stopping ones first, then by version; the arena owns them. */
PGM_MUST_CHECK pgm_status pgm__findings_finish(pgm__findings *findings, pgm__plan *plan,
                                               pgm_error *err);

/** Frees what was not handed over. */
void pgm__findings_fini(pgm__findings *findings);

#endif
