/**
 * @file digests.h  What a fleet, a selection and a folder are recognised by.
 *
 * Processes that share a rollout without knowing each other write these into their reports, so that
 * a difference between them is seen by whoever puts the reports together. What goes in is told in
 * docs/users/report.md, and must not change.
 *
 * Layer: fleet. Pure.
 */
#ifndef PGM_FLEET_DIGESTS_H
#define PGM_FLEET_DIGESTS_H

#include "base/sha256.h"
#include "model/files/migrations.h"

/**
 * SHA-256 of names, each ended by a NUL.
 *
 * @param names  In the order of their bytes, which is the caller's to see to.
 * @return PGM_OK or PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__digest_names(const char *const *names, size_t count,
                                            char hex[PGM__SHA256_HEX], pgm_error *err);

/**
 * SHA-256 of the versions, in their order, each with the checksums of its up, down and verify file
 * (empty where there is none); every text is ended by a NUL.
 *
 * @return PGM_OK or PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__digest_migrations(const pgm__migrations *migrations,
                                                 char hex[PGM__SHA256_HEX], pgm_error *err);

#endif
