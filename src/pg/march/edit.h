/**
 * @file edit.h  baseline, repair, adopt: a march whose only block is an edit of the ledger.
 *
 * Layer: pg, march.
 */
#ifndef PGM_PG_MARCH_EDIT_H
#define PGM_PG_MARCH_EDIT_H

#include "pg/march/parts.h"

bool pgm__march_is_edit(const pgm__march *march);

/** Is the other tool's table still to be read? */
bool pgm__march_wants_foreign(const pgm__march *march);

/** Puts a missing or strange table of the other tool into words; false when it is another error. */
bool pgm__march_fail_foreign(pgm__march *march);

/** From what was read: WORK, DONE or FAILED. */
pgm__event pgm__march_plan_edits(pgm__march *march);

/** WORK or DONE. */
pgm__event pgm__march_next_edit(pgm__march *march);

/** They are committed. */
void pgm__march_edits_written(pgm__march *march);

void pgm__march_free_edit(pgm__march *march);

#endif
