/**
 * @file source_kind.h  The kinds of sources, and the words of a section that is one.
 *
 * A section with `discover = KIND` is no target but where targets come from. What is about the
 * source is said by these words and by `discover.KEYWORD`; every other line counts for the targets
 * that it finds, so that a reader sees which is which. One table: what reads a section, what
 * suggests a word where another was written, and the manual read it. What asks a source is the
 * file of its name in src/discover/.
 *
 * Layer: model, targets. Pure.
 */
#ifndef PGM_MODEL_TARGETS_SOURCE_KIND_H
#define PGM_MODEL_TARGETS_SOURCE_KIND_H

#include <stdbool.h>

/**
 * Its name; the column that names a target where the section has no `name`; has it a connection of
 * its own, in `discover.KEYWORD`? Does that begin with what the targets' settings say?
 */
#define PGM__SOURCE_MAP(XX)                                                                        \
    XX(QUERY, query, "query", "name", true, false)                                                 \
    XX(DATABASES, databases, "databases", "database", true, true)                                  \
    XX(SCHEMAS, schemas, "schemas", "schema", true, true)                                          \
    XX(COMMAND, command, "command", "name", false, false)                                          \
    XX(NEON, neon, "neon", "name", false, false)

typedef enum pgm__source_kind {
#define XX(id, file, name, named_by, connects, inherits) PGM__SOURCE_##id,
    PGM__SOURCE_MAP(XX)
#undef XX
        PGM__SOURCE_KIND_COUNT
} pgm__source_kind;

#define PGM__OF(id) (1U << PGM__SOURCE_##id)
#define PGM__OF_ALL ((1U << PGM__SOURCE_KIND_COUNT) - 1)

/** Its name; whose word it is; for whom it must be there. */
#define PGM__SOURCE_WORD_MAP(XX)                                                                   \
    XX(NAME, "name", PGM__OF_ALL, 0)                                                               \
    XX(QUERY, "query", PGM__OF(QUERY), PGM__OF(QUERY))                                             \
    XX(COMMAND, "command", PGM__OF(COMMAND), PGM__OF(COMMAND))                                     \
    XX(MATCH, "match", PGM__OF(DATABASES) | PGM__OF(SCHEMAS), 0)                                   \
    XX(REGEX, "regex", PGM__OF(DATABASES) | PGM__OF(SCHEMAS), 0)                                   \
    XX(EXCLUDE, "exclude", PGM__OF(DATABASES) | PGM__OF(SCHEMAS) | PGM__OF(NEON), 0)               \
    XX(PROJECT, "project", PGM__OF(NEON), 0)                                                       \
    XX(ORG, "org", PGM__OF(NEON), 0)                                                               \
    XX(BRANCHES, "branches", PGM__OF(NEON), 0)                                                     \
    XX(ARCHIVED, "archived", PGM__OF(NEON), 0)                                                     \
    XX(PROTECTED, "protected", PGM__OF(NEON), 0)                                                   \
    XX(API, "api", PGM__OF(NEON), 0)

typedef enum pgm__source_word {
#define XX(id, name, kinds, needed) PGM__SOURCE_WORD_##id,
    PGM__SOURCE_WORD_MAP(XX)
#undef XX
        PGM__SOURCE_WORD_COUNT
} pgm__source_word;

/** One row of the table of kinds. */
typedef struct pgm__source_kind_row {
    const char *name;
    const char *named_by; /* a column */
    bool connects;        /* to a database, to ask it */
    bool inherits;        /* the targets' settings, as far as the source says nothing else */
} pgm__source_kind_row;

/** One row of the table of words. */
typedef struct pgm__source_word_row {
    const char *name;
    unsigned kinds;  /* bits, 1 << kind */
    unsigned needed; /* likewise */
} pgm__source_word_row;

/** The row of a kind, which must be below PGM__SOURCE_KIND_COUNT; static storage. */
const pgm__source_kind_row *pgm__source_kind_at(pgm__source_kind kind);

/** The kind of this name; PGM__SOURCE_KIND_COUNT when there is none. */
pgm__source_kind pgm__source_kind_find(const char *name);

/** The row of a word, which must be below PGM__SOURCE_WORD_COUNT; static storage. */
const pgm__source_word_row *pgm__source_word_at(pgm__source_word word);

/** The word of this name; PGM__SOURCE_WORD_COUNT when there is none. */
pgm__source_word pgm__source_word_find(const char *name);

#endif
