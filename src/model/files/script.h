/**
 * @file script.h  One migration file's text, checked before any target is touched.
 *
 * What is refused here would otherwise fail on the first target, or, worse, on the hundredth, or
 * succeed and mean something else: half a file committed by its own COMMIT, a quote that closes in
 * the next file of the string, psql's commands, both directions in one file.
 *
 * Layer: model. Pure.
 */
#ifndef PGM_MODEL_FILES_SCRIPT_H
#define PGM_MODEL_FILES_SCRIPT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/sha256.h"
#include "model/files/piece.h"
#include "model/sql/cut.h"
#include "model/sql/scanner.h"
#include "pgmarch/error.h"

/**
 * One part of a migration: an SQL file, or a section of one. A section's text has the file's
 * lines, those of the other section empty, so that line numbers are the file's. The checksum is of
 * the whole file in both cases (base/sha256.h), so that sha256sum shows what the ledger holds.
 */
typedef struct pgm__script {
    const char *path; /* as a user would open it: dir/name; NULL = there is no such file */
    const char *text; /* without a BOM; NUL-terminated after len bytes */
    size_t len;
    size_t sent; /* bytes of it that go into strings: all but the data of COPY */
    char checksum[PGM__SHA256_HEX];
    bool transactional;   /* false: runs statement by statement */
    const pgm__cut *cuts; /* the file's own BEGIN; and COMMIT; in order; owned by the migrations */
    size_t cut_count;     /* 2 for a file that is one BEGIN … COMMIT, more only when folding */
    const pgm__piece *pieces; /* of a text that is sent in several strings; of the migrations */
    size_t piece_count;       /* 0: it is sent whole */
    bool copies_in;           /* has COPY … FROM STDIN with its data */
    bool prepares;            /* has PREPARE or DEALLOCATE */
    size_t statement_count;   /* that the server will answer, what is cut left out */
} pgm__script;

/** What a script is made of; borrowed by the script. */
typedef struct pgm__script_source {
    const char *path; /* for script->path and for messages */
    char *text;       /* NUL-terminated after `len` bytes. Changed in place: a BOM is removed,
                         \restrict and \unrestrict become spaces */
    size_t len;
    const char
        *checksum; /* of the file that `text` is a section of; NULL: of the text as it came */
    bool alone;    /* the layout says that it runs without a transaction */
    bool down;     /* it may say of itself that it is the way down */
    bool verify;   /* it may only look: no transaction control, nothing that needs to be alone */
    bool paired;   /* its way down is a file of its own, with something in it */
    bool fold;     /* leave out every plain BEGIN and COMMIT */
} pgm__script_source;

/**
 * Checks a text, whose bytes are checked, and fills in `script`, but for nothing on failure.
 *
 * @param arena   Owns the list of cuts.
 * @param source  Its path and text are borrowed for as long as the script is there; the text is
 *                changed in place, also on failure.
 * @return PGM_OK, PGM_EPARSE (file:line in the message), PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__script_init(pgm__script *script, pgm__arena *arena,
                                           const pgm__script_source *source, pgm_error *err);

/**
 * The `ordinal`-th statement (0-based, counted as the server answers them: what is cut and empty
 * statements left out); false when there is none.
 */
bool pgm__script_statement(const pgm__script *script, size_t ordinal, pgm__statement *out);

/** In how many strings the text of a migration in a transaction is sent; 1 for most. */
size_t pgm__script_pieces(const pgm__script *script);

/** One of them; it may be empty. */
pgm__piece pgm__script_piece(const pgm__script *script, size_t index);

/** Behind a statement of a scanner that goes through a script's text from its begin: sets how the
 * strings behind it are read, as they are when it is run. */
void pgm__script_follow(const pgm__script *script, pgm__scanner *scanner,
                        const pgm__statement *statement);

/** The line of a byte of the script's text, 1-based. */
unsigned pgm__script_line_at(const pgm__script *script, size_t offset);

#endif
