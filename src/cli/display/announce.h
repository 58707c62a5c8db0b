/**
 * @file announce.h  What a run is about to touch: its targets, before the first of them is.
 *
 * Layer: cli.
 */
#ifndef PGM_CLI_DISPLAY_ANNOUNCE_H
#define PGM_CLI_DISPLAY_ANNOUNCE_H

#include "cli/cli.h"
#include "cli/display/progress.h"

/** Columns for the names of targets, so that the lines about them stand under each other. */
size_t pgm__announce_name_width(const pgm_run *run);

/**
 * Adds "up: 3 targets, 4 migrations in "migrations"" (of a shard "up: shard 2/8: 51 of 400 targets,
 * ...") and the targets. Of a large fleet (pgm__report_folds()) the sentence says it all: "up: 3000
 * targets on 1 server (t_0000 … t_2999), 4 migrations in "migrations"".
 *
 * @param progress  Colour and width of the lines that will follow.
 */
void pgm__announce(pgm__strbuf *out, const pgm__cli *cli, const pgm_run *run, pgm_command command,
                   const pgm__progress *progress);

#endif
