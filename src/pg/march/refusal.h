/**
 * @file refusal.h  A ledger that refuses a row, or is not ours; a lock that is not given.
 *
 * Layer: pg, march.
 */
#ifndef PGM_PG_MARCH_REFUSAL_H
#define PGM_PG_MARCH_REFUSAL_H

#include "pg/march/parts.h"

/**
 * A claim was refused as if another run had been quicker: REREAD; or FAILED_OPEN, when the ledger
 * shows nothing new since the last refusal of the same version: then it is no rival's.
 *
 * @param place  Where the failure belongs, should it be one: its version is the migration's, NULL
 * of an edit.
 */
pgm__event pgm__march_taken(pgm__march *march, const pgm_failure *place);

/**
 * Does what failed pass by itself, or is it another run's doing? Then it is no failure yet.
 *
 * @param place       As above.
 * @param[out] event  What the march does about it: BUSY, REREAD, TRANSIENT; FAILED or FAILED_OPEN
 *                    when it has lasted too long. Undefined when it does not pass.
 */
bool pgm__march_passes(pgm__march *march, pgm__verdict verdict, const pgm_failure *place,
                       pgm__event *event);

/** Nothing is taken any more: a claim went in. */
void pgm__march_claimed(pgm__march *march);

/** Did the ledger not take a row of ours? Then the march has failed; what is on the table that
 * could do it is asked for with the rollback. */
bool pgm__march_fail_refused(pgm__march *march, const pgm_failure *place);

/** Is it a stranger's ledger? Then the march has failed. */
bool pgm__march_fail_stranger(pgm__march *march);

/** Has somebody who is no run of ours written the version that was refused? Then it has failed. */
bool pgm__march_fail_slipped_in(pgm__march *march);

/** The saved error is of a lock that was not given: whom that statement waited for is to be asked.
 */
void pgm__march_note_lock(pgm__march *march);

/** It is asked in this string. @return How many results with rows it brings. */
int pgm__march_ask_holders(pgm__march *march, pgm__strbuf *sql);

/** The answer, where this reply is it. */
bool pgm__march_hear_holders(pgm__march *march, const pgm__reply *reply);

/** The saved error is a file's, and final: what it did not find is to be asked for. */
void pgm__march_note_missing(pgm__march *march);

/** It is asked in this string, behind all else: should it fail, nothing else has. */
void pgm__march_ask_missing(pgm__march *march, pgm__strbuf *sql);

/** A reply to the rollback: the answer to what was asked there. */
void pgm__march_explain(pgm__march *march, const pgm__reply *reply);

#endif
