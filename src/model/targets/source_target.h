/**
 * @file source_target.h  A row of a source becomes a target.
 *
 * Layer: model, targets. Pure.
 */
#ifndef PGM_MODEL_TARGETS_SOURCE_TARGET_H
#define PGM_MODEL_TARGETS_SOURCE_TARGET_H

#include "model/targets/source_row.h"
#include "model/targets/source_section.h"
#include "model/targets/target.h"
#include "model/targets/target_common.h"

/**
 * Makes the target of a row.
 *
 * @param commons   As for pgm__target_make(); texts of the row are borrowed.
 * @param[out] out  Untouched on failure.
 * @return PGM_OK; PGM_EPARSE: a column that is no key (with the nearest one) and stands in no
 *         {COLUMN}, a {COLUMN} that the row does not have, no name, a bad value; the message names
 *         source and row, and no value; PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__source_make_target(const pgm__source *source, pgm__commons *commons,
                                                  const pgm__source_row *row, pgm__target *out,
                                                  pgm_error *err);

#endif
