/* Rollout: who goes when, how many at once, and how many may fail. */
#include "cli/options/options_rollout.h"

#include "cli/options/settings.h"

/* NOLINTBEGIN: one row per option; the row is the option. */
static const pgm__option rows[] = {
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
        .name = "wave-delay",
        .argument = "DURATION",
        .kind = PGM__OPTION_DURATION,
        .env = "PGMARCH_WAVE_DELAY",
        PGM__FIELD(wave_delay),
        .commands = PGM__FOR_WRITE | PGM__FOR_TARGETS,
        .initial = "0",
        .help = "wait so long behind each wave before the next one; a signal ends the wait",
    },
    {
        .name = "check",
        .argument = "COMMAND",
        .kind = PGM__OPTION_TEXT,
        .env = "PGMARCH_CHECK",
        PGM__FIELD(check),
        .commands = PGM__FOR_WRITE | PGM__FOR_TARGETS,
        .help = "run by sh behind each wave, and behind its delay: an exit code other than 0 ends "
                "the rollout. The wave's report is in the file $WAVE_REPORT",
    },
    {
        .name = "pause",
        .kind = PGM__OPTION_FLAG,
        .env = "PGMARCH_PAUSE",
        PGM__FIELD(pause),
        .commands = PGM__FOR_WRITE | PGM__FOR_TARGETS,
        .help = "ask behind each wave whether the next one may start",
    },
    {
        .name = "yes-to-waves",
        .kind = PGM__OPTION_FLAG,
        PGM__FIELD(yes_to_waves),
        .commands = PGM__FOR_WRITE | PGM__FOR_TARGETS,
        .help = "go on where --pause would ask; on purpose there is no variable for it",
    },
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
        .name = "login-threads",
        .argument = "N",
        .kind = PGM__OPTION_COUNT,
        .env = "PGMARCH_LOGIN_THREADS",
        PGM__FIELD(login_threads),
        .commands = PGM__FOR_RUN,
        .initial = "one a core",
        .help = "threads that compute logins: keys of passwords, signatures of TLS",
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
};
/* NOLINTEND */

pgm__option_rows pgm__options_rollout(void) {
    return (pgm__option_rows){"Rollout", rows, sizeof rows / sizeof *rows};
}
