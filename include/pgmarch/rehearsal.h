/**
 * @file rehearsal.h  What a rehearsal measured on one target: plain data.
 *
 * A rehearsal runs what is pending and takes it back (PGM_COMMAND_REHEARSE). On a target that is
 * marked as a copy (`rehearsal = true`) each migration commits, as in `up`.
 *
 * Layer: public.
 */
#ifndef PGMARCH_REHEARSAL_H
#define PGMARCH_REHEARSAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pgmarch/error.h"

#ifdef __cplusplus
extern "C" {
#endif

/** XX(NAME, the server's name for it, as people write it, what waits while it is held). From the
 * weakest to the strongest. https://www.postgresql.org/docs/current/explicit-locking.html */
#define PGM_LOCK_MODE_MAP(XX)                                                                      \
    XX(ACCESS_SHARE, "AccessShareLock", "access-share", "nothing but what needs it alone")         \
    XX(ROW_SHARE, "RowShareLock", "row-share", "nothing but what needs it alone")                  \
    XX(ROW_EXCLUSIVE, "RowExclusiveLock", "row-exclusive", "changes of its definition")            \
    XX(SHARE_UPDATE_EXCLUSIVE, "ShareUpdateExclusiveLock", "share-update-exclusive",               \
       "vacuum, and changes of its definition")                                                    \
    XX(SHARE, "ShareLock", "share", "writes")                                                      \
    XX(SHARE_ROW_EXCLUSIVE, "ShareRowExclusiveLock", "share-row-exclusive", "writes")              \
    XX(EXCLUSIVE, "ExclusiveLock", "exclusive", "writes, and reads that lock rows")                \
    XX(ACCESS_EXCLUSIVE, "AccessExclusiveLock", "access-exclusive", "reads and writes")

typedef enum pgm_lock_mode {
#define XX(name, server, text, waits) PGM_LOCK_##name,
    PGM_LOCK_MODE_MAP(XX)
#undef XX
        PGM_LOCK_MODE_COUNT
} pgm_lock_mode;

/** "access-exclusive"; "" for what is no mode. Static storage. */
PGM_API const char *pgm_lock_mode_name(pgm_lock_mode mode);

/** "reads and writes": what waits while it is held. Static storage. */
PGM_API const char *pgm_lock_mode_blocks(pgm_lock_mode mode);

/** A lock that a statement took on something that was there before the rehearsal. */
typedef struct pgm_rehearsed_lock {
    const char *relation; /**< "orders"; with its schema where that is not the target's own */
    const char *kind;     /**< "table", "index", "view", "materialized view", "sequence" … */
    pgm_lock_mode mode;   /**< of several that one statement took on it, the strongest */
    /** An earlier migration of the rehearsal holds it still, and the statement names the relation:
        the server does not say whether it takes it again. */
    bool held_before;
    int64_t held_us; /**< from the beginning of the statement to the end of its migration, in which
                          it would be let go; what measuring took is left out */
    int64_t rows;    /**< as the server estimates them; -1 = it does not know */
    int64_t bytes;   /**< of a table with its TOAST table, without its indexes */
} pgm_rehearsed_lock;

/** A table or an index whose file was written anew. */
typedef struct pgm_rehearsed_rewrite {
    const char *relation;
    const char *kind;
    int64_t rows;
    int64_t bytes; /**< before */
} pgm_rehearsed_rewrite;

/** Rows of one table that a statement changed or read through, also inside functions and triggers.
 */
typedef struct pgm_rehearsed_rows {
    const char *relation;
    int64_t inserted;
    int64_t updated;
    int64_t deleted;
    int64_t scanned; /**< read by sequential scans, those that check a constraint too, by the
                          session itself: the share of parallel workers is not counted, which the
                          server tells only together with what everybody else reads */
} pgm_rehearsed_rows;

/** What became of an object of the catalog. */
#define PGM_OBJECT_CHANGE_MAP(XX)                                                                  \
    XX(CREATED, "created")                                                                         \
    XX(ALTERED, "altered")                                                                         \
    XX(DROPPED, "dropped")

typedef enum pgm_object_change {
#define XX(name, text) PGM_OBJECT_##name,
    PGM_OBJECT_CHANGE_MAP(XX)
#undef XX
        PGM_OBJECT_CHANGE_COUNT
} pgm_object_change;

/** "created"; "" for what is none. Static storage. */
PGM_API const char *pgm_object_change_name(pgm_object_change change);

/** An object of the catalog that a statement changed. */
typedef struct pgm_rehearsed_object {
    pgm_object_change change;
    const char *kind; /**< "column", "index", "function" … */
    const char *name; /**< "orders.total" */
} pgm_rehearsed_object;

/** One statement of a migration. */
typedef struct pgm_rehearsed_statement {
    unsigned line;     /**< of its file, 1-based */
    const char *text;  /**< its first words */
    bool ran;          /**< to its end; else it failed, or was not come to, or was left out */
    int64_t took_us;   /**< as the client saw it, less the quickest round trip of the session */
    int64_t wal_bytes; /**< written by the whole server meanwhile: an upper bound; -1 = not known */
    int64_t rows;      /**< of the command's tag; -1 = it has none */
    const pgm_rehearsed_lock *locks; /**< that no statement of the migration before it took */
    size_t lock_count;
    const pgm_rehearsed_rewrite *rewrites;
    size_t rewrite_count;
    const pgm_rehearsed_rows *tables; /**< whose rows it changed or read through */
    size_t table_count;
    const pgm_rehearsed_object *objects;
    size_t object_count;
} pgm_rehearsed_statement;

/** How far a migration came. */
#define PGM_REHEARSED_MAP(XX)                                                                      \
    XX(RAN, "ran", "it ran to its end, and was taken back")                                        \
    XX(KEPT, "kept", "it ran to its end, and committed, on a target that is a copy")               \
    XX(FAILED, "failed", "a statement failed")                                                     \
    XX(UNTOLD, "untold", "it needs an earlier migration to be committed: only `up` can tell")      \
    XX(ALONE, "alone", "it cannot run in a transaction, and was only looked at")                   \
    XX(NOT_REACHED, "not-reached", "an earlier one failed, or the rehearsal was stopped")

typedef enum pgm_rehearsed {
#define XX(name, text, meaning) PGM_REHEARSED_##name,
    PGM_REHEARSED_MAP(XX)
#undef XX
        PGM_REHEARSED_COUNT
} pgm_rehearsed;

/** "ran"; "" for what is none. Static storage. */
PGM_API const char *pgm_rehearsed_name(pgm_rehearsed rehearsed);

/** One migration that is pending, in the order of the plan. */
typedef struct pgm_rehearsed_migration {
    const char *version;
    const char *file;
    pgm_rehearsed state;
    int64_t took_us;                           /**< of all its statements */
    int64_t wal_bytes;                         /**< likewise */
    const pgm_rehearsed_statement *statements; /**< ALONE: with the tables they name as locks of the
                                                    mode they would take, and sizes; not run */
    size_t statement_count;
    const char *const *notes; /**< in words: what a reader must know of the figures */
    size_t note_count;
} pgm_rehearsed_migration;

/** A bound of `fail_on` (pgm_options) that was passed. */
typedef struct pgm_rehearsed_excess {
    const char *bound;    /**< as it was written: "access-exclusive>1s" */
    const char *version;  /**< the migration */
    unsigned line;        /**< of the statement; 0 = the migration as a whole */
    const char *relation; /**< or NULL */
    const char *value;    /**< what was measured, in words: "3.2 s", "4.1 GB" */
    int64_t measured;     /**< the same, so that the worst of a fleet is known: microseconds, bytes,
                               rows, whatever the bound is of; 0 where nothing is counted */
} pgm_rehearsed_excess;

/** What became of a warning of `validate`. */
#define PGM_WARNED_MAP(XX)                                                                         \
    XX(CAME_TRUE, "came-true", "the rehearsal has seen what it warns of")                          \
    XX(DID_NOT, "did-not", "it was looked for, and was not there, or cost next to nothing")        \
    XX(NOT_SEEN, "not-seen", "a rehearsal cannot see it, or did not come so far")

typedef enum pgm_warned {
#define XX(name, text, meaning) PGM_WARNED_##name,
    PGM_WARNED_MAP(XX)
#undef XX
        PGM_WARNED_COUNT
} pgm_warned;

/** "came-true"; "" for what is none. Static storage. */
PGM_API const char *pgm_warned_name(pgm_warned warned);

/** A warning of `validate` about a migration that was rehearsed. */
typedef struct pgm_rehearsed_warning {
    const char *code;    /**< "table-rewrite" */
    const char *version; /**< the migration */
    const char *file;
    unsigned line;       /**< of the statement, 1-based */
    const char *message; /**< what it warns of; lower case, no final period */
    pgm_warned warned;
    const char *evidence; /**< what was seen, in words: "rewrote orders, 3.2 s"; or why nothing can
                               be */
} pgm_rehearsed_warning;

/** What was rehearsed on one target. Borrowed from the run. */
typedef struct pgm_rehearsal {
    bool kept;       /**< the target is a copy: each migration committed */
    int64_t took_us; /**< of all statements */
    int64_t wal_bytes;
    int64_t size; /**< of the database, or of the target's schema, in bytes; -1 = not known */
    const pgm_rehearsed_migration *migrations;
    size_t migration_count;
    const char *const *leaves; /**< what a rollback does not take back, in words: sequences that
                                  went on, dead rows */
    size_t leave_count;
    const pgm_rehearsed_excess *excesses;
    size_t excess_count;
    /** Nothing was run here: what `sampled` showed, whose plan is the same, makes it about so long,
        by size. Then there are no migrations. NULL: it was rehearsed itself. */
    const char *sampled;
    int64_t estimated_us;                  /**< -1 = not known */
    const pgm_rehearsed_warning *warnings; /**< in the order of the plan, then by line */
    size_t warning_count;
    const char *branch; /**< the id of the branch that was made for it, at Neon; or NULL */
} pgm_rehearsal;

#ifdef __cplusplus
}
#endif
#endif
