/**
 * @file hazard.h  One thing in a migration that locks or breaks a live system, and the words for
 * it.
 *
 * Layer: model. Pure.
 */
#ifndef PGM_MODEL_HAZARDS_HAZARD_H
#define PGM_MODEL_HAZARDS_HAZARD_H

#include <stdbool.h>

#include "model/sql/cut.h"

/** Kind, severity (of pgm_severity), code, message before and after the name in question, what to
 * do instead. By subject, as the rules are; several kinds may share a code, which is what people
 * allow. */
#define PGM__HAZARD_MAP(XX)                                                                        \
    PGM__HAZARD_COLUMNS(XX)                                                                        \
    PGM__HAZARD_CONSTRAINTS(XX)                                                                    \
    PGM__HAZARD_INDEXES(XX)                                                                        \
    PGM__HAZARD_RENAMES(XX)                                                                        \
    PGM__HAZARD_DROPS(XX)                                                                          \
    PGM__HAZARD_TABLES(XX)                                                                         \
    PGM__HAZARD_ROWS(XX)                                                                           \
    PGM__HAZARD_ACCESS(XX)                                                                         \
    PGM__HAZARD_ENUMS(XX)                                                                          \
    XX(UNKNOWN_CODE, WARNING, "unknown-code", "there is no warning ", " to allow",                 \
       "the codes are those that pgmarch validate prints; docs/users/linting.md lists them")

#define PGM__HAZARD_COLUMNS(XX)                                                                    \
    XX(NOT_NULL_COLUMN, WARNING, "not-null-without-default", "column ",                            \
       " is new, NOT NULL and without a DEFAULT: that fails as soon as the table has a row, and "  \
       "programs that do not know the column can no longer insert",                                \
       "give it a constant DEFAULT; or add it without NOT NULL, fill it, and set NOT NULL in a "   \
       "later migration")                                                                          \
    XX(VOLATILE_DEFAULT, WARNING, "new-column-rewrites", "column ",                                \
       " is new with a volatile DEFAULT: the table and its indexes are rewritten while nobody "    \
       "can read or write it",                                                                     \
       "add it without a DEFAULT, then ALTER COLUMN ... SET DEFAULT for new rows, and fill the "   \
       "old ones in parts")                                                                        \
    XX(UNKNOWN_DEFAULT, WARNING, "new-column-rewrites", "column ",                                 \
       " is new with a function as DEFAULT that may be volatile: then the table and its indexes "  \
       "are rewritten while nobody can read or write it",                                          \
       "add it without a DEFAULT, then ALTER COLUMN ... SET DEFAULT for new rows, and fill the "   \
       "old ones in parts; allow it where the function is STABLE or IMMUTABLE")                    \
    XX(SERIAL_COLUMN, WARNING, "new-column-rewrites", "column ",                                   \
       " is new and numbers all rows that are there: the table and its indexes are rewritten "     \
       "while nobody can read or write it",                                                        \
       "add it as a bigint without a DEFAULT, then a sequence by ALTER COLUMN ... SET DEFAULT "    \
       "nextval(...), and fill the old rows in parts")                                             \
    XX(STORED_COLUMN, WARNING, "new-column-rewrites", "column ",                                   \
       " is new and GENERATED ... STORED: the table and its indexes are rewritten while nobody "   \
       "can read or write it",                                                                     \
       "add an ordinary column, keep it by a trigger, and fill the old rows in parts; or compute " \
       "it in a view")                                                                             \
    XX(DOMAIN_COLUMN, WARNING, "new-column-rewrites", "column ",                                   \
       " is new and of a domain with a constraint: the table and its indexes are rewritten while " \
       "nobody can read or write it",                                                              \
       "add it with the domain's own type and a CHECK ... NOT VALID, and VALIDATE CONSTRAINT in "  \
       "the next migration")                                                                       \
    XX(COLUMN_TYPE, WARNING, "type-change-rewrites", "column ",                                    \
       " changes its type: most such changes rewrite the table and its indexes while nobody can "  \
       "read or write it",                                                                         \
       "add a new column, fill it in parts, switch the programs over, then drop the old one; "     \
       "allow it where PostgreSQL needs no rewrite (a numeric of more digits)")                    \
    XX(COLUMN_TYPE_INDEXED, WARNING, "type-change-rewrites", "column ",                            \
       " changes its type: the rows stay as they are, but an index of the column is built again "  \
       "while nobody can read or write the table",                                                 \
       "allow it where no index has the column; else drop the index CONCURRENTLY before, and "     \
       "build it CONCURRENTLY after")                                                              \
    XX(SET_NOT_NULL, WARNING, "set-not-null-scans", "column ",                                     \
       " is set NOT NULL: nobody can read or write the table while all of it is checked",          \
       "ADD CONSTRAINT ... CHECK (column IS NOT NULL) NOT VALID; in the next migration VALIDATE "  \
       "CONSTRAINT and then SET NOT NULL, which needs no second look")

#define PGM__HAZARD_CONSTRAINTS(XX)                                                                \
    XX(CONSTRAINT, WARNING, "constraint-scans-table", "a constraint of ",                          \
       " is added without NOT VALID: writes, and for a CHECK reads too, wait while all of the "    \
       "table is checked",                                                                         \
       "ADD CONSTRAINT ... NOT VALID, and VALIDATE CONSTRAINT in the next migration")              \
    XX(VALIDATED_AT_ONCE, WARNING, "validate-in-one-transaction", "constraint ",                   \
       " is added NOT VALID and validated in one transaction: the lock of the first is held "      \
       "while all rows are checked, as if NOT VALID were not there",                               \
       "VALIDATE CONSTRAINT in the next migration")                                                \
    XX(INDEX_OF_CONSTRAINT, WARNING, "index-blocks-writes", "a key or EXCLUDE constraint of ",     \
       " builds its index while nobody can read or write the table",                               \
       "CREATE UNIQUE INDEX CONCURRENTLY in a migration of its own, then ADD CONSTRAINT ... "      \
       "USING INDEX")

#define PGM__HAZARD_INDEXES(XX)                                                                    \
    XX(INDEX, WARNING, "index-blocks-writes", "an index of ",                                      \
       " is built without CONCURRENTLY: every write to the table waits until it is done",          \
       "CREATE INDEX CONCURRENTLY, in a migration of its own")                                     \
    XX(DROP_INDEX, WARNING, "blocks-without-concurrently", "the index ",                           \
       " is dropped without CONCURRENTLY: its table's readers and writers wait until the "         \
       "transaction ends",                                                                         \
       "DROP INDEX CONCURRENTLY, in a migration of its own")                                       \
    XX(REINDEX, WARNING, "blocks-without-concurrently", "REINDEX of ",                             \
       " without CONCURRENTLY: writes wait until it is done, and reads that would use the index",  \
       "REINDEX ... CONCURRENTLY (PostgreSQL 12), in a migration of its own")                      \
    XX(DETACH, WARNING, "blocks-without-concurrently", "a partition of ",                          \
       " is detached without CONCURRENTLY: nobody can read or write it or the whole table until "  \
       "the transaction ends",                                                                     \
       "DETACH PARTITION ... CONCURRENTLY (PostgreSQL 14), in a migration of its own")             \
    XX(REFRESH, WARNING, "blocks-without-concurrently", "the materialized view ",                  \
       " is refreshed without CONCURRENTLY: nobody can read it until that is done",                \
       "REFRESH MATERIALIZED VIEW CONCURRENTLY, which needs a unique index of the view")

#define PGM__HAZARD_RENAMES(XX)                                                                    \
    XX(RENAME_TABLE, WARNING, "rename-breaks-clients", "the table ",                               \
       " is renamed or moved: programs that run now fail from this moment on",                     \
       "keep the old name working: CREATE VIEW under the old name in the same migration")          \
    XX(RENAME_COLUMN, WARNING, "rename-breaks-clients", "column ",                                 \
       " is renamed: programs that run now fail from this moment on",                              \
       "add a second column, keep both equal until no program uses the old one, then drop that")   \
    XX(RENAME_VIEW, WARNING, "rename-breaks-clients", "the view ",                                 \
       " is renamed or moved: programs that run now fail from this moment on",                     \
       "create a second view under the new name, and drop the old one in a later migration")       \
    XX(RENAME_SCHEMA, WARNING, "rename-breaks-clients", "the schema ",                             \
       " is renamed: programs that run now, their search_path and the bodies of functions ask "    \
       "for the old name",                                                                         \
       "release programs that can do with either name first; views in a schema of the old name "   \
       "help the others")                                                                          \
    XX(RENAME_VALUE, WARNING, "rename-breaks-clients", "value ",                                   \
       " is renamed: programs that run now fail as they write the old one or read the new one",    \
       "add a second value, move the rows when no program writes the old one")

#define PGM__HAZARD_DROPS(XX)                                                                      \
    XX(DROP_TABLE, WARNING, "drop-breaks-clients", "the table ",                                   \
       " is dropped: programs that still use it fail, and its rows are gone",                      \
       "first release programs that no longer use it, then drop it and allow this line")           \
    XX(DROP_COLUMN, WARNING, "drop-breaks-clients", "column ",                                     \
       " is dropped: programs that still use it fail, and its values are gone",                    \
       "first release programs that no longer use it, then drop it and allow this line")           \
    XX(DROP_SCHEMA, WARNING, "drop-breaks-clients", "the schema ",                                 \
       " is dropped, with CASCADE all that is in it: programs that still use it fail",             \
       "drop what is in it by name, when no program uses it any more; allow this line")            \
    XX(DROP_DATABASE, WARNING, "drop-breaks-clients", "the database ",                             \
       " is dropped: nothing brings it back",                                                      \
       "leave this to whoever keeps the backups; a migration is run at many targets")              \
    XX(DROP_VIEW, WARNING, "drop-breaks-clients", "the view ",                                     \
       " is dropped: programs that still use it fail",                                             \
       "first release programs that no longer use it; to change a view, create it again in the "   \
       "same migration")                                                                           \
    XX(DROP_ROUTINE, WARNING, "drop-breaks-clients", "the function ",                              \
       " is dropped: programs that still call it fail",                                            \
       "first release programs that no longer call it; to change it, create it again in the same " \
       "migration")                                                                                \
    XX(DROP_TYPE, WARNING, "drop-breaks-clients", "the type ",                                     \
       " is dropped: programs that still name it fail, and CASCADE takes columns of it with it",   \
       "first release programs that no longer name it, and drop its columns by name")              \
    XX(DROP_SEQUENCE, WARNING, "drop-breaks-clients", "the sequence ",                             \
       " is dropped: programs that take numbers from it fail, and the last number is gone",        \
       "first release programs that no longer use it, then drop it and allow this line")           \
    XX(DROP_OWNED, WARNING, "drop-breaks-clients", "all that ",                                    \
       " owns in this database is dropped, and its privileges are gone",                           \
       "REASSIGN OWNED BY it first: only the privileges are left to be dropped then")

#define PGM__HAZARD_TABLES(XX)                                                                     \
    XX(VACUUM_FULL, WARNING, "rewrites-table", "VACUUM FULL rewrites ",                            \
       " while nobody can read or write it",                                                       \
       "VACUUM without FULL frees the space for new rows; pg_repack gives it back without such a " \
       "lock")                                                                                     \
    XX(CLUSTER, WARNING, "rewrites-table", "CLUSTER rewrites ",                                    \
       " while nobody can read or write it", "pg_repack sorts a table without such a lock")        \
    XX(TABLESPACE, WARNING, "rewrites-table", "SET TABLESPACE copies ",                            \
       " while nobody can read or write it",                                                       \
       "pg_repack moves a table without such a lock; a new index there, built CONCURRENTLY, "      \
       "replaces one")                                                                             \
    XX(ALL_TABLESPACE, WARNING, "rewrites-table", "all that lies in the tablespace ",              \
       " is moved: nobody can read or write any of it until the transaction ends",                 \
       "move one table at a time; pg_repack does it without such a lock")                          \
    XX(PERSISTENCE, WARNING, "rewrites-table", "SET LOGGED or UNLOGGED rewrites ",                 \
       " while nobody can read or write it; an unlogged table is empty after a crash and on "      \
       "standbys",                                                                                 \
       "decide it when the table is created; else copy its rows to a new table in parts")          \
    XX(TRIGGER_OFF, WARNING, "trigger-disabled", "a trigger of ",                                  \
       " is disabled: writes wait until the transaction ends, and what it kept right is left "     \
       "alone by every program until it is enabled again",                                         \
       "SET LOCAL session_replication_role = replica turns it off for this transaction only, "     \
       "where the role may; else enable it again in the same migration")                           \
    XX(LOCK, WARNING, "lock-held", "LOCK of ", " keeps others out until the transaction ends",     \
       "leave locks to the statements that need them; ROW EXCLUSIVE and weaker modes let others "  \
       "go on")

#define PGM__HAZARD_ROWS(XX)                                                                       \
    XX(TRUNCATE, WARNING, "truncate-loses-rows", "the table ",                                     \
       " is emptied: its rows are gone, and nobody can read or write it until the transaction "    \
       "ends",                                                                                     \
       "keep the rows under another name first, or DELETE in parts; allow it where they are not "  \
       "wanted")                                                                                   \
    XX(ALL_ROWS, WARNING, "changes-all-rows", "all rows of ",                                      \
       " are changed in one statement: they stay locked until it is done, and each leaves a dead " \
       "row behind",                                                                               \
       "change them in parts, by ranges of the key, in a migration that runs without a "           \
       "transaction or in a program of its own")                                                   \
    XX(ALL_ROWS_UNDER_LOCK, WARNING, "changes-all-rows", "all rows of ",                           \
       " are changed in the transaction of an ALTER TABLE: nobody can read or write the table "    \
       "until that is done",                                                                       \
       "ALTER TABLE in one migration, and change the rows in the next one, in parts")

#define PGM__HAZARD_ACCESS(XX)                                                                     \
    XX(REVOKE, WARNING, "revoke-breaks-clients", "a privilege on ",                                \
       " is revoked: programs that need it fail from this moment on",                              \
       "first release programs that do without it, or let them use a role that keeps it")          \
    XX(ROW_SECURITY, WARNING, "row-security-hides-rows", "row level security of ",                 \
       " is switched on: without a policy for its role a program sees no rows and cannot write",   \
       "CREATE POLICY for every role that uses the table before, in the same migration")

#define PGM__HAZARD_ENUMS(XX)                                                                      \
    XX(ENUM_VALUE_USED, ERROR, "enum-value-used", "value ",                                        \
       " is used in the transaction that adds it: that fails (55P04)",                             \
       "ALTER TYPE ... ADD VALUE in a migration of its own, before this one")                      \
    XX(ENUM_VALUE_MAYBE, WARNING, "enum-value-used", "value ",                                     \
       " is added in this transaction: to use it there, as a value of that type, fails (55P04)",   \
       "ALTER TYPE ... ADD VALUE in a migration of its own, before this one")                      \
    XX(ENUM_VALUE_OF_NEW_TYPE, ERROR, "enum-value-used", "value ",                                 \
       " is used in the transaction that adds it: that fails (55P04)",                             \
       "list it in CREATE TYPE ... AS ENUM")

typedef enum pgm__hazard_kind {
#define XX(name, severity, code, before, after, advice) PGM__HAZARD_##name,
    PGM__HAZARD_MAP(XX)
#undef XX
        PGM__HAZARD_COUNT
} pgm__hazard_kind;

/** The words of a kind. The message is `before`, the part in quotes and " of " where there is one,
 * the name in quotes, `after`. */
typedef struct pgm__hazard_text {
    bool error;         /* it fails for certain; else it is a warning */
    const char *code;   /* what `allow` names; several kinds may have one */
    const char *before; /* may be empty; no full stop, as in every message */
    const char *after;
    const char *advice; /* the safe way */
} pgm__hazard_text;

/** The words of a kind, for messages and reports; static storage. */
const pgm__hazard_text *pgm__hazard_text_of(pgm__hazard_kind kind);

/** One that was found, in a script that outlives it. */
typedef struct pgm__hazard {
    pgm__hazard_kind kind;
    unsigned line; /* 1-based, of the action: one ALTER TABLE may have several */
    pgm__cut name; /* in the script's text: the table; UNKNOWN_CODE: the code; empty: all of them */
    pgm__cut part; /* of it: the column, the constraint, the value; or empty */
    bool of_earlier; /* what is named is made by an earlier file of the folder: it is as new as that
                        file is (pgm__hazard_folder) */
    unsigned more;   /* of the same code on the same line, that are not said by themselves */
} pgm__hazard;

/**
 * Told of each, in the order of the text.
 *
 * @param hazard  Borrowed for the call.
 * @return false to end the search, when memory ran out.
 */
typedef bool (*pgm__hazard_fn)(const pgm__hazard *hazard, void *data);

#endif
