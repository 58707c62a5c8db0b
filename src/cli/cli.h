/**
 * @file cli.h  The program: what a command gets, and the table of commands.
 *
 * Layer: cli. The only one that prints.
 */
#ifndef PGM_CLI_CLI_H
#define PGM_CLI_CLI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "base/strbuf.h"
#include "cli/options.h"

/** Exit codes; docs/commands.md lists them from this map. */
#define PGM__EXIT_MAP(XX)                                                                          \
    XX(OK, 0,                                                                                      \
       "all is well: applied, up-to-date or skipped; status and dry run: all were read; "          \
       "validate: no errors")                                                                      \
    XX(FAILED, 1,                                                                                  \
       "a target failed, is unknown, was cancelled or not run; or the report could not be "        \
       "written; validate: there are errors, or warnings with --strict")                           \
    XX(USAGE, 2, "wrong option or configuration, or not confirmed; nothing was touched")           \
    XX(INTERRUPTED, 130, "stopped by SIGINT (Ctrl-C); the report was written")                     \
    XX(TERMINATED, 143, "stopped by SIGTERM; the report was written")

typedef enum pgm__exit {
#define XX(name, value, text) PGM__EXIT_##name = (value),
    PGM__EXIT_MAP(XX)
#undef XX
} pgm__exit;

/** Where a command reads and writes. */
typedef struct pgm__cli {
    pgm__settings settings;
    pgm__env_fn env;
    FILE *in;
    FILE *out;
    FILE *err;
    bool in_tty;
    bool out_tty;
    bool err_tty;
    size_t columns; /* of the terminal; 0 = unknown */
} pgm__cli;

typedef struct pgm__cli_command {
    const char *name;
    const char *operand; /* its name in the help, or NULL */
    unsigned bit;        /* PGM__FOR_…, 0 = help itself */
    size_t least_operands;
    size_t most_operands;
    const char *summary; /* one line */
    const char *text;    /* a few sentences */
    const char *example;
    pgm__exit (*run)(pgm__cli *cli);
} pgm__cli_command;

/** The commands, in the order of the help. Static storage. */
const pgm__cli_command *pgm__commands(size_t *count);

/** By name; NULL when there is none. Static storage. */
const pgm__cli_command *pgm__command_by_name(const char *name);

/** Runs the program: reads argv, the environment, does what they say. cli is from pgm__cli_init. */
pgm__exit pgm__cli_run(pgm__cli *cli, int argc, char **argv);

/** May what goes to a terminal (is it one?) be coloured? */
bool pgm__cli_wants_colour(const pgm__cli *cli, bool tty);

/** Prints "pgmarch: <message>" to standard error, without control characters. */
void pgm__cli_complain(const pgm__cli *cli, const char *message);

/** "unknown command …, did you mean …?" */
pgm__exit pgm__cli_unknown_command(const pgm__cli *cli, const char *name);

/** Writes a whole text and flushes; false when the other end is gone or full. */
bool pgm__cli_write(FILE *file, const pgm__strbuf *text);

/** The commands' functions; see the table. */
pgm__exit pgm__cmd_create(pgm__cli *cli);
pgm__exit pgm__cmd_march(pgm__cli *cli);
pgm__exit pgm__cmd_help(pgm__cli *cli);
pgm__exit pgm__cmd_validate(pgm__cli *cli);

/** The help of the program, of one command, and both references, all from the tables. */
void pgm__help_program(pgm__strbuf *out);
void pgm__help_command(pgm__strbuf *out, const pgm__cli_command *command);
void pgm__help_man(pgm__strbuf *out);
void pgm__help_markdown(pgm__strbuf *out);

#endif
