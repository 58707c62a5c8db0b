/* A rehearsal on branches at Neon, and what it has left there. */
#include "cli/options/options_neon.h"

#include "cli/options/settings.h"

/* NOLINTBEGIN: one row per option; the row is the option. */
static const pgm__option rows[] = {
    {
        .name = "neon",
        .kind = PGM__OPTION_FLAG,
        PGM__FIELD(neon),
        .commands = PGM__FOR_REHEARSE,
        .help = "rehearse: on a branch of each target's branch at Neon, made for it and deleted "
                "behind it; each migration commits there",
    },
    {
        .name = "clean",
        .kind = PGM__OPTION_FLAG,
        PGM__FIELD(clean),
        .commands = PGM__FOR_REHEARSE,
        .help = "rehearse --neon: remove the branches that rehearsals have left in the targets' "
                "projects, and rehearse nothing; with --yes those too that may be in use",
    },
};
/* NOLINTEND */

pgm__option_rows pgm__options_neon(void) {
    return (pgm__option_rows){"Branches at Neon", rows, sizeof rows / sizeof *rows};
}
