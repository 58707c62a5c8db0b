/**
 * @file save_targets.h  `targets --save FILE`: the fleet as a target file.
 *
 * Layer: cli.
 */
#ifndef PGM_CLI_CMD_SAVE_TARGETS_H
#define PGM_CLI_CMD_SAVE_TARGETS_H

#include "cli/cli.h"
#include "pgmarch/pgmarch.h"

/**
 * Can the file be written, and may it be overwritten? Asked before anything else is done. Without
 * --save all is well.
 *
 * @return PGM_OK; PGM_EUSAGE: somebody's own file, one of those that targets are read from, or what
 *         is no file.
 */
PGM_MUST_CHECK pgm_status pgm__save_targets_check(const pgm__cli *cli, pgm_error *err);

/**
 * Writes the run's targets, whole or not at all. Without --save it does nothing.
 *
 * @param lines  Gets what people are told.
 * @return PGM_OK; as pgm_run_save_targets(); PGM_EIO.
 */
PGM_MUST_CHECK pgm_status pgm__save_targets(const pgm__cli *cli, pgm_run *run, pgm__strbuf *lines,
                                            pgm_error *err);

#endif
