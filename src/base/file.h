/**
 * @file file.h  Whole files and folders.
 *
 * Read at once and not mapped: a file that is truncated while it is mapped ends the process
 * (SIGBUS), and migrations lie in work trees that people switch under a running program. Nothing
 * waits for ever: what could (a pipe, a terminal) is opened without blocking and given ten seconds.
 *
 * Layer: base.
 */
#ifndef PGM_BASE_FILE_H
#define PGM_BASE_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "pgmarch/error.h"

/**
 * Reads a regular file or a pipe (symbolic links are followed), at most 1 GB. A pipe that says
 * nothing for ten seconds is given up.
 *
 * @param[out] text  New, NUL-terminated after `*len` bytes; freed with pgm__free().
 * @return PGM_OK, PGM_EIO (missing, unreadable, a directory, a device, too long, a silent
 *         pipe; the message names the path),
 *         PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__file_read(const char *path, char **text, size_t *len,
                                         pgm_error *err);

/**
 * The same of what is open already, as standard input is; it stays open.
 *
 * @param name  Names it in messages: "standard input".
 */
PGM_MUST_CHECK pgm_status pgm__file_read_open(int fd, const char *name, char **text, size_t *len,
                                              pgm_error *err);

typedef enum pgm__file_kind { PGM__FILE_REGULAR, PGM__FILE_FOLDER, PGM__FILE_OTHER } pgm__file_kind;

typedef struct pgm__folder_entry {
    const char *name;
    pgm__file_kind kind; /* after following symbolic links; a dangling one is OTHER */
} pgm__folder_entry;

/**
 * Lists a folder without "." and "..", in byte order of the names.
 *
 * @param arena  Owns the entries and their names.
 * @return PGM_OK, PGM_EIO, PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__folder_list(pgm__arena *arena, const char *path,
                                           pgm__folder_entry **entries, size_t *count,
                                           pgm_error *err);

/** Is `path` a folder? False also when it does not exist. */
bool pgm__is_folder(const char *path);

/**
 * Writes `text` to a temporary file beside `path` and renames it: complete or absent, never half.
 *
 * Permissions and owner of a regular file of that name are kept, as far as may be; a symbolic link
 * is replaced and not followed. The temporary file is new and its name cannot be guessed.
 *
 * @return PGM_OK, PGM_EIO, PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__file_replace(const char *path, const char *text, size_t len,
                                            pgm_error *err);

/**
 * Writes all of it, waiting where a descriptor that does not block takes nothing: ten seconds.
 *
 * @return 0, or an errno: ETIMEDOUT when the other end takes nothing.
 */
int pgm__file_write_all(int fd, const char *text, size_t len);

/**
 * Writes to what is there and cannot be replaced: a pipe, /dev/stdout, a terminal; to a regular
 * file behind its end. Nothing is made. A pipe that nobody reads, or that takes nothing for ten
 * seconds, is an error.
 *
 * @return PGM_OK, PGM_EIO.
 */
PGM_MUST_CHECK pgm_status pgm__file_write_through(const char *path, const char *text, size_t len,
                                                  pgm_error *err);

/**
 * Writes a file that must not exist yet.
 *
 * @return PGM_OK; PGM_EIO with err->sys == EEXIST when it does, or another errno.
 */
PGM_MUST_CHECK pgm_status pgm__file_create(const char *path, const char *text, size_t len,
                                           pgm_error *err);

#endif
