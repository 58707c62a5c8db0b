/**
 * @file past_file.h  A report that a run has left, read from its file.
 *
 * Layer: cli.
 */
#ifndef PGM_CLI_CMD_PAST_FILE_H
#define PGM_CLI_CMD_PAST_FILE_H

#include <stdbool.h>

#include "report/past/past_report.h"

/**
 * Reads a report; a pipe will do.
 *
 * @param[out] out  New; freed with pgm__past_free(). Untouched on failure.
 * @return PGM_OK; PGM_EIO: it cannot be read; PGM_EPARSE: it is no report, or not whole;
 * PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__past_file_read(pgm__past_report **out, const char *path,
                                              pgm_error *err);

/** Is a report that is written to `path` written over `report`? */
bool pgm__past_file_is(const char *report, const char *path);

#endif
