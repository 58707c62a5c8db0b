/**
 * @file hazards.h  What in a migration locks or breaks a live system, told by its key words.
 *
 * Warnings, not refusals: the text cannot tell a table of ten rows from one of ten million; an
 * error only where it fails for certain. A table that the same file creates is empty, and nothing
 * is said about it. docs/users/linting.md gives the reason for each, the safe way, and how to
 * silence one: `-- pgmarch: allow CODE`.
 *
 * Layer: model. Pure; linear time, no allocation but for the names of tables.
 */
#ifndef PGM_MODEL_HAZARDS_HAZARDS_H
#define PGM_MODEL_HAZARDS_HAZARDS_H

#include "model/files/script.h"
#include "model/hazards/hazard.h"
#include "model/hazards/hazard_folder.h"

/**
 * Finds what is not silenced, in the order of the text, once for each line and code.
 *
 * @param script  The up file; its text may be any bytes.
 * @param folder  What the files before it say; what this one says is added.
 * @return PGM_OK, or PGM_ENOMEM (also when `found` returned false).
 */
PGM_MUST_CHECK pgm_status pgm__hazards_find(const pgm__script *script, pgm__hazard_folder *folder,
                                            pgm__hazard_fn found, void *data, pgm_error *err);

#endif
