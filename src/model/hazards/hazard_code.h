/**
 * @file hazard_code.h  The codes that people write to silence a warning.
 *
 * Layer: model. Pure.
 */
#ifndef PGM_MODEL_HAZARDS_HAZARD_CODE_H
#define PGM_MODEL_HAZARDS_HAZARD_CODE_H

#include <stddef.h>
#include <stdint.h>

/** Bits 1 << kind of all kinds of this code, in either case; 0 = there is no such code. */
uint64_t pgm__hazard_code_bits(const char *code, size_t len);

/** The code that may have been meant; NULL when none is near. Static storage. */
const char *pgm__hazard_code_near(const char *code, size_t len);

#endif
