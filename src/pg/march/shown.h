/**
 * @file shown.h  What was seen when the target was first looked at, by a survey or by this march,
 * against what is there now.
 *
 * Layer: pg, march.
 */
#ifndef PGM_PG_MARCH_SHOWN_H
#define PGM_PG_MARCH_SHOWN_H

#include "pg/march/parts.h"

/** Would the plan do more than what was seen first? Then the march has failed. */
bool pgm__march_exceeds_shown(pgm__march *march);

/** Another run has rolled it back already. */
void pgm__march_tell_gone(pgm__march *march, const char *version);

#endif
