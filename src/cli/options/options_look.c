/* What the commands do that look: targets, validate. */
#include "cli/options/options_look.h"

#include "cli/options/settings.h"

/* NOLINTBEGIN: one row per option; the row is the option. */
static const pgm__option rows[] = {
    {
        .name = "ping",
        .kind = PGM__OPTION_FLAG,
        PGM__FIELD(ping),
        .commands = PGM__FOR_TARGETS,
        .help = "targets: connect to each, and show who answers and how fast",
    },
    {
        .name = "plan",
        .kind = PGM__OPTION_FLAG,
        PGM__FIELD(plan),
        .commands = PGM__FOR_TARGETS,
        .help = "targets: show the waves of a rollout instead of the list, and how many may fail",
    },
    {
        .name = "save",
        .argument = "FILE",
        .kind = PGM__OPTION_TEXT,
        PGM__FIELD(save),
        .commands = PGM__FOR_TARGETS | PGM__FOR_DRIFT,
        .help = "targets: write them to FILE as a target file, without passwords. drift: write the "
                "norm's catalog to FILE, to compare with later (--against FILE). A file that was "
                "not written so is not overwritten",
    },
    {
        .name = "against",
        .argument = "TARGET|FILE",
        .kind = PGM__OPTION_TEXT,
        PGM__FIELD(against),
        .commands = PGM__FOR_DRIFT,
        .initial = "what most targets have",
        .help = "drift: compare with this target, or with a file of --save (its name has a \"/\", "
                "or ends in .json)",
    },
    {
        .name = "against-migrations",
        .argument = "URL",
        .kind = PGM__OPTION_TEXT,
        .env = "PGMARCH_AGAINST_MIGRATIONS",
        PGM__FIELD(against_migrations),
        .commands = PGM__FOR_DRIFT,
        .help = "drift: compare with what the migrations make, in a database that is made on this "
                "scratch server for it and dropped again",
    },
    {
        .name = "drift",
        .kind = PGM__OPTION_FLAG,
        PGM__FIELD(drift),
        .commands = PGM__FOR_STATUS | PGM__FOR_UP,
        .help = "status, plan: compare the targets' catalogs too, and warn of each that differs "
                "from most others with the same migrations; `pgmarch drift` tells in what",
    },
    {
        .name = "comments",
        .kind = PGM__OPTION_FLAG,
        .env = "PGMARCH_COMMENTS",
        PGM__FIELD(comments),
        .commands = PGM__FOR_DRIFT,
        .help = "drift: comments count too",
    },
    {
        .name = "owners",
        .kind = PGM__OPTION_FLAG,
        .env = "PGMARCH_OWNERS",
        PGM__FIELD(owners),
        .commands = PGM__FOR_DRIFT,
        .help = "drift: owners count too",
    },
    {
        .name = "privileges",
        .kind = PGM__OPTION_FLAG,
        .env = "PGMARCH_PRIVILEGES",
        PGM__FIELD(privileges),
        .commands = PGM__FOR_DRIFT,
        .help = "drift: privileges count too, granted ones and those that come by themselves",
    },
    {
        .name = "ignore-names",
        .kind = PGM__OPTION_FLAG,
        .env = "PGMARCH_IGNORE_NAMES",
        PGM__FIELD(ignore_names),
        .commands = PGM__FOR_DRIFT,
        .help = "drift: names of constraints and indexes do not count, which servers make up",
    },
    {
        .name = "ignore-objects",
        .argument = "GLOB",
        .kind = PGM__OPTION_LIST,
        .env = "PGMARCH_IGNORE_OBJECTS",
        .separator = ',',
        PGM__FIELD(ignore_objects),
        .commands = PGM__FOR_DRIFT,
        .help = "drift: objects of this name do not count, nor what is part of them, as in "
                "'*_bak'; of a whole database names have their schema, as in 'public.*_bak'. May "
                "be given again",
    },
    {
        .name = "online",
        .kind = PGM__OPTION_FLAG,
        PGM__FIELD(online),
        .commands = PGM__FOR_VALIDATE,
        .help = "validate: read the targets' ledgers too, and have a server of each version parse "
                "what is pending; nothing is run or changed",
    },
    {
        .name = "since",
        .argument = "VERSION",
        .kind = PGM__OPTION_TEXT,
        .env = "PGMARCH_SINCE",
        PGM__FIELD(since),
        .commands = PGM__FOR_VALIDATE,
        .initial = "pgmarch.conf of the folder",
        .help =
            "validate: warn of migrations from this version on, and take what is made from there "
            "on for new; 0: all. Errors are told of every file",
    },
    {
        .name = "pending",
        .kind = PGM__OPTION_FLAG,
        PGM__FIELD(pending),
        .commands = PGM__FOR_VALIDATE | PGM__FOR_STATUS,
        .help = "status: only what is pending, and only targets that are behind. validate "
                "--online: warn of what is pending on at least one of the targets only",
    },
    {
        .name = "exit-code",
        .kind = PGM__OPTION_FLAG,
        PGM__FIELD(exit_code),
        .commands = PGM__FOR_STATUS,
        .help = "exit with 3 when all were read and something is pending or half done, or ledger "
                "and files do not fit together",
    },
    {
        .name = "strict",
        .kind = PGM__OPTION_FLAG,
        .env = "PGMARCH_STRICT",
        PGM__FIELD(strict),
        .commands = PGM__FOR_VALIDATE | PGM__FOR_DRIFT,
        .help = "validate: warnings fail too. drift: the order of columns counts",
    },
    {
        .name = "no-warnings",
        .kind = PGM__OPTION_FLAG,
        .env = "PGMARCH_NO_WARNINGS",
        PGM__FIELD(no_warnings),
        .commands = PGM__FOR_VALIDATE,
        .help = "validate: errors only",
    },
};
/* NOLINTEND */

pgm__option_rows pgm__options_look(void) {
    return (pgm__option_rows){"Looking at targets and files", rows, sizeof rows / sizeof *rows};
}
