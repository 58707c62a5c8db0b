/**
 * @file report_file.h  The values of --report: a file, and the form that is written to it.
 *
 * Layer: cli.
 */
#ifndef PGM_CLI_OPTIONS_REPORT_FILE_H
#define PGM_CLI_OPTIONS_REPORT_FILE_H

#include "base/arena.h"
#include "report/form.h"

/** One of them. */
typedef struct pgm__report_file {
    const pgm__form *form; /* never NULL */
    const char *path;      /* never empty */
} pgm__report_file;

/** All of them, in the order in which they were given. */
typedef struct pgm__report_files {
    pgm__report_file *items;
    size_t count;
    size_t capacity;
} pgm__report_files;

/**
 * Adds "FILE" or "FORM:FILE".
 *
 * What stands before the first colon names a form by its name or by the end of its files ("junit:",
 * "xml:"). A word that is nearly one is an error; any other, a single letter and what holds a slash
 * are parts of the path: "C:\r.json", "2026-01-02T03:04.json", "./json:1".
 *
 * @param arena   Owns the path.
 * @param source  "option \"--report\"", for the message.
 * @return PGM_OK; PGM_EUSAGE: the message names the form that was meant; PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__report_files_add(pgm__report_files *files, pgm__arena *arena,
                                                const char *text, const char *source,
                                                pgm_error *err);

/** Frees the list; it is empty then. */
void pgm__report_files_fini(pgm__report_files *files);

#endif
