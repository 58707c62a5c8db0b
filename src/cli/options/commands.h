/**
 * @file commands.h  The one table of commands: the program, the help and the references read it.
 *
 * The table describes; cli/program.c has the function of each kind.
 *
 * Layer: cli.
 */
#ifndef PGM_CLI_OPTIONS_COMMANDS_H
#define PGM_CLI_OPTIONS_COMMANDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pgmarch/pgmarch.h"

/** What carries a command out. */
typedef enum pgm__command_kind {
    PGM__COMMAND_HELP,
    PGM__COMMAND_CREATE,
    PGM__COMMAND_MARCH, /* a run over targets: `command` says which */
    PGM__COMMAND_VALIDATE,
    PGM__COMMAND_TARGETS,
    PGM__COMMAND_REPORT,
    PGM__COMMAND_HISTORY,
    PGM__COMMAND_DRIFT,
    PGM__COMMAND_VERSION,
    PGM__COMMAND_KIND_COUNT
} pgm__command_kind;

/** What commands are for; the help lists them so. */
typedef enum pgm__command_group {
    PGM__COMMANDS_MARCHING,
    PGM__COMMANDS_LOOKING,
    PGM__COMMANDS_FOLDER,
    PGM__COMMANDS_FLEET,
    PGM__COMMANDS_LEDGER,
    PGM__COMMANDS_HELP
} pgm__command_group;

/** Room for the aliases of a command, every row of the table, and every word for one. */
enum { PGM__ALIASES_MAX = 2, PGM__COMMANDS_MAX = 20, PGM__COMMAND_WORDS_MAX = 3 * 20 };

/** A row of the table. What a row does not name is 0 or NULL. */
typedef struct pgm__cli_command {
    const char *name;
    const char *aliases[PGM__ALIASES_MAX]; /* other tools' words for it; NULL behind the last */
    pgm__command_group group;
    pgm__command_kind kind;
    pgm_command command; /* PGM__COMMAND_MARCH: what the run does with every target */
    bool looks;          /* as with --dry-run: it only says what the run would do */
    const char *operand; /* its name in the help, or NULL */
    unsigned bit;        /* PGM__FOR_…; 0: help itself, which takes no options */
    size_t least_operands;
    size_t most_operands;
    const char *summary; /* one line */
    const char *text;    /* a few sentences */
    const char *example;
} pgm__cli_command;

/** Takes as many operands as there are. */
#define PGM__OPERANDS_ANY SIZE_MAX

/** The commands, in the order of the help. Static storage. */
const pgm__cli_command *pgm__commands(size_t *count);

/** By name or alias; NULL when there is none. Behind it only the name counts. Static storage. */
const pgm__cli_command *pgm__command_by_name(const char *name);

/** The heading of a group, without a colon. Static storage. */
const char *pgm__command_group_title(pgm__command_group group);

/** Every name and alias, in the order of the table. Static storage. @return How many there are. */
size_t pgm__command_names(const char *words[PGM__COMMAND_WORDS_MAX]);

#endif
