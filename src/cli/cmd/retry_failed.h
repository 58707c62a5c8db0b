/**
 * @file retry_failed.h  --retry-failed: the targets that an earlier run has left.
 *
 * Layer: cli.
 */
#ifndef PGM_CLI_CMD_RETRY_FAILED_H
#define PGM_CLI_CMD_RETRY_FAILED_H

#include "base/arena.h"
#include "base/strbuf.h"
#include "cli/options/settings.h"
#include "report/past/past_report.h"

/** Zeroed: nothing is retried, and every function does nothing. */
typedef struct pgm__retry_failed {
    pgm__arena arena;
    pgm__past_report *report;
    const char *const *names; /* of the targets that are left */
    size_t count;
    const char *origin; /* the file, for messages */
} pgm__retry_failed;

/**
 * Reads the report, and whether this command may take it up.
 *
 * @param[out] out  Zeroed; to be finished with pgm__retry_failed_fini() in every case.
 * @param path      NULL: nothing is retried.
 * @return PGM_OK; PGM_EIO, PGM_EPARSE: it cannot be read; PGM_EUSAGE: it is of another command;
 *         PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__retry_failed_open(pgm__retry_failed *out, const char *path,
                                                 pgm_command command, bool dry_run, pgm_error *err);

/**
 * Would the report of the retry be written over the one that is retried? That one is still needed:
 * for what is left where the retry cannot begin, and for the one report of both.
 *
 * @param settings  --retry-failed and --report of it count.
 * @return PGM_OK, PGM_EUSAGE.
 */
PGM_MUST_CHECK pgm_status pgm__retry_failed_keeps(const pgm__settings *settings, pgm_error *err);

/** Puts the names into the options of a run; they are borrowed. */
void pgm__retry_failed_fill(const pgm__retry_failed *retry, pgm_options *options);

/**
 * Compares the run that was opened with the report, and says what is retried.
 *
 * @param lines  Gets what is said of it, a line each.
 * @return PGM_OK; PGM_EUSAGE: fleet or folder are others; PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__retry_failed_check(const pgm__retry_failed *retry,
                                                  const pgm_run *run, pgm__strbuf *lines,
                                                  pgm_error *err);

/** Is there nothing that could be retried? */
bool pgm__retry_failed_is_empty(const pgm__retry_failed *retry);

/** Frees it. */
void pgm__retry_failed_fini(pgm__retry_failed *retry);

#endif
