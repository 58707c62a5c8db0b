/**
 * @file march_private.h  The march's insides, shared by march*.c only.
 *
 * march.c          life, state changes, timers
 * march_connect.c  RESOLVING, CONNECTING, BACKOFF
 * march_read.c     READING: facts, ledger, plan
 * march_batch.c    MARCHING: batches
 * march_alone.c    ALONE: migrations without a transaction
 * march_verify.c   what a verify file finds wrong
 * march_edit.c     baseline, repair, adopt: the ledger's rows without a migration
 * march_outcome.c  what is told: events, failures, the result
 *
 * Layer: pg.
 */
#ifndef PGM_PG_MARCH_PRIVATE_H
#define PGM_PG_MARCH_PRIVATE_H

#include "base/arena.h"
#include "engine/classify.h"
#include "engine/states.h"
#include "model/edits.h"
#include "pg/alone.h"
#include "pg/batch.h"
#include "pg/blockers.h"
#include "pg/ledger.h"
#include "pg/march.h"
#include "pg/reading.h"
#include "pg/session.h"

/** No event to feed. */
enum { PGM__MARCH_NO_EVENT = -1 };

/** One host name being resolved. */
typedef struct pgm__host_lookup {
    pgm__march *march;
    const char *host;
    pgm__lookup *wait; /* NULL when answered, or not asked */
    pgm__addresses addresses;
} pgm__host_lookup;

/** Which string of a non-transactional migration is in flight: see march_alone.c. */
typedef enum pgm__alone_stage {
    PGM__ALONE_BEGIN,
    PGM__ALONE_LOOK,
    PGM__ALONE_DROP,
    PGM__ALONE_ENCODE,
    PGM__ALONE_MARK,
    PGM__ALONE_RUN,
    PGM__ALONE_CHECK,
    PGM__ALONE_VERIFY,
    PGM__ALONE_RECORD,
    PGM__ALONE_AFTER,
    PGM__ALONE_PAUSE
} pgm__alone_stage;

struct pgm__march {
    const pgm__march_env *env;
    pgm__march_target to;
    pgm__state state;
    bool stopping;       /* the user asked; nothing new is begun */
    unsigned open;       /* handles that must report closed before the end */
    uv_timer_t timer;    /* of the state: a limit, or a pause */
    uv_timer_t deadline; /* of the whole target */
    uint64_t started_ms;
    uint64_t running_since_ms; /* the migration in flight */
    unsigned running_told;     /* how often it was named */
    pgm__blockers *blockers;   /* being asked for, or NULL */

    pgm__arena arena; /* lives with the march: failure, done, warnings */
    unsigned attempts;
    bool no_memory;

    /* connecting */
    pgm__host_lookup *lookups; /* one per host */
    size_t lookups_open;
    const char *lookup_failure;  /* the last host's that has no address */
    size_t silent_addresses;     /* that took a whole connect timeout: the next try begins behind */
    const char *const *keywords; /* of the session */
    const char *const *values;
    pgm__session *session;
    pgm__handover handover;        /* before the session is taken over, and when it is given away */
    bool cancelled;                /* a cancel request may still be on its way to the session */
    uint64_t unreachable_since_ms; /* 0 while connected */

    /* the session's state */
    pgm__transaction transaction;
    bool errored;            /* the string in flight ended in an error: */
    pgm__server_error error; /* copied into the arena */
    pgm__reading reading;
    pgm__arena reading_arena; /* cleared before every reading */
    pgm__ledger ledger;
    pgm__plan plan;
    /* What the last plan found pending: the report's word while the ledger is read again. */
    size_t *pending;
    size_t pending_count;
    size_t next_step;
    pgm__batch batch;
    size_t batch_limit;         /* migrations in the next batch, 0 = as many as fit */
    const pgm__migration *held; /* its verify file found nothing: the next batch commits it */
    bool refused;               /* a verify file did find something: that is the failure */
    bool locked;
    const char *broken; /* version whose file ended our transaction: its claim is taken back */
    bool in_doubt;      /* sent, and not known how it ended */
    bool orphaned;      /* a lost session may still be at it, until lock and claim are ours */
    uint64_t waiting_since_ms; /* for the lock or a passing error; 0 = not waiting */
    const char *told_busy;     /* what the observer was told last about the lock */
    unsigned retries;
    unsigned losses;     /* of the connection with a migration in flight, since one was finished */
    const char *lost_by; /* the last one's message */
    unsigned few_tries;  /* of these, such as are limited (PGM__VERDICT_RETRY_FEW) */

    /* a non-transactional migration */
    pgm__alone alone;
    pgm__alone_stage stage;
    pgm__alone_stage encode_for;        /* the stage that follows ENCODE */
    const pgm__progress_row *alone_was; /* what an earlier try left; in the reading's arena */
    const char *found_name;             /* an index the stage asked about, as DROP INDEX takes it */
    bool found_valid;
    pgm__server_error statement_error;
    /* What this run knows better than the row of a session that it lost; see march_alone.c. */
    const pgm__migration *alone_known; /* or NULL */
    size_t alone_done;                 /* so many of its statements ran, and no other did */
    uint64_t alone_started_ms;

    /* baseline, repair, adopt */
    pgm__edits edits;
    pgm__arena edit_arena; /* of these: they outlive the reading they come from */
    bool edits_written;

    /* down: decided once, so that a second reading cannot pick another migration */
    size_t *fixed_steps;
    size_t fixed_count;
    bool steps_fixed;

    /* the outcome */
    pgm_outcome outcome;
    bool has_failure;
    pgm_failure failure;
    const char **done;
    size_t done_count;
    size_t durable_count; /* the first of these are flushed to disk: these may be reported */
    size_t told_count;    /* of these the observer has heard; a loss does not lower it */
    bool forgotten;       /* at a loss, some were: until the ledger is read again */
    size_t done_capacity;
    const char **warnings;
    size_t warning_count;
    size_t warning_capacity;
};

/* march.c */
void pgm__march_dispatch(pgm__march *march, int event);
uint64_t pgm__march_now(const pgm__march *march);
/** From now on the observer hears every few seconds what is still running. */
void pgm__march_watch_running(pgm__march *march);
/** Starts the state's timer; 0 = no limit: the timer is stopped. */
void pgm__march_set_timer(pgm__march *march, uint64_t ms);

/** Tells the observer "<message>; trying again". */
void pgm__march_tell_retry(pgm__march *march, const char *message);
/** A passing error or a busy lock: is there time left to try again? Starts the clock. */
bool pgm__march_may_wait(pgm__march *march);

/** What the saved error means where a statement of a file was at work. */
pgm__verdict pgm__march_judge_file(const pgm__march *march);
/** May what failed with this verdict be tried again? Counts the try. */
bool pgm__march_may_retry(pgm__march *march, pgm__verdict verdict);

/* march_connect.c: each returns the next event, or NO_EVENT to wait for the loop */
int pgm__march_resolve(pgm__march *march);
int pgm__march_connect(pgm__march *march);
int pgm__march_backoff(pgm__march *march);
/** The connection is gone or was refused: LOST, or FAILED when it is final or time is up. */
int pgm__march_unreachable(pgm__march *march, const char *phase, const pgm__server_error *error);
void pgm__march_drop_session(pgm__march *march);

/* march_read.c */
int pgm__march_read(pgm__march *march);
int pgm__march_read_ready(pgm__march *march);

/* march_batch.c */
int pgm__march_send_batch(pgm__march *march);
void pgm__march_batch_reply(pgm__march *march, const pgm__reply *reply);
int pgm__march_batch_ready(pgm__march *march);
/** Was the lock found busy after a connection was lost? Then its holder may be our own session. */
bool pgm__march_meets_orphan(const pgm__march *march);
/** Who holds the lock, as far as it is known: `*len` bytes of the saved error. */
const char *pgm__march_busy_text(const pgm__march *march, int *len);
/** The lock is held elsewhere: BUSY, or FAILED when the wait is over. */
int pgm__march_busy(pgm__march *march);
/** WORK, WORK_ALONE or DONE, by the plan's next step. */
int pgm__march_next(pgm__march *march);

/* march_alone.c */
/** Does the plan hold a step that a transaction pooler cannot serve? Then the march has failed. */
bool pgm__march_refuse_pooled(pgm__march *march);
int pgm__march_send_alone(pgm__march *march);
void pgm__march_alone_reply(pgm__march *march, const pgm__reply *reply);
int pgm__march_alone_ready(pgm__march *march);
/** What was in flight has ended although it was to be cancelled. */
void pgm__march_alone_ended(pgm__march *march);
/** The connection is lost: keeps what is known about the statements. */
void pgm__march_alone_lost(pgm__march *march);

/* march_verify.c */
/** A row of the verify file, at this line, says that something is wrong. Only the first counts: not
 *  when the march has failed already. */
void pgm__march_refuse(pgm__march *march, const pgm__migration *migration, unsigned line,
                       const pgm__reply *reply, const char *hint);
/** What was refused is tried again. */
void pgm__march_forget_refusal(pgm__march *march);

/* march_edit.c */
bool pgm__march_is_edit(const pgm__march *march);
/** Is the other tool's table still to be read? */
bool pgm__march_wants_foreign(const pgm__march *march);
int pgm__march_read_foreign(pgm__march *march);
/** Puts a missing or strange table of the other tool into words; false when it is another error. */
bool pgm__march_fail_foreign(pgm__march *march);
/** From what was read: WORK, DONE or FAILED. */
int pgm__march_plan_edits(pgm__march *march);
int pgm__march_next_edit(pgm__march *march);
/** They are committed. */
void pgm__march_edits_written(pgm__march *march);

/* march_outcome.c */
void pgm__march_fail(pgm__march *march, pgm_outcome outcome, const pgm_failure *failure);
/** A failure with a message of ours; texts are copied. */
void pgm__march_fail_text(pgm__march *march, const char *phase, const char *hint,
                          const char *format, ...) PGM_PRINTF(4, 5);
/** What to do next about a server's error: its own hint and ours; in the arena, or NULL. */
const char *pgm__march_hint(pgm__march *march, const pgm__server_error *error);
/** A failure, while what was sent may have been committed all the same, becomes "unknown". */
void pgm__march_admit_doubt(pgm__march *march);
/** Fills in version and file of the migration that is being run, if one is. */
void pgm__march_name_in_flight(const pgm__march *march, pgm_failure *failure);
void pgm__march_save_error(pgm__march *march, const pgm__server_error *error);
void pgm__march_done(pgm__march *march, const char *version, uint64_t us);
/** All that is done is on disk now: a COMMIT that waits for the disk has answered. */
void pgm__march_durable(pgm__march *march);
/** Is something done that a crash of the server could still take back? */
bool pgm__march_is_undurable(const pgm__march *march);
/** The connection is lost: what could still be taken back is looked for in the ledger again. */
void pgm__march_forget_undurable(pgm__march *march);
bool pgm__march_is_done(const pgm__march *march, const char *version);
/** Has the observer heard that it is done, even if it was forgotten since? */
bool pgm__march_was_told(const pgm__march *march, const char *version);
void pgm__march_warn(pgm__march *march, const char *message);
void pgm__march_tell(pgm__march *march, pgm_event_kind kind, const char *version,
                     const char *message, uint64_t us);
pgm__march_result pgm__march_result_of(pgm__march *march);

#endif
