#include "cli/help/man.h"

#include <ctype.h>

#include "cli/exit.h"
#include "cli/help/roff.h"
#include "cli/help/rules.h"
#include "cli/help/usage.h"
#include "cli/options/options.h"
#include "pgmarch/pgmarch.h"

/* The date is the version's: pages of one version are the same whenever they are built. Words are
 * not cut, because many of them are to be typed. */
static void add_title(pgm__strbuf *out, const char *command) {
    pgm__strbuf_adds(out, ".TH PGMARCH");
    if (command != NULL) {
        pgm__strbuf_adds(out, "\\-");
        for (const char *c = command; *c != '\0'; c++) {
            pgm__strbuf_addc(out, (char)toupper((unsigned char)*c));
        }
    }
    pgm__strbuf_addf(out, " 1 \"%s\" \"pgmarch %s\" \"User Commands\"\n.nh\n.ad l\n", PGM_DATE,
                     pgm_version());
}

/* As other manual pages print it: bold what is typed, italic what is put in its place. */
static void add_option(pgm__strbuf *out, const pgm__option *option) {
    pgm__strbuf_adds(out, ".TP\n");
    if (option->letter != 0) {
        pgm__strbuf_addf(out, "\\fB\\-%c\\fR, ", option->letter);
    }
    pgm__strbuf_adds(out, "\\fB\\-\\-");
    pgm__roff_add(out, option->name);
    pgm__strbuf_adds(out, "\\fR");
    if (option->argument != NULL) {
        pgm__strbuf_adds(out, " \\fI");
        pgm__roff_add(out, option->argument);
        pgm__strbuf_adds(out, "\\fR");
    }
    pgm__strbuf text = {0};
    pgm__strbuf_addf(&text, "%s.", option->help);
    if (option->initial != NULL) {
        pgm__strbuf_addf(&text, " Default: %s.", option->initial);
    }
    if (option->env != NULL) {
        pgm__strbuf_addf(&text, " Variable: %s.", option->env);
    }
    pgm__strbuf_addc(out, '\n');
    pgm__roff_lines(out, text.failed ? "" : pgm__strbuf_text(&text));
    out->failed = out->failed || text.failed;
    pgm__strbuf_fini(&text);
}

static void add_options(pgm__strbuf *out, unsigned commands) {
    pgm__roff_section(out, "OPTIONS");
    pgm__option_rows part;
    for (size_t i = 0; (part = pgm__option_part(i)).count > 0; i++) {
        bool titled = false;
        for (size_t j = 0; j < part.count; j++) {
            if ((part.rows[j].commands & commands) != 0) {
                if (!titled) {
                    pgm__strbuf_addf(out, ".SS %s\n", part.title);
                    titled = true;
                }
                add_option(out, &part.rows[j]);
            }
        }
    }
}

/* As manual pages name each other: pgmarch-up(1). */
static void add_reference(pgm__strbuf *out, const char *name, int section, bool last) {
    pgm__strbuf_addf(out, ".BR pgmarch%s%s (%d)%s\n", name == NULL ? "" : "\\-",
                     name == NULL ? "" : name, section, last ? "" : " ,");
}

static void add_exits(pgm__strbuf *out) {
    size_t count;
    const pgm__exit_text *exits = pgm__exits(&count);
    pgm__roff_section(out, "EXIT STATUS");
    for (size_t i = 0; i < count; i++) {
        pgm__strbuf_addf(out, ".TP\n%d\n", (int)exits[i].code);
        pgm__roff_lines(out, exits[i].text);
    }
}

static void add_example(pgm__strbuf *out, const char *line) {
    pgm__strbuf_adds(out, ".RS\n.nf\n");
    pgm__roff_add(out, line);
    pgm__strbuf_adds(out, "\n.fi\n.RE\n");
}

/* ---- pgmarch(1) ---- */

static void add_commands(pgm__strbuf *out) {
    size_t count;
    const pgm__cli_command *commands = pgm__commands(&count);
    pgm__roff_section(out, "COMMANDS");
    for (size_t i = 0; i < count; i++) {
        if (i == 0 || commands[i].group != commands[i - 1].group) {
            pgm__strbuf_addf(out, ".SS %s\n", pgm__command_group_title(commands[i].group));
        }
        pgm__strbuf_adds(out, ".TP\n");
        add_reference(out, commands[i].name, 1, true);
        pgm__roff_lines(out, commands[i].summary);
    }
    pgm__strbuf text = {0};
    pgm__strbuf_adds(&text, "As other tools say it: ");
    pgm__help_aliases(&text);
    pgm__strbuf_adds(out, ".PP\n");
    pgm__roff_lines(out, text.failed ? "" : pgm__strbuf_text(&text));
    out->failed = out->failed || text.failed;
    pgm__strbuf_fini(&text);
}

static void add_rules(pgm__strbuf *out) {
    pgm__roff_section(out, "NOTES");
    for (size_t i = 0; pgm__help_rule(i) != NULL; i++) {
        pgm__strbuf_adds(out, i == 0 ? "" : ".PP\n");
        pgm__roff_lines(out, pgm__help_rule(i));
    }
}

void pgm__man_program(pgm__strbuf *out) {
    add_title(out, NULL);
    pgm__roff_section(out, "NAME");
    pgm__strbuf_adds(out,
                     "pgmarch \\- take many PostgreSQL databases through the same migrations\n");
    pgm__roff_section(out, "SYNOPSIS");
    pgm__strbuf_adds(out, ".B pgmarch\n\\fICOMMAND\\fR [\\fIOPTION\\fR]...\n");
    pgm__roff_section(out, "DESCRIPTION");
    pgm__roff_lines(out,
                    "Takes every database of a fleet (one, or thousands) through the same ordered "
                    "SQL migrations, all at once, and says what became of each. What is applied is "
                    "kept in each database itself. Each command has a page of its own.");
    add_commands(out);
    add_options(out, PGM__FOR_ALL);
    add_rules(out);
    add_exits(out);
    pgm__roff_section(out, "EXAMPLES");
    add_example(out, "pgmarch up --url postgresql://app@localhost/dev");
    add_example(out, "pgmarch up --targets targets/ --canary 2 --jobs 16");
    add_example(out, "pgmarch status --targets targets/ --only 'tenant_*'");
    pgm__roff_section(out, "SEE ALSO");
    add_reference(out, "targets", 5, false);
    add_reference(out, "migrations", 5, false);
    pgm__strbuf_adds(out, ".BR psql (1)\n");
}

/* ---- one command ---- */

static void add_name(pgm__strbuf *out, const pgm__cli_command *command) {
    pgm__strbuf line = {0};
    pgm__strbuf_addf(&line, "pgmarch-%s - %s", command->name, command->summary);
    pgm__roff_section(out, "NAME");
    pgm__roff_lines(out, line.failed ? "" : pgm__strbuf_text(&line));
    out->failed = out->failed || line.failed;
    pgm__strbuf_fini(&line);
}

static void add_synopsis(pgm__strbuf *out, const pgm__cli_command *command) {
    pgm__roff_section(out, "SYNOPSIS");
    pgm__strbuf_addf(out, ".B pgmarch %s\n", command->name);
    if (command->operand != NULL) {
        bool needed = command->least_operands > 0;
        pgm__strbuf_addf(out, "%s\\fI", needed ? "" : "[");
        pgm__roff_add(out, command->operand);
        pgm__strbuf_addf(out, "\\fR%s\n", needed ? "" : "]");
    }
    pgm__strbuf_adds(out, command->bit == 0 ? "" : "[\\fIOPTION\\fR]...\n");
}

static void add_see_also(pgm__strbuf *out, const pgm__cli_command *command) {
    pgm__roff_section(out, "SEE ALSO");
    size_t count;
    const pgm__cli_command *commands = pgm__commands(&count);
    add_reference(out, NULL, 1, false);
    for (size_t i = 0; i < count; i++) {
        if (commands[i].group == command->group && &commands[i] != command) {
            add_reference(out, commands[i].name, 1, false);
        }
    }
    add_reference(out, "targets", 5, false);
    add_reference(out, "migrations", 5, true);
}

void pgm__man_command(pgm__strbuf *out, const pgm__cli_command *command) {
    add_title(out, command->name);
    add_name(out, command);
    add_synopsis(out, command);
    pgm__roff_section(out, "DESCRIPTION");
    pgm__roff_lines(out, command->text);
    if (command->bit != 0) {
        add_options(out, command->bit);
    }
    add_exits(out);
    pgm__roff_section(out, "EXAMPLES");
    add_example(out, command->example);
    add_see_also(out, command);
}
