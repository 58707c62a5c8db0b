/**
 * @file layout.h  Whose migrations a folder holds, and which of its files they are.
 *
 * One layout a folder, told by the names in it; five of them (dbmate, goose, sql-migrate, tern,
 * node-pg-migrate) look like PLAIN until the marks in the files are read (model/files/sections.h).
 * What identifies a migration in the ledger:
 *
 *     golang-migrate    0001_name.up.sql, 0001_name.down.sql      0001_name
 *     plain             0001_name.sql, 0001-name.sql, 0001.sql    0001_name, 0001-name, 0001
 *     up-down-folders   up/0001_name.sql, down/0001_name.sql      0001_name
 *     releases          1.7.0/02_name.up.sql                      1.7.0/02_name
 *     dbmate, goose, sql-migrate, tern, node-pg-migrate           as plain
 *     flyway            V1.2__name.sql, U1.2__name.sql            V1.2__name
 *                       R__name.sql, sub/V2__name.sql             R__name, V2__name
 *     diesel, prisma    DIR/up.sql, DIR/down.sql, DIR/migration.sql   DIR
 *
 * Beside the files of the first five and of a release may lie 0001_name.verify.sql, which looks
 * whether the migration did what it should.
 *
 * A dialect before or behind the direction (0001_name.postgres.up.sql) is a suffix too, and so is
 * .autocommit, which runs outside of a transaction. Where a migration has a file for PostgreSQL and
 * one for all, the first is taken. Files of other databases are left out when some are marked as
 * PostgreSQL's or the same migration has a file for all, else refused.
 *
 * A folder whose names leave a doubt is refused as a whole, with the names: one wrong guess about
 * the layout would run every file of it in another way than it was written for.
 *
 * Layer: model. Lists folders through base/file.h.
 */
#ifndef PGM_MODEL_FILES_LAYOUT_H
#define PGM_MODEL_FILES_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "model/files/folder_settings.h"
#include "model/files/layout_file.h"
#include "model/files/layout_kind.h"
#include "model/files/refusals.h"
#include "pgmarch/error.h"

/** What a folder holds; the arena it was listed into owns all of it. */
typedef struct pgm__listing {
    pgm__layout layout;
    pgm__layout_file *files; /* by number, up before down before verify */
    size_t count;            /* 0: there is no migration */
    const char **code;       /* migrations in code, which are left out: paths from the folder */
    size_t code_count;
    pgm__folder_settings settings; /* what its pgmarch.conf says */
} pgm__listing;

/** How a folder is listed; zeroed = as it stands. What its pgmarch.conf says comes on top. */
typedef struct pgm__layout_options {
    bool same_numbers;         /* as in model/files/layout_sort.h */
    const char *const *ignore; /* globs of what is left out, as in model/files/layout_folder.h */
    size_t ignore_count;
    bool skip_code; /* migrations in code are left out, and told of */
} pgm__layout_options;

/**
 * Lists the migrations of a folder.
 *
 * @param arena         Owns the list and all its texts.
 * @param dir           Also stands in messages, as it is given.
 * @param[out] refused  Every name that is in the way, and is not in the list: what is no migration,
 *                      is one of another layout than most, has another's number … The caller frees
 *                      it with pgm__refusals_fini(). Its texts are the arena's.
 * @return PGM_OK, also where names are refused; PGM_EIO; PGM_EPARSE: nothing but folders without a
 *         number, a line of pgmarch.conf; PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__layout_list(pgm__arena *arena, const char *dir,
                                           const pgm__layout_options *options, pgm__listing *out,
                                           pgm__refusals *refused, pgm_error *err);

#endif
