/**
 * @file neon_lease.h  A branch for one rehearsal, from its making to its deletion: what is to be
 * asked next, and what an answer means.
 *
 * It performs no I/O: the keeper (neon_keeper.h) sends what a step says and brings the answer back.
 *
 * Making is not to be asked twice blindly: an answer that did not come may have been "made". So the
 * branch, whose name no other has, is looked for first; and where such an answer was missing, it is
 * looked for again at the end, and all of its name are deleted. Deleting may be asked as often as
 * one likes: what is not there any more is what was wanted.
 *
 * What is handed over is a branch that the API has shown to be ours: of the name that was asked
 * for, with the parent that was meant, and with a compute that is its own.
 *
 * Layer: discover. Pure; the time is passed in.
 */
#ifndef PGM_DISCOVER_NEON_LEASE_H
#define PGM_DISCOVER_NEON_LEASE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "discover/http.h"
#include "discover/neon_uri.h"
#include "pgmarch/error.h"

/** XX(NAME, what is asked for, in words for messages: project and branch follow). */
#define PGM__LEASE_STATE_MAP(XX)                                                                   \
    XX(MAKE, "making a branch")                                                                    \
    XX(LOOK, "looking for the branch that is to be made")                                          \
    XX(WAIT, "the new branch")                                                                     \
    XX(COMPUTE, "the compute of the new branch")                                                   \
    XX(LOGIN, "the connection URI of the new branch")                                              \
    XX(READY, "")                                                                                  \
    XX(DELETE, "deleting the branch")                                                              \
    XX(SWEEP, "looking for branches of that name")                                                 \
    XX(OVER, "")

typedef enum pgm__lease_state {
#define XX(name, text) PGM__LEASE_##name,
    PGM__LEASE_STATE_MAP(XX)
#undef XX
} pgm__lease_state;

/** What branch is wanted. All borrowed as long as the lease lives. */
typedef struct pgm__lease_wish {
    const char *project;  /* its id */
    const char *parent;   /* id of the branch that it is made of */
    const char *compute;  /* host of that one's compute, which must not be the new one's */
    const char *name;     /* pgm__neon_rehearsal_name() */
    const char *expires;  /* pgm__neon_moment() */
    const char *database; /* who is to log in where */
    const char *role;
    bool has_password; /* no URI is asked for */
    const char *key;   /* of the API: in no message */
    int64_t make_ms;   /* it has to be ready within so long; at least one try is made */
    int64_t delete_ms; /* so long deleting is tried */
    uint32_t random;   /* any 32 bits, for pauses */
} pgm__lease_wish;

typedef struct pgm__lease {
    pgm__arena *arena;
    const pgm__lease_wish *wish;
    pgm__lease_state state;
    bool ending;      /* nobody wants it any more */
    bool stays;       /* the API has given it no expiry */
    bool unclear;     /* a request to make it had no answer: there may be one more */
    unsigned tries;   /* in this state */
    unsigned makes;   /* so often it was asked to be made */
    uint64_t make_by; /* of the loop's clock, in ms */
    uint64_t delete_by;
    const char *id;   /* of the branch; NULL: it is not known, or it is gone */
    const char *host; /* of its compute; NULL: not known yet */
    pgm__neon_uri uri;
    pgm_status status; /* not PGM_OK: why it could not be had */
    pgm_error error;
    bool left; /* OVER: it may be there still, for the reason in `left_why` */
    char left_why[sizeof(((pgm_error *)0)->msg)];
} pgm__lease;

typedef enum pgm__lease_do {
    PGM__LEASE_ASK,   /* send the request, and bring its answer to pgm__lease_answer() */
    PGM__LEASE_PAUSE, /* call pgm__lease_resume() after so long */
    PGM__LEASE_USE,   /* the branch is ready; pgm__lease_end() when it is not needed any more */
    PGM__LEASE_DONE   /* it is over */
} pgm__lease_do;

/** What is to be done next. */
typedef struct pgm__lease_step {
    pgm__lease_do kind;
    pgm__http_request request; /* ASK; borrowed from the arena */
    uint64_t pause_ms;         /* PAUSE */
} pgm__lease_step;

/** Begins: the first step asks for the branch. */
pgm__lease_step pgm__lease_begin(pgm__lease *lease, pgm__arena *arena, const pgm__lease_wish *wish,
                                 uint64_t now_ms);

pgm__lease_step pgm__lease_answer(pgm__lease *lease, const pgm__http_answer *answer,
                                  uint64_t now_ms);

pgm__lease_step pgm__lease_resume(pgm__lease *lease, uint64_t now_ms);

/**
 * Nobody wants it any more: what there is of it is deleted.
 *
 * Where a request is out its answer is needed, for it may be the one that made the branch: it
 * brings the next step. Else call pgm__lease_resume() for it.
 */
void pgm__lease_end(pgm__lease *lease, uint64_t now_ms);

/** Gives it up where it is: what may be there of it is left. It is over. */
void pgm__lease_leave(pgm__lease *lease, const char *why);

/**
 * "branch "n" (br-1) of project "p" could not be deleted: why"; what to do follows. NULL when out
 * of memory.
 */
const char *pgm__lease_leftover_text(const pgm__lease *lease);

#endif
