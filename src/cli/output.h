/**
 * @file output.h  Where the report goes: standard output, and the file of --report.
 *
 * Layer: cli.
 */
#ifndef PGM_CLI_OUTPUT_H
#define PGM_CLI_OUTPUT_H

#include "cli/cli.h"
#include "report/report.h"

/**
 * Can a report be written to `path`? Asked before anything is touched: a wrong folder is better
 * found now than after the run.
 *
 * @return PGM_OK, PGM_EUSAGE (no such folder, a folder, no right to write).
 */
PGM_MUST_CHECK pgm_status pgm__output_check(const char *path, pgm_error *err);

/**
 * Writes a file whole or not at all; what is no regular file (a pipe, /dev/null) is written to and
 * never replaced.
 *
 * @return PGM_OK, PGM_EIO, PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__output_file(const char *path, const pgm__strbuf *text,
                                           pgm_error *err);

#endif
