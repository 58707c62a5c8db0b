#include "cli/help/unknown_command.h"

#include <stdio.h>
#include <string.h>

#include "base/suggest.h"
#include "cli/display/console.h"
#include "cli/options/commands.h"

/* The command that may be meant, or NULL. */
static const char *nearest(const char *name) {
    const char *names[PGM__COMMAND_WORDS_MAX];
    size_t count = pgm__command_names(names);
    return pgm__suggest(name, names, count, PGM__SUGGEST_SHORTENED);
}

pgm__exit pgm__command_unknown(const pgm__cli *cli, const char *name) {
    const char *near = nearest(name);
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
    pgm__console_complain(cli, message);
    return PGM__EXIT_USAGE;
}
