/**
 * @file types.h  What a march is given, and what it answers.
 *
 * Layer: pg, march.
 */
#ifndef PGM_PG_MARCH_TYPES_H
#define PGM_PG_MARCH_TYPES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>

#include "model/files/migrations.h"
#include "model/plan/edits.h"
#include "model/plan/plan.h"
#include "model/targets/target.h"
#include "pg/conninfo/conninfo.h"
#include "pg/exchange/catalog.h"
#include "pg/exchange/syntax.h"
#include "pg/link/login_threads.h"
#include "pg/link/resolver.h"
#include "pg/link/session.h"
#include "pgmarch/pgmarch.h"

typedef struct pgm__march pgm__march; /* opaque */

/** A session that goes from one target to the next of the same database, or was begun for its
 *  target before that could march. */
typedef struct pgm__handover {
    pgm__session *session;        /* idle, but for a fresh one; NULL = none */
    bool fresh;                   /* the march's own first attempt: it may still log in */
    bool used;                    /* files have been run in it, or locks taken */
    pgm__transaction transaction; /* left open, perhaps */
    bool pooled;                  /* it leads to a transaction pooler */
    bool strings_off;             /* the server's standard_conforming_strings is off */
    bool catalog_named;           /* the question for a schema's catalog is prepared there */
} pgm__handover;

/** What is wrong with a file that a server only parses, by its own words. */
typedef struct pgm__syntax_fault {
    size_t file;     /* number in the target's `files` */
    bool unasked;    /* it was not asked; `message` says why */
    unsigned line;   /* 1-based, 0 = unknown */
    unsigned column; /* likewise, in characters */
    bool unfinished; /* the last statement of the file wants more */
    char sqlstate[6];
    const char *message;
    const char *hint; /* or NULL */
} pgm__syntax_fault;

/** What a march is to ask of the catalog. */
typedef struct pgm__compare_ask {
    pgm__catalog_options options; /* but for schema, ledger and version, which the march knows */
    pgm__catalog_form form;
    bool alone; /* nothing else is wanted: the ledger need not be readable, nor the schema usable */
} pgm__compare_ask;

/** How a march ended. Everything is borrowed until `ended` returns. */
typedef struct pgm__march_result {
    pgm_outcome outcome;
    const pgm_migration_time *done; /* applied (down: rolled back) by this march; ended_ms is the
                                       loop's clock */
    size_t done_count;
    const size_t *pending; /* indices of migrations; down: still to be rolled back */
    size_t pending_count;
    const pgm__ledger_row *rows; /* the ledger as last read */
    size_t row_count;
    const char *const *warnings;
    size_t warning_count;
    const pgm__finding *findings; /* of the last plan */
    size_t finding_count;
    const pgm_half_done *half_done; /* status */
    size_t half_done_count;
    const pgm__syntax_fault *faults; /* of the files that were to be parsed */
    size_t fault_count;
    const pgm__catalog_found *catalog;  /* what was asked of it; NULL: it is not known */
    int catalog_version;                /* of the server, 150018; 0: it was not asked */
    bool ledger_unread;                 /* with it: which versions are applied is not known */
    const pgm_failure *catalog_failure; /* it was asked beside something else, in vain; or NULL */
    int server_version;                 /* 150018; 0: nothing is known of the target's ledger */
    const pgm__edits *edits;            /* baseline, repair, adopt: what was, or is to be, done */
    const pgm_slow *slow;               /* in the order in which it began */
    size_t slow_count;
    const pgm_ping *ping;           /* targets; or NULL */
    const pgm_rehearsal *rehearsal; /* rehearse; or NULL */
    int64_t size;                   /* of the target, in bytes; -1 = not known */
    unsigned attempts;
    uint64_t started_ms; /* by the loop's clock */
    uint64_t duration_ms;
    uint64_t waited_ms;         /* of it */
    const pgm_failure *failure; /* or NULL */
    bool lingers;               /* a thread is left behind that may compute for long */
    bool unreachable;           /* it has waited for its server as long as it may, in vain */
    pgm__handover handover;     /* now the receiver's: for another march, or to be closed */
} pgm__march_result;

/** What all marches of a run share; outlives them. */
typedef struct pgm__march_env {
    uv_loop_t *loop;
    pgm__resolver *resolver;
    pgm__login_threads *login_threads;
    const pgm__migrations *migrations;
    pgm__plan_request request;
    bool look_only;  /* status and dry runs: nothing is locked or written */
    bool rehearses;  /* what `up` would do is done and taken back, but on a target that is a copy */
    bool weighs;     /* how large each target is, is asked */
    bool with_alone; /* and there also what cannot run in a transaction is done */
    bool flush_each; /* of the WAL, with every migration */
    bool trust_ledger;  /* whoever owns it */
    size_t string_room; /* bytes of a large file that a string may hold */
    uint64_t slow_ms;   /* what takes so long is named, with what it waits for; 0 = never */
    unsigned *asking;   /* so many marches of the run ask a second session now (slow.c) */
    const char *run_id;
    uint32_t (*random)(void *data); /* 32 random bits, for jitter */
    /** Something to tell the observer; event->target is the march's index. */
    void (*event)(const pgm_event *event, void *data);
    /**
     * The march has found out where it is: `place` is equal for two targets that are the same
     * ledger of the same database under two names.
     *
     * @param[out] other  NULL when it is the first there, else the name of the target that is.
     * @return PGM_OK; PGM_ENOMEM: nobody knows, so that it must not go on.
     */
    pgm_status (*arrived)(size_t index, const char *place, const char **other, void *data);
    /** The server has no room for another connection. */
    void (*crowded)(size_t index, void *data);
    /** The server has answered: the target's ledger is read. */
    void (*reached)(size_t index, void *data);
    /** Other runs of pgmarch are at work on the server, and a warning of this march says so. */
    void (*other_runs)(size_t index, void *data);
    /** The march is over; it frees itself behind this call. */
    void (*ended)(size_t index, const pgm__march_result *result, void *data);
    void *data;
} pgm__march_env;

/** One target, ready to be marched; borrowed until `ended`. */
typedef struct pgm__march_target {
    size_t index;
    const pgm__target *target;
    pgm__conninfo conninfo; /* the march's own; what it points to is not */
    pgm_limits limits;      /* all set */
    /* up and down behind a survey: the migrations that it found to be applied or rolled back, as
     * indices in the plan's order; nothing else may be. */
    bool surveyed;
    const size_t *shown;
    size_t shown_count;
    bool wants_size; /* targets: nobody has asked yet how large the database is */
    /* Other runs on the server are asked for; and what is said of them names this cap of the run
     * there. 0: nobody asks. */
    size_t cap_to_tell;
    /* Where there are any, these files are parsed, and nothing else is done. */
    const pgm__syntax_file *files;
    size_t file_count;
    const pgm__compare_ask *compare; /* NULL: the catalog is not asked for */
    pgm__handover handover; /* of a march with an equal conninfo; the march's, if it starts */
} pgm__march_target;

#endif
