/**
 * @file migrations.h  The migrations folder: every file read and checked once, in order.
 *
 * Layer: model. Reads files (through base/file.h) in load only; everything else is pure.
 * Threads: immutable after load; safe to share.
 */
#ifndef PGM_MODEL_MIGRATIONS_H
#define PGM_MODEL_MIGRATIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/sha256.h"
#include "pgmarch/error.h"

/** A part of a script's text that is not sent as SQL. */
typedef struct pgm__cut {
    size_t begin;
    size_t end;
} pgm__cut;

/** One SQL file. */
typedef struct pgm__script {
    const char *path; /* as a user would open it: dir/name; NULL = there is no such file */
    const char *text; /* without a BOM; NUL-terminated after len bytes */
    size_t len;
    char checksum[PGM__SHA256_HEX]; /* base/sha256.h */
    bool transactional;             /* false: runs statement by statement */
    pgm__cut wrapper_begin; /* the BEGIN; of a file that is one BEGIN … COMMIT, else empty */
    pgm__cut wrapper_end;   /* its COMMIT; */
    bool copies_in;         /* has COPY … FROM STDIN with its data */
    size_t statement_count; /* that the server will answer, the wrapper's two left out */
} pgm__script;

/** One version. */
typedef struct pgm__migration {
    const char *version; /* the identity in the ledger: file name without .up.sql / .sql */
    const char *name;    /* the part behind the digits and the underscore */
    pgm__script up;      /* up.path == NULL: there is only a down file */
    pgm__script down;    /* down.path == NULL: cannot be rolled back */
} pgm__migration;

typedef struct pgm__migrations pgm__migrations; /* opaque */

/**
 * Compares two versions by their leading digits, as numbers of any length ("0002" equals "2"), then
 * by the rest of the name, bytewise.
 *
 * @return <0, 0, >0.
 */
int pgm__version_compare(const char *a, const char *b);

/** The same by the leading digits alone: 0 = the same number. */
int pgm__version_compare_number(const char *a, const char *b);

/**
 * Reads the folder. Accepted names: `<digits>_<name>.sql`, `.up.sql`, `.down.sql`. Left out without
 * a word: names that begin with a dot, `README*` and `*.md`. Everything else, folders included, is
 * refused with all offending names in the message.
 *
 * @param[out] out  Sorted by pgm__version_compare(); the caller frees it. Untouched on failure.
 * @param dir       Path of the folder.
 * @return PGM_OK; PGM_EIO (no such folder, unreadable file); PGM_EUSAGE (no migration in it);
 *         PGM_EPARSE (bad name, two files of one version, version over 255 bytes, NUL byte, text
 *         that never closes, transaction control inside a file, psql command: file:line in the
 *         message); PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__migrations_load(pgm__migrations **out, const char *dir,
                                               pgm_error *err);

void pgm__migrations_free(pgm__migrations *migrations);

size_t pgm__migrations_count(const pgm__migrations *migrations);

/** Borrowed; index < count. */
const pgm__migration *pgm__migrations_at(const pgm__migrations *migrations, size_t index);

/**
 * Finds a version as a user may write it: the whole name, or its digits.
 *
 * @return true and *index when exactly one migration matches.
 */
bool pgm__migrations_find(const pgm__migrations *migrations, const char *version, size_t *index);

/** The migration whose identity is exactly `version`, as a ledger row names it. */
bool pgm__migrations_find_exact(const pgm__migrations *migrations, const char *version,
                                size_t *index);

/** The migration with the number that `version` begins with, whatever the rest of its name. */
bool pgm__migrations_find_number(const pgm__migrations *migrations, const char *version,
                                 size_t *index);

/**
 * The line of the `ordinal`-th statement (0-based, counted as the server answers them: wrapper and
 * empty statements left out) of a script; 0 when there is none.
 */
unsigned pgm__script_statement_line(const pgm__script *script, size_t ordinal);

/** The line of a byte of the script's text, 1-based. */
unsigned pgm__script_line_at(const pgm__script *script, size_t offset);

#endif
