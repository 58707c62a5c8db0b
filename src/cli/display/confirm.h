/**
 * @file confirm.h  Nobody touches production by accident.
 *
 * Layer: cli.
 */
#ifndef PGM_CLI_DISPLAY_CONFIRM_H
#define PGM_CLI_DISPLAY_CONFIRM_H

#include <stdbool.h>

#include "cli/cli.h"
#include "pgmarch/run.h"
#include "report/report.h"

/**
 * Names the production targets of the run on standard error, by masked URL, and asks.
 *
 * On a terminal "yes" must be typed (or --yes given); without a terminal only --yes counts.
 *
 * @param ahead  Of a survey: what would be done is shown right above the question. NULL: there was
 * none.
 * @return True when the run may go on; also when there are no production targets.
 */
bool pgm__confirm_production(const pgm__cli *cli, const pgm_run *run, const pgm__report *ahead);

/** Reads a line: the whole word "yes" and nothing else, since a key that was hit by chance is no
 *  answer, and neither is the end of the input. */
bool pgm__confirm_hears_yes(const pgm__cli *cli);

/** Will it ask? There are production targets, a terminal, and no --yes. */
bool pgm__confirm_asks(const pgm__cli *cli, const pgm_run *run);

/** Will it refuse, because nobody can be asked? Then nothing has to be looked at before. */
bool pgm__confirm_refuses(const pgm__cli *cli, const pgm_run *run);

/**
 * May it be rehearsed? Targets that are production are named, and need --yes-on-production: a yes
 * that was typed for a rehearsal would be given lightly, and the locks are real.
 *
 * @return How many of them there are, where they may be rehearsed; SIZE_MAX: they may not.
 */
size_t pgm__confirm_rehearsal(const pgm__cli *cli, const pgm_run *run);

/** Says what a rehearsal holds there, below its plan. @param ahead  Of a survey. */
void pgm__confirm_show_rehearsal(const pgm__cli *cli, const pgm__report *ahead, size_t production);

#endif
