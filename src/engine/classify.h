/**
 * @file classify.h  What an error means for the march: wait, retry, reconnect, or stop.
 *
 * Layer: engine. Pure; time and randomness are passed in.
 */
#ifndef PGM_ENGINE_CLASSIFY_H
#define PGM_ENGINE_CLASSIFY_H

#include <stdbool.h>
#include <stdint.h>

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

/** Further tries of what has no known end (facts.md §5), three to six seconds with their pauses. */
enum { PGM__FEW_TRIES = 5 };

/** Which statement of ours, or of a file, the server was working on. */
typedef enum pgm__step_kind {
    PGM__STEP_LOCK,
    PGM__STEP_PREPARE,
    PGM__STEP_BEGIN,
    PGM__STEP_CLAIM,
    PGM__STEP_FILE,
    PGM__STEP_VERIFY, /* the verify file, and going back to where it began */
    PGM__STEP_GUARD,
    PGM__STEP_COMMIT
} pgm__step_kind;

/** Texts that our own SQL puts into an error message, so that it can be told from any other. */
#define PGM__MARK_BUSY   "pgmarch: another run holds the lock of this target"
#define PGM__MARK_TAKEN  "pgmarch: the ledger has changed since it was read"
#define PGM__MARK_ERASED "pgmarch: the migration removed its own row from the ledger"

/**
 * An error while connecting: nothing was sent yet, so every passing fault may be retried.
 *
 * @param sqlstate  Five characters, or "" when the fault is below the protocol.
 * @param message   The whole text; Neon's proxy sends XX000 for everything (facts.md §5).
 * @return FINAL, RETRY or CROWDED.
 */
pgm__verdict pgm__classify_connect(const char *sqlstate, const char *message);

/**
 * An error the server reported inside a string, the connection being alive: what was open is
 * rolled back for certain.
 *
 * @return any verdict but CROWDED. RETRY for what ends with another session's transaction (40001,
 * 40P01, 55P03 …), RETRY_FEW for what may last for ever (53200, 55006).
 */
pgm__verdict pgm__classify_statement(pgm__step_kind step, const char *sqlstate,
                                     const char *message);

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

/** Reads the SQLSTATE out of a connection error in VERBOSE form ("FATAL:  28P01: …") into out[6];
 *  "" when there is none. */
void pgm__sqlstate_from_text(const char *message, char out[6]);

/**
 * The pause before try number `attempt` (1 = first retry): exponential with full jitter in the
 * upper half, so that a fleet does not come back in step.
 *
 * @param random  Any 32 random bits.
 * @return milliseconds, between step/2 and step, where step = base * 2^(attempt-1), at most cap.
 */
uint64_t pgm__backoff_ms(unsigned attempt, uint64_t base, uint64_t cap, uint32_t random);

/** What to do next about a SQLSTATE that people meet while migrating; NULL when we know nothing. */
const char *pgm__hint(const char *sqlstate, const char *message);

#endif
