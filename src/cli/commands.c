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
    {"baseline", "VERSION", PGM__FOR_BASELINE, 1, 1,
     "record everything up to VERSION as applied, without running it",
     "For a database that has the schema of VERSION already. Writes a row into the ledger for "
     "every "
     "migration up to and including VERSION, all in one transaction, and runs none of them. A "
     "target whose ledger has any row is refused.",
     "pgmarch baseline 20240110090000 --targets targets/ --only prod", pgm__cmd_march},
    {"repair", NULL, PGM__FOR_REPAIR, 0, 0, "accept edited files, and forget runs that never ended",
     "Gives every row of the ledger the checksum that its file has now, and removes what a run "
     "left "
     "that began a migration and never ended. Runs no migration; says for each target what it "
     "changes. Look first, with --dry-run.",
     "pgmarch repair --dry-run --targets targets/", pgm__cmd_march},
    {"adopt", NULL, PGM__FOR_ADOPT, 0, 0, "take over the history of another migration tool",
     "Reads the table of another tool (--from) on every target and writes what is applied there "
     "into "
     "the ledger, in one transaction. The other table is only read. A target whose ledger has any "
     "row is refused, and so is a version that no file stands for. Where the other table is called "
     "schema_migrations, ours needs another name: --ledger.",
     "pgmarch adopt --from golang-migrate --ledger pgmarch_migrations --targets targets/",
     pgm__cmd_march},
    {"validate", NULL, PGM__FOR_VALIDATE, 0, 0, "check the files before a run, without a database",
     "Names every file that a run would refuse, and warns of what locks or breaks a live system: "
     "file, line, reason, and what to do instead (docs/linting.md). Needs no database; with "
     "--online the targets' ledgers are compared with the files too, and nothing is changed. "
     "Exit code 1 when there are errors, with --strict also when there are warnings.",
     "pgmarch validate --strict", pgm__cmd_validate},
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
