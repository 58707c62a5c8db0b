/**
 * @file lookalikes.h  Servers that speak PostgreSQL's protocol and are none, or one that is too
 * old.
 *
 * What is promised rests on what PostgreSQL does: a change of a schema is rolled back with its
 * transaction, and a lock keeps other runs out. A server that cannot do that is not marched: half
 * of a migration would stay, and be called failed. It is known by what it says at the login, before
 * anything is asked.
 *
 * Layer: engine. Pure.
 */
#ifndef PGM_ENGINE_LOOKALIKES_H
#define PGM_ENGINE_LOOKALIKES_H

#include <stddef.h>

/** The oldest version that is marched, as libpq counts it. */
enum { PGM__OLDEST_SERVER = 130000 };

typedef struct pgm__lookalike {
    const char *parameter; /* that it reports at the login, */
    const char *mark;      /* with this in its value; "" = whatever it is */
    const char *name;
    const char *reason; /* what it does otherwise: "CockroachDB, which ..." */
    const char *hint;
} pgm__lookalike;

/** All of them, one by one; NULL behind the last. */
const pgm__lookalike *pgm__lookalike_at(size_t index);

/** What a server reports under this name at the login, or NULL. */
typedef const char *(*pgm__parameter_fn)(const void *data, const char *name);

/** Which of them the server is; NULL = none that is known. */
const pgm__lookalike *pgm__lookalike_find(pgm__parameter_fn parameter, const void *data);

/**
 * Why our own questions fail that every PostgreSQL answers: the server is none.
 *
 * @return The hint, or NULL where the error may have another cause.
 */
const char *pgm__lookalike_hint(const char *sqlstate);

#endif
