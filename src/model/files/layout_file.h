/**
 * @file layout_file.h  One file of a migrations folder, as the folder's layout tells it.
 *
 * All that is known of it by its name, before it is read. Every text is borrowed from the arena
 * that the folder was listed into (layout.h).
 *
 * Layer: model. Pure.
 */
#ifndef PGM_MODEL_FILES_LAYOUT_FILE_H
#define PGM_MODEL_FILES_LAYOUT_FILE_H

#include <stdbool.h>

/** One file of the folder. */
typedef struct pgm__layout_file {
    const char *path;     /* from the folder: "up/0001_name.sql" */
    const char *version;  /* the identity */
    const char *settings; /* path of the file with its tool's settings for it, or NULL */
    bool down;    /* its name says so; sections of one file are told by their marks, later */
    bool verify;  /* it looks whether the migration did what it should */
    bool refused; /* told of, and not read */
    bool alone;   /* its name says that it runs without a transaction */
} pgm__layout_file;

#endif
