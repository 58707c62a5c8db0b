/**
 * @file target_write.h  Targets as lines of a target file, which is read back as the same ones.
 *
 * Layer: model, targets. Pure.
 */
#ifndef PGM_MODEL_TARGETS_TARGET_WRITE_H
#define PGM_MODEL_TARGETS_TARGET_WRITE_H

#include <stdint.h>

#include "base/strbuf.h"
#include "model/targets/target.h"
#include "model/targets/target_rollout.h"

/**
 * Adds a target as a section of its own, which needs no [defaults].
 *
 * @param out     Its `failed` says that memory ran out, here and below.
 * @param target  Without a flaw and a url. A setting or variable without a value is written as a
 *                variable of the environment, which whoever uses the file has to set: ${PGOPTIONS}
 *                for `options`, ${VAR_NAME} for `var.name`.
 * @return PGM_OK; PGM_EUSAGE: no section can have its name, or no line such a value (the message
 *         names target and key, and holds no value).
 */
PGM_MUST_CHECK pgm_status pgm__target_write(pgm__strbuf *out, const pgm__target *target,
                                            pgm_error *err);

/** Adds the [defaults] that are about the run; nothing where all are PGM_UNSET. */
void pgm__target_write_run(pgm__strbuf *out, int64_t jobs, int64_t per_server, int64_t wake);

/** Adds the [rollout] of canary, max_failures and servers; nothing where none of them is said.
 * Waves are in the sections of their targets. */
void pgm__target_write_rollout(pgm__strbuf *out, const pgm__rollout_rules *rules);

#endif
