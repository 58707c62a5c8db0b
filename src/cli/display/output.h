/**
 * @file output.h  Where the report goes: standard output, and the file of --report.
 *
 * Layer: cli.
 */
#ifndef PGM_CLI_DISPLAY_OUTPUT_H
#define PGM_CLI_DISPLAY_OUTPUT_H

#include "cli/cli.h"

/**
 * Can a file be written to `path`? Asked before anything is touched: a wrong folder is better
 * found now than after the run.
 *
 * @param path    NULL: there is none, which is fine.
 * @param option  By which it was given: "--report".
 * @return PGM_OK, PGM_EUSAGE (no such folder, a folder, no right to write).
 */
PGM_MUST_CHECK pgm_status pgm__output_check(const char *path, const char *option, pgm_error *err);

/**
 * Writes a file whole or not at all; what is no regular file (a pipe, /dev/null) is written to and
 * never replaced.
 *
 * @return PGM_OK, PGM_EIO, PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__output_file(const char *path, const pgm__strbuf *text,
                                           pgm_error *err);

/** Makes the report in a form; `data` is the caller's. @return PGM_OK or PGM_ENOMEM. */
typedef pgm_status (*pgm__output_render_fn)(const pgm__form *form, pgm__strbuf *out,
                                            const void *data, pgm_error *err);

/**
 * Writes the report: to standard output in the form of --format, and to the file of --report, where
 * there is one, in that of its name. Says so when one of them could not be made or the file not be
 * written; the other is written all the same.
 *
 * @param[out] printed  False: it was made, and standard output would not take it. To be told of by
 *                      the caller, who knows what else went there.
 * @return Was everything made, and the file written?
 */
bool pgm__output_report(const pgm__cli *cli, pgm__output_render_fn render, const void *data,
                        bool *printed);

#endif
