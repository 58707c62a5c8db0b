/**
 * @file classify.h  What an error means for the march: wait, retry, reconnect, or stop.
 *
 * One error means different things: 23505 in the claim is another run that was quicker, in a file
 * it is the user's data, in a catalog's index it is a race that a second try ends. So it is asked
 * what was at work, and what the message says. A loss of the connection is not judged here: what
 * was sent may have been committed, whatever the last words were.
 *
 * Layer: engine. Pure.
 */
#ifndef PGM_ENGINE_CLASSIFY_H
#define PGM_ENGINE_CLASSIFY_H

#include <stdbool.h>

#include "engine/states.h"

/** What to do about an error. */
typedef enum pgm__verdict {
    PGM__VERDICT_FINAL,     /* stop this target */
    PGM__VERDICT_RETRY,     /* it may pass: try again after a pause, for as long as is allowed */
    PGM__VERDICT_RETRY_FEW, /* as RETRY, PGM__FEW_TRIES times at most */
    PGM__VERDICT_CROWDED,   /* as RETRY, and the server has no room: lower its concurrency */
    PGM__VERDICT_BUSY,      /* our own lock is held by another run */
    PGM__VERDICT_TAKEN,     /* the claim found the version already applied (or rolled back) */
    PGM__VERDICT_BROKEN     /* the guard found that the file ended our transaction */
} pgm__verdict;

/** Further tries of what may last for ever (a full lock table, an object in use), since no error
 *  tells of its end: three to six seconds with their pauses. */
enum { PGM__FEW_TRIES = 5 };

/** Which statement of ours, or of a file, the server was working on. */
typedef enum pgm__part {
    PGM__PART_LOCK,
    PGM__PART_PREPARE,
    PGM__PART_BEGIN,
    PGM__PART_CLAIM,
    PGM__PART_FILE,
    PGM__PART_VERIFY, /* the verify file, and going back to where it began */
    PGM__PART_GUARD,
    PGM__PART_COMMIT
} pgm__part;

/**
 * Texts that our own SQL puts into an error message, so that it can be told from any other. They
 * are cast to a number, which fails (22P02) and shows them: SQL has no other way to raise an error
 * but a DO block, which costs the server many times as much.
 */
#define PGM__MARK_BUSY     "pgmarch: another run holds the lock of this target"
#define PGM__MARK_TAKEN    "pgmarch: the ledger has changed since it was read"
#define PGM__MARK_ERASED   "pgmarch: the migration removed its own row from the ledger"
#define PGM__MARK_REFUSED  "pgmarch: the ledger did not take the row"
#define PGM__MARK_HOMELESS "pgmarch: the schema of this target is gone, or may not be used"
#define PGM__MARK_STRANGER "pgmarch: ledger of a stranger: "
#define PGM__MARK_WALL     "pgmarch: from here on files are parsed, and nothing is run"

/**
 * An error while connecting: nothing was sent yet, so every passing fault may be retried.
 *
 * @param sqlstate  Five characters, or "" when the fault is below the protocol.
 * @param message   The whole text; Neon's proxy sends XX000 for everything, so that only
 *                  the text tells its errors apart.
 * @return FINAL, RETRY, RETRY_FEW (a quota that may be used up for good) or CROWDED.
 */
pgm__verdict pgm__classify_connect(const char *sqlstate, const char *message);

/** Was the connection closed instead of running the string? Then nothing of it is in doubt. */
bool pgm__classify_refused_whole(const char *message);

/**
 * An error the server reported inside a string, the connection being alive: what was open is
 * rolled back for certain.
 *
 * @return any verdict but CROWDED. RETRY for what ends with another session's transaction (40001,
 * 40P01, 55P03 …), RETRY_FEW for what may last for ever (53200, 55006).
 */
pgm__verdict pgm__classify_statement(pgm__part part, const char *sqlstate, const char *message);

/**
 * The same for an error of a file, when the above says FINAL. Between a block's `IF NOT EXISTS` and
 * its CREATE ROLE another database of the server may have made the role: a second try sees it.
 *
 * @param routine  Of the server's source, as it names it; or NULL.
 * @param in_code  It was raised inside of a DO block or a function: only there can a file ask
 * first.
 * @return RETRY_FEW or FINAL: nobody knows whether the block does ask first.
 */
pgm__verdict pgm__classify_role_race(const char *sqlstate, const char *routine, bool in_code);

/** Does the server end the session with this error (57P01 …)? Then the outcome is not known yet. */
bool pgm__classify_ends_session(const char *sqlstate);

/**
 * The march is to end: what of that is said to the state table?
 *
 * @param wish       STOP, STOP_HARD or TIMEOUT.
 * @param unflushed  Something is committed that a crash of the server could still take back. Where
 *                   nothing of ours is in flight it is flushed first, or it would have to be called
 *                   unknown; elsewhere the end of what is in flight sees to it.
 * @return UNFLUSHED or `wish`.
 */
pgm__event pgm__classify_ending(pgm__state state, pgm__event wish, bool unflushed);

/** Reads the SQLSTATE out of a connection error in VERBOSE form ("FATAL:  28P01: …") into out[6];
 *  "" when there is none. */
void pgm__sqlstate_from_text(const char *message, char out[6]);

#endif
