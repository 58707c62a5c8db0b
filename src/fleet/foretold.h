/**
 * @file foretold.h  Did a warning of `validate` come true in a rehearsal? A table says of each kind
 * of hazard what proves it.
 *
 * Layer: fleet. Pure.
 */
#ifndef PGM_FLEET_FORETOLD_H
#define PGM_FLEET_FORETOLD_H

#include "base/strbuf.h"
#include "model/hazards/hazard.h"
#include "pgmarch/rehearsal.h"

/** What takes less hurts nobody, whatever it does. Microseconds. */
enum { PGM__FORETOLD_LEAST_US = 100000 };

/**
 * Holds a hazard against what was measured.
 *
 * @param line      The hazard's, 1-based.
 * @param evidence  Gets what was seen and its cost, or why nothing can be seen, in words.
 */
pgm_warned pgm__foretold(pgm__hazard_kind kind, unsigned line,
                         const pgm_rehearsed_migration *migration, pgm__strbuf *evidence);

#endif
