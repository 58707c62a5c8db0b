/**
 * @file finding.h  One thing that a plan has to tell.
 *
 * Layer: model. Pure.
 */
#ifndef PGM_MODEL_PLAN_FINDING_H
#define PGM_MODEL_PLAN_FINDING_H

#include <stdbool.h>

/** Why a plan must not be carried out, or what to tell about it. */
#define PGM__FINDING_MAP(XX)                                                                       \
    XX(EDITED, "an applied migration's file was edited")                                           \
    XX(PARTIAL, "a migration began and its end was never recorded")                                \
    XX(AHEAD, "the target has a newer migration than this folder")                                 \
    XX(RENAMED, "an applied migration's file has another name now")                                \
    XX(RENUMBERED, "an applied migration's content is in a file of another number now")            \
    XX(OUT_OF_ORDER, "a pending migration is older than the newest applied one")                   \
    XX(MISSING_FILE, "an applied migration's file is gone")                                        \
    XX(NO_DOWN_FILE, "there is no way down")                                                       \
    XX(DOWN_REFUSED, "a migration's way down cannot be run")                                       \
    XX(NO_UP_FILE, "a migration has a down file and no up file")                                   \
    XX(PAST, "the target is past the version that up was to stop at")

typedef enum pgm__finding_kind {
#define XX(name, text) PGM__FINDING_##name,
    PGM__FINDING_MAP(XX)
#undef XX
} pgm__finding_kind;

typedef struct pgm__finding {
    pgm__finding_kind kind;
    bool stops;          /* the plan must not be carried out */
    const char *version; /* borrowed from row or migration */
    const char *file;    /* path of the file in question, or NULL */
    unsigned line;       /* of the file; 0: the file as a whole */
    const char *message; /* whole sentence, with both checksums where that is the point */
    const char *hint;    /* what to do next */
} pgm__finding;

#endif
