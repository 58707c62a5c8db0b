/**
 * @file drift.h  Which targets of a fleet have other catalogs than they should have.
 *
 * Targets that have the same migrations are compared with each other: what most of them have is the
 * norm, unless something else is named as it. Nothing is written anywhere, but on a scratch server
 * whose URL is given (against_migrations).
 *
 * Layer: public.
 */
#ifndef PGMARCH_DRIFT_H
#define PGMARCH_DRIFT_H

#include <stdbool.h>
#include <stddef.h>

#include "pgmarch/error.h"
#include "pgmarch/options.h"
#include "pgmarch/result.h"
#include "pgmarch/run.h"

#ifdef __cplusplus
extern "C" {
#endif

/** What counts of a catalog, and what is compared with what. Grows as pgm_options does. */
typedef struct pgm_drift_options {
    size_t size;       /**< of the caller's struct, set by pgm_drift_options_init() */
    bool column_order; /**< the order of columns counts */
    bool comments;     /**< comments count */
    bool owners;       /**< owners count */
    bool privileges;   /**< privileges count, whether they were granted or come by themselves */
    bool ignore_names; /**< names of constraints and indexes do not: servers make up some */
    /** Globs over names of objects ("*_bak"), and over those of the relations that objects are part
        of: what matches does not count. */
    const char *const *ignore_objects;
    size_t ignore_object_count;
    const char *against_target; /**< the name of the target that is the norm; or NULL */
    /** What pgm_drift_baseline() has written: that is the norm; or NULL. */
    const char *against_text;
    const char *against_name; /**< of the file it was read from, for messages */
    bool keeps_norm;          /**< pgm_drift_baseline() will be called */
    /** As in pgm_validate_options. The runs on a scratch server are told of as well; events are
        those of the run that was told of last. */
    void (*watch)(pgm_run *run, void *data);
    void *watch_data;
    /** A URL, or keyword string, of a server where databases may be made and dropped again: what
        the migrations of the folder make there, as far as targets have them, is the norm; or NULL.
        Not the server of a target of production, nor a target's own database. */
    const char *against_migrations;
} pgm_drift_options;

/** pgm_drift_options_init() for a caller whose struct has `size` bytes. */
PGM_API void pgm_drift_options_init_sized(pgm_drift_options *options, size_t size);

/** Fills in `size` and "no" everywhere. */
static inline void pgm_drift_options_init(pgm_drift_options *options) {
    pgm_drift_options_init_sized(options, sizeof *options);
}

typedef struct pgm_drift pgm_drift; /* opaque */

/** How an object differs from that of the norm. */
#define PGM_DRIFT_CHANGE_MAP(XX)                                                                   \
    XX(MISSING, "missing")                                                                         \
    XX(EXTRA, "extra")                                                                             \
    XX(DIFFERENT, "different")

typedef enum pgm_drift_change {
#define XX(name, text) PGM_DRIFT_##name,
    PGM_DRIFT_CHANGE_MAP(XX)
#undef XX
        PGM_DRIFT_CHANGE_COUNT
} pgm_drift_change;

/** "missing"; "" for what is none. Static storage. */
PGM_API const char *pgm_drift_change_name(pgm_drift_change change);

/** A line of two definitions, one after the other. */
typedef struct pgm_drift_line {
    char mark; /**< ' ': of both, '-': of the norm alone, '+': of these targets alone */
    const char *text;
} pgm_drift_line;

/** An object that differs. */
typedef struct pgm_drift_difference {
    pgm_drift_change change;
    const char *kind; /**< "table", "column", "constraint" … */
    const char *name; /**< "users.email"; with its schema where the target is a whole database */
    const char *norm; /**< its definition there, as a server prints it; NULL: extra */
    const char *here; /**< likewise; NULL: missing */
    const pgm_drift_line *lines; /**< of a different one: both definitions, line by line */
    size_t line_count;
    size_t parts; /**< columns, constraints and so on of a relation that is missing or extra as a
                       whole; none of them is told */
    /** Migrations of the folder whose up files have all words of its name: where to look first. Of
       a constraint, whose name may be the server's own, where there are none those of its table. */
    const char *const *mentioned;
    size_t mentioned_count;
} pgm_drift_difference;

/** Targets with one and the same catalog. */
typedef struct pgm_drift_group {
    bool is_norm;
    const char *fingerprint;
    size_t object_count;
    const char *const *targets; /**< by name; the norm may have none: a file */
    size_t target_count;
    const char *shown;          /**< the target whose objects were looked at; NULL: none was */
    const pgm_failure *failure; /**< why that failed; NULL: it did not */
    const pgm_drift_difference *differences; /**< from the norm */
    size_t difference_count;
} pgm_drift_group;

/** Where a norm comes from. */
#define PGM_DRIFT_NORM_MAP(XX)                                                                     \
    XX(MAJORITY, "majority")                                                                       \
    XX(TARGET, "target")                                                                           \
    XX(FILE, "file")                                                                               \
    XX(MIGRATIONS, "migrations")

typedef enum pgm_drift_norm {
#define XX(name, text) PGM_DRIFT_NORM_##name,
    PGM_DRIFT_NORM_MAP(XX)
#undef XX
        PGM_DRIFT_NORM_COUNT
} pgm_drift_norm;

/** "majority"; "" for what is none. Static storage. */
PGM_API const char *pgm_drift_norm_name(pgm_drift_norm norm);

/** Targets that may be compared: of one server version, with the same migrations. May grow at its
 *  end. */
typedef struct pgm_drift_cohort {
    int server_version;          /**< 15 */
    bool whole;                  /**< whole databases, not one schema each */
    bool versions_known;         /**< false: no ledger of these could be read */
    const char *const *versions; /**< that are applied, in their order */
    size_t version_count;
    const char *not_compared;      /**< why they were not compared, in words; NULL: they were */
    const char *norm;              /**< the name of the target or of the file that is the norm, "the
                                        migrations"; of a majority its first target's */
    bool tie;                      /**< there is no majority: another group is as large */
    const pgm_drift_group *groups; /**< the norm first, then the largest first */
    size_t group_count;
    size_t target_count;
} pgm_drift_cohort;

/** A target of which nothing is known. */
typedef struct pgm_drift_unread {
    const char *target;
    const pgm_failure *failure; /**< NULL: the run was stopped */
} pgm_drift_unread;

/** What was looked at, and how much was found. May grow at its end. */
typedef struct pgm_drift_summary {
    const char *dir;
    pgm_drift_norm norm;
    const char *norm_name; /**< of TARGET and FILE; MIGRATIONS: "the migrations"; else NULL */
    size_t target_count;   /**< that were asked */
    size_t compared_count; /**< the norm's own targets are among them */
    size_t drifted_count;  /**< differ from the norm of their cohort */
    size_t apart_count;    /**< were read, and could not be compared */
    size_t unread_count;
    size_t selected_count;      /**< targets in all shards */
    size_t shard_index;         /**< of `shard_count`, from 0, as in pgm_options */
    size_t shard_count;         /**< 0: the targets are no shard */
    const char *const *counted; /**< what counts beside the default, in words: "comments" … */
    size_t counted_count;
    int64_t duration_ms;
    bool lingers; /**< as pgm_run_lingers() */
    size_t
        unmade_count; /**< of those that could not be compared: what the migrations make could
                           not be made for them, or be read, for an error on the scratch server */
    const char *const *warnings; /**< of databases that could not be dropped there */
    size_t warning_count;
} pgm_drift_summary;

/**
 * Looks at all selected targets.
 *
 * @param[out] out  The caller frees it with pgm_drift_free(). Untouched on failure.
 * @param options   Targets, limits, folder. The command and `to` do not matter. Borrowed for the
 *                  call.
 * @param drift     NULL = as pgm_drift_options_init() leaves it.
 * @return PGM_OK, whatever was found, and also where targets could not be read; PGM_EUSAGE (no
 *         target of that name; a baseline with other options, or of another kind; a scratch server
 *         that may not be one); PGM_EPARSE (it is no baseline); PGM_ECONNECT, PGM_ETIMEOUT,
 *         PGM_ESQL (the scratch server cannot be reached, or makes no database); PGM_ECANCELLED
 * (stopped before that was known); as pgm_run_open(), pgm_run_discover() and pgm_run_execute(). The
 * message names a database that could not be dropped.
 */
PGM_API PGM_MUST_CHECK pgm_status pgm_drift_find(pgm_drift **out, const pgm_options *options,
                                                 const pgm_drift_options *drift, pgm_error *err);

/** What was found, all borrowed from it. */
PGM_API const pgm_drift_summary *pgm_drift_summary_of(const pgm_drift *drift);
PGM_API size_t pgm_drift_cohort_count(const pgm_drift *drift);
PGM_API const pgm_drift_cohort *pgm_drift_cohort_at(const pgm_drift *drift, size_t index);
PGM_API size_t pgm_drift_unread_count(const pgm_drift *drift);
PGM_API const pgm_drift_unread *pgm_drift_unread_at(const pgm_drift *drift, size_t index);

/**
 * The norm of the largest cohort as a text to be compared with later (`against_text`).
 *
 * @param[out] text  Borrowed from `drift`. Untouched on failure.
 * @return PGM_OK; PGM_EUSAGE: there is none, since nothing could be read, or `keeps_norm` was not
 *         set; PGM_ENOMEM.
 */
PGM_API PGM_MUST_CHECK pgm_status pgm_drift_baseline(pgm_drift *drift, const char **text,
                                                     pgm_error *err);

/** Frees it and all it handed out. NULL is a no-op. */
PGM_API void pgm_drift_free(pgm_drift *drift);

#ifdef __cplusplus
}
#endif
#endif
