/* How a rehearsal is held, and what it must not come to. */
#include "cli/options/options_rehearse.h"

#include "cli/options/settings.h"

/* NOLINTBEGIN: one row per option; the row is the option. */
static const pgm__option rows[] = {
    {
        .name = "sample",
        .argument = "N",
        .kind = PGM__OPTION_COUNT,
        .env = "PGMARCH_SAMPLE",
        PGM__FIELD(sample),
        .commands = PGM__FOR_REHEARSE,
        .help = "rehearse so many targets of every group with the same plan, the largest first; "
                "the others are estimated by size",
    },
    {
        .name = "fail-on",
        .argument = "LIST",
        .kind = PGM__OPTION_TEXT,
        .env = "PGMARCH_FAIL_ON",
        PGM__FIELD(fail_on),
        .commands = PGM__FOR_REHEARSE,
        .help = "exit with 3 when a migration passes one of these bounds: rewrite[>SIZE], "
                "scan[>ROWS], a lock mode or a stronger one as access-exclusive[>TIME], wal>SIZE, "
                "time>TIME, rows>ROWS, alone, untold; with commas between them",
    },
    {
        .name = "with-alone",
        .kind = PGM__OPTION_FLAG,
        PGM__FIELD(with_alone),
        .commands = PGM__FOR_REHEARSE,
        .help = "run for good what cannot run in a transaction, on targets that are copies "
                "(rehearsal = true)",
    },
    {
        .name = "yes-on-production",
        .kind = PGM__OPTION_FLAG,
        PGM__FIELD(yes_on_production),
        .commands = PGM__FOR_REHEARSE,
        .help = "rehearse on production targets too, which holds locks there; on purpose there is "
                "no variable for it",
    },
};
/* NOLINTEND */

pgm__option_rows pgm__options_rehearse(void) {
    return (pgm__option_rows){"Rehearsal", rows, sizeof rows / sizeof *rows};
}
