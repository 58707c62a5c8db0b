/**
 * @file parts.h  One migration on one target, and how it goes into what others have alike.
 *
 * Layer: report. Pure.
 */
#ifndef PGM_REPORT_REHEARSAL_PARTS_H
#define PGM_REPORT_REHEARSAL_PARTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/strbuf.h"
#include "pgmarch/rehearsal.h"

/** A figure over targets; what is not known of one does not count. */
typedef struct pgm__span {
    int64_t least;
    int64_t most;
    const char *worst; /* the target of `most`; NULL: nothing is known */
} pgm__span;

/** A lock of a migration. One that a stronger lock of the same migration covers is left out. */
typedef struct pgm__digest_lock {
    const pgm_rehearsed_lock *lock; /* as on the target where it was held longest */
    pgm__span held_us;
} pgm__digest_lock;

typedef struct pgm__digest_rewrite {
    const pgm_rehearsed_rewrite *rewrite; /* as on the target where it is largest */
    pgm__span bytes;
} pgm__digest_rewrite;

/** What a migration did with the rows of a table. */
#define PGM__ROWS_MAP(XX)                                                                          \
    XX(INSERTED, inserted, "inserted")                                                             \
    XX(UPDATED, updated, "updated")                                                                \
    XX(DELETED, deleted, "deleted")                                                                \
    XX(SCANNED, scanned, "read through")

enum {
#define XX(name, member, words) PGM__ROWS_##name,
    PGM__ROWS_MAP(XX)
#undef XX
        PGM__ROWS_COUNT
};

typedef struct pgm__digest_rows {
    const char *relation;
    pgm__span rows[PGM__ROWS_COUNT];
} pgm__digest_rows;

/** A warning of `validate`, and on how many targets it came true. */
typedef struct pgm__digest_warning {
    const pgm_rehearsed_warning *warning; /* as on the target that it cost most, where it came
                                             true */
    const char *target;                   /* that one */
    int64_t took_us;                      /* the migration there */
    size_t came_true;
} pgm__digest_warning;

typedef struct pgm__digest_migration {
    const pgm_rehearsed_migration *first; /* of the first target: what all of them have alike */
    const pgm_rehearsed_migration *worst; /* of the one where it took longest */
    pgm__span took_us;
    pgm__span wal_bytes;
    pgm__digest_lock *locks; /* the strongest first, then those that were held longest */
    size_t lock_count;
    pgm__digest_rewrite *rewrites;
    size_t rewrite_count;
    pgm__digest_rows *tables;
    size_t table_count;
    const pgm_rehearsed_object **objects; /* each once, in the order of the statements */
    size_t object_count;
    pgm__digest_warning *warnings;
    size_t warning_count;
} pgm__digest_migration;

/** The weakest lock that keeps anybody from writing. */
#define PGM__BLOCKS_WRITES PGM_LOCK_SHARE

/** Is it of something that people read and write? An index is locked along with its table. */
bool pgm__digest_is_table(const char *kind);

/** How long, at most, somebody who writes to a table would have waited for the migration; -1:
 * nobody would. */
int64_t pgm__digest_blocked_us(const pgm__digest_migration *migration);

/** Widens a span by a target's figure; -1 = not known. */
void pgm__span_add(pgm__span *span, int64_t value, const char *target);

/**
 * What a migration came to on one target.
 *
 * @param arena     Owns the lists; all they point at is the rehearsal's.
 * @param[out] out  Untouched on failure.
 * @return PGM_OK or PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__digest_part(pgm__arena *arena, const char *target,
                                           const pgm_rehearsal *rehearsal, size_t migration,
                                           pgm__digest_migration *out);

/** Adds to a key what two targets must have alike. */
void pgm__digest_part_key(pgm__strbuf *key, const pgm__digest_migration *part);

/**
 * Adds the part of one more target whose key is the same.
 *
 * @return PGM_OK or PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__digest_join(pgm__arena *arena, pgm__digest_migration *into,
                                           const pgm__digest_migration *part);

/** Puts the locks in order: the strongest first, then those that were held longest. */
void pgm__digest_sort_locks(pgm__digest_migration *migration);

#endif
