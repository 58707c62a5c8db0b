/**
 * @file neon_options.h  What a section with `discover = neon` wants, checked.
 *
 * Layer: discover. Pure; the environment is passed in.
 */
#ifndef PGM_DISCOVER_NEON_OPTIONS_H
#define PGM_DISCOVER_NEON_OPTIONS_H

#include <stdbool.h>

#include "base/arena.h"
#include "discover/neon_choice.h"
#include "model/targets/source_section.h"
#include "pgmarch/error.h"

/** Where the section, and the environment, say nothing. */
#define PGM__NEON_API "https://console.neon.tech/api/v2"

/** The variable that the key comes from, and nothing else. */
#define PGM__NEON_KEY "NEON_API_KEY"

typedef struct pgm__neon_options {
    const char *api;
    const char *key;
    const char *authorities;  /* file of certificates that may vouch for it; NULL: the system's */
    pgm__neon_globs projects; /* ids, no globs; none: all of `org`, or of the key */
    const char *org;          /* or NULL */
    pgm__neon_wish wish;
    const char *database; /* of the section or [defaults], {COLUMN} in it */
    const char *role;     /* likewise */
    bool one_project;     /* named, so that a branch's name is a target's */
    bool needs_names;     /* of projects, which are known by their ids alone */
    bool shares_logins;   /* database and role are the same for all branches of a project */
    bool has_password;    /* the section says it: the API is not asked for one */
} pgm__neon_options;

/**
 * @param arena     Owns what is made; texts are borrowed from source and environment.
 * @param variable  Of the environment; NULL = not set.
 * @param[out] out  Untouched on failure.
 * @return PGM_OK; PGM_EUSAGE: something is missing, or wrong; PGM_ENOMEM. No message holds the key.
 */
PGM_MUST_CHECK pgm_status pgm__neon_options_read(pgm__arena *arena, const pgm__source *source,
                                                 const char *(*variable)(const char *name),
                                                 pgm__neon_options *out, pgm_error *err);

#endif
