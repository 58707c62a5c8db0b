/* How many at once, who goes when, and how long anything may take. */
#include "cli/options/options_pace.h"

#include "cli/options/settings.h"

/* NOLINTBEGIN: one row per option; the row is the option. */
static const pgm__option rows[] = {
    {
        .name = "jobs",
        .letter = 'j',
        .argument = "N",
        .kind = PGM__OPTION_COUNT,
        .env = "PGMARCH_JOBS",
        PGM__FIELD(jobs),
        .commands = PGM__FOR_RUN,
        .initial = "target file, else 32",
        .help = "targets at once",
    },
    {
        .name = "per-server",
        .argument = "N",
        .kind = PGM__OPTION_COUNT,
        .env = "PGMARCH_PER_SERVER",
        PGM__FIELD(per_server),
        .commands = PGM__FOR_RUN,
        .initial = "target file, else 8",
        .help = "targets at once on one host and port",
    },
    {
        .name = "wake",
        .argument = "N",
        .kind = PGM__OPTION_COUNT,
        .env = "PGMARCH_WAKE",
        PGM__FIELD(wake),
        .commands = PGM__FOR_RUN,
        .initial = "target file, else 20",
        .help = "servers woken at once, of those that sleep until somebody connects (Neon)",
    },
    {
        .name = "shared-servers",
        .kind = PGM__OPTION_FLAG,
        .env = "PGMARCH_SHARED_SERVERS",
        PGM__FIELD(shared_servers),
        .commands = PGM__FOR_WRITE,
        .help = "other runs of pgmarch are meant to be on the same servers: no warning that caps "
                "of each add up",
    },
    {
        .name = "canary",
        .argument = "N|N%|GLOB",
        .kind = PGM__OPTION_TEXT,
        .env = "PGMARCH_CANARY",
        PGM__FIELD(canary),
        .commands = PGM__FOR_WRITE | PGM__FOR_TARGETS,
        .help = "an extra first wave in which nothing may fail: so many targets, always the same "
                "ones, or those whose name (tag:GLOB: tag) matches",
    },
    {
        .name = "max-failures",
        .argument = "N|N%",
        .kind = PGM__OPTION_TEXT,
        .env = "PGMARCH_MAX_FAILURES",
        PGM__FIELD(max_failures),
        .commands = PGM__FOR_WRITE | PGM__FOR_TARGETS,
        .initial = "target file, else 0, and no limit in the last wave",
        .help = "so many of a wave may fail; behind the next failure nothing starts any more",
    },
    {
        .name = "reverse",
        .kind = PGM__OPTION_FLAG,
        .env = "PGMARCH_REVERSE",
        PGM__FIELD(reverse),
        .commands = PGM__FOR_WRITE | PGM__FOR_TARGETS,
        .help = "the last wave first, as when a rollout is taken back",
    },
    {
        .name = "connect-timeout",
        .argument = "TIME",
        .kind = PGM__OPTION_DURATION,
        .env = "PGMARCH_CONNECT_TIMEOUT",
        PGM__FIELD(limits.connect_timeout),
        .commands = PGM__FOR_RUN,
        .initial = "30s",
        .help = "limit of one attempt to connect",
    },
    {
        .name = "connect-wait",
        .argument = "TIME",
        .kind = PGM__OPTION_DURATION,
        .env = "PGMARCH_CONNECT_WAIT",
        PGM__FIELD(limits.connect_wait),
        .commands = PGM__FOR_RUN,
        .initial = "10s; 60s where the server sleeps",
        .help = "keep trying this long when a server refuses or is starting",
    },
    {
        .name = "lock-wait",
        .argument = "TIME",
        .kind = PGM__OPTION_DURATION,
        .env = "PGMARCH_LOCK_WAIT",
        PGM__FIELD(limits.lock_wait),
        .commands = PGM__FOR_WRITE | PGM__FOR_TARGETS,
        .initial = "60s",
        .help = "wait this long for another run on the same target",
    },
    {
        .name = "ddl-lock-timeout",
        .argument = "TIME",
        .kind = PGM__OPTION_DURATION,
        .env = "PGMARCH_DDL_LOCK_TIMEOUT",
        PGM__FIELD(limits.ddl_lock_timeout),
        .commands = PGM__FOR_WRITE | PGM__FOR_TARGETS,
        .initial = "5s",
        .help = "lock_timeout of migrations that run in a transaction",
    },
    {
        .name = "statement-timeout",
        .argument = "TIME",
        .kind = PGM__OPTION_DURATION,
        .env = "PGMARCH_STATEMENT_TIMEOUT",
        PGM__FIELD(limits.statement_timeout),
        .commands = PGM__FOR_WRITE | PGM__FOR_TARGETS,
        .initial = "0",
        .help = "statement_timeout of migrations",
    },
    {
        .name = "target-timeout",
        .argument = "TIME",
        .kind = PGM__OPTION_DURATION,
        .env = "PGMARCH_TARGET_TIMEOUT",
        PGM__FIELD(limits.target_timeout),
        .commands = PGM__FOR_RUN,
        .initial = "0",
        .help = "limit of one target, from start to end",
    },
    {
        .name = "slow",
        .argument = "DURATION",
        .kind = PGM__OPTION_DURATION,
        .env = "PGMARCH_SLOW",
        PGM__FIELD(slow),
        .commands = PGM__FOR_WRITE,
        .initial = "30s",
        .help = "name what takes longer, with what it waits for, and keep it in the report; 0 = "
                "never",
    },
};
/* NOLINTEND */

pgm__option_rows pgm__options_pace(void) {
    return (pgm__option_rows){rows, sizeof rows / sizeof *rows};
}
