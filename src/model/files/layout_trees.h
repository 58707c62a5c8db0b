/**
 * @file layout_trees.h  Layouts that are folders: up/ and down/, a folder a migration, releases.
 *
 * Layer: model, inside of layout.c.
 */
#ifndef PGM_MODEL_FILES_LAYOUT_TREES_H
#define PGM_MODEL_FILES_LAYOUT_TREES_H

#include "model/files/layout_kind.h"
#include "model/files/lister.h"

/** Is it the folder up/ or down/? */
bool pgm__trees_is_direction(const pgm__folder_entry *entry);

/** DIESEL, PRISMA or RELEASES; PLAIN: the folder is none of them. */
pgm__layout pgm__trees_kind_of(const char *name, const pgm__folder *folder);

/** Adds the files of up/ and down/, and refuses what lies beside them. */
PGM_MUST_CHECK pgm_status pgm__trees_list_up_down(pgm__lister *lister, const pgm__folder *top);

/** Adds the folders, each of which is a migration (diesel, prisma) or a release. */
PGM_MUST_CHECK pgm_status pgm__trees_list(pgm__lister *lister, const pgm__folder *top);

#endif
