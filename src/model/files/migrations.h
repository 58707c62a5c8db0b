/**
 * @file migrations.h  The migrations folder: every file read and checked once, in order.
 *
 * Layer: model. Reads files (through base/file.h) in load only; everything else is pure.
 * Threads: immutable after load; safe to share.
 */
#ifndef PGM_MODEL_FILES_MIGRATIONS_H
#define PGM_MODEL_FILES_MIGRATIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "model/files/folder_settings.h"
#include "model/files/migration.h"
#include "pgmarch/error.h"

typedef struct pgm__migrations pgm__migrations; /* opaque */

/**
 * How a folder is read; zeroed = the defaults. Each option is for a folder whose owner knows what a
 * stranger would call a mistake; none of them changes what a file means once it is taken.
 */
typedef struct pgm__load_options {
    bool same_numbers;         /* two migrations may have one number; then their names decide */
    bool fold_transactions;    /* leave out every plain BEGIN … COMMIT pair, wherever it stands */
    const char *const *ignore; /* globs of what is no migration: model/files/layout_folder.h */
    size_t ignore_count;
    bool skip_code; /* migrations in code are left out, and told of */
    /**
     * NULL: the first refused file ends the load. Else it is told of every one (PGM_EPARSE), which
     * is then left out, and the load goes on; false = out of memory. A way down is refused in
     * neither case: its migration tells of it (pgm__migration.down_refused).
     */
    bool (*refused)(const char *path, bool by_name, const pgm_error *why, void *data);
    void *refused_data;
} pgm__load_options;

/**
 * Reads the folder in the layout it has: one of those in model/files/layout.h, recognised by the
 * names and by the marks in the files. Left out without a word: what lies beside migrations
 * (file_name.h), what the folder's pgmarch.conf or `options` say, and the files of other databases
 * where some are marked as PostgreSQL's or the migration has one for all.
 * Everything else is refused with all offending names in the message, and so is a folder that mixes
 * layouts.
 *
 * @param[out] out  Sorted by pgm_migration_compare(); the caller frees it. Untouched on failure.
 * @param dir       Path of the folder.
 * @param options   NULL = the defaults. Borrowed for the call.
 * @return PGM_OK; PGM_EIO (no such folder, unreadable file); PGM_EUSAGE (no migration in it);
 *         PGM_EPARSE (bad name, mixed layouts, two files of one version, version over 255 bytes,
 *         NUL byte, text that never closes, transaction control inside a file, psql command,
 * another tool's mark, what reads like the head of a down section: file:line in the message);
 * PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__migrations_load(pgm__migrations **out, const char *dir,
                                               const pgm__load_options *options, pgm_error *err);

/** Paths, from the folder, of the migrations in code that were left out. Borrowed. */
const char *const *pgm__migrations_code(const pgm__migrations *migrations, size_t *count);

/** What the folder's pgmarch.conf says. Borrowed. */
const pgm__folder_settings *pgm__migrations_settings(const pgm__migrations *migrations);

/** The folder's layout, as in model/files/layout.h: "golang-migrate", "dbmate" … Static storage. */
const char *pgm__migrations_layout(const pgm__migrations *migrations);

/** As pgm__layout_way_down() of the folder's layout. */
const char *pgm__migrations_way_down(const pgm__migrations *migrations);

void pgm__migrations_free(pgm__migrations *migrations);

size_t pgm__migrations_count(const pgm__migrations *migrations);

/** Borrowed; index < count. */
const pgm__migration *pgm__migrations_at(const pgm__migrations *migrations, size_t index);

/**
 * Finds a version as a user may write it: the whole name, or its number.
 *
 * @return true and *index when exactly one migration matches.
 */
bool pgm__migrations_find(const pgm__migrations *migrations, const char *version, size_t *index);

/** The migration whose identity is exactly `version`, as a ledger row names it. */
bool pgm__migrations_find_exact(const pgm__migrations *migrations, const char *version,
                                size_t *index);

/**
 * The migrations with the number that `version` begins with, whatever the rest of its name.
 *
 * @param[out] first  Filled when there are any; the others follow it.
 * @return How many: more than one only where the folder was read with same_numbers.
 */
size_t pgm__migrations_find_number(const pgm__migrations *migrations, const char *version,
                                   size_t *first);

/** The same for a version as a user may write it: the whole name, or its number. */
size_t pgm__migrations_named(const pgm__migrations *migrations, const char *version, size_t *first);

#endif
