/**
 * @file names.h  Which of a server's names are targets: `match`, `regex` and `exclude`.
 *
 * A name is taken that one of the globs of `match` matches (all, where there is none), and the
 * whole of which `regex` matches, but for those that a glob of `exclude` matches. A pattern that
 * matches no name at all is an error, as with --only and --exclude: a typing error must neither
 * look like a smaller fleet, nor march whom it was to spare.
 *
 * Layer: discover. Pure.
 */
#ifndef PGM_DISCOVER_NAMES_H
#define PGM_DISCOVER_NAMES_H

#include <regex.h>
#include <stdbool.h>

#include "base/arena.h"
#include "model/targets/globs.h"
#include "pgmarch/error.h"

/** What the section says; zeroed = all names. */
typedef struct pgm__name_rules {
    const char *noun; /* "database" */
    pgm__globs match;
    pgm__globs exclude;
    bool has_regex;
    regex_t regex;
} pgm__name_rules;

/** A name that the server has. */
typedef struct pgm__name {
    const char *name;
    const char *owner;
    const char *unusable; /* why it cannot be a target, in the plural: "templates"; or NULL */
    bool asked;           /* it is the database that is asked */

    /* What pgm__names_choose() makes of it. */
    bool chosen;
    bool left_out; /* it would have been, if it were not unusable */
} pgm__name;

/**
 * Reads the rules.
 *
 * @param arena  Owns the globs.
 * @param match, regex, exclude  As the section has them; NULL = not given.
 * @param[out] out  Ended with pgm__name_rules_fini(), on failure as well.
 * @return PGM_OK, PGM_EUSAGE, PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__name_rules_init(pgm__name_rules *out, pgm__arena *arena,
                                               const char *match, const char *regex,
                                               const char *exclude, pgm_error *err);

void pgm__name_rules_fini(pgm__name_rules *rules);

/**
 * Puts the names in order, by their bytes, and marks those that are chosen.
 *
 * @param scratch  For what is needed meanwhile.
 * @return PGM_OK, also where none is chosen; PGM_EUSAGE: a pattern that matches nothing while
 *         others do, a name of `match` that is unusable, or a glob that finds the database that is
 *         asked; PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__names_choose(const pgm__name_rules *rules, pgm__arena *scratch,
                                            pgm__name *names, size_t count, pgm_error *err);

#endif
