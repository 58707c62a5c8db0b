/**
 * @file target_key.h  The keys of a target file that are pgmarch's own; all others are libpq's
 * connection keywords.
 *
 * One table: what reads them (target_draft.c), what suggests one where another was written
 * (target_suggest.c) and what is needed before any target is chosen (target_file.c) read it.
 *
 * Layer: model, targets. Pure.
 */
#ifndef PGM_MODEL_TARGETS_TARGET_KEY_H
#define PGM_MODEL_TARGETS_TARGET_KEY_H

#include <stdbool.h>

/**
 * Its name; is it about the whole run, and so allowed in [defaults] only? Must it be known before
 * targets are chosen, so that a missing variable in it is an error of the file, not of one target?
 */
#define PGM__TARGET_KEY_MAP(XX)                                                                    \
    XX(URL, "url", false, false)                                                                   \
    XX(SCHEMA, "schema", false, false)                                                             \
    XX(LEDGER, "ledger", false, false)                                                             \
    XX(SEARCH_PATH_EXTRA, "search_path_extra", false, false)                                       \
    XX(ROLE, "role", false, false)                                                                 \
    XX(TAGS, "tags", false, true)                                                                  \
    XX(WAVE, "wave", false, false)                                                                 \
    XX(PRODUCTION, "production", false, false)                                                     \
    XX(CREATE_SCHEMA, "create_schema", false, false)                                               \
    XX(TRUST_LEDGER, "trust_ledger", false, false)                                                 \
    XX(REHEARSAL, "rehearsal", false, false)                                                       \
    XX(TIME_ZONE, "time_zone", false, false)                                                       \
    XX(CONNECT_WAIT, "connect_wait", false, false)                                                 \
    XX(LOCK_WAIT, "lock_wait", false, false)                                                       \
    XX(DDL_LOCK_TIMEOUT, "ddl_lock_timeout", false, false)                                         \
    XX(STATEMENT_TIMEOUT, "statement_timeout", false, false)                                       \
    XX(TARGET_TIMEOUT, "target_timeout", false, false)                                             \
    XX(CONNECT_TIMEOUT, "connect_timeout", false, false)                                           \
    XX(JOBS, "jobs", true, true)                                                                   \
    XX(PER_SERVER, "per_server", true, true)                                                       \
    XX(SLEEPS, "sleeps", false, false)                                                             \
    XX(GROUP, "group", false, false)                                                               \
    XX(PER_GROUP, "per_group", false, false)                                                       \
    XX(WAKE, "wake", true, true)

typedef enum pgm__target_key {
#define XX(id, name, defaults_only, needed_first) PGM__TARGET_KEY_##id,
    PGM__TARGET_KEY_MAP(XX)
#undef XX
        PGM__TARGET_KEY_COUNT
} pgm__target_key;

/** One row of the table. */
typedef struct pgm__target_key_row {
    const char *name;   /* as it is written in a file; compared byte by byte */
    bool defaults_only; /* it is about the run: no single target may say it for all */
    bool needed_first;  /* an unset variable in it cannot wait until somebody chooses the target */
} pgm__target_key_row;

/** The row of a key, which must be below PGM__TARGET_KEY_COUNT; static storage. */
const pgm__target_key_row *pgm__target_key_at(pgm__target_key key);

/** The key of this name; PGM__TARGET_KEY_COUNT when it is none of ours, and so perhaps libpq's. */
pgm__target_key pgm__target_key_find(const char *name);

#endif
