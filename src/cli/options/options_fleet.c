/* Which targets. */
#include "cli/options/options_fleet.h"

#include "cli/options/settings.h"

/* NOLINTBEGIN: one row per option; the row is the option. */
static const pgm__option rows[] = {
    {
        .name = "url",
        .letter = 'u',
        .argument = "URL",
        .kind = PGM__OPTION_TEXT,
        .env = "DATABASE_URL",
        PGM__FIELD(url),
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
        PGM__FIELD(targets),
        .commands = PGM__FOR_RUN,
        .help = "target file, or a folder meaning all its *.conf files; may be repeated. Wins over "
                "DATABASE_URL",
    },
    {
        .name = "only",
        .argument = "PATTERN,...",
        .kind = PGM__OPTION_PATTERNS,
        .env = "PGMARCH_ONLY",
        PGM__FIELD(only),
        .commands = PGM__FOR_RUN,
        .help = "only targets that match one of them: GLOB looks at names, tag:GLOB at tags, @FILE "
                "is a file with a pattern a line (@-: standard input); may be repeated",
    },
    {
        .name = "exclude",
        .argument = "PATTERN,...",
        .kind = PGM__OPTION_PATTERNS,
        .env = "PGMARCH_EXCLUDE",
        PGM__FIELD(exclude),
        .commands = PGM__FOR_RUN,
        .help = "none of the targets that match one of them; patterns as for --only",
    },
    {
        .name = "wave",
        .argument = "N,...|rest",
        .kind = PGM__OPTION_WAVES,
        .env = "PGMARCH_WAVE",
        PGM__FIELD(waves),
        .commands = PGM__FOR_RUN,
        .help = "only targets of these waves; rest: those without a wave; may be repeated",
    },
    {
        .name = "allow-empty",
        .kind = PGM__OPTION_FLAG,
        PGM__FIELD(allow_empty),
        .commands = PGM__FOR_WRITE | PGM__FOR_STATUS | PGM__FOR_TARGETS,
        .help = "a source of targets (discover = ...) that finds none is no error",
    },
    {
        .name = "retry-failed",
        .argument = "REPORT",
        .kind = PGM__OPTION_TEXT,
        PGM__FIELD(retry_failed),
        .commands = PGM__FOR_WRITE | PGM__FOR_STATUS | PGM__FOR_TARGETS,
        .help = "of the targets that are selected, only those that failed, are unknown, were "
                "cancelled or not run in REPORT, the JSON report of a run of this command",
    },
    {
        .name = "shard",
        .argument = "I/N",
        .kind = PGM__OPTION_SHARD,
        .env = "PGMARCH_SHARD",
        PGM__FIELD(shard),
        .commands = PGM__FOR_RUN,
        .help = "only shard I of N, from 1/N to N/N: of the targets that are selected, those whose "
                "name falls to it, the same ones each time",
    },
    {
        .name = "shard-index",
        .argument = "I",
        .kind = PGM__OPTION_INDEX,
        .env = "PGMARCH_SHARD_INDEX",
        PGM__FIELD(shard_index),
        .commands = PGM__FOR_RUN,
        .help = "the same shards counted from 0, for schedulers that count so; with --shard-count",
    },
    {
        .name = "shard-count",
        .argument = "N",
        .kind = PGM__OPTION_COUNT,
        .env = "PGMARCH_SHARD_COUNT",
        PGM__FIELD(shard_count),
        .commands = PGM__FOR_RUN,
        .help = "how many shards there are, with --shard-index",
    },
};
/* NOLINTEND */

pgm__option_rows pgm__options_fleet(void) {
    return (pgm__option_rows){"Which targets", rows, sizeof rows / sizeof *rows};
}
