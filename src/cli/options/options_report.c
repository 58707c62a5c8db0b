/* What is said, and in which form. */
#include "cli/options/options_report.h"

#include "cli/options/settings.h"

/* NOLINTBEGIN: one row per option; the row is the option. */
static const pgm__option rows[] = {
    {
        .name = "report",
        .argument = "FILE",
        .kind = PGM__OPTION_TEXT,
        .env = "PGMARCH_REPORT",
        PGM__FIELD(report),
        .commands = PGM__FOR_RUN | PGM__FOR_REPORT,
        .help = "write the report as JSON to FILE, also when the run is stopped by a signal",
    },
    {
        .name = "format",
        .argument = "text|json",
        .kind = PGM__OPTION_FORM,
        .choice = pgm__form_name_at,
        .env = "PGMARCH_FORMAT",
        PGM__FIELD(form),
        .commands = PGM__FOR_RUN | PGM__FOR_REPORT,
        .initial = "text",
        .help = "form of the report on standard output; json sends all else to stderr",
    },
    {
        .name = "quiet",
        .letter = 'q',
        .kind = PGM__OPTION_FLAG,
        .env = "PGMARCH_QUIET",
        PGM__FIELD(quiet),
        .commands = PGM__FOR_ALL,
        .help = "say only what failed, and the closing sentence",
    },
    {
        .name = "verbose",
        .letter = 'v',
        .kind = PGM__OPTION_FLAG,
        .env = "PGMARCH_VERBOSE",
        PGM__FIELD(verbose),
        .commands = PGM__FOR_RUN | PGM__FOR_REPORT,
        .help = "say every step and every notice; fold nothing",
    },
    {
        .name = "help",
        .letter = 'h',
        .kind = PGM__OPTION_FLAG,
        PGM__FIELD(help),
        .commands = PGM__FOR_ALL,
        .help = "this help, or that of a command",
    },
    {
        .name = "version",
        .letter = 'V',
        .kind = PGM__OPTION_FLAG,
        PGM__FIELD(version),
        .commands = PGM__FOR_ALL,
        .help = "the version of pgmarch",
    },
    /* For `pgmarch help` alone, and for no command: the help leaves them out. */
    {
        .name = "man",
        .kind = PGM__OPTION_FLAG,
        PGM__FIELD(man),
        .help = "the manual page, as roff",
    },
    {
        .name = "markdown",
        .kind = PGM__OPTION_FLAG,
        PGM__FIELD(markdown),
        .help = "this reference, as Markdown",
    },
};
/* NOLINTEND */

pgm__option_rows pgm__options_report(void) {
    return (pgm__option_rows){"What is said", rows, sizeof rows / sizeof *rows};
}
