#include "cli/help/markdown.h"

#include "cli/exit.h"
#include "cli/help/rules.h"
#include "cli/help/usage.h"
#include "cli/options/commands.h"
#include "cli/options/options.h"

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
    pgm__strbuf_adds(out, "\nTIME is a number with a unit: `500ms`, `5s`, `2m`, `1h`; `0` means no "
                          "limit. Lists in variables: `PGMARCH_TARGETS` is separated by colons, "
                          "the others by commas; a line each will do too. Flags in variables: `1` "
                          "or `0`.\n");
    for (size_t i = 0; pgm__help_rule(i) != NULL; i++) {
        pgm__strbuf_addf(out, "\n%s\n", pgm__help_rule(i));
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
