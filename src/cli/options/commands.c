#include "cli/options/commands.h"

#include <string.h>

#include "cli/options/options.h"

/* NOLINTBEGIN: one row per command. */
static const pgm__cli_command table[] = {
    {
        .name = "up",
        .aliases = {"migrate", "apply"},
        .group = PGM__COMMANDS_MARCHING,
        .kind = PGM__COMMAND_MARCH,
        .command = PGM_COMMAND_UP,
        .bit = PGM__FOR_UP,
        .summary = "apply what is pending, on every target at once",
        .text =
            "Every target is taken through its pending migrations, in order, each in a transaction "
            "of its own. A target that fails stops at its failing migration, which is rolled back; "
            "the others go on. Running it again touches only what is unfinished.",
        .example = "pgmarch up --targets targets/ --jobs 16",
    },
    {
        .name = "down",
        .aliases = {"rollback"},
        .group = PGM__COMMANDS_MARCHING,
        .kind = PGM__COMMAND_MARCH,
        .command = PGM_COMMAND_DOWN,
        .bit = PGM__FOR_DOWN,
        .summary = "roll back the newest migration, or down to --to VERSION",
        .text = "Rolls back the newest applied migration by its down file. Where that is not the "
                "same one on all targets, nothing is touched: say --to VERSION, which rolls back "
                "every one that is newer than VERSION, newest first (--to 0: all), or --each. "
                "--reverse takes the last wave first, as a rollout is taken back.",
        .example = "pgmarch down --url postgresql://app@localhost/dev",
    },
    {
        .name = "plan",
        .group = PGM__COMMANDS_LOOKING,
        .kind = PGM__COMMAND_MARCH,
        .command = PGM_COMMAND_UP,
        .looks = true,
        .bit = PGM__FOR_UP,
        .summary = "show what up would do, over the whole fleet",
        .text = "Reads every target and changes nothing, as up --dry-run does: which targets would "
                "get which migrations, which would stop and why, in which waves they would go, how "
                "many can fail at most, and about how long it would take, judged by the ledgers of "
                "targets that have the migrations. Takes all options of up, so that a plan becomes "
                "a run by its first word.",
        .example = "pgmarch plan --targets targets/ --canary 2",
    },
    {
        .name = "rehearse",
        .group = PGM__COMMANDS_LOOKING,
        .kind = PGM__COMMAND_MARCH,
        .command = PGM_COMMAND_REHEARSE,
        .bit = PGM__FOR_REHEARSE,
        .summary = "run what is pending, take it back, and tell what it cost",
        .text =
            "Every target is taken through its pending migrations in one transaction, which is "
            "rolled back at the end: which locks each statement took on what, for how long, who "
            "would have waited, which tables were rewritten, which rows and how much WAL were "
            "written. Nothing waits for a lock longer than a second. On a target that its file "
            "calls a copy (rehearsal = true) each migration commits, as with up.",
        .example = "pgmarch rehearse --targets targets/ --only staging",
    },
    {
        .name = "status",
        .group = PGM__COMMANDS_LOOKING,
        .kind = PGM__COMMAND_MARCH,
        .command = PGM_COMMAND_STATUS,
        .bit = PGM__FOR_STATUS,
        .summary = "show what is applied and what is pending",
        .text = "Reads the ledger of every target and changes nothing. One target is shown as a "
                "list, a few as a matrix, a fleet by the states that its targets are in; --verbose "
                "shows a list for each.",
        .example = "pgmarch status --targets targets/ --only 'tenant_*'",
    },
    {
        .name = "history",
        .group = PGM__COMMANDS_LOOKING,
        .kind = PGM__COMMAND_HISTORY,
        .command = PGM_COMMAND_STATUS,
        .bit = PGM__FOR_HISTORY,
        .summary = "show the runs that the ledgers remember",
        .text = "Reads the ledger of every target, once, and puts together what a run has written: "
                "its id, when it ended, how many targets it reached, which migrations it applied "
                "there, and the target that took longest. What was rolled back since is in no "
                "ledger any more. Changes nothing.",
        .example = "pgmarch history --targets targets/",
    },
    {
        .name = "drift",
        .group = PGM__COMMANDS_LOOKING,
        .kind = PGM__COMMAND_DRIFT,
        .bit = PGM__FOR_DRIFT,
        .summary = "compare what the targets' catalogs really hold",
        .text =
            "Asks every target for one fingerprint of its catalog: tables, columns, "
            "constraints, indexes, views, functions, types and so on. Targets that have the "
            "same migrations and server version are compared; what most of them have is the "
            "norm, or what --against names, or what the migrations make "
            "(--against-migrations). Of all others it is said which objects are "
            "missing, extra or different, and which migrations mention them. Changes nothing on "
            "targets, and needs no more than a role that may connect. Exit code 3 when a target "
            "differs (docs/users/drift.md).",
        .example = "pgmarch drift --targets targets/",
    },
    {
        .name = "create",
        .aliases = {"new"},
        .group = PGM__COMMANDS_FOLDER,
        .kind = PGM__COMMAND_CREATE,
        .operand = "NAME",
        .bit = PGM__FOR_CREATE,
        .least_operands = 1,
        .most_operands = 1,
        .summary = "write an empty migration, up and down",
        .text = "Writes DIR/<YYYYMMDDHHMMSS>_NAME.up.sql and .down.sql (time in UTC) and prints "
                "both paths. NAME is made of lower-case letters, digits and underscores and begins "
                "with a letter. Nothing is ever overwritten.",
        .example = "pgmarch create add_users",
    },
    {
        .name = "validate",
        .group = PGM__COMMANDS_FOLDER,
        .kind = PGM__COMMAND_VALIDATE,
        .bit = PGM__FOR_VALIDATE,
        .summary = "check the files before a run, without a database",
        .text =
            "Names every file that a run would refuse, and warns of what locks or breaks a "
            "live system: file, line, reason, and what to do instead (docs/users/linting.md). "
            "Needs no database; with --online the targets' ledgers are compared with the files "
            "too, and what is pending is parsed by one server of each major version, which runs "
            "none of it: syntax errors have file, line and column. --since VERSION and --pending "
            "leave out the warnings of migrations that are history; so may the folder's "
            "pgmarch.conf. Exit code 1 when there "
            "are errors, with --strict also when there are warnings.",
        .example = "pgmarch validate --strict",
    },
    {
        .name = "targets",
        .group = PGM__COMMANDS_FLEET,
        .kind = PGM__COMMAND_TARGETS,
        .bit = PGM__FOR_TARGETS,
        .summary = "show the fleet: every target, and where it comes from",
        .text =
            "Lists the targets that a run with the same options would take: where each of them "
            "is, as whom, in which wave, why it is production, which limits differ from the "
            "defaults, and the line that says so. Passwords are never shown, no migrations are "
            "needed, and nothing is connected. With --plan it shows the waves of a rollout, in "
            "their order. With --ping every target is connected to, and what answers is shown: "
            "version, time of the login and of a round trip, roles, pooler, standby, TLS, size; "
            "nothing is changed. A target that no run could use is named with the reason (exit "
            "code 2), one that is not reached with the error (exit code 1).",
        .example = "pgmarch targets --targets targets/ --ping",
    },
    {
        .name = "report",
        .group = PGM__COMMANDS_FLEET,
        .kind = PGM__COMMAND_REPORT,
        .operand = "show|convert|merge FILE...",
        .bit = PGM__FOR_REPORT,
        .least_operands = 1,
        .most_operands = PGM__OPERANDS_ANY,
        .summary = "show a report, give it another form, make one of several",
        .text =
            "show prints the text of JSON reports that runs have left, or another form (--format); "
            "convert writes one in the forms of --report, without the run. What a report does not "
            "hold, as all of them of before this version, is left out. merge reads the JSON "
            "reports of all shards of a rollout, and of the runs that retried what "
            "it left (--retry-failed), and writes the one report, with the exit code, as if it had "
            "been one run. A shard that ran twice is settled target by target. A set in which a "
            "shard is missing, or whose command, fleet, selection or migrations differ, is refused "
            "(exit code 2).",
        .example = "pgmarch report merge shard-*.json --report all.json",
    },
    {
        .name = "adopt",
        .group = PGM__COMMANDS_LEDGER,
        .kind = PGM__COMMAND_MARCH,
        .command = PGM_COMMAND_ADOPT,
        .bit = PGM__FOR_ADOPT,
        .summary = "take over the history of another migration tool",
        .text =
            "Reads the table of another tool (--from) on every target and writes what is applied "
            "there into the ledger, in one transaction. The other table is only read. A target "
            "whose ledger has any row is refused, and so is a version that no file stands for. "
            "Where the other table is called schema_migrations, ours needs another name: --ledger.",
        .example =
            "pgmarch adopt --from golang-migrate --ledger pgmarch_migrations --targets targets/",
    },
    {
        .name = "baseline",
        .group = PGM__COMMANDS_LEDGER,
        .kind = PGM__COMMAND_MARCH,
        .command = PGM_COMMAND_BASELINE,
        .operand = "VERSION",
        .bit = PGM__FOR_BASELINE,
        .least_operands = 1,
        .most_operands = 1,
        .summary = "record everything up to VERSION as applied, without running it",
        .text = "For a database that has the schema of VERSION already. Writes a row into the "
                "ledger for every migration up to and including VERSION, all in one transaction, "
                "and runs none of them. A target whose ledger has any row is refused.",
        .example = "pgmarch baseline 20240110090000 --targets targets/ --only prod",
    },
    {
        .name = "repair",
        .group = PGM__COMMANDS_LEDGER,
        .kind = PGM__COMMAND_MARCH,
        .command = PGM_COMMAND_REPAIR,
        .operand = "VERSION",
        .bit = PGM__FOR_REPAIR,
        .most_operands = 1,
        .summary = "accept edited and renamed files; settle what a run left half done",
        .text =
            "Gives every row of the ledger the checksum that its file has now, and takes it over "
            "to the name or number that its file has now. With --ran or "
            "--not-run it says of a migration without a transaction whether the statement that "
            "was cut off took effect; with --forget, that it is to begin again. Runs no "
            "migration; says for each target what it changes. Look first, with --dry-run.",
        .example = "pgmarch repair --dry-run --targets targets/",
    },
    {
        .name = "squash",
        .group = PGM__COMMANDS_LEDGER,
        .kind = PGM__COMMAND_MARCH,
        .command = PGM_COMMAND_SQUASH,
        .operand = "VERSION",
        .bit = PGM__FOR_SQUASH,
        .least_operands = 1,
        .most_operands = 1,
        .summary = "let one file stand for the history up to it",
        .text =
            "VERSION is the file that holds the schema as it was after all migrations up to its "
            "number; a new database runs it with up. Where they are applied, their rows in the "
            "ledger become one, that of VERSION, all in one transaction; nothing is run. All "
            "targets are looked at first, and when one of them lacks a migration, or has one "
            "half done or edited, none is touched. Look first, with --dry-run.",
        .example = "pgmarch squash 20240110090000 --targets targets/ --dry-run",
    },
    {
        .name = "help",
        .group = PGM__COMMANDS_HELP,
        .kind = PGM__COMMAND_HELP,
        .operand = "COMMAND",
        .most_operands = 1,
        .summary = "show the help of the program or of a command",
        .text = "With --man, the manual page of the program or of the command is printed as roff; "
                "pgmarch help --markdown prints the reference.",
        .example = "pgmarch help up",
    },
    {
        .name = "version",
        .group = PGM__COMMANDS_HELP,
        .kind = PGM__COMMAND_VERSION,
        .summary = "show the version of pgmarch",
        .text =
            "The same as pgmarch --version. With --verbose it also says which versions of libpq, "
            "of "
            "its TLS library and of other libraries it has loaded, from which files, and how it "
            "was built; what cannot be loaded is named with the reason.",
        .example = "pgmarch version --verbose",
    },
};
/* NOLINTEND */

enum { COMMANDS = sizeof table / sizeof *table };
_Static_assert(sizeof table / sizeof *table <= PGM__COMMANDS_MAX, "raise PGM__COMMANDS_MAX");

const pgm__cli_command *pgm__commands(size_t *count) {
    *count = COMMANDS;
    return table;
}

static bool is_alias(const pgm__cli_command *command, const char *name) {
    for (size_t i = 0; i < PGM__ALIASES_MAX && command->aliases[i] != NULL; i++) {
        if (strcmp(command->aliases[i], name) == 0) {
            return true;
        }
    }
    return false;
}

const pgm__cli_command *pgm__command_by_name(const char *name) {
    for (size_t i = 0; i < COMMANDS; i++) {
        if (strcmp(table[i].name, name) == 0 || is_alias(&table[i], name)) {
            return &table[i];
        }
    }
    return NULL;
}

const char *pgm__command_group_title(pgm__command_group group) {
    static const char *const titles[] = {
        [PGM__COMMANDS_MARCHING] = "Marching",
        [PGM__COMMANDS_LOOKING] = "Looking, without changing anything",
        [PGM__COMMANDS_FOLDER] = "The folder of migrations",
        [PGM__COMMANDS_FLEET] = "The fleet, and its reports",
        [PGM__COMMANDS_LEDGER] = "The ledgers",
        [PGM__COMMANDS_HELP] = "Help",
    };
    return titles[group];
}

size_t pgm__command_names(const char *words[PGM__COMMAND_WORDS_MAX]) {
    size_t count = 0;
    for (size_t i = 0; i < COMMANDS; i++) {
        words[count++] = table[i].name;
        for (size_t j = 0; j < PGM__ALIASES_MAX && table[i].aliases[j] != NULL; j++) {
            words[count++] = table[i].aliases[j];
        }
    }
    return count;
}
