#include <string.h>

#include "cli/cli.h"

/* NOLINTBEGIN: one row per command. */
static const pgm__cli_command table[] = {
    {"create", "NAME", PGM__FOR_CREATE, 1, 1, "write an empty migration, up and down",
     "Writes DIR/<YYYYMMDDHHMMSS>_NAME.up.sql and .down.sql (time in UTC) and prints both paths. "
     "NAME is made of lower-case letters, digits and underscores and begins with a letter. Nothing "
     "is ever overwritten.",
     "pgmarch create add_users", pgm__cmd_create},
    {"up", NULL, PGM__FOR_UP, 0, 0, "apply what is pending, on every target at once",
     "Every target is taken through its pending migrations, in order, each in a transaction of its "
     "own. A target that fails stops at its failing migration, which is rolled back; the others go "
     "on. Running it again touches only what is unfinished.",
     "pgmarch up --targets targets/ --jobs 16", pgm__cmd_march},
    {"down", NULL, PGM__FOR_DOWN, 0, 0, "roll back the newest migration, or down to --to VERSION",
     "Rolls back the newest applied migration of every target by its down file; with --to VERSION "
     "every one that is newer than VERSION, newest first.",
     "pgmarch down --url postgresql://app@localhost/dev", pgm__cmd_march},
    {"status", NULL, PGM__FOR_STATUS, 0, 0, "show what is applied and what is pending",
     "Reads the ledger of every target and changes nothing. One target is shown as a list, a fleet "
     "as a matrix; --verbose shows a list for each.",
     "pgmarch status --targets targets/ --only 'tenant_*'", pgm__cmd_march},
    {"help", "COMMAND", 0, 0, 1, "show the help of the program or of a command",
     "pgmarch help --man prints the manual page, pgmarch help --markdown this reference.",
     "pgmarch help up", pgm__cmd_help},
};
/* NOLINTEND */

const pgm__cli_command *pgm__commands(size_t *count) {
    *count = sizeof table / sizeof *table;
    return table;
}

const pgm__cli_command *pgm__command_by_name(const char *name) {
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        if (strcmp(table[i].name, name) == 0) {
            return &table[i];
        }
    }
    return NULL;
}
