/* Limits: how long anything may take. */
#include "cli/options/options_limits.h"

#include "cli/options/settings.h"

/* NOLINTBEGIN: one row per option; the row is the option. */
static const pgm__option rows[] = {
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
        .commands = PGM__FOR_WRITE | PGM__FOR_REHEARSE | PGM__FOR_TARGETS,
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
        .commands = PGM__FOR_WRITE | PGM__FOR_REHEARSE | PGM__FOR_TARGETS,
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

pgm__option_rows pgm__options_limits(void) {
    return (pgm__option_rows){"Limits", rows, sizeof rows / sizeof *rows};
}
