/**
 * @file rehearsed_text.h  A rehearsal by the library, and what it measured as lines of text that a
 * test can compare: what it found, without times and sizes, which no two runs have in common.
 *
 *     2_b ran
 *       CREATE INDEX i ON orders(total)
 *         share table orders
 *         reads orders 100000
 */
#ifndef PGM_TESTS_REHEARSED_TEXT_H
#define PGM_TESTS_REHEARSED_TEXT_H

#include "integration/scene.h"
#include "pgmarch/pgmarch.h"

/** A run of PGM_COMMAND_REHEARSE that has ended. */
typedef struct rehearsed {
    pgm_run *run;
    const pgm_result *result;       /* of its first target */
    const pgm_rehearsal *rehearsal; /* or NULL */
} rehearsed;

/** Rehearses the scene's folder on the database. `change`, where it is not NULL, may say more. */
rehearsed rehearse(scene *s, const char *database, void (*change)(pgm_options *options));
/** The same of the targets of one file. */
rehearsed rehearse_files(scene *s, const char *const *files, void (*change)(pgm_options *options));
void rehearsed_free(rehearsed *of);

/** A migration by its version; fails the test when it is not there. */
const pgm_rehearsed_migration *rehearsed_migration(const rehearsed *of, const char *version);

/** All statements that ran as lines; the scene frees it. */
const char *rehearsed_text(scene *s, const rehearsed *of);

/** What one statement did, without its own text, `separator` behind each line. */
const char *rehearsed_effects(scene *s, const pgm_rehearsed_statement *statement,
                              const char *separator);

/** The lock of a statement on a relation; NULL: it has none. */
const pgm_rehearsed_lock *rehearsed_lock(const pgm_rehearsed_statement *statement,
                                         const char *relation);

/** Schema and rows of the whole database as pg_dump writes them; the caller frees it. */
char *database_dump(const char *database);

#endif
