/**
 * @file rehearsal_file.h  A file, statement by statement, as a rehearsal sends it: each alone, so
 * that nothing can hide behind a semicolon.
 *
 * The file's own BEGIN and COMMIT, which `up` folds into its own, are left out.
 *
 * Layer: pg, exchange. Pure.
 */
#ifndef PGM_PG_EXCHANGE_REHEARSAL_FILE_H
#define PGM_PG_EXCHANGE_REHEARSAL_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/strbuf.h"
#include "model/files/script.h"
#include "pg/exchange/spot.h"
#include "pgmarch/rehearsal.h"

/** One statement of it. */
typedef struct pgm__rehearsal_statement {
    pgm__statement where;
    bool standard_strings; /* how its strings are read */
} pgm__rehearsal_statement;

/** Zeroed = a file without any. */
typedef struct pgm__rehearsal_file {
    const pgm__script *script;
    pgm__rehearsal_statement *statements; /* in the arena */
    size_t count;
} pgm__rehearsal_file;

/** @return false: out of memory. */
bool pgm__rehearsal_file_init(pgm__rehearsal_file *file, pgm__arena *arena,
                              const pgm__script *script);

/** Would it end the transaction? No such statement is sent: files that hold one are refused when
 *  they are read, so that this is a second look. */
bool pgm__rehearsal_file_ends(const pgm__rehearsal_file *file, size_t index);

/** Adds the statement, without the data of a COPY. */
void pgm__rehearsal_file_sql(pgm__strbuf *sql, const pgm__rehearsal_file *file, size_t index);

/** The data of a COPY … FROM STDIN; false when the statement has none. */
bool pgm__rehearsal_file_copy(const pgm__rehearsal_file *file, size_t index, const char **data,
                              size_t *len);

/**
 * Adds what of its words may be names of relations, as calls of to_regclass() with commas between
 * them: which of them are some, the server knows.
 */
void pgm__rehearsal_file_names(pgm__strbuf *sql, const pgm__rehearsal_file *file, size_t index);

/** Its first words, on one line; in the arena, NULL = out of memory. */
const char *pgm__rehearsal_file_text(const pgm__rehearsal_file *file, size_t index,
                                     pgm__arena *arena);

/** Does it begin with this word (in capitals)? */
bool pgm__rehearsal_file_begins(const pgm__rehearsal_file *file, size_t index, const char *word);

/** May it change what the catalog says? Not what only reads and writes rows. */
bool pgm__rehearsal_file_defines(const pgm__rehearsal_file *file, size_t index);

/** Where an error came from: `position` counts characters of the statement, 0 = unknown. */
pgm__origin pgm__rehearsal_file_origin(const pgm__rehearsal_file *file, size_t index,
                                       size_t position);

/** The lock that a statement takes which cannot run in a transaction, by its words. */
pgm_lock_mode pgm__rehearsal_file_mode(const pgm__rehearsal_file *file, size_t index);

/** "UPDATE 5": 5; -1 where a command's tag has no number. */
int64_t pgm__rehearsal_tag_rows(const char *tag);

#endif
