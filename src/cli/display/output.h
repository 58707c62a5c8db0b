/**
 * @file output.h  Where the report goes: standard output, and the files of --report.
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

/**
 * The same of every file of --report; that no two of them are one; and that there is a report of
 * this kind in their forms, and in that of --format.
 *
 * @return PGM_OK or PGM_EUSAGE.
 */
PGM_MUST_CHECK pgm_status pgm__output_check_reports(const pgm__cli *cli, pgm__report_kind kind,
                                                    pgm_error *err);

/**
 * Makes the report in a form; `data` is the caller's.
 *
 * @param filed  It goes to a file, and not to standard output: what the terminal is like, and how
 *               much of it somebody wants to read there, says nothing.
 * @return PGM_OK or PGM_ENOMEM.
 */
typedef pgm_status (*pgm__output_render_fn)(const pgm__form *form, bool filed, pgm__strbuf *out,
                                            const void *data, pgm_error *err);

/** As pgm__output_report() below, where nothing else went to standard output: says so when that
 * would not take it. @return Was everything made and written? */
bool pgm__output_all(const pgm__cli *cli, pgm__output_render_fn render, const void *data);

/** Writes the report to each file of --report, as below. @return Was every one made and written? */
bool pgm__output_files(const pgm__cli *cli, pgm__output_render_fn render, const void *data);

/**
 * Writes the report: to standard output in the form of --format, and to each file of --report in
 * its form. Says so when one of them could not be made or written; the others are written all the
 * same.
 *
 * @param[out] printed  False: it was made, and standard output would not take it. To be told of by
 *                      the caller, who knows what else went there.
 * @return Was everything made, and every file written?
 */
bool pgm__output_report(const pgm__cli *cli, pgm__output_render_fn render, const void *data,
                        bool *printed);

#endif
