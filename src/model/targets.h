/**
 * @file targets.h  Target files: which databases there are, and how to reach them.
 *
 * Layer: model. Reads files (through base/file.h) and environment values (through a callback).
 * Threads: immutable after load; safe to share.
 */
#ifndef PGM_MODEL_TARGETS_H
#define PGM_MODEL_TARGETS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "pgmarch/pgmarch.h"

/** One libpq connection keyword and its value. */
typedef struct pgm__setting {
    const char *keyword;
    const char *value;
} pgm__setting;

typedef enum pgm__production {
    PGM__PRODUCTION_BY_NAME,
    PGM__PRODUCTION_YES,
    PGM__PRODUCTION_NO
} pgm__production;

/** One place to migrate, as its section says it. Every string is borrowed from the targets. */
typedef struct pgm__target {
    const char *name;             /* section name; for a URL without a file: the database's name */
    const char *origin;           /* "targets/dev.conf:12", or "DATABASE_URL" */
    const char *url;              /* `url =`, or NULL; `settings` win over what it says */
    const pgm__setting *settings; /* libpq keywords in file order, [defaults] first */
    size_t setting_count;
    size_t default_count;          /* the first ones, which the section's own `url` wins over */
    const char *schema;            /* or NULL: the session's own current schema */
    const char *ledger_schema;     /* of `ledger = schema.table`, unquoted form; or NULL */
    const char *ledger_table;      /* unquoted form; or NULL = schema_migrations */
    const char *time_zone;         /* `time_zone =`, or NULL = UTC */
    const pgm__setting *variables; /* `var.NAME =`: NAME and value; SQL's pgmarch.NAME */
    size_t variable_count;
    const char *const *tags;
    size_t tag_count;
    int64_t wave; /* default 0; lower waves first */
    bool create_schema;
    pgm__production production;
    pgm_limits limits; /* PGM_UNSET where the file says nothing */
    const char
        *flaw; /* why it cannot be used: file:line and the variable that is missing; or NULL */
} pgm__target;

typedef struct pgm__targets pgm__targets; /* opaque */

/** Looks up an environment variable; NULL when it is not set. */
typedef const char *(*pgm__getenv_fn)(const char *name);

/** Tells whether libpq knows a connection keyword (PQconndefaults(), facts.md §1). */
typedef bool (*pgm__keyword_fn)(const char *keyword);

/** An empty list; NULL when out of memory. */
pgm__targets *pgm__targets_new(void);
void pgm__targets_free(pgm__targets *targets);

/**
 * Reads a target file, or all *.conf files of a folder in byte order, and adds their targets.
 *
 * A section is a target; [defaults] counts for the targets of its own file. `key =` without a value
 * takes a default back. ${NAME} is the environment variable; $$ is one $. A variable that is not
 * set, or empty, is kept as the target's flaw and hurts only who chooses it; but for `tags`, `jobs`
 * and `per_server`, which say something about the whole run. Where files differ about jobs or
 * per_server, the smaller number counts. Syntax of lines: base/ini.h. On failure nothing is added.
 *
 * @return PGM_OK; PGM_EIO; PGM_EPARSE (syntax, unknown key with the nearest known one, bad value,
 *         malformed ${, two targets of one name, two targets with the same settings, all with
 *         file:line); PGM_EUSAGE (no target in it); PGM_ENOMEM. No message holds a value.
 */
PGM_MUST_CHECK pgm_status pgm__targets_add_path(pgm__targets *targets, const char *path,
                                                pgm__getenv_fn getenv_fn,
                                                pgm__keyword_fn is_keyword, pgm_error *err);

/** Adds the single target of a URL or keyword string; `origin` names where it came from. */
PGM_MUST_CHECK pgm_status pgm__targets_add_url(pgm__targets *targets, const char *url,
                                               const char *origin, pgm_error *err);

/**
 * Gives a ledger to every target that does not name its own.
 *
 * @param ledger  "table" or "schema.table", as `ledger =` takes it.
 * @return PGM_OK, PGM_EUSAGE (not of this form), PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__targets_set_ledger(pgm__targets *targets, const char *ledger,
                                                  pgm_error *err);

size_t pgm__targets_count(const pgm__targets *targets);
const pgm__target *pgm__targets_at(const pgm__targets *targets, size_t index);

/** Run-wide settings of [defaults]: PGM_UNSET when no file names them. */
int64_t pgm__targets_jobs(const pgm__targets *targets);
int64_t pgm__targets_per_server(const pgm__targets *targets);

/**
 * Does a glob (fnmatch(3); `tag:GLOB` looks at the tags) choose this target?
 */
bool pgm__target_matches(const pgm__target *target, const char *glob);

#endif
