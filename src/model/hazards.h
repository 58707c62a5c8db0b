/**
 * @file hazards.h  What in a migration locks or breaks a live system, told by its key words.
 *
 * Warnings, not refusals: the text cannot tell a table of ten rows from one of ten million. A table
 * that the same file creates is empty, and nothing is said about it. docs/linting.md gives the
 * reason for each, the safe way, and how to silence one: `-- pgmarch: allow CODE`.
 *
 * Layer: model. Pure; linear time, no allocation but for the names of tables.
 */
#ifndef PGM_MODEL_HAZARDS_H
#define PGM_MODEL_HAZARDS_H

#include <stdbool.h>

#include "model/migrations.h"

/** Kind, code, message before and after the name in question, what to do instead. */
#define PGM__HAZARD_MAP(XX)                                                                        \
    XX(INDEX, "index-blocks-writes", "an index of ",                                               \
       " is built without CONCURRENTLY: every write to the table waits until it is done",          \
       "CREATE INDEX CONCURRENTLY, in a migration of its own")                                     \
    XX(INDEX_OF_CONSTRAINT, "index-blocks-writes", "a key or EXCLUDE constraint of ",              \
       " builds its index while nobody can read or write the table",                               \
       "CREATE UNIQUE INDEX CONCURRENTLY in a migration of its own, then ADD CONSTRAINT ... "      \
       "USING "                                                                                    \
       "INDEX")                                                                                    \
    XX(NOT_NULL_COLUMN, "not-null-without-default", "",                                            \
       " gets a NOT NULL column without a DEFAULT: that fails as soon as the table has a row, "    \
       "and "                                                                                      \
       "programs that do not know the column can no longer insert",                                \
       "give it a constant DEFAULT; or add it without NOT NULL, fill it, and set NOT NULL in a "   \
       "later migration")                                                                          \
    XX(COLUMN_TYPE, "type-change-rewrites", "a column of ",                                        \
       " changes its type: most such changes rewrite the table and its indexes while nobody can "  \
       "read or write it",                                                                         \
       "add a new column, fill it in parts, switch the programs over, then drop the old one; "     \
       "allow it where PostgreSQL needs no rewrite (varchar to text or to a longer varchar)")      \
    XX(RENAME_TABLE, "rename-breaks-clients", "the table ",                                        \
       " is renamed or moved: programs that run now fail from this moment on",                     \
       "keep the old name working: CREATE VIEW under the old name in the same migration")          \
    XX(RENAME_COLUMN, "rename-breaks-clients", "a column of ",                                     \
       " is renamed: programs that run now fail from this moment on",                              \
       "add a second column, keep both equal until no program uses the old one, then drop that")   \
    XX(DROP_TABLE, "drop-breaks-clients", "the table ",                                            \
       " is dropped: programs that still use it fail, and its rows are gone",                      \
       "first release programs that no longer use it, then drop it and allow this line")           \
    XX(DROP_COLUMN, "drop-breaks-clients", "a column of ",                                         \
       " is dropped: programs that still use it fail, and its values are gone",                    \
       "first release programs that no longer use it, then drop it and allow this line")           \
    XX(CONSTRAINT, "constraint-scans-table", "a constraint of ",                                   \
       " is added without NOT VALID: writes, and for a CHECK reads too, wait while all of the "    \
       "table is checked",                                                                         \
       "ADD CONSTRAINT ... NOT VALID, and VALIDATE CONSTRAINT in the next migration")              \
    XX(SET_NOT_NULL, "set-not-null-scans", "a column of ",                                         \
       " is set NOT NULL: nobody can read or write the table while all of it is checked",          \
       "ADD CONSTRAINT ... CHECK (column IS NOT NULL) NOT VALID; in the next migration VALIDATE "  \
       "CONSTRAINT and then SET NOT NULL, which needs no second look")                             \
    XX(UNKNOWN_CODE, "unknown-code", "there is no warning ", " to allow",                          \
       "the codes are those that pgmarch validate prints; docs/linting.md lists them")

typedef enum pgm__hazard_kind {
#define XX(name, code, before, after, advice) PGM__HAZARD_##name,
    PGM__HAZARD_MAP(XX)
#undef XX
        PGM__HAZARD_COUNT
} pgm__hazard_kind;

/** The words of a kind. The message is `before`, the name in quotes, `after`. */
typedef struct pgm__hazard_text {
    const char *code;
    const char *before;
    const char *after;
    const char *advice;
} pgm__hazard_text;

typedef struct pgm__hazard {
    pgm__hazard_kind kind;
    unsigned line;
    pgm__cut name; /* in the script's text: the table; UNKNOWN_CODE: the code */
} pgm__hazard;

/** @return false to end the search, when memory ran out. */
typedef bool (*pgm__hazard_fn)(const pgm__hazard *hazard, void *data);

/** Static storage. */
const pgm__hazard_text *pgm__hazard_text_of(pgm__hazard_kind kind);

/**
 * Finds what is not silenced, in the order of the text.
 *
 * @param script  The up file; its text may be any bytes.
 * @return PGM_OK, or PGM_ENOMEM (also when `found` returned false).
 */
PGM_MUST_CHECK pgm_status pgm__hazards_find(const pgm__script *script, pgm__hazard_fn found,
                                            void *data, pgm_error *err);

#endif
