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

/**
 * One part of a migration: an SQL file, or a section of one. A section's text has the file's
 * lines, those of the other section empty, so that line numbers are the file's. The checksum is of
 * the whole file in both cases (base/sha256.h), so that sha256sum shows what the ledger holds.
 */
typedef struct pgm__script {
    const char *path; /* as a user would open it: dir/name; NULL = there is no such file */
    const char *text; /* without a BOM; NUL-terminated after len bytes */
    size_t len;
    char checksum[PGM__SHA256_HEX];
    bool transactional;   /* false: runs statement by statement */
    const pgm__cut *cuts; /* the file's own BEGIN; and COMMIT; in order; owned by the migrations */
    size_t cut_count;     /* 2 for a file that is one BEGIN … COMMIT, more only when folding */
    bool copies_in;       /* has COPY … FROM STDIN with its data */
    bool prepares;        /* has PREPARE or DEALLOCATE */
    size_t statement_count; /* that the server will answer, what is cut left out */
} pgm__script;

/** One version. */
typedef struct pgm__migration {
    const char *version; /* the identity in the ledger: file name without its suffixes */
    const char *name;    /* the part behind the number and what separates them */
    bool repeatable;     /* runs after all others, again whenever its checksum changed; no down */
    pgm__script up;      /* up.path == NULL: there is only a down file */
    pgm__script down;    /* down.path == NULL: cannot be rolled back */
    pgm__script verify;  /* looks at what `up` did before it is committed; path == NULL: none */
} pgm__migration;

typedef struct pgm__migrations pgm__migrations; /* opaque */

/** How a folder is read; zeroed = the defaults. */
typedef struct pgm__load_options {
    bool same_numbers;      /* two migrations may have one number; then their names decide */
    bool fold_transactions; /* leave out every plain BEGIN … COMMIT pair, wherever it stands */
    /**
     * NULL: the first refused file ends the load. Else it is told of every one (PGM_EPARSE), which
     * is then left out, and the load goes on; false = out of memory. `err` must be given then.
     */
    bool (*refused)(const char *path, const pgm_error *why, void *data);
    void *refused_data;
} pgm__load_options;

/**
 * Compares two versions by their number, as numbers of any length ("0002" equals "2", "1.10" is
 * above "1.9"), then by the rest of the name, bytewise. What has no number comes first, what is
 * repeatable ("R__name") last. The forms of a number: model/version.h.
 *
 * @return <0, 0, >0.
 */
int pgm__version_compare(const char *a, const char *b);

/** The same by the number alone: 0 = the same number. */
int pgm__version_compare_number(const char *a, const char *b);

/**
 * Reads the folder in the layout it has: one of those in model/layout.h, recognised by the names
 * and by the marks in the files. Left out without a word: names that begin with a dot, `README*`,
 * `*.md`, tests and embedding code in Go, `migration_lock.toml`, `atlas.sum`, and the files of
 * other databases where some are marked as PostgreSQL's. Everything else is refused with all
 * offending names in the message, and so is a folder that mixes layouts.
 *
 * @param[out] out  Sorted by pgm__version_compare(); the caller frees it. Untouched on failure.
 * @param dir       Path of the folder.
 * @param options   NULL = the defaults. Borrowed for the call.
 * @return PGM_OK; PGM_EIO (no such folder, unreadable file); PGM_EUSAGE (no migration in it);
 *         PGM_EPARSE (bad name, mixed layouts, two files of one version, version over 255 bytes,
 *         NUL byte, text that never closes, transaction control inside a file, psql command,
 * another tool's mark: file:line in the message); PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__migrations_load(pgm__migrations **out, const char *dir,
                                               const pgm__load_options *options, pgm_error *err);

/** The folder's layout, as in model/layout.h: "golang-migrate", "dbmate" … Static storage. */
const char *pgm__migrations_layout(const pgm__migrations *migrations);

void pgm__migrations_free(pgm__migrations *migrations);

size_t pgm__migrations_count(const pgm__migrations *migrations);

/** Borrowed; index < count. */
const pgm__migration *pgm__migrations_at(const pgm__migrations *migrations, size_t index);

/**
 * Finds a version as a user may write it: the whole name, or its number.
 *
 * @return true and *index when exactly one migration matches.
 */
bool pgm__migrations_find(const pgm__migrations *migrations, const char *version, size_t *index);

/** The migration whose identity is exactly `version`, as a ledger row names it. */
bool pgm__migrations_find_exact(const pgm__migrations *migrations, const char *version,
                                size_t *index);

/**
 * The migrations with the number that `version` begins with, whatever the rest of its name.
 *
 * @param[out] first  Filled when there are any; the others follow it.
 * @return How many: more than one only where the folder was read with same_numbers.
 */
size_t pgm__migrations_find_number(const pgm__migrations *migrations, const char *version,
                                   size_t *first);

/** The same for a version as a user may write it: the whole name, or its number. */
size_t pgm__migrations_named(const pgm__migrations *migrations, const char *version, size_t *first);

/**
 * The line of the `ordinal`-th statement (0-based, counted as the server answers them: what is cut
 * and empty statements left out) of a script; 0 when there is none.
 */
unsigned pgm__script_statement_line(const pgm__script *script, size_t ordinal);

/** The line of a byte of the script's text, 1-based. */
unsigned pgm__script_line_at(const pgm__script *script, size_t offset);

#endif
