/**
 * @file layout_kind.h  The layouts that there are: their names, and where each has its ways down.
 *
 * Layer: model. Pure.
 */
#ifndef PGM_MODEL_FILES_LAYOUT_KIND_H
#define PGM_MODEL_FILES_LAYOUT_KIND_H

#include <stdbool.h>

#define PGM__LAYOUT_MAP(XX)                                                                        \
    XX(PAIRS, "golang-migrate")                                                                    \
    XX(PLAIN, "plain")                                                                             \
    XX(UP_DOWN, "up-down-folders")                                                                 \
    XX(RELEASES, "releases")                                                                       \
    XX(DBMATE, "dbmate")                                                                           \
    XX(GOOSE, "goose")                                                                             \
    XX(SQL_MIGRATE, "sql-migrate")                                                                 \
    XX(TERN, "tern")                                                                               \
    XX(NODE_PG, "node-pg-migrate")                                                                 \
    XX(FLYWAY, "flyway")                                                                           \
    XX(DIESEL, "diesel")                                                                           \
    XX(PRISMA, "prisma")

typedef enum pgm__layout {
#define XX(id, name) PGM__LAYOUT_##id,
    PGM__LAYOUT_MAP(XX)
#undef XX
} pgm__layout;

/** "golang-migrate"; never NULL. Static storage. */
const char *pgm__layout_name(pgm__layout layout);

/** Are migrations told apart by their whole names, so that a number may be there twice? */
bool pgm__layout_has_names(pgm__layout layout);

/**
 * Where a migration's way down is written, for a hint: `write it below "-- +goose Down"`. Whoever
 * does so finds the folder as readable as before. Never NULL. Static storage.
 */
const char *pgm__layout_way_down(pgm__layout layout);

#endif
