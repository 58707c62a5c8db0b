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

/* " NAME", or " [NAME]" for one that may be left out. */
static void add_operand(pgm__strbuf *out, const pgm__cli_command *command) {
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

static void add_options(pgm__strbuf *out, unsigned commands) {
    const pgm__option *option = NULL;
    for (size_t i = 0; (option = pgm__option_at(i)) != NULL; i++) {
        if ((option->commands & commands) != 0) {
            add_option(out, option);
        }
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

void pgm__help_program(pgm__strbuf *out) {
    size_t count;
    const pgm__cli_command *commands = pgm__commands(&count);
    pgm__strbuf_adds(out, "pgmarch takes many PostgreSQL databases through the same ordered SQL "
                          "migrations at once.\n\nUsage: pgmarch COMMAND [OPTION]...\n\n"
                          "Commands:\n");
    for (size_t i = 0; i < count; i++) {
        size_t start = out->len;
        pgm__strbuf_addf(out, "  %s", commands[i].name);
        add_operand(out, &commands[i]);
        fill_to(out, start, COMMAND_COLUMN);
        wrap(out, commands[i].summary, COMMAND_COLUMN, COMMAND_COLUMN);
    }
    pgm__strbuf_adds(out,
                     "\nOptions, before or after the command; every command takes every one:\n");
    add_options(out, PGM__FOR_ALL);
    pgm__strbuf_adds(out, "\nTIME is a number with a unit: 500ms, 5s, 2m, 1h; 0 means no limit.\n"
                          "[NAME] is the environment variable; the command line goes before it.\n");
    add_exits(out);
}

void pgm__help_command(pgm__strbuf *out, const pgm__cli_command *command) {
    pgm__strbuf_addf(out, "Usage: pgmarch %s", command->name);
    add_operand(out, command);
    pgm__strbuf_adds(out, command->kind == PGM__COMMAND_HELP ? "\n\n" : " [OPTION]...\n\n");
    wrap(out, command->text, 0, 0);
    pgm__strbuf_addf(out, "\nExample:\n  %s\n", command->example);
    if (command->kind != PGM__COMMAND_HELP) {
        pgm__strbuf_adds(out, "\nOptions:\n");
        add_options(out, command->bit);
    }
}
