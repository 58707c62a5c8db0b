/**
 * @file context.h  How SQL is written for this target in this session: the target's settings, and
 * what the server said.
 *
 * Layer: pg, march.
 */
#ifndef PGM_PG_MARCH_CONTEXT_H
#define PGM_PG_MARCH_CONTEXT_H

#include "pg/march/parts.h"

/** From the target, the run and the session, before a reading. */
void pgm__march_context_set_up(pgm__march *march);

/** From the facts: the place of the ledger that the target leaves to the session. @return false:
 * out of memory. */
bool pgm__march_context_settle(pgm__march *march);

/** From facts and context: what has to be made before the first migration. */
pgm__prepares pgm__march_prepares(const pgm__march *march);

/** ... and that it was made. */
void pgm__march_context_prepared(pgm__march *march);

/** What the session that was handed over has been through. */
void pgm__march_context_take_over(pgm__march *march, const pgm__handover *from);

/** The reading's string has cleaned the session, where there is one. */
void pgm__march_context_clean(pgm__march *march);

/** The session has run a file. */
void pgm__march_context_ran_file(pgm__march *march);

/** A file dropped our prepared statements: go without. */
void pgm__march_context_nameless(pgm__march *march);

/** From now on a busy lock's error says who has it. */
void pgm__march_context_name_holder(pgm__march *march);

/** From now on the reading asks whose the ledger is. */
void pgm__march_context_ask_owner(pgm__march *march);

/** The role may not look for the ledger: it is not asked for any more. */
void pgm__march_context_go_without_ledger(pgm__march *march);

#endif
