/**
 * @file migration.h  One migration: what identifies it, and its scripts.
 *
 * Layer: model. Pure.
 * Threads: immutable once it is loaded (migrations.h); safe to share.
 */
#ifndef PGM_MODEL_FILES_MIGRATION_H
#define PGM_MODEL_FILES_MIGRATION_H

#include <stdbool.h>

#include "model/files/script.h"

/** A script that was read and cannot be run, and why. */
typedef struct pgm__script_refusal {
    const char *path; /* NULL: none was refused */
    unsigned line;    /* 0: the file as a whole */
    const char *why;
} pgm__script_refusal;

/** One version. It has an up file or a down file, mostly both. Every text lives as long as the
 *  migrations that it is of. */
typedef struct pgm__migration {
    const char *version; /* the identity in the ledger: file name without its suffixes */
    const char *name;    /* the part behind the number and what separates them */
    bool repeatable;     /* runs after all others, again whenever its checksum changed; no down */
    pgm__script up;      /* up.path == NULL: there is only a down file */
    pgm__script down;    /* down.path == NULL: cannot be rolled back */
    pgm__script_refusal down_refused; /* there is a way down, and it cannot be run: no `down` */
    pgm__script verify; /* looks at what `up` did before it is committed; path == NULL: none */
} pgm__migration;

#endif
