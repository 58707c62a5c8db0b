#include "cli/cli.h"

#include <stdlib.h>
#include <string.h>

#include "report/paint.h"

enum { COMMANDS_MAX = 16 };

bool pgm__cli_write(FILE *file, const pgm__strbuf *text) {
    if (text->failed) {
        return false;
    }
    bool written = text->len == 0 || fwrite(text->text, 1, text->len, file) == text->len;
    return fflush(file) == 0 && written;
}

bool pgm__cli_wants_colour(const pgm__cli *cli, bool tty) {
    const char *no_colour = cli->env("NO_COLOR");
    const char *term = cli->env("TERM");
    return tty && (no_colour == NULL || *no_colour == '\0') &&
           (term == NULL || strcmp(term, "dumb") != 0);
}

void pgm__cli_complain(const pgm__cli *cli, const char *message) {
    pgm__strbuf line = {0};
    pgm__strbuf_adds(&line, "pgmarch: ");
    pgm__paint_line(&line, message);
    pgm__strbuf_addc(&line, '\n');
    if (line.failed) {
        (void)fputs("pgmarch: out of memory\n", cli->err);
    } else {
        (void)pgm__cli_write(cli->err, &line);
    }
    pgm__strbuf_fini(&line);
}

pgm__exit pgm__cli_unknown_command(const pgm__cli *cli, const char *name) {
    const char *names[COMMANDS_MAX];
    size_t count;
    const pgm__cli_command *commands = pgm__commands(&count);
    for (size_t i = 0; i < count && i < COMMANDS_MAX; i++) {
        names[i] = commands[i].name;
    }
    const char *near = pgm__suggest(name, names, count);
    char message[256];
    /* A URL in the place of the command may hold a password. */
    if (strpbrk(name, "@:=") != NULL) {
        (void)snprintf(message, sizeof message, "a command is expected first: \"pgmarch help\"");
    } else if (near == NULL) {
        (void)snprintf(message, sizeof message,
                       "unknown command \"%.60s\": \"pgmarch help\" lists the commands", name);
    } else {
        (void)snprintf(message, sizeof message, "unknown command \"%.60s\": did you mean \"%s\"?",
                       name, near);
    }
    pgm__cli_complain(cli, message);
    return PGM__EXIT_USAGE;
}

static pgm__exit check_operands(const pgm__cli *cli, const pgm__cli_command *command) {
    size_t count = cli->settings.words.count - 1;
    char message[256];
    if (count < command->least_operands) {
        (void)snprintf(message, sizeof message, "command \"%s\" needs %s: %s", command->name,
                       command->operand, command->example);
    } else if (count > command->most_operands) {
        (void)snprintf(message, sizeof message,
                       "command \"%s\" takes %s: a database is named by --url or --targets",
                       command->name, command->most_operands == 0 ? "no operand" : "one operand");
    } else {
        return PGM__EXIT_OK;
    }
    pgm__cli_complain(cli, message);
    return PGM__EXIT_USAGE;
}

static pgm__exit print_version(const pgm__cli *cli) {
    pgm__strbuf line = {0};
    pgm__strbuf_addf(&line, "pgmarch %s\n", pgm_version());
    bool written = pgm__cli_write(cli->out, &line);
    pgm__strbuf_fini(&line);
    if (!written) {
        pgm__cli_complain(cli, "cannot write to standard output");
    }
    return written ? PGM__EXIT_OK : PGM__EXIT_FAILED;
}

static pgm__exit no_command(const pgm__cli *cli) {
    pgm__strbuf text = {0};
    pgm__help_program(&text);
    (void)pgm__cli_write(cli->err, &text);
    pgm__strbuf_fini(&text);
    return PGM__EXIT_USAGE;
}

static pgm__exit run_command(pgm__cli *cli, const pgm__cli_command *command) {
    pgm_error err = {0};
    pgm__exit bad = check_operands(cli, command);
    if (bad != PGM__EXIT_OK) {
        return bad;
    }
    /* help must work whatever the environment holds */
    if (command->bit != 0 && pgm__settings_environment(&cli->settings, cli->env, &err) != PGM_OK) {
        pgm__cli_complain(cli, err.msg);
        return err.status == PGM_EUSAGE ? PGM__EXIT_USAGE : PGM__EXIT_FAILED;
    }
    return command->run(cli);
}

pgm__exit pgm__cli_run(pgm__cli *cli, int argc, char **argv) {
    pgm_error err = {0};
    pgm__settings *settings = &cli->settings;
    if (pgm__settings_parse(settings, argc, argv, &err) != PGM_OK) {
        pgm__cli_complain(cli, err.msg);
        return err.status == PGM_EUSAGE ? PGM__EXIT_USAGE : PGM__EXIT_FAILED;
    }
    if (settings->help) {
        return pgm__cmd_help(cli);
    }
    if (settings->version) {
        return print_version(cli);
    }
    if (settings->words.count == 0) {
        return no_command(cli);
    }
    const pgm__cli_command *command = pgm__command_by_name(settings->words.items[0]);
    if (command == NULL) {
        return pgm__cli_unknown_command(cli, settings->words.items[0]);
    }
    return run_command(cli, command);
}
