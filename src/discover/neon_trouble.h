/**
 * @file neon_trouble.h  What the Neon API was asked and did not answer → what to say of it.
 *
 * Layer: discover. Pure.
 */
#ifndef PGM_DISCOVER_NEON_TROUBLE_H
#define PGM_DISCOVER_NEON_TROUBLE_H

#include <stdbool.h>

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

/** What a lease has asked (neon_lease.h). Borrowed. */
typedef struct pgm__neon_lease_question {
    const char *asked; /* "making a branch" */
    const char *project;
    const char *parent; /* the id of the branch that it is made of */
    const char *name;   /* of the new one */
    const char *database;
    const char *role;
    const char *key;
    bool makes;  /* it is about the making itself */
    bool of_uri; /* and this about who logs in */
} pgm__neon_lease_question;

/** The same for a branch that is made for a rehearsal, and deleted. An answer that is PGM_OK could
 *  not be read. `err` has PGM_EUSAGE or PGM_EIO, or PGM_ENOMEM, as above. */
void pgm__neon_lease_trouble(pgm__arena *arena, const pgm__neon_lease_question *question,
                             const pgm__http_answer *answer, pgm_error *err);

/** "the branches of project "p"", for messages; NULL when out of memory. */
const char *pgm__neon_asked_for(pgm__arena *arena, const pgm__neon_question *question);

#endif
