/**
 * @file ahead.h  What a command would do, shown before it does it.
 *
 * Layer: cli.
 */
#ifndef PGM_CLI_DISPLAY_AHEAD_H
#define PGM_CLI_DISPLAY_AHEAD_H

#include "cli/cli.h"
#include "report/report.h"

/**
 * Has the fleet to be looked at before the command may begin? Where somebody will be asked, who
 * should know what for; and for a `down` that says neither --to nor --each on several targets,
 * which must be alike.
 *
 * @param asks  Somebody will be asked (cli/display/confirm.h).
 */
bool pgm__ahead_wanted(const pgm__cli *cli, const pgm_run *run, pgm_command command, bool asks);

/** What a survey means for the command. */
typedef enum pgm__ahead {
    PGM__AHEAD_GO,
    PGM__AHEAD_NOTHING,   /* no target has anything to be done: the survey is the report */
    PGM__AHEAD_HALF_KNOWN /* a target could not be looked at: the command must not begin */
} pgm__ahead;

/**
 * Judges a survey. For `down` and `squash` every target must be ready; for the others it must have
 * been read, and one that refuses (its file was edited, its ledger has rows) fails by itself.
 */
pgm__ahead pgm__ahead_judge(const pgm__report *report);

/** Says that a fleet is half known, and how many targets it is for. */
void pgm__ahead_complain(const pgm__cli *cli, const pgm__report *report);

/**
 * Refuses a `down` that says neither --to nor --each, where the newest applied migration is not the
 * same on all targets, and a `squash` where the rows that it is about are not: says so with the
 * groups and the ways on.
 *
 * @param report  Of a survey or of a dry run.
 * @return True when it is refused. Targets without anything applied do not count.
 */
bool pgm__ahead_refuses_uneven(const pgm__cli *cli, const pgm__report *report);

/** Prints what would be done on standard error, equal lists once. */
void pgm__ahead_show(const pgm__cli *cli, const pgm__report *report);

#endif
