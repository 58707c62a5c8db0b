/**
 * @file outcome.h  What the report will say: the outcome, a failure, warnings; and what is told
 * while it runs.
 *
 * Layer: pg, march.
 */
#ifndef PGM_PG_MARCH_OUTCOME_H
#define PGM_PG_MARCH_OUTCOME_H

#include "pg/march/parts.h"

/** Tells the observer. */
void pgm__march_tell(pgm__march *march, pgm_event_kind kind, const char *version,
                     const char *message, uint64_t us);

/** A copy in the march's arena, without what is secret; NULL for "" and out of memory. */
const char *pgm__march_keep(pgm__march *march, const char *text);

/** The march has failed, with this; texts of the server are copied, others are borrowed. */
void pgm__march_fail(pgm__march *march, pgm_outcome outcome, const pgm_failure *failure);

/** A failure with a message of ours; texts are copied. */
void pgm__march_fail_text(pgm__march *march, const char *phase, const char *hint,
                          const char *format, ...) PGM_PRINTF(4, 5);

/** Out of memory, in this phase. @return FAILED. */
pgm__event pgm__march_fail_memory(pgm__march *march, const char *phase);

/** The failure gets what only a later look brings; NULL changes nothing. */
void pgm__march_fail_version(pgm__march *march, const char *version);
void pgm__march_fail_sqlstate(pgm__march *march, const char sqlstate[6]);
void pgm__march_fail_detail(pgm__march *march, const char *detail);

/** It is the failure of the migration that is being run, if one is. */
void pgm__march_fail_in_flight(pgm__march *march);

/** The one that was called so has ended well, as is heard now: it is that of the one behind it. */
void pgm__march_fail_behind(pgm__march *march);

/** Another line behind the hint that is there. */
void pgm__march_fail_hint(pgm__march *march, const char *line);

/** No failure any more: what was to be done is done. */
void pgm__march_forgive(pgm__march *march);

/** How it ends without a failure. */
void pgm__march_end_with(pgm__march *march, pgm_outcome outcome);

/** The failure stays, and nobody knows what of it came to be. */
void pgm__march_end_unknown(pgm__march *march);

/** Fills in version and file of the migration that is being run, if one is. */
void pgm__march_name_in_flight(const pgm__march *march, pgm_failure *failure);

/** What to do next about a server's error: its own hint and ours; in the arena, or NULL. */
const char *pgm__march_hint(pgm__march *march, const pgm__server_error *error);

/** The server's error that was saved last, as a failure of this phase. */
pgm_failure pgm__march_failure_of_server(pgm__march *march, const char *phase);

/** Once for each text. */
void pgm__march_warn(pgm__march *march, const char *message);

/** A notice of the server at work: a WARNING (severity is not translated) stays in the report. */
void pgm__march_warn_of(pgm__march *march, const pgm__server_error *notice);

/** A row of the verify file, at this line, says that something is wrong. Only the first counts: not
 *  when the march has failed already. */
void pgm__march_refuse(pgm__march *march, const pgm__migration *migration, unsigned line,
                       const pgm__reply *reply, const char *hint);
/** What was refused is tried again. */
void pgm__march_forget_refusal(pgm__march *march);

void pgm__march_free_outcome(pgm__march *march);

#endif
