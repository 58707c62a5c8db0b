/**
 * @file source_section.h  A section of a target file that is no target, but says where targets come
 * from.
 *
 * A line of the section that is about the targets may hold {COLUMN}: what each target's row has
 * there; {{ and }} are single braces. It counts for every target that is found, as [defaults] do;
 * what the row itself says wins over it.
 *
 * Layer: model, targets. Pure.
 */
#ifndef PGM_MODEL_TARGETS_SOURCE_SECTION_H
#define PGM_MODEL_TARGETS_SOURCE_SECTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "model/targets/source_kind.h"
#include "model/targets/target.h"
#include "model/targets/target_draft.h"
#include "model/targets/target_lines.h"

/** As read; borrowed from the targets, with all it points to. */
typedef struct pgm__source {
    const char *name;   /* of its section */
    const char *origin; /* "targets/eu.conf:12" */
    pgm__source_kind kind;
    const char *words[PGM__SOURCE_WORD_COUNT]; /* expanded; NULL = not given */
    const pgm__setting *settings; /* `discover.KEYWORD`: its own connection, `url` among them */
    size_t setting_count;
    int64_t timeout;                /* `discover.timeout`, in ms; PGM_UNSET = not given */
    const pgm__target_lines *lines; /* for its targets, {COLUMN} in them */
    const pgm__target_lines *said;  /* by [defaults] */
    const pgm__draft *defaults;     /* what that has made */
    size_t before;                  /* so many targets of files stand in front of its own */
    const char *flaw; /* what it needs to be asked has a variable that is not set; or NULL */
    pgm__keyword_fn is_keyword; /* libpq's */
} pgm__source;

/** A section while it is read. */
typedef struct pgm__source_draft {
    const char *name;
    const char *origin;
    const pgm__target_lines
        *lines; /* all of the section; outlived by the source, as are the rest */
    const pgm__target_lines *said;
    const pgm__draft *defaults;
    pgm__keyword_fn is_keyword;
} pgm__source_draft;

/** Says that a section is a source. */
#define PGM__SOURCE_KEY "discover"

/** Is this key about the source itself, in a section that is one? */
bool pgm__source_is_own_key(const char *key);

/**
 * May this key stand in a section with `discover = kind`?
 *
 * @param kind  PGM__SOURCE_KIND_COUNT: in a section that is no source, or in [defaults].
 * @return PGM_OK; PGM_EPARSE.
 */
PGM_MUST_CHECK pgm_status pgm__source_check_key(pgm__source_kind kind, const char *key,
                                                pgm__keyword_fn is_keyword, pgm_error *err);

/** The kind that `discover = value` names. PGM_OK, or PGM_EPARSE with the nearest one. */
PGM_MUST_CHECK pgm_status pgm__source_parse_kind(const char *value, pgm__source_kind *out,
                                                 pgm_error *err);

/**
 * Makes a source of a section whose keys are checked.
 *
 * @param arena     Owns what is made; texts are borrowed.
 * @param[out] out  Untouched on failure. `before` is left to the caller.
 * @return PGM_OK; PGM_EPARSE, with file and line; PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__source_make(pgm__arena *arena, const pgm__source_draft *draft,
                                           pgm__source *out, pgm_error *err);

#endif
