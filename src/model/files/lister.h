/**
 * @file lister.h  What is known while a migrations folder is listed, and how it grows.
 *
 * Layer: model, inside of layout.c.
 */
#ifndef PGM_MODEL_FILES_LISTER_H
#define PGM_MODEL_FILES_LISTER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "model/files/file_name.h"
#include "model/files/layout_file.h"
#include "model/files/layout_folder.h"
#include "model/files/layout_kind.h"
#include "model/files/name_list.h"
#include "model/files/refusals.h"
#include "pgmarch/error.h"

/* A file, and what its name says. */
typedef struct pgm__found_file {
    pgm__layout_file file;
    pgm__file_name parts;
} pgm__found_file;

/* The layout that most of the folder has. */
typedef struct pgm__majority {
    pgm__layout layout;
    size_t count; /* of its migrations; 0: no name decides */
    bool tie;     /* another layout has as many */
} pgm__majority;

/* What is known while a folder is listed. */
typedef struct pgm__lister {
    pgm__arena *arena;
    const char *dir;
    bool same_numbers;
    bool skip_code;
    pgm__ignore ignore;
    pgm__found_file *found;
    size_t count;
    size_t capacity;
    size_t below; /* folders read below the folder itself */
    pgm__refusals refused;
    pgm__majority majority;
    pgm__name_list aside; /* folders without a number, which are refused if there is nothing else */
    const char **code;    /* migrations in code, which are left out */
    size_t code_count;
    size_t code_capacity;
    pgm_error *err;
} pgm__lister;

/** As pgm__folder_read() of a folder below, "" = the folder itself. */
PGM_MUST_CHECK pgm_status pgm__lister_read(pgm__lister *lister, const char *name, pgm__folder *out);

/** "folder/name", or name where the folder is ""; NULL when out of memory. */
const char *pgm__lister_join(pgm__lister *lister, const char *folder, const char *name);

/** Notes what is no migration. @param why  In a few words; "" = plainly something else. */
void pgm__lister_refuse(pgm__lister *lister, const char *folder, const char *name, const char *why);

/** Notes what is a migration of another layout than most are. */
void pgm__lister_refuse_layout(pgm__lister *lister, const char *path, pgm__layout layout);

/** Notes a file that lies beside folders which are migrations. */
void pgm__lister_refuse_file(pgm__lister *lister, const pgm__folder_entry *entry);

/** Is it a migration in code? Then it is noted, as refused or as left out. */
bool pgm__lister_is_code(const pgm__folder_entry *entry);
PGM_MUST_CHECK pgm_status pgm__lister_add_code(pgm__lister *lister, const char *folder,
                                               const char *name);

/** Is it a folder without a number, which is no migration of any tool? */
bool pgm__lister_is_aside(const pgm__folder_entry *entry);

/** What is wrong with an entry that should be a file; NULL: nothing. Static storage. */
const char *pgm__lister_entry_flaw(const pgm__folder_entry *entry);

/** Adds a file that is a migration's. */
PGM_MUST_CHECK pgm_status pgm__lister_add(pgm__lister *lister, const pgm__found_file *found);

/**
 * Adds the files of a folder, or refuses them.
 *
 * @param release  Its name is part of their versions.
 * @param tree     Folders in it are somebody else's business, else they are refused.
 */
PGM_MUST_CHECK pgm_status pgm__lister_add_folder(pgm__lister *lister, const char *sub, bool release,
                                                 const pgm__folder *folder, bool tree);

#endif
