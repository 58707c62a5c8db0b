/**
 * @file scratch.h  Databases that are made for a run on a server of its user's choice, and dropped
 * behind it.
 *
 * They are made from template0 and named after the run, so that whoever finds one that a killed run
 * has left knows what it is. The server is none of production's, and the database that the URL
 * names serves for nothing but CREATE DATABASE and DROP DATABASE.
 *
 * Layer: fleet.
 */
#ifndef PGM_FLEET_SCRATCH_H
#define PGM_FLEET_SCRATCH_H

#include "fleet/run_data.h"

/** What the names of all such databases begin with. */
#define PGM__SCRATCH_PREFIX "pgmarch_drift_"

/** The server. Made by pgm__scratch_open(). */
typedef struct pgm__scratch {
    pgm_run *run; /* whose loop, and whose id */
    const char *url;
    pgm__conninfo info; /* of the URL as it is */
    int server_version; /* 150018 */
} pgm__scratch;

/**
 * Is it fit for that? Opens no connection.
 *
 * @param run  Its targets are known. Owns what is made.
 * @param url  Borrowed for as long as `out` is used.
 * @return PGM_OK; PGM_EUSAGE: malformed, a target's own database, or on a server that has a target
 *         of production; PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__scratch_open(pgm__scratch *out, pgm_run *run, const char *url,
                                            pgm_error *err);

/** Who is there? @return PGM_OK; PGM_ECONNECT, PGM_ETIMEOUT, PGM_ECANCELLED, PGM_ENOMEM. */
PGM_MUST_CHECK pgm_status pgm__scratch_meet(pgm__scratch *scratch, pgm_error *err);

/**
 * CREATE DATABASE. pgm_run_stop() ends it.
 *
 * @param[out] made  It may be there, also behind a failure, and is to be dropped.
 * @return PGM_OK; PGM_ESQL and as above.
 */
PGM_MUST_CHECK pgm_status pgm__scratch_make(pgm__scratch *scratch, const char *name, bool *made,
                                            pgm_error *err);

/** CREATE SCHEMA in it. @return As pgm__scratch_make(). */
PGM_MUST_CHECK pgm_status pgm__scratch_make_schema(pgm__scratch *scratch, const pgm__target *target,
                                                   pgm_error *err);

/** DROP DATABASE, whoever is still in it; not ended by pgm_run_stop(). @return As above. */
PGM_MUST_CHECK pgm_status pgm__scratch_drop(pgm__scratch *scratch, const char *name,
                                            pgm_error *err);

/**
 * A database of it as a target: what the migrations of `like` would find there, but for who is
 * logged in, and the role.
 *
 * @return false: out of memory.
 */
PGM_MUST_CHECK bool pgm__scratch_target(const pgm__scratch *scratch, const char *name,
                                        const pgm__target *like, pgm__target *out);

/** The run is to end: so is what is asked of the server. Where nothing is, it does nothing. */
void pgm__scratch_stop(const pgm_run *run);

#endif
