/* Migrations and ledger: what is done with a target. */
#include "cli/options/options_march.h"

#include "cli/options/settings.h"

/* NOLINTBEGIN: one row per option; the row is the option. */
static const pgm__option rows[] = {
    {
        .name = "dir",
        .letter = 'd',
        .argument = "DIR",
        .kind = PGM__OPTION_TEXT,
        .env = "PGMARCH_DIR",
        PGM__FIELD(dir),
        .commands = PGM__FOR_READ | PGM__FOR_CREATE,
        .initial = "migrations",
        .help = "folder of the migrations",
    },
    {
        .name = "to",
        .argument = "VERSION",
        .kind = PGM__OPTION_TEXT,
        .env = "PGMARCH_TO",
        PGM__FIELD(to),
        .commands = PGM__FOR_MARCH | PGM__FOR_REHEARSE,
        .help = "up: stop after this version. down: roll back every newer one, 0: all (without "
                "--to: only the newest)",
    },
    {
        .name = "from",
        .argument = "TOOL",
        .kind = PGM__OPTION_CHOICE,
        .choice = pgm_tool_name,
        PGM__FIELD(from),
        .commands = PGM__FOR_ADOPT,
        .help = "the tool whose history is taken over: golang-migrate, dbmate, goose, flyway, "
                "rails, sqlx, prisma, node-pg-migrate or diesel",
    },
    {
        .name = "ledger",
        .argument = "[SCHEMA.]TABLE",
        .kind = PGM__OPTION_TEXT,
        .env = "PGMARCH_LEDGER",
        PGM__FIELD(ledger),
        .commands = PGM__FOR_RUN,
        .initial = "schema_migrations",
        .help = "the ledger's table, for targets whose file names none",
    },
    {
        .name = "role",
        .argument = "ROLE",
        .kind = PGM__OPTION_TEXT,
        .env = "PGMARCH_ROLE",
        PGM__FIELD(role),
        .commands = PGM__FOR_RUN,
        .help = "SET ROLE to it, for targets whose file names none: what is made belongs to it",
    },
    {
        .name = "dry-run",
        .kind = PGM__OPTION_FLAG,
        .env = "PGMARCH_DRY_RUN",
        PGM__FIELD(dry_run),
        .commands = PGM__FOR_WRITE,
        .help = "look, and say what would be done; change nothing",
    },
    {
        .name = "out-of-order",
        .kind = PGM__OPTION_FLAG,
        .env = "PGMARCH_OUT_OF_ORDER",
        PGM__FIELD(out_of_order),
        .commands = PGM__FOR_UP | PGM__FOR_VALIDATE | PGM__FOR_REHEARSE,
        .help = "apply migrations that are older than the newest applied one",
    },
    {
        .name = "same-numbers",
        .kind = PGM__OPTION_FLAG,
        .env = "PGMARCH_SAME_NUMBERS",
        PGM__FIELD(same_numbers),
        .commands = PGM__FOR_READ,
        .help = "take several migrations of one number, in the order of their names; up and down "
                "files then belong together by their whole names",
    },
    {
        .name = "ignore",
        .argument = "GLOB",
        .kind = PGM__OPTION_LIST,
        .env = "PGMARCH_IGNORE",
        .separator = ',',
        PGM__FIELD(ignore),
        .commands = PGM__FOR_READ,
        .help = "files and folders of the migrations folder that are no migrations, by name or, "
                "with a slash, by path; may be repeated. Its pgmarch.conf may say more",
    },
    {
        .name = "skip-code",
        .kind = PGM__OPTION_FLAG,
        .env = "PGMARCH_SKIP_CODE",
        PGM__FIELD(skip_code),
        .commands = PGM__FOR_READ,
        .help = "leave out migrations in code (.go, .rb, .py, .js, .ts ...), which only their own "
                "tool can run; plan and report say which",
    },
    {
        .name = "fold-transactions",
        .kind = PGM__OPTION_FLAG,
        .env = "PGMARCH_FOLD_TRANSACTIONS",
        PGM__FIELD(fold_transactions),
        .commands = PGM__FOR_READ,
        .help = "leave out every plain BEGIN and COMMIT of files that hold several, so that each "
                "file runs in one transaction",
    },
    {
        .name = "flush-each",
        .kind = PGM__OPTION_FLAG,
        .env = "PGMARCH_FLUSH_EACH",
        PGM__FIELD(flush_each),
        .commands = PGM__FOR_MARCH,
        .help = "let every migration's COMMIT wait for the disk; otherwise one flush, at a "
                "target's end, covers them all",
    },
    {
        .name = "trust-ledger",
        .kind = PGM__OPTION_FLAG,
        .env = "PGMARCH_TRUST_LEDGER",
        PGM__FIELD(trust_ledger),
        .commands = PGM__FOR_READ,
        .help = "use a ledger whoever it belongs to: what its owner put there runs with this "
                "session's rights",
    },
    {
        .name = "each",
        .kind = PGM__OPTION_FLAG,
        PGM__FIELD(each),
        .commands = PGM__FOR_DOWN,
        .help = "down: roll back the newest migration of each target, also where these differ",
    },
    {
        .name = "yes",
        .kind = PGM__OPTION_FLAG,
        PGM__FIELD(yes),
        .commands = PGM__FOR_WRITE,
        .help = "touch production targets without asking; on purpose there is no variable for it",
    },
    {
        .name = "ran",
        .argument = "N",
        .kind = PGM__OPTION_COUNT,
        PGM__FIELD(ran),
        .commands = PGM__FOR_REPAIR,
        .help = "repair: statement N, which may or may not have run, took effect: go on behind it",
    },
    {
        .name = "not-run",
        .argument = "N",
        .kind = PGM__OPTION_COUNT,
        PGM__FIELD(not_run),
        .commands = PGM__FOR_REPAIR,
        .help = "repair: statement N, which may or may not have run, did not: run it",
    },
    {
        .name = "forget",
        .kind = PGM__OPTION_FLAG,
        PGM__FIELD(forget),
        .commands = PGM__FOR_REPAIR,
        .help = "repair VERSION: forget how far a half-done migration has come; it begins again at "
                "its first statement",
    },
};
/* NOLINTEND */

pgm__option_rows pgm__options_march(void) {
    return (pgm__option_rows){"Migrations and ledger", rows, sizeof rows / sizeof *rows};
}
