/**
 * @file actions.h  What is done where GitHub Actions runs us: the summary of the job, and
 * annotations.
 *
 * Layer: cli.
 */
#ifndef PGM_CLI_DISPLAY_ACTIONS_H
#define PGM_CLI_DISPLAY_ACTIONS_H

#include "cli/cli.h"
#include "report/report.h"

/**
 * Appends the report to the summary of the job ($GITHUB_STEP_SUMMARY), and prints annotations to
 * standard error. Nothing elsewhere, and nothing with --no-annotations. What fails is said; the run
 * ends as it would have.
 */
void pgm__actions_report(const pgm__cli *cli, const pgm__report *report);

#endif
