/**
 * @file layout.h  Whose migrations a folder holds, and which of its files they are.
 *
 * One layout a folder, told by the names in it; three of them (dbmate, goose, sql-migrate) look
 * like PLAIN until the marks in the files are read (model/sections.h). What identifies a migration
 * in the ledger:
 *
 *     golang-migrate    0001_name.up.sql, 0001_name.down.sql      0001_name
 *     plain             0001_name.sql, 0001-name.sql              0001_name, 0001-name
 *     up-down-folders   up/0001_name.sql, down/0001_name.sql      0001_name
 *     releases          1.7.0/02_name.up.sql                      1.7.0/02_name
 *     dbmate, goose, sql-migrate                                  as plain
 *     flyway            V1.2__name.sql, U1.2__name.sql            V1.2__name
 *                       R__name.sql, sub/V2__name.sql             R__name, V2__name
 *     diesel, prisma    DIR/up.sql, DIR/down.sql, DIR/migration.sql   DIR
 *
 * Beside the files of the first five and of a release may lie 0001_name.verify.sql, which looks
 * whether the migration did what it should.
 *
 * A dialect before or behind the direction (0001_name.postgres.up.sql) is a suffix too. Files of
 * other databases are left out when some are marked as PostgreSQL's, else refused.
 *
 * Layer: model. Lists folders through base/file.h.
 */
#ifndef PGM_MODEL_LAYOUT_H
#define PGM_MODEL_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "pgmarch/error.h"

#define PGM__LAYOUT_MAP(XX)                                                                        \
    XX(PAIRS, "golang-migrate")                                                                    \
    XX(PLAIN, "plain")                                                                             \
    XX(UP_DOWN, "up-down-folders")                                                                 \
    XX(RELEASES, "releases")                                                                       \
    XX(DBMATE, "dbmate")                                                                           \
    XX(GOOSE, "goose")                                                                             \
    XX(SQL_MIGRATE, "sql-migrate")                                                                 \
    XX(FLYWAY, "flyway")                                                                           \
    XX(DIESEL, "diesel")                                                                           \
    XX(PRISMA, "prisma")

typedef enum pgm__layout {
#define XX(id, name) PGM__LAYOUT_##id,
    PGM__LAYOUT_MAP(XX)
#undef XX
} pgm__layout;

/** One file of the folder. */
typedef struct pgm__layout_file {
    const char *path;     /* from the folder: "up/0001_name.sql" */
    const char *version;  /* the identity */
    const char *settings; /* path of the file with its tool's settings for it, or NULL */
    bool down;
    bool verify;
} pgm__layout_file;

typedef struct pgm__listing {
    pgm__layout layout;
    pgm__layout_file *files; /* by number, up before down before verify */
    size_t count;            /* 0: there is no migration */
} pgm__listing;

/** "golang-migrate"; never NULL. Static storage. */
const char *pgm__layout_name(pgm__layout layout);

/**
 * Lists the migrations of a folder.
 *
 * @param arena         Owns the list and all its texts.
 * @param same_numbers  As in model/layout_sort.h.
 * @return PGM_OK; PGM_EIO; PGM_EPARSE with all offending names: no migration, mixed layouts,
 * several files of one number, a verify file without its migration; PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__layout_list(pgm__arena *arena, const char *dir, bool same_numbers,
                                           pgm__listing *out, pgm_error *err);

/**
 * Reads what diesel's metadata.toml or Flyway's V1__name.sql.conf says of its migration.
 *
 * @param text       The file's text.
 * @param[out] alone Set to true when it runs without a transaction.
 * @return PGM_OK; PGM_EPARSE (file:line) for a setting that changes more than this.
 */
PGM_MUST_CHECK pgm_status pgm__layout_settings(const char *path, const char *text, bool *alone,
                                               pgm_error *err);

#endif
