/**
 * @file sections.h  Files with an up and a down section in one: dbmate, goose, sql-migrate, tern,
 * node-pg-migrate.
 *
 * The marks are whole lines that begin with `--`, as these tools read them; a mark that is indented
 * is not seen here (but node-pg-migrate's is, as by itself), and refused where the script is
 * checked. A line right below `-- pgmarch: not-a-section` is no mark.
 *
 * What is in doubt is refused: a section that is taken for the other direction drops what it was to
 * make.
 *
 * Layer: model. Pure; linear time.
 */
#ifndef PGM_MODEL_FILES_SECTIONS_H
#define PGM_MODEL_FILES_SECTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "pgmarch/error.h"

/** Whose marks. */
typedef enum pgm__sections_tool {
    PGM__SECTIONS_NONE,
    PGM__SECTIONS_DBMATE, /* -- migrate:up, -- migrate:down */
    PGM__SECTIONS_GOOSE,  /* -- +goose Up, Down, NO TRANSACTION, StatementBegin, StatementEnd */
    PGM__SECTIONS_SQL_MIGRATE, /* -- +migrate Up, Down, StatementBegin, StatementEnd */
    PGM__SECTIONS_TERN,        /* ---- create above / drop below ----, ---- tern: disable-tx ---- */
    PGM__SECTIONS_NODE_PG,     /* -- Up Migration, -- Down Migration */
    PGM__SECTIONS_COUNT
} pgm__sections_tool;

/** One section, as a text whose lines are the file's: what is not of it is an empty line. */
typedef struct pgm__section {
    char *text; /* NUL-terminated after `len` bytes; to be freed with pgm__free(); or NULL */
    size_t len;
    bool alone; /* the mark asks for no transaction */
} pgm__section;

/** May a file of the tool have no mark, and is an up file then? */
bool pgm__sections_may_lack(pgm__sections_tool tool);

/** The tool of the first mark in the text; one whose files may lack marks only when no other has.
 */
pgm__sections_tool pgm__sections_find_tool(const char *text, size_t len);

/**
 * Cuts a file into its sections. Comments above the first mark belong to both. A down section
 * without a statement is one that does nothing, as an empty down file is; where there is no mark
 * for one, down->text is NULL. What tern has above its mark is the up section, and so is all of a
 * file without marks where its tool allows it.
 *
 * @param path       For messages.
 * @param[out] up    Freed by the caller with pgm__free(up->text); untouched on failure, as `down`.
 * @param[out] down  The same; text may be NULL.
 * @return PGM_OK; PGM_EPARSE: no up section, sections out of order, SQL above the first mark, a
 *         mark or an option that is not known, a value that the tool would put in (file:line in the
 *         message); PGM_ENOMEM. Nothing to free on failure.
 */
PGM_MUST_CHECK pgm_status pgm__sections_split(pgm__sections_tool tool, const char *path,
                                              const char *text, size_t len, pgm__section *up,
                                              pgm__section *down, pgm_error *err);

#endif
