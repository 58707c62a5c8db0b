/**
 * @file findings.h  What a plan has to tell, in words.
 *
 * A hint says what to do next, and never to do what cannot be undone: whoever reads it may be about
 * to follow it on a hundred databases.
 *
 * Layer: model. Pure; plan.c decides what is found, here it is put into words and in order.
 * Every add function returns PGM_OK or PGM_ENOMEM. A migration may be NULL where there is no file.
 */
#ifndef PGM_MODEL_PLAN_FINDINGS_H
#define PGM_MODEL_PLAN_FINDINGS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "model/files/migration.h"
#include "model/plan/finding.h"
#include "model/plan/ledger_row.h"
#include "pgmarch/error.h"

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
/** Its content stands in one file of another name: with its number RENAMED, else RENUMBERED. */
PGM_MUST_CHECK pgm_status pgm__findings_add_moved(pgm__findings *findings, bool stops,
                                                  const pgm__ledger_row *row,
                                                  const pgm__migration *migration, pgm_error *err);
/** Other content stands where the history begins now: EDITED or RENAMED. */
/** A repeatable file of another name; `kept`: it has a row of its own already. It stops nothing. */
PGM_MUST_CHECK pgm_status pgm__findings_add_again(pgm__findings *findings, bool kept,
                                                  const pgm__ledger_row *row,
                                                  const pgm__migration *migration, pgm_error *err);

PGM_MUST_CHECK pgm_status pgm__findings_add_squashed(pgm__findings *findings, bool stops,
                                                     const pgm__ledger_row *row,
                                                     const pgm__migration *migration,
                                                     pgm_error *err);
/** @param files  The names of those that may have its content, in quotes. */
PGM_MUST_CHECK pgm_status pgm__findings_add_unsure(pgm__findings *findings, bool stops,
                                                   const pgm__ledger_row *row, const char *files,
                                                   pgm_error *err);
PGM_MUST_CHECK pgm_status pgm__findings_add_late(pgm__findings *findings, bool stops,
                                                 const pgm__migration *migration,
                                                 const char *newest, pgm_error *err);
PGM_MUST_CHECK pgm_status pgm__findings_add_missing(pgm__findings *findings,
                                                    const pgm__ledger_row *row, pgm_error *err);
/** @param applied  Whether the target has it. */
PGM_MUST_CHECK pgm_status pgm__findings_add_no_up(pgm__findings *findings, bool stops, bool applied,
                                                  const pgm__migration *migration, pgm_error *err);
/**
 * @param reach  The version that one can go back to, or NULL.
 * @param way    Where a way down is written (pgm__migrations_way_down()).
 */
PGM_MUST_CHECK pgm_status pgm__findings_add_no_down(pgm__findings *findings,
                                                    const pgm__ledger_row *row,
                                                    const pgm__migration *migration,
                                                    const char *reach, const char *way,
                                                    pgm_error *err);
/** The way down of `migration` is there and cannot be run. @param reach  As above. */
PGM_MUST_CHECK pgm_status pgm__findings_add_down_refused(pgm__findings *findings, bool stops,
                                                         const pgm__migration *migration,
                                                         const char *reach, pgm_error *err);
/** @param to  Where `up` was to stop. */
PGM_MUST_CHECK pgm_status pgm__findings_add_past(pgm__findings *findings,
                                                 const pgm__ledger_row *row,
                                                 const pgm__migration *to, pgm_error *err);

/**
 * Puts the findings in order: stopping ones first, then by version.
 *
 * @param[out] items  findings->count of them, which the arena owns. Untouched when there are none.
 */
PGM_MUST_CHECK pgm_status pgm__findings_finish(const pgm__findings *findings,
                                               const pgm__finding **items, pgm_error *err);

/** Frees what was collected; what finish() gave stays. */
void pgm__findings_fini(pgm__findings *findings);

#endif
