/**
 * @file validate_syntax.h  What the targets' servers say of the files that are pending there.
 *
 * Layer: fleet.
 */
#ifndef PGM_FLEET_VALIDATE_SYNTAX_H
#define PGM_FLEET_VALIDATE_SYNTAX_H

#include "fleet/validation.h"

/**
 * Has them parsed, behind the look at the ledgers (v->run), whose results are not meant to be read
 * any more then. What is found, and who was asked, is added.
 *
 * @return PGM_OK, whatever was found; as pgm_run_execute() else.
 */
PGM_MUST_CHECK pgm_status pgm__validate_syntax(pgm_validation *v, pgm_error *err);

#endif
