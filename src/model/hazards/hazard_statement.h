/**
 * @file hazard_statement.h  The hazards of one statement.
 *
 * Told by key words, as statement_kind.h tells its kind.
 *
 * Layer: model, inside hazards.c only. Pure.
 */
#ifndef PGM_MODEL_HAZARDS_HAZARD_STATEMENT_H
#define PGM_MODEL_HAZARDS_HAZARD_STATEMENT_H

#include "model/hazards/hazard_walk.h"
#include "model/sql/cursor.h"

/** Looks at one statement, and remembers what it makes and changes. Want of memory for that shows
 * in pgm__hazard_scope_failed(), at the end. */
void pgm__hazard_statement(pgm__hazard_scope *scope, pgm__cursor statement);

#endif
