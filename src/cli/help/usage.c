#include "cli/help/usage.h"

#include <string.h>

#include "cli/exit.h"
#include "cli/options/options.h"
#include "report/page/paint.h"

enum { WIDTH = 100, OPTION_COLUMN = 32, COMMAND_COLUMN = 20 };

/* Adds `text` broken between words; every line after the first begins at column `indent`. */
static void wrap(pgm__strbuf *out, const char *text, size_t at, size_t indent) {
    size_t column = at;
    while (*text != '\0') {
        size_t len = strcspn(text, " ");
        if (column > indent && column + 1 + len > WIDTH) {
            pgm__strbuf_addc(out, '\n');
            pgm__paint_spaces(out, indent);
            column = indent;
        } else if (column > indent) {
            pgm__strbuf_addc(out, ' ');
            column++;
        }
        pgm__strbuf_add(out, text, len);
        column += len;
        text += len;
        text += strspn(text, " ");
    }
    pgm__strbuf_addc(out, '\n');
}

/* What is too long for the first column has a line of its own. */
static void fill_to(pgm__strbuf *out, size_t from, size_t column) {
    size_t used = out->len - from;
    if (used + 2 > column) {
        pgm__strbuf_addc(out, '\n');
        used = 0;
    }
    pgm__paint_spaces(out, column - used);
}

void pgm__help_operand(pgm__strbuf *out, const pgm__cli_command *command) {
    if (command->operand != NULL) {
        pgm__strbuf_addf(out, command->least_operands > 0 ? " %s" : " [%s]", command->operand);
    }
}

/* Options without a letter are indented as if they had one, so that names stand under each other.
 */
static void add_option(pgm__strbuf *out, const pgm__option *option) {
    pgm__strbuf text = {0};
    size_t start = out->len;
    if (option->letter != 0) {
        pgm__strbuf_addf(out, "  -%c, --%s", option->letter, option->name);
    } else {
        pgm__strbuf_addf(out, "      --%s", option->name);
    }
    if (option->argument != NULL) {
        pgm__strbuf_addf(out, " %s", option->argument);
    }
    fill_to(out, start, OPTION_COLUMN);
    pgm__strbuf_adds(&text, option->help);
    if (option->initial != NULL) {
        pgm__strbuf_addf(&text, " (default: %s)", option->initial);
    }
    if (option->env != NULL) {
        pgm__strbuf_addf(&text, " [%s]", option->env);
    }
    if (text.failed) {
        out->failed = true;
    } else {
        wrap(out, text.text, OPTION_COLUMN, OPTION_COLUMN);
    }
    pgm__strbuf_fini(&text);
}

/* Those of a file of rows that mean something to one of the commands, under their heading. */
static void add_part(pgm__strbuf *out, pgm__option_rows part, unsigned commands) {
    bool titled = false;
    for (size_t i = 0; i < part.count; i++) {
        if ((part.rows[i].commands & commands) != 0) {
            if (!titled) {
                pgm__strbuf_addf(out, "\n%s:\n", part.title);
                titled = true;
            }
            add_option(out, &part.rows[i]);
        }
    }
}

static void add_options(pgm__strbuf *out, unsigned commands) {
    pgm__option_rows part;
    for (size_t i = 0; (part = pgm__option_part(i)).count > 0; i++) {
        add_part(out, part, commands);
    }
}

static void add_exits(pgm__strbuf *out) {
    size_t count;
    const pgm__exit_text *exits = pgm__exits(&count);
    pgm__strbuf_adds(out, "\nExit codes:\n");
    for (size_t i = 0; i < count; i++) {
        pgm__strbuf_addf(out, "  %3d  ", (int)exits[i].code);
        wrap(out, exits[i].text, 7, 7);
    }
}

/* ---- the program ---- */

static const char purpose[] =
    "pgmarch takes many PostgreSQL databases through the same ordered SQL migrations at once.\n";

static void add_commands(pgm__strbuf *out) {
    size_t count;
    const pgm__cli_command *commands = pgm__commands(&count);
    for (size_t i = 0; i < count; i++) {
        if (i == 0 || commands[i].group != commands[i - 1].group) {
            pgm__strbuf_addf(out, "\n%s:\n", pgm__command_group_title(commands[i].group));
        }
        size_t start = out->len;
        pgm__strbuf_addf(out, "  %s", commands[i].name);
        pgm__help_operand(out, &commands[i]);
        fill_to(out, start, COMMAND_COLUMN);
        wrap(out, commands[i].summary, COMMAND_COLUMN, COMMAND_COLUMN);
    }
}

void pgm__help_aliases(pgm__strbuf *out) {
    size_t count;
    const pgm__cli_command *commands = pgm__commands(&count);
    const char *between = "";
    for (size_t i = 0; i < count; i++) {
        const char *const *aliases = commands[i].aliases;
        if (aliases[0] != NULL) {
            bool two = aliases[1] != NULL;
            pgm__strbuf_addf(out, "%s%s%s%s %s %s", between, aliases[0], two ? " and " : "",
                             two ? aliases[1] : "", two ? "are" : "is", commands[i].name);
            between = ", ";
        }
    }
    pgm__strbuf_addc(out, '.');
}

void pgm__help_first(pgm__strbuf *out) {
    pgm__strbuf_adds(out, purpose);
    pgm__strbuf_adds(
        out,
        "\n  pgmarch create add_users              write a migration into migrations/\n"
        "  pgmarch validate                      check the files; needs no database\n"
        "  pgmarch plan --targets targets/       show what would be done, and where\n"
        "  pgmarch up --targets targets/         do it; one database: --url postgresql://...\n"
        "  pgmarch status --targets targets/     what is applied, what is pending\n"
        "\npgmarch --help lists all commands and options, pgmarch COMMAND --help those of one.\n"
        "No command was given; nothing was done.\n");
}

void pgm__help_program(pgm__strbuf *out) {
    pgm__strbuf_adds(out, purpose);
    pgm__strbuf_adds(
        out,
        "\nUsage: pgmarch COMMAND [OPTION]...\n\nExamples:\n"
        "  pgmarch up --url postgresql://app@localhost/dev       one database\n"
        "  pgmarch up --targets targets/ --canary 2 --jobs 16    a fleet; two of it go first\n"
        "  pgmarch status --targets targets/ --only 'tenant_*'   what is applied and pending\n");
    add_commands(out);
    pgm__strbuf_adds(out, "\nAs other tools say it: ");
    pgm__help_aliases(out);
    pgm__strbuf_adds(out,
                     "\n\nOptions stand before or after the command; every command takes every "
                     "one.\n");
    add_options(out, PGM__FOR_ALL);
    pgm__strbuf_adds(out, "\nTIME is a number with a unit: 500ms, 5s, 2m, 1h; 0 means no limit.\n"
                          "[NAME] is the environment variable; the command line goes before it.\n");
    add_exits(out);
}

/* ---- one command ---- */

void pgm__help_command(pgm__strbuf *out, const pgm__cli_command *command) {
    pgm__strbuf_addf(out, "Usage: pgmarch %s", command->name);
    pgm__help_operand(out, command);
    pgm__strbuf_adds(out, command->bit == 0 ? "\n\n" : " [OPTION]...\n\n");
    wrap(out, command->text, 0, 0);
    pgm__strbuf_addf(out, "\nExample:\n  %s\n", command->example);
    add_options(out, command->bit);
}
