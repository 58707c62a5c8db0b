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
    PGM__COMMAND_KIND_COUNT
} pgm__command_kind;

/** A row of the table. What a row does not name is 0 or NULL. */
typedef struct pgm__cli_command {
    const char *name;
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

/** Room for every row of the table. */
enum { PGM__COMMANDS_MAX = 16 };

/** The commands, in the order of the help. Static storage. */
const pgm__cli_command *pgm__commands(size_t *count);

/** By name; NULL when there is none. Static storage. */
const pgm__cli_command *pgm__command_by_name(const char *name);

#endif
