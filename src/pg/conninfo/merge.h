/**
 * @file merge.h  What a target says of its connection, as libpq's keywords.
 *
 * Layer: pg, conninfo. Uses libpq's parser.
 */
#ifndef PGM_PG_CONNINFO_MERGE_H
#define PGM_PG_CONNINFO_MERGE_H

#include "pg/conninfo/draft.h"
#include "pgmarch/error.h"

/**
 * Merges [defaults], then the target's url, then its own keywords into draft->given; without those
 * that pgmarch sets itself, of which there may be a warning.
 *
 * @return PGM_OK; PGM_EUSAGE: a malformed URL (the message holds no piece of it); PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__conn_merge(pgm__conn_draft *draft, pgm_error *err);

#endif
