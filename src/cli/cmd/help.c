#include "cli/cmd/help.h"

#include <string.h>

#include "cli/display/console.h"
#include "cli/help/man.h"
#include "cli/help/markdown.h"
#include "cli/help/unknown_command.h"
#include "cli/help/usage.h"

/* "help up" and "up --help" name the same command; NULL = the program as a whole. */
static const char *topic(const pgm__settings *settings) {
    size_t count = settings->words.count;
    if (count > 0 && strcmp(settings->words.items[0], "help") != 0) {
        return settings->words.items[0];
    }
    return count > 1 ? settings->words.items[1] : NULL;
}

pgm__exit pgm__cmd_help(pgm__cli *cli, const pgm__cli_command *by) {
    (void)by; /* the words say whose help is asked for */
    const pgm__settings *settings = &cli->settings;
    const char *name = topic(settings);
    const pgm__cli_command *command = name == NULL ? NULL : pgm__command_by_name(name);
    if (name != NULL && command == NULL) {
        return pgm__command_unknown(cli, name);
    }
    pgm__strbuf text = {0};
    if (settings->man && command != NULL) {
        pgm__man_command(&text, command);
    } else if (settings->man) {
        pgm__man_program(&text);
    } else if (settings->markdown) {
        pgm__help_markdown(&text);
    } else if (command != NULL) {
        pgm__help_command(&text, command);
    } else {
        pgm__help_program(&text);
    }
    pgm__exit code = pgm__console_print(cli, &text);
    pgm__strbuf_fini(&text);
    return code;
}
