/**
 * @file layout_folder.h  One folder of a migrations folder, without what is none of a migration's.
 *
 * Left out are: what people and tools keep beside migrations (file_name.h), and what the user says
 * by a glob.
 *
 * Layer: model, inside of layout.c. Lists folders through base/file.h.
 */
#ifndef PGM_MODEL_FILES_LAYOUT_FOLDER_H
#define PGM_MODEL_FILES_LAYOUT_FOLDER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/file.h"
#include "pgmarch/error.h"

/** In byte order of the names. */
typedef struct pgm__folder {
    pgm__folder_entry *entries;
    size_t count;
} pgm__folder;

/** What the user says is to be left out: globs (fnmatch(3)). */
typedef struct pgm__ignore {
    const char *const *globs;
    size_t count;
} pgm__ignore;

/**
 * Is it to be left out? A glob is for names wherever they are, and with a slash in it for paths
 * from the migrations folder; a slash at its end says that a folder is meant.
 *
 * @param path  From the migrations folder.
 */
bool pgm__ignore_has(const pgm__ignore *ignore, const char *path, bool folder);

/**
 * Lists the folder `sub` of `dir`; "" is `dir` itself.
 *
 * @param arena  Owns the entries.
 * @return PGM_OK; PGM_EIO, with what to do where the folder is missing; PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__folder_read(pgm__arena *arena, const char *dir, const char *sub,
                                           const pgm__ignore *ignore, pgm__folder *out,
                                           pgm_error *err);

/** Has it an entry of exactly this name? */
bool pgm__folder_holds(const pgm__folder *folder, const char *name);

/** Ends the name in .sql, and is it no folder's? */
bool pgm__entry_is_sql(const pgm__folder_entry *entry);

bool pgm__folder_has_sql(const pgm__folder *folder);
bool pgm__folder_has_folder(const pgm__folder *folder);

#endif
