/**
 * @file sections.h  Files with an up and a down section in one: dbmate, goose, sql-migrate.
 *
 * The marks are whole lines that begin with `--`, as these tools read them; a mark that is indented
 * is not seen here, and refused where the script is checked.
 *
 * Layer: model. Pure; linear time.
 */
#ifndef PGM_MODEL_SECTIONS_H
#define PGM_MODEL_SECTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "pgmarch/error.h"

/** Whose marks. */
typedef enum pgm__sections_tool {
    PGM__SECTIONS_NONE,
    PGM__SECTIONS_DBMATE,     /* -- migrate:up, -- migrate:down */
    PGM__SECTIONS_GOOSE,      /* -- +goose Up, Down, NO TRANSACTION, StatementBegin, StatementEnd */
    PGM__SECTIONS_SQL_MIGRATE /* -- +migrate Up, Down, StatementBegin, StatementEnd */
} pgm__sections_tool;

/** One section, as a text whose lines are the file's: what is not of it is an empty line. */
typedef struct pgm__section {
    char *text; /* NUL-terminated after `len` bytes; to be freed with pgm__free(); or NULL */
    size_t len;
    bool alone; /* the mark asks for no transaction */
} pgm__section;

/** The tool of the first mark in the text. */
pgm__sections_tool pgm__sections_find_tool(const char *text, size_t len);

/**
 * Cuts a file into its sections. Comments above the first mark belong to both. A down section that
 * holds no statement is left by a template and counts as none: down->text is NULL then.
 *
 * @param path  For messages.
 * @return PGM_OK; PGM_EPARSE: no up section, sections out of order, SQL above the first mark, a
 *         mark or an option that is not known (file:line in the message); PGM_ENOMEM. Nothing to
 *         free on failure.
 */
PGM_MUST_CHECK pgm_status pgm__sections_split(pgm__sections_tool tool, const char *path,
                                              const char *text, size_t len, pgm__section *up,
                                              pgm__section *down, pgm_error *err);

#endif
