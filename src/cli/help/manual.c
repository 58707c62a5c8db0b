#include "cli/help/manual.h"

#include <string.h>

#include "cli/exit.h"
#include "cli/help/usage.h"
#include "cli/options/commands.h"
#include "cli/options/options.h"

static const char *const rules[] = {
    "Options may stand before or after the command. Every command takes every option, and ignores "
    "those that mean nothing to it.",
    "The command line goes before the environment, the environment before a target file. An empty "
    "variable counts as not set. A variable that begins with PGMARCH_ and is not in this list is "
    "an "
    "error, before anything is touched: a misspelt PGMARCH_DRY_RUN must not make a real run. --url "
    "and --targets together are refused; --targets (or "
    "PGMARCH_TARGETS) wins over DATABASE_URL.",
    "Patterns of --only and --exclude are separated by commas, in an option as in its variable; a "
    "comma that belongs to a name gets a backslash in front, or a line of a file (@FILE: blank "
    "lines and those that begin with # say nothing, and a comma separates nothing). A pattern that "
    "matches no target is an error in both options, and so is a --wave that no target has. What is "
    "chosen is narrowed in this order: --only, --exclude, --wave, --shard.",
    "A production target is touched only after a typed \"yes\" on a terminal, or with --yes. There "
    "is no variable for --yes: what an environment holds must not decide over production.",
    "A URL given with --url is overwritten in the list of processes, but a shell may still keep it "
    "in its history: DATABASE_URL, a target file or ~/.pgpass are better places for a password.",
};

/* ---- roff ---- */

/* A backslash, a hyphen, and a dot or quote that begins a line mean something to roff. */
static void roff(pgm__strbuf *out, const char *text) {
    for (const char *c = text; *c != '\0'; c++) {
        if (*c == '-') {
            pgm__strbuf_adds(out, "\\-");
        } else if (*c == '\\') {
            pgm__strbuf_adds(out, "\\e");
        } else {
            if (c == text && (*c == '.' || *c == '\'')) {
                pgm__strbuf_adds(out, "\\&");
            }
            pgm__strbuf_addc(out, *c);
        }
    }
}

/* As other manual pages print it: bold what is typed, italic what is put in its place. */
static void roff_option(pgm__strbuf *out, const pgm__option *option) {
    pgm__strbuf_adds(out, ".TP\n");
    if (option->letter != 0) {
        pgm__strbuf_addf(out, "\\fB\\-%c\\fR, ", option->letter);
    }
    pgm__strbuf_adds(out, "\\fB\\-\\-");
    roff(out, option->name);
    pgm__strbuf_adds(out, "\\fR");
    if (option->argument != NULL) {
        pgm__strbuf_addf(out, " \\fI%s\\fR", option->argument);
    }
    pgm__strbuf_addc(out, '\n');
    roff(out, option->help);
    if (option->initial != NULL) {
        pgm__strbuf_addf(out, ". Default: %s", option->initial);
    }
    if (option->env != NULL) {
        pgm__strbuf_addf(out, ". Variable: \\fB%s\\fR", option->env);
    }
    pgm__strbuf_adds(out, ".\n");
}

static void roff_commands(pgm__strbuf *out) {
    size_t count;
    const pgm__cli_command *commands = pgm__commands(&count);
    pgm__strbuf_adds(out, ".SH COMMANDS\n");
    for (size_t i = 0; i < count; i++) {
        pgm__strbuf_addf(out, ".TP\n\\fB%s\\fR", commands[i].name);
        pgm__strbuf_adds(out, "\\fI");
        pgm__help_operand(out, &commands[i]);
        pgm__strbuf_adds(out, "\\fR");
        pgm__strbuf_addc(out, '\n');
        roff(out, commands[i].text);
        pgm__strbuf_addc(out, '\n');
    }
}

void pgm__help_man(pgm__strbuf *out) {
    pgm__strbuf_addf(out,
                     ".TH PGMARCH 1 \"\" \"pgmarch %s\" \"User Commands\"\n.SH NAME\npgmarch \\- "
                     "take many PostgreSQL databases through the same ordered SQL migrations\n"
                     ".SH SYNOPSIS\n.B pgmarch\n\\fICOMMAND\\fR [\\fIOPTION\\fR]...\n",
                     pgm_version());
    roff_commands(out);
    pgm__strbuf_adds(out, ".SH OPTIONS\n");
    const pgm__option *option = NULL;
    for (size_t i = 0; (option = pgm__option_at(i)) != NULL; i++) {
        if (option->commands != 0) {
            roff_option(out, option);
        }
    }
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
        pgm__strbuf_adds(out, ".PP\n");
        roff(out, rules[i]);
        pgm__strbuf_addc(out, '\n');
    }
    pgm__strbuf_adds(out, ".SH EXIT STATUS\n");
    size_t count;
    const pgm__exit_text *exits = pgm__exits(&count);
    for (size_t i = 0; i < count; i++) {
        pgm__strbuf_addf(out, ".TP\n%d\n", (int)exits[i].code);
        roff(out, exits[i].text);
        pgm__strbuf_adds(out, ".\n");
    }
}

/* ---- Markdown ---- */

/* In a table a bar ends the cell. */
static void cell(pgm__strbuf *out, const char *text) {
    for (const char *c = text; *c != '\0'; c++) {
        pgm__strbuf_adds(out, *c == '|' || *c == '*' ? "\\" : "");
        pgm__strbuf_addc(out, *c);
    }
}

/* A row of the table; a cell that has nothing to say is empty. */
static void markdown_option(pgm__strbuf *out, const pgm__option *option) {
    pgm__strbuf_adds(out, "| ");
    if (option->letter != 0) {
        pgm__strbuf_addf(out, "`-%c`, ", option->letter);
    }
    pgm__strbuf_addf(out, "`--%s`", option->name);
    if (option->argument != NULL) {
        pgm__strbuf_addc(out, ' ');
        cell(out, option->argument);
    }
    pgm__strbuf_adds(out, " | ");
    if (option->env != NULL) {
        pgm__strbuf_addf(out, "`%s`", option->env);
    }
    pgm__strbuf_addf(out, " | %s | ", option->initial == NULL ? "" : option->initial);
    cell(out, option->help);
    pgm__strbuf_adds(out, " |\n");
}

static void markdown_part(pgm__strbuf *out, pgm__option_rows part) {
    pgm__strbuf_addf(out, "\n### %s\n\n| option | variable | default | |\n|---|---|---|---|\n",
                     part.title);
    for (size_t i = 0; i < part.count; i++) {
        if (part.rows[i].commands != 0) {
            markdown_option(out, &part.rows[i]);
        }
    }
}

static void markdown_commands(pgm__strbuf *out) {
    size_t count;
    const pgm__cli_command *commands = pgm__commands(&count);
    for (size_t i = 0; i < count; i++) {
        if (i == 0 || commands[i].group != commands[i - 1].group) {
            pgm__strbuf_addf(out, "### %s\n\n", pgm__command_group_title(commands[i].group));
        }
        pgm__strbuf_addf(out, "#### %s", commands[i].name);
        pgm__help_operand(out, &commands[i]);
        pgm__strbuf_addf(out, "\n\n%s\n\n    %s\n\n", commands[i].text, commands[i].example);
    }
}

void pgm__help_markdown(pgm__strbuf *out) {
    pgm__strbuf_adds(out,
                     "# Commands and options\n\nPrinted by `pgmarch help --markdown`; a test "
                     "compares the two.\n\n    pgmarch COMMAND [OPTION]...\n\n## Commands\n\n");
    markdown_commands(out);
    pgm__strbuf_adds(out, "As other tools say it: ");
    pgm__help_aliases(out);
    pgm__strbuf_adds(out, "\n\n## Options\n");
    pgm__option_rows part;
    for (size_t i = 0; (part = pgm__option_part(i)).count > 0; i++) {
        markdown_part(out, part);
    }
    pgm__strbuf_adds(
        out, "\nTIME is a number with a unit: `500ms`, `5s`, `2m`, `1h`; `0` means no "
             "limit. Lists in variables: `PGMARCH_TARGETS` is separated by colons, "
             "the others by commas; a line each will do too. Flags in variables: `1` or `0`.\n");
    for (size_t i = 0; i < sizeof rules / sizeof *rules; i++) {
        pgm__strbuf_addf(out, "\n%s\n", rules[i]);
    }
    pgm__strbuf_adds(out, "\n## Exit codes\n\n| code | meaning |\n|---|---|\n");
    size_t count;
    const pgm__exit_text *exits = pgm__exits(&count);
    for (size_t i = 0; i < count; i++) {
        pgm__strbuf_addf(out, "| %d | ", (int)exits[i].code);
        cell(out, exits[i].text);
        pgm__strbuf_adds(out, " |\n");
    }
}
