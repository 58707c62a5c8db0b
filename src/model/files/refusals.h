/**
 * @file refusals.h  What a migrations folder is refused for: every name in it that is in the way.
 *
 * All of them are collected before one is told, since whoever tidies a folder up does not want to
 * run a program for each file.
 *
 * Layer: model. Pure.
 */
#ifndef PGM_MODEL_FILES_REFUSALS_H
#define PGM_MODEL_FILES_REFUSALS_H

#include <stdbool.h>
#include <stddef.h>

#include "pgmarch/error.h"

/** What is wrong. Static storage. */
typedef struct pgm__refusal_kind {
    const char *problem; /* of the folder: `"dir" <problem>: "a", "b"; <remedy>` */
    const char *remedy;
    const char *brief; /* of one name, where it says nothing more of its own */
} pgm__refusal_kind;

typedef struct pgm__refusal {
    const pgm__refusal_kind *kind;
    const char *path; /* from the folder */
    const char *why;  /* "": as the kind says */
} pgm__refusal;

/** Zeroed = empty and usable. Texts are borrowed. */
typedef struct pgm__refusals {
    pgm__refusal *items;
    size_t count;
    size_t capacity;
    bool failed; /* memory ran out */
} pgm__refusals;

/** @param path  NULL: memory ran out while it was made. */
void pgm__refusals_add(pgm__refusals *refusals, const pgm__refusal_kind *kind, const char *path,
                       const char *why);

/**
 * All of them in one message, as many names as fit and how many more there are.
 *
 * @param others  So many files are refused for what is in them.
 * @return PGM_EPARSE, or PGM_ENOMEM.
 */
pgm_status pgm__refusals_error(const pgm__refusals *refusals, const char *dir, size_t others,
                               pgm_error *err);

/** One of them, as `why; remedy`. @return PGM_EPARSE. */
pgm_status pgm__refusal_error(const pgm__refusal *refusal, pgm_error *err);

void pgm__refusals_fini(pgm__refusals *refusals);

#endif
