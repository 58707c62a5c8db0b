/**
 * @file link.h  The session of a march: opened or taken over, spoken in, given away or closed.
 *
 * Layer: pg, march.
 */
#ifndef PGM_PG_MARCH_LINK_H
#define PGM_PG_MARCH_LINK_H

#include "pg/march/parts.h"

/**
 * Takes over the session that was handed to the march, or opens one.
 *
 * @param addresses    One for each host of the target's conninfo.
 * @param[out] ready   It was taken over: it is connected already.
 * @return PGM_OK, PGM_ENOMEM, PGM_EIO, with *err filled.
 */
PGM_MUST_CHECK pgm_status pgm__march_open_session(pgm__march *march,
                                                  const pgm__addresses *addresses, bool *ready,
                                                  pgm_error *err);

/** Another target of the same database saves a login, and the server a process: the session goes to
 *  the run where it can, else it is closed. */
void pgm__march_part_with_session(pgm__march *march);

/** It is closed; the march waits for that. */
void pgm__march_drop_session(pgm__march *march);

/** One that was handed over and is not wanted. */
void pgm__march_drop_handover(pgm__march *march);

/** What a string begins with in a session that has a transaction open. */
void pgm__march_end_transaction(const pgm__march *march, pgm__strbuf *sql);

/**
 * Sends the string; its answer is awaited.
 *
 * @param sql    Emptied.
 * @param phase  Of the failure, when there was no memory for the string.
 * @return NONE or FAILED.
 */
pgm__event pgm__march_send(pgm__march *march, pgm__strbuf *sql, const char *phase);

/** The same for a string that stays its owner's. */
void pgm__march_send_text(pgm__march *march, const char *sql);

/** The same for a single statement, which the server takes alone. */
void pgm__march_send_one(pgm__march *march, const char *sql);

/** Sends a cancel request for what is in flight. */
void pgm__march_cancel(pgm__march *march, uint64_t limit_ms);

/** The string has ended. */
void pgm__march_heard_ready(pgm__march *march, pgm__transaction transaction);

/** An error of the string in flight, or of the connection: copied into the arena. */
void pgm__march_save_error(pgm__march *march, const pgm__server_error *error);

/** An error that was saved, and counts again. */
void pgm__march_recall_error(pgm__march *march, const pgm__server_error *error);

/** Has the session the target's lock? */
void pgm__march_set_locked(pgm__march *march, bool locked);

/** The session has the question for a catalog as a prepared statement (pg/exchange/catalog.h). */
void pgm__march_set_catalog_named(pgm__march *march);

/** FAILED, or FAILED_OPEN where there is something to clean up behind a final error. */
pgm__event pgm__march_failed_event(const pgm__march *march);

/** At the beginning: a session that another march has left; perhaps none. */
void pgm__march_receive(pgm__march *march, const pgm__handover *handover);

#endif
