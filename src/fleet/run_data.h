/**
 * @file run_data.h  What a run is made of, shared by src/fleet only.
 *
 * run.c      the public functions of a run
 * options.c  the caller's options, whichever header they come from
 * request.c  what every target is asked to do
 * limits.c   how long anything may take on one of them
 * select.c   the chosen targets, and their settings (selection.c: which; unmatched.c: what is said
 *            of a pattern that chooses none)
 * digests.c  what a fleet and a folder are recognised by
 * logins.c   what targets of one database share
 * folder.c   the migrations folder, read on a thread
 * early.c    logins that begin meanwhile
 * schedule.c waves and caps for the scheduler
 * execute.c  scheduler + marches on the loop
 * steps.c    passes over the targets, one behind the other
 * embed.c    all of it inside of a loop of the caller's
 * server_caps.c how many at once on each server
 * group_caps.c and of each group; servers that sleep
 * waves.c    which target is in which wave
 * rollout.c  what follows at the end of a wave
 * gate.c     what stands between two waves
 * places.c   two names of one place
 * other_runs.c other runs of pgmarch on the servers
 * outage.c   servers that nobody reaches
 * branches.c branches at Neon, for a rehearsal
 * clean.c    those that rehearsals have left there
 * survey.c   a look at all targets before the run
 * discover.c targets that no file lists
 * details.c  what is known of each target before anything is connected
 * save.c     the chosen targets as a target file
 * sample.c   a rehearsal of some targets of each plan
 * sizes.c    how large the databases are
 * estimate.c how long `up` would take
 * syntax.c   who is asked whether files parse
 * parse.c    and what that brings
 * judge.c    what a rehearsal must not come to (bounds.c), and which warnings came true (warned.c)
 * compare.c  what catalogs are asked for, and what they hold
 * catalogs.c who differs, where the run looks at more than catalogs
 * drift.c    which of them differ
 * scratch.c  databases that are made to be compared with, on a server for that
 * keep.c     what a march tells, for as long as the run is there
 * rehearsal.c what a rehearsal measured
 * results.c  what became of each target, as plain data
 * verdict.c  how well it ended
 *
 * Layer: fleet.
 * Threads: the run's own, but for `stops` and `wake`, by which any thread may ask it to end.
 */
#ifndef PGM_FLEET_RUN_DATA_H
#define PGM_FLEET_RUN_DATA_H

#include <stdatomic.h>
#include <uv.h>

#include "base/arena.h"
#include "discover/discover.h"
#include "discover/neon_clean.h"
#include "engine/durations.h"
#include "engine/scheduler.h"
#include "engine/waves.h"
#include "fleet/bounds.h"
#include "fleet/logins.h"
#include "fleet/places.h"
#include "fleet/warned.h"
#include "model/files/migrations.h"
#include "model/targets/targets.h"
#include "pg/link/errand.h"
#include "pg/link/login_threads.h"
#include "pg/link/turn.h"
#include "pg/march/march.h"
#include "pgmarch/pgmarch.h"

/** The highest number of a group. */
#define PGM__MOST_GROUPS ((1U << 29) - 1)

/** One selected target. A fleet may have a hundred thousand: what is equal is shared, and what can
 *  be told from something else is not kept. */
typedef struct pgm__fleet_item {
    const pgm__target *target; /* of run->targets */
    const pgm__login *login;   /* the same one for targets that may pass a session on */
    pgm__march *march;         /* while it runs; it frees itself behind `ended` */
    int server_version;        /* 150018; 0 = its ledger was not read */
    unsigned group : 29;       /* 1 … the run's group_count; 0 = it has none */
    bool production : 1;       /* somebody is asked before it is changed */
    bool sleeps : 1;           /* its server does, until somebody connects */
    bool begun : 1;            /* in this execution or survey: it has marched, or was given up */
    pgm_result result; /* where no march has ended: NOT_RUN, with what is known without one */
} pgm__fleet_item;

/** What a survey keeps of one target. */
typedef struct pgm__survey_entry {
    pgm_result untouched; /* the result as it was before */
    const size_t *shown;  /* up, down: the migrations to be applied, or rolled back */
    size_t shown_count;
} pgm__survey_entry;

typedef struct pgm__others pgm__others;     /* other_runs.c */
typedef struct pgm__outage pgm__outage;     /* outage.c */
typedef struct pgm__branches pgm__branches; /* branches.c */
typedef struct pgm__size pgm__size;         /* sizes.c */
typedef struct pgm__sample pgm__sample;     /* sample.c */
typedef struct pgm__early pgm__early;       /* early.c */

/** Why targets that are left do not start any more. */
typedef enum pgm__halt {
    PGM__HALT_NONE,
    PGM__HALT_EXCEEDED, /* more of a wave failed than may */
    PGM__HALT_STOPPED,  /* pgm_run_stop() */
    PGM__HALT_GATE,     /* what stands before the next wave said no */
    PGM__HALT_NO_MEMORY
} pgm__halt;

/** How far the rollout is. Zeroed: nothing has begun. */
typedef struct pgm__rollout {
    pgm__halt halt; /* the first that there was */
    const char *no; /* the gate's, in its words; or NULL */
    size_t unknown; /* of the current wave's failures */
    bool wave_told; /* the end of the current wave */
    bool waiting;   /* for the gate; `wake` keeps the loop alive meanwhile */
} pgm__rollout;

/** Who is asked between two waves, and how far that is. */
typedef struct pgm__gatekeeper {
    int64_t delay; /* milliseconds before the question */
    pgm_gate_fn fn;
    void *data;
    uv_timer_t timer;  /* of the delay */
    bool timer_ready;  /* to be closed */
    bool delayed;      /* the delay has begun */
    bool asked;        /* the question is out */
    atomic_int answer; /* gate.c; written by any thread */
    char why[256];     /* as the answer */
} pgm__gatekeeper;

typedef struct pgm__step pgm__step; /* steps.c */

/** How far steps.c is. */
typedef struct pgm__progress {
    const pgm__step *step; /* the current one, or the next */
    bool inside;           /* it has begun */
    pgm_error error;       /* of the one that failed, behind which there is no other */
} pgm__progress;

typedef struct pgm__embedding pgm__embedding;     /* embed.c */
typedef struct pgm__syntax_plan pgm__syntax_plan; /* syntax.h */
typedef struct pgm__comparison pgm__comparison;   /* compare.h */

/** From pgm_run_open() to pgm_run_free(). */
struct pgm_run {
    /* Made when it is opened, and the same from then on. */
    char id[17];      /* 16 hexadecimal digits */
    pgm__arena arena; /* owns whatever lives as long as the run: items, logins, results */
    pgm__migrations *migrations;
    pgm__targets *targets;     /* all of the files, chosen or not */
    pgm_options options;       /* as given; its texts are the caller's, and gone once chosen */
    pgm__discovery *discovery; /* what sources have answered, or NULL; texts of targets */
    bool chosen;               /* items are there */
    size_t server_count;       /* different hosts and ports among the chosen ones */
    size_t login_count;        /* different logins there */
    pgm_limits limits;         /* of the flags; pgm__limits_of() has those of a target */
    bool taken_back;           /* what is rehearsed is, and nobody works on a copy of it */
    size_t jobs;               /* so many march at once */
    size_t per_server;         /* of a server that nobody gives a cap of its own */
    const size_t *server_caps; /* and of each server so many */
    const bool *server_sleeps; /* must it be woken? */
    size_t wake_cap;           /* so many are woken at once */
    const size_t *group_caps;  /* of each group from 1 on */
    size_t group_count;
    pgm__waves waves;          /* of the items, in their order */
    pgm_wave *wave_states;     /* what the summary shows of them */
    pgm__plan_request request; /* the same for every target */
    bool flush_each;           /* each COMMIT waits for the disk, not only a target's last one */
    bool trust_ledger;         /* for every target, whatever its section says */
    bool shared_servers;       /* other runs there are no surprise */
    pgm__warned warned;        /* what `validate` says of the files that are rehearsed */
    pgm__bounds bounds;        /* of a rehearsal */
    uint64_t slow_ms;          /* what takes so long is named; 0 = never */
    pgm_observer_fn observer;  /* or NULL; called from inside of the loop */
    void *observer_data;

    /* What is handed out: filled in as marches end. */
    pgm_summary summary;
    pgm__fleet_item *items; /* the chosen targets, in the order of the files */
    size_t count;
    const char *
        *flaws; /* targets: of each item, why it cannot be connected to, or NULL; else NULL */
    const pgm_target_details *details; /* targets: of each item; else NULL */
    pgm_fleet fleet;                   /* targets: of all of them */
    const pgm_result *like;            /* the last item with a list of its own of what is pending */
    bool lingers;                      /* a march left a thread behind */
    unsigned asking;                   /* marches that ask a second session */
    bool no_memory;                    /* what is handed out is not complete */

    /* Which part of its life it is in. */
    bool surveying; /* looking only */
    bool surveyed;  /* marches are bound to what the survey has shown */
    bool executed;  /* once is all that a run can be */
    bool freeing;   /* pgm_run_free() is at it */
    pgm__progress progress;
    pgm__survey_entry *survey; /* one for each target, where there was a survey */
    pgm__syntax_plan *syntax;  /* only these targets march, and files are parsed there; or NULL */

    pgm__comparison *compare; /* catalogs are asked for; or NULL */

    /* The loop, and how it is woken to be stopped. */
    uv_loop_t loop;
    bool loop_ready;           /* to be closed */
    uv_async_t wake;           /* pgm_run_stop() */
    atomic_uint stops;         /* how often somebody asked */
    pgm__loop_turn turn;       /* while another loop turns this one */
    pgm__embedding *embedding; /* in that one; or NULL */
    pgm__login_threads *login_threads;
    pgm__early *early; /* logins that no march has taken yet; or NULL */

    /* While targets march. */
    uint64_t started_ms;       /* by the loop's clock */
    pgm__durations *durations; /* of each migration, while `up` is only looked at; or NULL */
    pgm__scheduler *scheduler; /* NULL: none does */
    pgm__march_env env;        /* what marches share; they borrow it */
    pgm__resolver *resolver;   /* as the scheduler */
    bool starts_later;         /* of targets that may, some wait for a turn; `wake` is sent */
    pgm__rollout rollout;
    pgm__gatekeeper gatekeeper;
    pgm__others *others;     /* one for each server; NULL: nobody asks for other runs */
    pgm__outage *outages;    /* one for each server */
    pgm__branches *branches; /* of a rehearsal at Neon; else NULL */
    pgm__sample *sample;     /* rehearse, of some targets only; or NULL */
    pgm__size *sizes;        /* targets: one for each login; else NULL */
    pgm_ping **pings;        /* likewise: what result.ping points to, of each item; or NULL */
    pgm__places places;      /* where somebody has arrived */
    uint64_t random_state;   /* never 0 */

    /* Where branches are removed that rehearsals have left. */
    pgm__cleaner *cleaner; /* while it goes on */
    pgm__cleaned cleaned;
    bool was_cleaned;

    pgm__errand *errand; /* at a scratch server, while it may be stopped; else NULL */
};

/** Why a target cannot be connected to, where the run lists targets; else NULL. */
static inline const char *pgm__flaw_of(const pgm_run *run, const pgm__fleet_item *item) {
    return run->flaws == NULL ? NULL : run->flaws[item - run->items];
}

#endif
