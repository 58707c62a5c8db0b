#include "cli/options/options.h"

#include <string.h>

#include "cli/options/settings.h"

/* Where the value of an option goes. */
#define FIELD(name) .offset = offsetof(pgm__settings, name)

/* NOLINTBEGIN: one row per option; the row is the option. */
static const pgm__option table[] = {
    {
        .name = "url",
        .letter = 'u',
        .argument = "URL",
        .kind = PGM__OPTION_TEXT,
        .env = "DATABASE_URL",
        FIELD(url),
        .commands = PGM__FOR_RUN,
        .help = "the database, when there is only one: postgresql://user@host/name",
    },
    {
        .name = "targets",
        .letter = 't',
        .argument = "FILE|DIR",
        .kind = PGM__OPTION_LIST,
        .env = "PGMARCH_TARGETS",
        .separator = ':',
        FIELD(targets),
        .commands = PGM__FOR_RUN,
        .help = "target file, or a folder meaning all its *.conf files; may be repeated. Wins over "
                "DATABASE_URL",
    },
    {
        .name = "dir",
        .letter = 'd',
        .argument = "DIR",
        .kind = PGM__OPTION_TEXT,
        .env = "PGMARCH_DIR",
        FIELD(dir),
        .commands = PGM__FOR_READ | PGM__FOR_CREATE,
        .initial = "migrations",
        .help = "folder of the migrations",
    },
    {
        .name = "only",
        .argument = "PATTERN,...",
        .kind = PGM__OPTION_PATTERNS,
        .env = "PGMARCH_ONLY",
        FIELD(only),
        .commands = PGM__FOR_RUN,
        .help = "only targets that match one of them: GLOB looks at names, tag:GLOB at tags, @FILE "
                "is a file with a pattern a line (@-: standard input); may be repeated",
    },
    {
        .name = "exclude",
        .argument = "PATTERN,...",
        .kind = PGM__OPTION_PATTERNS,
        .env = "PGMARCH_EXCLUDE",
        FIELD(exclude),
        .commands = PGM__FOR_RUN,
        .help = "none of the targets that match one of them; patterns as for --only",
    },
    {
        .name = "wave",
        .argument = "N,...|rest",
        .kind = PGM__OPTION_WAVES,
        .env = "PGMARCH_WAVE",
        FIELD(waves),
        .commands = PGM__FOR_RUN,
        .help = "only targets of these waves; rest: those without a wave; may be repeated",
    },
    {
        .name = "allow-empty",
        .kind = PGM__OPTION_FLAG,
        FIELD(allow_empty),
        .commands = PGM__FOR_WRITE | PGM__FOR_STATUS | PGM__FOR_TARGETS,
        .help = "a source of targets (discover = ...) that finds none is no error",
    },
    {
        .name = "retry-failed",
        .argument = "REPORT",
        .kind = PGM__OPTION_TEXT,
        FIELD(retry_failed),
        .commands = PGM__FOR_WRITE | PGM__FOR_STATUS | PGM__FOR_TARGETS,
        .help = "of the targets that are selected, only those that failed, are unknown, were "
                "cancelled or not run in REPORT, the JSON report of a run of this command",
    },
    {
        .name = "shard",
        .argument = "I/N",
        .kind = PGM__OPTION_SHARD,
        .env = "PGMARCH_SHARD",
        FIELD(shard),
        .commands = PGM__FOR_RUN,
        .help = "only shard I of N, from 1/N to N/N: of the targets that are selected, those whose "
                "name falls to it, the same ones each time",
    },
    {
        .name = "shard-index",
        .argument = "I",
        .kind = PGM__OPTION_INDEX,
        .env = "PGMARCH_SHARD_INDEX",
        FIELD(shard_index),
        .commands = PGM__FOR_RUN,
        .help = "the same shards counted from 0, for schedulers that count so; with --shard-count",
    },
    {
        .name = "shard-count",
        .argument = "N",
        .kind = PGM__OPTION_COUNT,
        .env = "PGMARCH_SHARD_COUNT",
        FIELD(shard_count),
        .commands = PGM__FOR_RUN,
        .help = "how many shards there are, with --shard-index",
    },
    {
        .name = "to",
        .argument = "VERSION",
        .kind = PGM__OPTION_TEXT,
        .env = "PGMARCH_TO",
        FIELD(to),
        .commands = PGM__FOR_MARCH,
        .help = "up: stop after this version. down: roll back every newer one, 0: all (without "
                "--to: only the newest)",
    },
    {
        .name = "from",
        .argument = "TOOL",
        .kind = PGM__OPTION_TEXT,
        FIELD(from),
        .commands = PGM__FOR_ADOPT,
        .help = "the tool whose history is taken over: golang-migrate, dbmate, goose, flyway, "
                "rails, sqlx, prisma, node-pg-migrate or diesel",
    },
    {
        .name = "ledger",
        .argument = "[SCHEMA.]TABLE",
        .kind = PGM__OPTION_TEXT,
        .env = "PGMARCH_LEDGER",
        FIELD(ledger),
        .commands = PGM__FOR_RUN,
        .initial = "schema_migrations",
        .help = "the ledger's table, for targets whose file names none",
    },
    {
        .name = "role",
        .argument = "ROLE",
        .kind = PGM__OPTION_TEXT,
        .env = "PGMARCH_ROLE",
        FIELD(role),
        .commands = PGM__FOR_RUN,
        .help = "SET ROLE to it, for targets whose file names none: what is made belongs to it",
    },
    {
        .name = "dry-run",
        .kind = PGM__OPTION_FLAG,
        .env = "PGMARCH_DRY_RUN",
        FIELD(dry_run),
        .commands = PGM__FOR_WRITE,
        .help = "look, and say what would be done; change nothing",
    },
    {
        .name = "out-of-order",
        .kind = PGM__OPTION_FLAG,
        .env = "PGMARCH_OUT_OF_ORDER",
        FIELD(out_of_order),
        .commands = PGM__FOR_UP | PGM__FOR_VALIDATE,
        .help = "apply migrations that are older than the newest applied one",
    },
    {
        .name = "same-numbers",
        .kind = PGM__OPTION_FLAG,
        .env = "PGMARCH_SAME_NUMBERS",
        FIELD(same_numbers),
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
        FIELD(ignore),
        .commands = PGM__FOR_READ,
        .help = "files and folders of the migrations folder that are no migrations, by name or, "
                "with a slash, by path; may be repeated. Its pgmarch.conf may say more",
    },
    {
        .name = "skip-code",
        .kind = PGM__OPTION_FLAG,
        .env = "PGMARCH_SKIP_CODE",
        FIELD(skip_code),
        .commands = PGM__FOR_READ,
        .help = "leave out migrations in code (.go, .rb, .py, .js, .ts ...), which only their own "
                "tool can run; plan and report say which",
    },
    {
        .name = "fold-transactions",
        .kind = PGM__OPTION_FLAG,
        .env = "PGMARCH_FOLD_TRANSACTIONS",
        FIELD(fold_transactions),
        .commands = PGM__FOR_READ,
        .help = "leave out every plain BEGIN and COMMIT of files that hold several, so that each "
                "file runs in one transaction",
    },
    {
        .name = "flush-each",
        .kind = PGM__OPTION_FLAG,
        .env = "PGMARCH_FLUSH_EACH",
        FIELD(flush_each),
        .commands = PGM__FOR_MARCH,
        .help = "let every migration's COMMIT wait for the disk; otherwise one flush, at a "
                "target's end, covers them all",
    },
    {
        .name = "trust-ledger",
        .kind = PGM__OPTION_FLAG,
        .env = "PGMARCH_TRUST_LEDGER",
        FIELD(trust_ledger),
        .commands = PGM__FOR_READ,
        .help = "use a ledger whoever it belongs to: what its owner put there runs with this "
                "session's rights",
    },
    {
        .name = "each",
        .kind = PGM__OPTION_FLAG,
        FIELD(each),
        .commands = PGM__FOR_DOWN,
        .help = "down: roll back the newest migration of each target, also where these differ",
    },
    {
        .name = "yes",
        .kind = PGM__OPTION_FLAG,
        FIELD(yes),
        .commands = PGM__FOR_WRITE,
        .help = "touch production targets without asking; on purpose there is no variable for it",
    },
    {
        .name = "wave-delay",
        .argument = "DURATION",
        .kind = PGM__OPTION_DURATION,
        .env = "PGMARCH_WAVE_DELAY",
        FIELD(wave_delay),
        .commands = PGM__FOR_WRITE | PGM__FOR_TARGETS,
        .initial = "0",
        .help = "wait so long behind each wave before the next one; a signal ends the wait",
    },
    {
        .name = "check",
        .argument = "COMMAND",
        .kind = PGM__OPTION_TEXT,
        .env = "PGMARCH_CHECK",
        FIELD(check),
        .commands = PGM__FOR_WRITE | PGM__FOR_TARGETS,
        .help = "run by sh behind each wave, and behind its delay: an exit code other than 0 ends "
                "the rollout. The wave's report is in the file $WAVE_REPORT",
    },
    {
        .name = "pause",
        .kind = PGM__OPTION_FLAG,
        .env = "PGMARCH_PAUSE",
        FIELD(pause),
        .commands = PGM__FOR_WRITE | PGM__FOR_TARGETS,
        .help = "ask behind each wave whether the next one may start",
    },
    {
        .name = "yes-to-waves",
        .kind = PGM__OPTION_FLAG,
        FIELD(yes_to_waves),
        .commands = PGM__FOR_WRITE | PGM__FOR_TARGETS,
        .help = "go on where --pause would ask; on purpose there is no variable for it",
    },
    {
        .name = "ran",
        .argument = "N",
        .kind = PGM__OPTION_COUNT,
        FIELD(ran),
        .commands = PGM__FOR_REPAIR,
        .help = "repair: statement N, which may or may not have run, took effect: go on behind it",
    },
    {
        .name = "not-run",
        .argument = "N",
        .kind = PGM__OPTION_COUNT,
        FIELD(not_run),
        .commands = PGM__FOR_REPAIR,
        .help = "repair: statement N, which may or may not have run, did not: run it",
    },
    {
        .name = "forget",
        .kind = PGM__OPTION_FLAG,
        FIELD(forget),
        .commands = PGM__FOR_REPAIR,
        .help = "repair VERSION: forget how far a half-done migration has come; it begins again at "
                "its first statement",
    },
    {
        .name = "ping",
        .kind = PGM__OPTION_FLAG,
        FIELD(ping),
        .commands = PGM__FOR_TARGETS,
        .help = "targets: connect to each, and show who answers and how fast",
    },
    {
        .name = "plan",
        .kind = PGM__OPTION_FLAG,
        FIELD(plan),
        .commands = PGM__FOR_TARGETS,
        .help = "targets: show the waves of a rollout instead of the list, and how many may fail",
    },
    {
        .name = "save",
        .argument = "FILE",
        .kind = PGM__OPTION_TEXT,
        FIELD(save),
        .commands = PGM__FOR_TARGETS,
        .help = "targets: write them to FILE as a target file, without passwords. A file that was "
                "not written so is not overwritten",
    },
    {
        .name = "online",
        .kind = PGM__OPTION_FLAG,
        FIELD(online),
        .commands = PGM__FOR_VALIDATE,
        .help = "validate: read the targets' ledgers too, and have a server of each version parse "
                "what is pending; nothing is run or changed",
    },
    {
        .name = "since",
        .argument = "VERSION",
        .kind = PGM__OPTION_TEXT,
        .env = "PGMARCH_SINCE",
        FIELD(since),
        .commands = PGM__FOR_VALIDATE,
        .initial = "pgmarch.conf of the folder",
        .help =
            "validate: warn of migrations from this version on, and take what is made from there "
            "on for new; 0: all. Errors are told of every file",
    },
    {
        .name = "pending",
        .kind = PGM__OPTION_FLAG,
        FIELD(pending),
        .commands = PGM__FOR_VALIDATE,
        .help = "validate --online: warn of what is pending on at least one of the targets only",
    },
    {
        .name = "strict",
        .kind = PGM__OPTION_FLAG,
        .env = "PGMARCH_STRICT",
        FIELD(strict),
        .commands = PGM__FOR_VALIDATE,
        .help = "validate: warnings fail too",
    },
    {
        .name = "no-warnings",
        .kind = PGM__OPTION_FLAG,
        .env = "PGMARCH_NO_WARNINGS",
        FIELD(no_warnings),
        .commands = PGM__FOR_VALIDATE,
        .help = "validate: errors only",
    },
    {
        .name = "jobs",
        .letter = 'j',
        .argument = "N",
        .kind = PGM__OPTION_COUNT,
        .env = "PGMARCH_JOBS",
        FIELD(jobs),
        .commands = PGM__FOR_RUN,
        .initial = "target file, else 32",
        .help = "targets at once",
    },
    {
        .name = "per-server",
        .argument = "N",
        .kind = PGM__OPTION_COUNT,
        .env = "PGMARCH_PER_SERVER",
        FIELD(per_server),
        .commands = PGM__FOR_RUN,
        .initial = "target file, else 8",
        .help = "targets at once on one host and port",
    },
    {
        .name = "wake",
        .argument = "N",
        .kind = PGM__OPTION_COUNT,
        .env = "PGMARCH_WAKE",
        FIELD(wake),
        .commands = PGM__FOR_RUN,
        .initial = "target file, else 20",
        .help = "servers woken at once, of those that sleep until somebody connects (Neon)",
    },
    {
        .name = "shared-servers",
        .kind = PGM__OPTION_FLAG,
        .env = "PGMARCH_SHARED_SERVERS",
        FIELD(shared_servers),
        .commands = PGM__FOR_WRITE,
        .help = "other runs of pgmarch are meant to be on the same servers: no warning that caps "
                "of each add up",
    },
    {
        .name = "canary",
        .argument = "N|N%|GLOB",
        .kind = PGM__OPTION_TEXT,
        .env = "PGMARCH_CANARY",
        FIELD(canary),
        .commands = PGM__FOR_WRITE | PGM__FOR_TARGETS,
        .help = "an extra first wave in which nothing may fail: so many targets, always the same "
                "ones, or those whose name (tag:GLOB: tag) matches",
    },
    {
        .name = "max-failures",
        .argument = "N|N%",
        .kind = PGM__OPTION_TEXT,
        .env = "PGMARCH_MAX_FAILURES",
        FIELD(max_failures),
        .commands = PGM__FOR_WRITE | PGM__FOR_TARGETS,
        .initial = "target file, else 0, and no limit in the last wave",
        .help = "so many of a wave may fail; behind the next failure nothing starts any more",
    },
    {
        .name = "reverse",
        .kind = PGM__OPTION_FLAG,
        .env = "PGMARCH_REVERSE",
        FIELD(reverse),
        .commands = PGM__FOR_WRITE | PGM__FOR_TARGETS,
        .help = "the last wave first, as when a rollout is taken back",
    },
    {
        .name = "connect-timeout",
        .argument = "TIME",
        .kind = PGM__OPTION_DURATION,
        .env = "PGMARCH_CONNECT_TIMEOUT",
        FIELD(limits.connect_timeout),
        .commands = PGM__FOR_RUN,
        .initial = "30s",
        .help = "limit of one attempt to connect",
    },
    {
        .name = "connect-wait",
        .argument = "TIME",
        .kind = PGM__OPTION_DURATION,
        .env = "PGMARCH_CONNECT_WAIT",
        FIELD(limits.connect_wait),
        .commands = PGM__FOR_RUN,
        .initial = "10s; 60s where the server sleeps",
        .help = "keep trying this long when a server refuses or is starting",
    },
    {
        .name = "lock-wait",
        .argument = "TIME",
        .kind = PGM__OPTION_DURATION,
        .env = "PGMARCH_LOCK_WAIT",
        FIELD(limits.lock_wait),
        .commands = PGM__FOR_WRITE | PGM__FOR_TARGETS,
        .initial = "60s",
        .help = "wait this long for another run on the same target",
    },
    {
        .name = "ddl-lock-timeout",
        .argument = "TIME",
        .kind = PGM__OPTION_DURATION,
        .env = "PGMARCH_DDL_LOCK_TIMEOUT",
        FIELD(limits.ddl_lock_timeout),
        .commands = PGM__FOR_WRITE | PGM__FOR_TARGETS,
        .initial = "5s",
        .help = "lock_timeout of migrations that run in a transaction",
    },
    {
        .name = "statement-timeout",
        .argument = "TIME",
        .kind = PGM__OPTION_DURATION,
        .env = "PGMARCH_STATEMENT_TIMEOUT",
        FIELD(limits.statement_timeout),
        .commands = PGM__FOR_WRITE | PGM__FOR_TARGETS,
        .initial = "0",
        .help = "statement_timeout of migrations",
    },
    {
        .name = "target-timeout",
        .argument = "TIME",
        .kind = PGM__OPTION_DURATION,
        .env = "PGMARCH_TARGET_TIMEOUT",
        FIELD(limits.target_timeout),
        .commands = PGM__FOR_RUN,
        .initial = "0",
        .help = "limit of one target, from start to end",
    },
    {
        .name = "slow",
        .argument = "DURATION",
        .kind = PGM__OPTION_DURATION,
        .env = "PGMARCH_SLOW",
        FIELD(slow),
        .commands = PGM__FOR_WRITE,
        .initial = "30s",
        .help = "name what takes longer, with what it waits for, and keep it in the report; 0 = "
                "never",
    },
    {
        .name = "report",
        .argument = "FILE",
        .kind = PGM__OPTION_TEXT,
        .env = "PGMARCH_REPORT",
        FIELD(report),
        .commands = PGM__FOR_RUN | PGM__FOR_REPORT,
        .help = "write the report as JSON to FILE, also when the run is stopped by a signal",
    },
    {
        .name = "format",
        .argument = "text|json",
        .kind = PGM__OPTION_FORM,
        .env = "PGMARCH_FORMAT",
        FIELD(form),
        .commands = PGM__FOR_RUN | PGM__FOR_REPORT,
        .initial = "text",
        .help = "form of the report, which has standard output for itself: all else goes to "
                "standard error",
    },
    {
        .name = "quiet",
        .letter = 'q',
        .kind = PGM__OPTION_FLAG,
        .env = "PGMARCH_QUIET",
        FIELD(quiet),
        .commands = PGM__FOR_ALL,
        .help = "say only what failed, and the closing sentence",
    },
    {
        .name = "verbose",
        .letter = 'v',
        .kind = PGM__OPTION_FLAG,
        .env = "PGMARCH_VERBOSE",
        FIELD(verbose),
        .commands = PGM__FOR_RUN | PGM__FOR_REPORT,
        .help = "say every step and every notice; fold nothing",
    },
    {
        .name = "progress",
        .argument = "auto|plain|none",
        .kind = PGM__OPTION_WORD,
        .env = "PGMARCH_PROGRESS",
        FIELD(progress),
        .commands = PGM__FOR_RUN,
        .initial = "auto",
        .help = "what standard error shows while a run goes on. auto: on a terminal what is going "
                "on, elsewhere lines; plain: lines; none: nothing before the report",
    },
    {
        .name = "color",
        .argument = "auto|always|never",
        .kind = PGM__OPTION_WORD,
        .env = "PGMARCH_COLOR",
        FIELD(color),
        .commands = PGM__FOR_RUN | PGM__FOR_REPORT,
        .initial = "auto",
        .help = "auto: colours on a terminal, but not with NO_COLOR or TERM=dumb",
    },
    {
        .name = "help",
        .letter = 'h',
        .kind = PGM__OPTION_FLAG,
        FIELD(help),
        .commands = PGM__FOR_ALL,
        .help = "this help, or that of a command",
    },
    {
        .name = "version",
        .letter = 'V',
        .kind = PGM__OPTION_FLAG,
        FIELD(version),
        .commands = PGM__FOR_ALL,
        .help = "the version of pgmarch",
    },
    /* For `pgmarch help` alone, and for no command: the help leaves them out. */
    {
        .name = "man",
        .kind = PGM__OPTION_FLAG,
        FIELD(man),
        .help = "the manual page, as roff",
    },
    {
        .name = "markdown",
        .kind = PGM__OPTION_FLAG,
        FIELD(markdown),
        .help = "this reference, as Markdown",
    },
};
/* NOLINTEND */
_Static_assert(sizeof table / sizeof *table <= PGM__OPTIONS_MAX, "raise PGM__OPTIONS_MAX");

const pgm__option *pgm__options(size_t *count) {
    *count = sizeof table / sizeof *table;
    return table;
}

const pgm__option *pgm__option_by_name(const char *name, size_t len) {
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        if (strlen(table[i].name) == len && memcmp(table[i].name, name, len) == 0) {
            return &table[i];
        }
    }
    return NULL;
}

const pgm__option *pgm__option_by_letter(char letter) {
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        if (table[i].letter != 0 && table[i].letter == letter) {
            return &table[i];
        }
    }
    return NULL;
}
