/**
 * @file march.h  One target's way through its plan: performs the state table's actions and feeds it
 * the next event.
 *
 * Layer: pg.
 * Threads: the loop's thread.
 */
#ifndef PGM_PG_MARCH_H
#define PGM_PG_MARCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>

#include "model/edits.h"
#include "model/migrations.h"
#include "model/plan.h"
#include "model/targets.h"
#include "pg/conninfo.h"
#include "pg/resolver.h"
#include "pg/session.h"
#include "pgmarch/pgmarch.h"

typedef struct pgm__march pgm__march; /* opaque */

/** A session that goes from one target to the next of the same database. */
typedef struct pgm__handover {
    pgm__session *session;        /* idle; NULL = none */
    bool used;                    /* files have been run in it, or locks taken */
    pgm__transaction transaction; /* left open, perhaps */
    bool pooled;                  /* it leads to a transaction pooler */
    bool strings_off;             /* the server's standard_conforming_strings is off */
} pgm__handover;

/** How a march ended. Everything is borrowed until `ended` returns. */
typedef struct pgm__march_result {
    pgm_outcome outcome;
    const char *const *done; /* versions applied (down: rolled back) by this march */
    size_t done_count;
    const size_t *pending; /* indices of migrations; down: still to be rolled back */
    size_t pending_count;
    const pgm__ledger_row *rows; /* the ledger as last read */
    size_t row_count;
    const char *const *warnings;
    size_t warning_count;
    const pgm__finding *findings; /* of the last plan */
    size_t finding_count;
    const pgm__edits *edits; /* baseline, repair, adopt: what was, or is to be, done */
    unsigned attempts;
    uint64_t duration_ms;
    const pgm_failure *failure; /* or NULL */
    pgm__handover handover;     /* now the receiver's: for another march, or to be closed */
} pgm__march_result;

/** What all marches of a run share; outlives them. */
typedef struct pgm__march_env {
    uv_loop_t *loop;
    pgm__resolver *resolver;
    const pgm__migrations *migrations;
    pgm__plan_request request;
    bool look_only;  /* status and dry runs: nothing is locked or written */
    bool flush_each; /* of the WAL, with every migration */
    const char *run_id;
    uint32_t (*random)(void *data); /* 32 random bits, for jitter */
    /** Something to tell the observer; event->target is the march's index. */
    void (*event)(const pgm_event *event, void *data);
    /**
     * The march has found out where it is: `place` is equal for two targets that are the same
     * ledger of the same database under two names.
     *
     * @return NULL when it is the first there, else the name of the target that is.
     */
    const char *(*arrived)(size_t index, const char *place, void *data);
    /** The server has no room for another connection. */
    void (*crowded)(size_t index, void *data);
    /** The march is over; it frees itself behind this call. */
    void (*ended)(size_t index, const pgm__march_result *result, void *data);
    void *data;
} pgm__march_env;

/** One target, ready to be marched; borrowed until `ended`. */
typedef struct pgm__march_target {
    size_t index;
    const pgm__target *target;
    const pgm__conninfo *conninfo;
    pgm_limits limits;      /* all set */
    pgm__handover handover; /* of a march with an equal conninfo; the march's, if it starts */
} pgm__march_target;

/**
 * Starts a march; everything else happens on the loop.
 *
 * @param[out] out  For pgm__march_stop(), valid until `ended`.
 * @return PGM_OK (then `ended` will follow) or PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__march_start(pgm__march **out, const pgm__march_env *env,
                                           const pgm__march_target *target, pgm_error *err);

/** Asks it to end: rolls back what can be; `hard` also cancels what cannot. */
void pgm__march_stop(pgm__march *march, bool hard);

#endif
