/**
 * @file complete.h  The hidden command of the shells' completion: what may stand at the cursor.
 *
 * `pgmarch complete -- WORD...` is given the words behind "pgmarch" up to the cursor, of which the
 * last is the one to complete ("" for a new one), and prints a candidate a line, with a tab and
 * what it is. A line ":files" or ":folders" leaves the rest to the shell. Connects nowhere and
 * complains of nothing: somebody is typing.
 *
 * Layer: cli.
 */
#ifndef PGM_CLI_CMD_COMPLETE_H
#define PGM_CLI_CMD_COMPLETE_H

#include "cli/cli.h"
#include "cli/exit.h"

/** The word for it; no row of the table of commands, because nobody is meant to type it. */
#define PGM__COMPLETE "complete"

/** Prints the candidates for the words of the settings, behind the first. */
pgm__exit pgm__cmd_complete(pgm__cli *cli);

#endif
