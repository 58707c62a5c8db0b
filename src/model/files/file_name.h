/**
 * @file file_name.h  What the name of a migration file says, whichever tool it was written for.
 *
 * A name that says something which is not carried out here (another database, a callback, a way
 * down by another word) is refused: run all the same, such a file would do what it was not made
 * for.
 *
 * Layer: model. Pure.
 */
#ifndef PGM_MODEL_FILES_FILE_NAME_H
#define PGM_MODEL_FILES_FILE_NAME_H

#include <stdbool.h>
#include <stddef.h>

typedef enum pgm__file_form {
    PGM__FORM_PLAIN, /* 0001_name.sql, 0001-name.sql, V1.name.sql, 0001.sql; 0001_name.verify.sql */
    PGM__FORM_PAIR,  /* 0001_name.up.sql, 0001_name.down.sql */
    PGM__FORM_FLYWAY /* V1__name.sql, U1__name.sql, R__name.sql */
} pgm__file_form;

/** `0001_name.postgres.up.sql`: the same migration may be there for several databases. */
typedef enum pgm__dialect {
    PGM__DIALECT_NONE,
    PGM__DIALECT_POSTGRES,
    PGM__DIALECT_OTHER
} pgm__dialect;

typedef struct pgm__file_name {
    size_t version_len; /* the name without its suffixes: part, dialect, .autocommit, .sql */
    pgm__file_form form;
    pgm__dialect dialect;
    bool alone; /* .autocommit: outside of a transaction */
    bool down;
    bool verify; /* looks whether the migration did what it should */
    bool undo;   /* U1__name: its version begins with U, its partner's with V */
} pgm__file_name;

/**
 * Takes a file name apart.
 *
 * @return NULL when it is a migration's, else what is wrong with it, in a few words, or "" when it
 *         is plainly something else. Static storage. *out is filled only with NULL.
 */
const char *pgm__file_name_parse(const char *name, pgm__file_name *out);

/** The same for a folder that is one migration: it only has to begin with a number. NULL when it
 * may be one. Static storage. */
const char *pgm__folder_name_flaw(const char *name);

/** Is the folder named after another database, "mysql"? */
bool pgm__folder_is_foreign(const char *name);

/** Is it a file that migration folders hold beside migrations: hidden, README, *.md, Go code … */
bool pgm__file_name_is_left_out(const char *name);

/** Is it what lies beside migrations: a file's name without a number that does not end in .sql?
 *  No tool takes such a file for a migration. */
bool pgm__file_name_is_aside(const char *name);

/** The same for a folder: no number, and no name that says what the migrations in it are for. */
bool pgm__folder_name_is_aside(const char *name);

/** Is it a migration in code, "00003_c.go", which only its own tool can run? */
bool pgm__file_name_is_code(const char *name);

/** Does the name end in `suffix`? */
bool pgm__has_suffix(const char *name, const char *suffix);

/** Where the description begins in a version: behind its number and what separates them. At the
 * end, where there is none; never beyond it. */
size_t pgm__version_name_at(const char *version);

#endif
