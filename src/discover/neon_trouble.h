/**
 * @file neon_trouble.h  What the Neon API was asked and did not answer → what to say of it.
 *
 * Layer: discover. Pure.
 */
#ifndef PGM_DISCOVER_NEON_TROUBLE_H
#define PGM_DISCOVER_NEON_TROUBLE_H

#include "base/arena.h"
#include "discover/http.h"
#include "pgmarch/error.h"

/** What it was asked for. */
typedef enum pgm__neon_question_kind {
    PGM__NEON_ASK_PROJECTS,
    PGM__NEON_ASK_PROJECT,
    PGM__NEON_ASK_BRANCHES,
    PGM__NEON_ASK_ENDPOINTS,
    PGM__NEON_ASK_URI
} pgm__neon_question_kind;

/** Borrowed. What the kind does not have is NULL. */
typedef struct pgm__neon_question {
    pgm__neon_question_kind kind;
    const char *project; /* its id */
    const char *branch;  /* its name */
    const char *database;
    const char *role;
    const char *key; /* to be shown nowhere, whatever the API says */
} pgm__neon_question;

/**
 * Says why there is no answer, and what to do.
 *
 * @param answer  Its status is not PGM_OK.
 * @return PGM_EUSAGE: it would be the same another time; PGM_EIO: it need not; PGM_ENOMEM.
 */
pgm_status pgm__neon_trouble(pgm__arena *arena, const pgm__neon_question *question,
                             const pgm__http_answer *answer, pgm_error *err);

/** "the branches of project "p"", for messages; NULL when out of memory. */
const char *pgm__neon_asked_for(pgm__arena *arena, const pgm__neon_question *question);

#endif
