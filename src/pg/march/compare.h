/**
 * @file compare.h  COMPARING: what is in the target's catalog, as a fingerprint or object by
 * object.
 *
 * One question in a transaction that reads only, behind the reading of the ledger, or behind the
 * plan where both are wanted. It works on a standby, behind a pooler, and for a role that may only
 * connect.
 *
 * Layer: pg, march.
 */
#ifndef PGM_PG_MARCH_COMPARE_H
#define PGM_PG_MARCH_COMPARE_H

#include "pg/march/parts.h"

/** Is the catalog to be asked for, and is that all that this march is for? */
bool pgm__march_compares(const pgm__march *march);
bool pgm__march_only_compares(const pgm__march *march);

/**
 * The reading ended in an error of the ledger's: does the march go on without it? Then which
 * versions are applied is not known.
 */
bool pgm__march_compares_all_the_same(pgm__march *march);

/** The same where the reading did not even come to the ledger, for want of a right: is it to be
 * read again, without looking for that? */
bool pgm__march_compares_without_ledger(pgm__march *march);

/** @return WORK_COMPARE, or FAILED: the server is too old to be asked. */
pgm__event pgm__march_begin_comparing(pgm__march *march);

/** Sends the question. @return NONE or FAILED. */
pgm__event pgm__march_send_catalog(pgm__march *march);

void pgm__march_catalog_reply(pgm__march *march, const pgm__reply *reply);

/** It was answered. @return DONE, TRANSIENT, FAILED or FAILED_OPEN. */
pgm__event pgm__march_catalog_ready(pgm__march *march);

/** It was not answered in time. @return TIMEOUT. */
pgm__event pgm__march_catalog_silent(pgm__march *march);

/** What was found; NULL: nothing is known. Borrowed. */
const pgm__catalog_found *pgm__march_catalog_found(const pgm__march *march);

/** Beside a plan: why nothing is known, while the march itself went well; or NULL. Borrowed. */
const pgm_failure *pgm__march_catalog_failure(const pgm__march *march);

void pgm__march_free_compare(pgm__march *march);

#endif
