/**
 * @file parts.h  What a march keeps, part by part: each part is written by the file of its name.
 *
 * Others read a part's fields, and change them by calling a function of that file. A part begins
 * zeroed, and lives as long as the march.
 *
 * Layer: pg, private to march.
 */
#ifndef PGM_PG_MARCH_PARTS_H
#define PGM_PG_MARCH_PARTS_H

#include "base/arena.h"
#include "engine/classify.h"
#include "engine/stages.h"
#include "engine/states.h"
#include "model/plan/edits.h"
#include "pg/exchange/batch.h"
#include "pg/exchange/catalog.h"
#include "pg/exchange/context.h"
#include "pg/exchange/elsewhere.h"
#include "pg/exchange/objects.h"
#include "pg/exchange/reading.h"
#include "pg/exchange/rehearsal.h"
#include "pg/exchange/rehearsal_file.h"
#include "pg/exchange/relations.h"
#include "pg/exchange/statements.h"
#include "pg/exchange/syntax.h"
#include "pg/exchange/wall.h"
#include "pg/link/inquiry.h"
#include "pg/link/lookups.h"
#include "pg/link/session.h"
#include "pg/march/types.h"

/** handles.c: what of the loop the march owns. It is over when all of it is closed. */
typedef struct pgm__handles_part {
    unsigned open;       /* handles that must report closed before the end */
    uv_timer_t timer;    /* of the state: a limit, or a pause */
    uv_timer_t deadline; /* of the whole target */
    uint64_t started_ms;
} pgm__handles_part;

/** slow.c: what takes long, and what it waits for. */
typedef struct pgm__slow_part {
    uint64_t since_ms;     /* the migration in flight, or a statement of it, was begun */
    uint64_t early_ms;     /* when whom it waits for is asked, before it is slow; 0: it was */
    pgm__inquiry *inquiry; /* under way, or NULL */
    bool naming;           /* its answer is what the slow one is named with */
    size_t place;          /* of the block at work, as a second session saw it; 0: unknown */
    bool placed;           /* it was asked, since since_ms */
    /* "last seen: waits for pid 7 (…)", and the migration that did; or NULL. */
    const char *last_wait;
    const char *last_waiting;
    /* What was slow; of the last one, when it began, and when it is to be named (again). */
    pgm_slow *list;
    size_t count;
    size_t capacity;
    uint64_t begin_ms;
    uint64_t name_ms; /* behind its beginning */
    bool over;
} pgm__slow_part;

/** link.c: the session, and what it said last. */
typedef struct pgm__link_part {
    pgm__session *session;
    const char *const *keywords; /* of the session */
    const char *const *values;
    pgm__handover handover; /* before the session is taken over, and when it is given away */
    bool locked;            /* it holds the target's lock */
    bool catalog_named;     /* the question for a catalog is prepared in it */
    bool cancelled;         /* a cancel request may still be on its way to it */
    bool lingers;           /* a login was left to its thread */
    pgm__transaction transaction;
    bool errored;            /* the string in flight ended in an error: */
    pgm__server_error error; /* copied into the arena */
} pgm__link_part;

/** connect.c: RESOLVING, CONNECTING, BACKOFF. */
typedef struct pgm__connecting_part {
    unsigned attempts;
    pgm__lookups lookups;
    size_t silent_addresses;       /* that took a whole connect timeout: next time begin behind */
    uint64_t unreachable_since_ms; /* since the last reading that came to its end; 0 = not */
    unsigned few_tries;            /* in vain since then, such as are limited (RETRY_FEW) */
    uint64_t login_began_us;       /* the last attempt */
    uint64_t login_us;             /* what the one took that succeeded */
    bool logged_in;                /* one did: the session is no other march's */
    bool reached;                  /* the server has answered once */
    bool unreachable;              /* and this march has ended without */
} pgm__connecting_part;

/** read.c: READING. */
typedef struct pgm__read_part {
    pgm__reading reading;
    pgm__arena arena; /* of the reading: cleared before every one */
    bool asked_more;  /* by the reading in flight: an error may be of that question */
} pgm__read_part;

/** other_runs.c: other runs of pgmarch on the server. */
typedef struct pgm__other_runs_part {
    bool done; /* with asking for them */
} pgm__other_runs_part;

/** course.c: what is to be done, and how far the march has come. */
typedef struct pgm__course_part {
    pgm__plan plan; /* in the reading's arena */
    size_t next_step;
    size_t
        *pending; /* what the last plan found: the report's word while the ledger is read again */
    size_t pending_count;
    /* down: decided once, so that a second reading cannot pick another migration */
    size_t *fixed_steps;
    size_t fixed_count;
    bool steps_fixed;
} pgm__course_part;

/** waiting.c: LOCK_WAIT, RETRY_WAIT: what passes by itself. */
typedef struct pgm__waiting_part {
    uint64_t since_ms;     /* for the lock or a passing error; 0 = not waiting */
    const char *told_busy; /* what the observer was told last about the lock */
    unsigned retries;
    unsigned few_tries;      /* of these, such as are limited (PGM__VERDICT_RETRY_FEW) */
    const char *for_version; /* the version whose first try was at first_try_ms */
    uint64_t first_try_ms;
    uint64_t waited_us;     /* of the migration that is being told as finished */
    uint64_t total_ms;      /* pauses, and tries that came to nothing, so far */
    uint64_t total_then_ms; /* of it, before the first try of that version */
} pgm__waiting_part;

/** loss.c: what a lost connection leaves open. */
typedef struct pgm__loss_part {
    bool in_doubt;       /* sent, and not known how it ended */
    bool orphaned;       /* a lost session may still be at it, until lock and claim are ours */
    unsigned count;      /* with a migration in flight, since one was finished */
    const char *message; /* the last one's */
    bool asks_lock;      /* the string in flight only takes the lock: has the orphan ended? */
    unsigned asked;
} pgm__loss_part;

/** batch.c: MARCHING. */
typedef struct pgm__batch_part {
    pgm__batch batch;
    size_t limit;       /* migrations in the next batch, 0 = as many as fit */
    pgm__held held;     /* what the last string left open, and the next one goes on with */
    const char *broken; /* version whose file ended our transaction */
} pgm__batch_part;

/** alone.c: ALONE: a migration without a transaction; alone_send.c writes its strings. */
typedef struct pgm__alone_part {
    pgm__statements statements; /* of the file; migration NULL: none is at work */
    pgm__stage stage;
    pgm__stage_event encoded;     /* behind ENCODE: what had happened before it */
    pgm__event leaves;            /* with LEAVE: what the machine is told */
    const pgm__progress_row *was; /* what an earlier try left; in the reading's arena */
    const char *found_name;       /* an index the stage asked about, as DROP INDEX takes it */
    bool found_valid;
    pgm__server_error statement_error;
    long long transactions[2]; /* the session's count of them, before and behind the statement */
    /* What this run knows better than the row of a session that it lost. */
    const pgm__migration *known; /* or NULL */
    size_t done;                 /* so many of its statements ran, and no other did */
    uint64_t started_ms;
    bool settling; /* the rollback notes how far it has come */
} pgm__alone_part;

/** Of parse.c; each sends one string, ASK as many as there are. */
typedef enum pgm__parse_stage {
    PGM__PARSE_OPEN,  /* a transaction that reads only */
    PGM__PARSE_PROBE, /* does whoever answers parse a string as a whole? */
    PGM__PARSE_WALL,  /* a transaction in which nothing can be run */
    PGM__PARSE_ASK,   /* do the files parse? */
    PGM__PARSE_LEAVE  /* the session as it was */
} pgm__parse_stage;

/** parse.c: PARSING: files that the server parses, and runs none of. */
typedef struct pgm__parse_part {
    pgm__parse_stage stage;
    unsigned begun;      /* so often: once, and again behind each loss */
    bool replied;        /* the string in flight brought something that is no error */
    bool raised;         /* the wall stands, as `look` says */
    pgm__wall_look look; /* of the last raising */
    pgm__syntax syntax;
    pgm__syntax_fault *faults;
    size_t fault_count;
    size_t fault_capacity;
} pgm__parse_part;

/** Of rehearse.c; each sends one string, RUN and LOOK one for each statement of a file. */
typedef enum pgm__rehearse_stage {
    PGM__REHEARSE_TIME,   /* how long is a string under way that does nothing? */
    PGM__REHEARSE_OPEN,   /* what is there, and the transaction */
    PGM__REHEARSE_BEGIN,  /* of a migration */
    PGM__REHEARSE_RUN,    /* a statement, alone */
    PGM__REHEARSE_LOOK,   /* what has it done? */
    PGM__REHEARSE_VERIFY, /* the verify file begins */
    PGM__REHEARSE_ASK,    /* a statement of it, alone */
    PGM__REHEARSE_ASKED,  /* what it did is taken back */
    PGM__REHEARSE_CHECK,  /* what a COMMIT would check */
    PGM__REHEARSE_END,    /* of a migration */
    PGM__REHEARSE_COMMIT, /* of one that stays */
    PGM__REHEARSE_GLANCE, /* at one that cannot run in a transaction */
    PGM__REHEARSE_LEAVE   /* all is taken back */
} pgm__rehearse_stage;

/** rehearse.c: REHEARSING; rehearsed.c writes what is measured. */
typedef struct pgm__rehearse_part {
    pgm__rehearse_stage stage;
    bool begun;                   /* since the last reading */
    unsigned attempts;            /* connections, when it was begun last */
    unsigned losses;              /* so often it was begun again behind a loss */
    pgm__arena arena;             /* of what is measured: cleared when all begins again */
    pgm__context context;         /* with the limits of a rehearsal */
    pgm__rehearsal_string string; /* in flight */
    size_t ended;                 /* statements of it that were answered */
    pgm__relations relations;
    pgm__objects objects;
    const pgm__migration *migration; /* at work; or NULL */
    pgm__rehearsal_file file;        /* its own, or its verify file */
    size_t at;                       /* a statement of the file */
    pgm__strbuf one;                 /* its text */
    pgm__strbuf constraints;         /* that are to be IMMEDIATE again */
    pgm__verify verify;
    uint64_t sent_us;
    uint64_t check_us;
    uint64_t trip_us; /* the quickest string's */
    int64_t wal;      /* where the server was in it behind the last look; -1 = not known */
    int64_t wal_seen; /* by the look in flight */
    int64_t rows;     /* of the statement's tag */
    pgm_rehearsal told;
    pgm_rehearsed_migration *migrations; /* what `told` shows: one for each step */
    size_t base;                         /* of these, of plans before: they stay */
    bool alone; /* the step is left to ALONE, and its figures are still to be told */
    pgm_rehearsed_statement *statements; /* of the migration at work */
    pgm_rehearsed_lock **locks;          /* of each of these, to be filled in */
    size_t statement_count;
    const char **leaves;
    size_t leave_capacity;
    size_t heard; /* of so many of them the observer has heard the end */
} pgm__rehearse_part;

/** compare.c: COMPARING: what is in the catalog. */
typedef struct pgm__compare_part {
    bool ledger_unread; /* the reading failed at the ledger, and goes on without it */
    bool known;         /* `found` is whole */
    bool nameless;      /* something failed: the question is asked in full from then on */
    bool failed_memory;
    pgm__arena arena; /* of what is found: the march's own lives through several tries */
    pgm__catalog_found found;
    pgm_outcome planned; /* how the march ends without it */
    bool failed;         /* beside a plan, which stands */
    pgm_failure failure;
} pgm__compare_part;

/** half_done.c: status: what is half done here. */
typedef struct pgm__half_done_part {
    const pgm_half_done *list;
    size_t count;
} pgm__half_done_part;

/** ping.c: what the target was found to be. */
typedef struct pgm__ping_part {
    uint64_t asked_us; /* when the question was sent whose answer is timed */
    bool known;        /* the server has answered: `found` holds what is known so far */
    pgm_ping found;
} pgm__ping_part;

/** edit.c: baseline, repair, adopt. */
typedef struct pgm__edit_part {
    pgm__edits edits;
    pgm__arena arena; /* of these: they outlive the reading they come from */
    bool written;
} pgm__edit_part;

/** refusal.c: a ledger that refuses, or a lock that is not given. */
typedef struct pgm__refusal_part {
    const char *taken; /* version whose claim was refused, when the ledger was as `taken_ledger` */
    uint64_t taken_ledger;
    bool explains; /* the ledger refused a row: the rollback asks what is there */
    /* a lock was not given: the next string asks who has what this statement names */
    const pgm__script *lacks_lock; /* or NULL */
    size_t lacks_ordinal;
    pgm__missing missing; /* a file did not find it: the rollback asks where it is */
} pgm__refusal_part;

/** done.c: the migrations that are applied, or rolled back, by this march. */
typedef struct pgm__done_part {
    pgm_migration_time *items; /* ended_ms is the loop's clock */
    size_t count;
    size_t durable; /* the first of these are flushed to disk: these may be reported */
    size_t told;    /* of these the observer has heard; a loss does not lower it */
    bool forgotten; /* at a loss, some were: until the ledger is read again */
    size_t capacity;
} pgm__done_part;

/** outcome.c: what the report will say. */
typedef struct pgm__outcome_part {
    pgm_outcome kind;
    bool has_failure;
    bool refused; /* the failure is what a verify file found */
    bool cut;     /* it is that of what was at work when it was to end: which was it? */
    pgm_failure failure;
    const char **warnings;
    size_t warning_count;
    size_t warning_capacity;
    unsigned file_warnings; /* so many of them came from files */
} pgm__outcome_part;

/** What a part may call the machine (march.c) for; no part knows another phase than its own. */
typedef struct pgm__march_machine {
    void (*feed)(pgm__march *march, pgm__event event); /* something has happened on the loop */
    void (*timed_out)(pgm__march *march); /* the state's limit, or its pause, is over */
    const pgm__session_events *hears;     /* the session's events */
} pgm__march_machine;

struct pgm__march {
    const pgm__march_machine *machine;
    const pgm__march_env *env;
    pgm__march_target target;
    pgm__state state;
    bool stopping;    /* the user asked; nothing new is begun */
    pgm__arena arena; /* lives with the march: failure, done, warnings */
    bool no_memory;
    pgm__handles_part handles;
    pgm__slow_part slow;
    pgm__link_part link;
    pgm__context context; /* context.c: how SQL is written in its session */
    pgm__connecting_part connecting;
    pgm__read_part read;
    pgm__other_runs_part other_runs;
    pgm__course_part course;
    pgm__waiting_part waiting;
    pgm__loss_part loss;
    pgm__batch_part batch;
    pgm__alone_part alone;
    pgm__parse_part parse;
    pgm__rehearse_part rehearse;
    pgm__compare_part compare;
    pgm__half_done_part half_done;
    pgm__ping_part ping;
    pgm__edit_part edit;
    pgm__refusal_part refusal;
    pgm__done_part done;
    pgm__outcome_part outcome;
};

#endif
