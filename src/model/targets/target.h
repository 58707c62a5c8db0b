/**
 * @file target.h  One place to migrate: what a target file says about it, and how to reach it.
 *
 * What libpq makes of it, with its environment, service files and defaults, is pg/conninfo's: in
 * this room nobody knows libpq, so that target files are read the same wherever the program runs.
 *
 * Layer: model, targets. Pure.
 * Threads: immutable; safe to share.
 */
#ifndef PGM_MODEL_TARGETS_TARGET_H
#define PGM_MODEL_TARGETS_TARGET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pgmarch/pgmarch.h"

/** The ledger of a target that names none. */
#define PGM__LEDGER_TABLE "schema_migrations"

/** One libpq connection keyword and its value. */
typedef struct pgm__setting {
    const char *keyword; /* as libpq spells it; also the NAME of a variable */
    const char *value;   /* expanded; may be a password, so it is in no message */
} pgm__setting;

/** Is it production, so that somebody is asked before it is changed? */
typedef enum pgm__production {
    PGM__PRODUCTION_BY_NAME, /* nothing is said: "prod" or "prd" in a name makes it so */
    PGM__PRODUCTION_YES,
    PGM__PRODUCTION_NO /* of a target's own section only, so that no default switches it off */
} pgm__production;

/** Is its server asleep until somebody connects? */
typedef enum pgm__sleeps {
    PGM__SLEEPS_BY_HOST, /* nothing is said: a host of Neon's does */
    PGM__SLEEPS_YES,
    PGM__SLEEPS_NO
} pgm__sleeps;

struct pgm__source;     /* source_section.h */
struct pgm__source_row; /* source_row.h */

/**
 * What a target says that others say as well, as a rule: [defaults], or the section before. A fleet
 * may have a hundred thousand targets, so all that say the same have the very same one
 * (target_common.h). It is never changed: who says something else gets another one.
 */
typedef struct pgm__common {
    const pgm__setting *settings; /* libpq keywords of [defaults], in front of the target's own */
    size_t setting_count;
    const char *const *extra_schemas; /* `search_path_extra =`: of the search path, behind it */
    size_t extra_schema_count;
    const char *ledger_schema;     /* of `ledger = schema.table`, unquoted form; or NULL */
    const char *ledger_table;      /* unquoted form; or NULL = PGM__LEDGER_TABLE */
    const char *role;              /* `role =`, or NULL = the login's own */
    const char *time_zone;         /* `time_zone =`, or NULL = UTC */
    const pgm__setting *variables; /* `var.NAME =`: NAME and value; SQL's pgmarch.NAME */
    size_t variable_count;
    const char *const *tags;
    size_t tag_count;
    const pgm_limits *limits; /* or NULL: the file says nothing; see pgm__target_limits() */
    const char *group;        /* `group =`, or NULL */
    const char
        *flaw;    /* why it cannot be used: file:line and the variable that is missing; or NULL */
    int64_t wave; /* lower waves first */
    int64_t per_group; /* so many of it at once; 0 = it says nothing */
    pgm__production production;
    pgm__sleeps sleeps;
    bool has_wave; /* else it goes behind all that have one, and `wave` is 0 */
    bool create_schema;
    bool trust_ledger;     /* whoever owns it */
    bool is_copy;          /* `rehearsal =`: what is rehearsed here may stay */
    bool per_group_is_own; /* said nearer than in [defaults], where some targets have no group */
} pgm__common;

/** Where a target was found, as its source had it. Borrowed from who has asked the sources. */
typedef struct pgm__target_found {
    const char *ids; /* by which its source knows it: "branch_id br-7, endpoint_id ep-1"; or NULL */
    const struct pgm__source *source;
    const struct pgm__source_row *row;
} pgm__target_found;

/** One place to migrate, as its section says it. Every string is borrowed from the targets. */
typedef struct pgm__target {
    const char *name;          /* section name; for a URL without a file: the database's name */
    const char *origin;        /* "targets/dev.conf:12", or "DATABASE_URL" */
    const char *url;           /* `url =`, or NULL; settings win over what it says */
    const char *schema;        /* or NULL: the session's own current schema */
    const pgm__common *common; /* or NULL: nothing is said; see pgm__common_of() */
    const pgm__target_found *found; /* or NULL: a file lists it, or the URL */
    const pgm__setting *settings;   /* those that `common` has not, behind it: in file order; all of
                                       them are to be had by pgm__target_setting() */
    uint32_t setting_count;
    uint32_t default_count; /* the first ones of all, which the section's own `url` wins over */
} pgm__target;

/** Looks up an environment variable; NULL when it is not set. Passed in, since nothing here may
 * read the environment itself; the value is borrowed until the next call. */
typedef const char *(*pgm__getenv_fn)(const char *name);

/** Tells whether the libpq in use knows a connection keyword. Passed in, as libpq is not used here:
 *  which ones there are depends on its version. */
typedef bool (*pgm__keyword_fn)(const char *keyword);

/** What it has in common with others. Never NULL. */
const pgm__common *pgm__common_of(const pgm__target *target);

/** How many libpq keywords it has, in common with others or not. */
size_t pgm__target_setting_count(const pgm__target *target);

/** Borrowed; index < pgm__target_setting_count(). In file order, [defaults] first. */
const pgm__setting *pgm__target_setting(const pgm__target *target, size_t index);

/** Its limits, with PGM_UNSET where the file says nothing. Never NULL. */
const pgm_limits *pgm__target_limits(const pgm__target *target);

/**
 * Does a glob (fnmatch(3); `tag:GLOB` looks at the tags) choose this target?
 *
 * @param glob  Upper and lower case differ, as they do in names.
 */
bool pgm__target_matches(const pgm__target *target, const char *glob);

#endif
