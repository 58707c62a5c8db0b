/* What is said, and in which form. */
#include "cli/options/options_report.h"

#include "cli/options/settings.h"

static const char *progress_word(size_t place) {
    static const char *const words[] = {"auto", "plain", "none"};
    return place < sizeof words / sizeof *words ? words[place] : NULL;
}

static const char *colour_word(size_t place) {
    static const char *const words[] = {"auto", "always", "never"};
    return place < sizeof words / sizeof *words ? words[place] : NULL;
}

/* NOLINTBEGIN: one row per option; the row is the option. */
static const pgm__option rows[] = {
    {
        .name = "report",
        .argument = "[FORM:]FILE",
        .kind = PGM__OPTION_REPORTS,
        .env = "PGMARCH_REPORT",
        .separator = ',',
        PGM__FIELD(reports),
        .commands = PGM__FOR_RUN | PGM__FOR_REPORT,
        .help = "write the report to FILE too, also when the run is stopped by a signal: in FORM, "
                "else in that of its name's end, else as JSON; may be repeated",
    },
    {
        .name = "format",
        .argument = "text|json|ndjson|html|junit|markdown|metrics|tap",
        .kind = PGM__OPTION_FORM,
        .choice = pgm__form_name_at,
        .env = "PGMARCH_FORMAT",
        PGM__FIELD(form),
        .commands = PGM__FOR_RUN | PGM__FOR_REPORT,
        .initial = "text",
        .help = "form of the report, which has standard output for itself: all else goes to "
                "standard error",
    },
    {
        .name = "no-annotations",
        .kind = PGM__OPTION_FLAG,
        .env = "PGMARCH_NO_ANNOTATIONS",
        PGM__FIELD(no_annotations),
        .commands = PGM__FOR_WRITE | PGM__FOR_STATUS | PGM__FOR_REPORT,
        .help = "in GitHub Actions: no annotations, and nothing in the summary of the job",
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
        .name = "progress",
        .argument = "auto|plain|none",
        .kind = PGM__OPTION_WORD,
        .env = "PGMARCH_PROGRESS",
        .choice = progress_word,
        PGM__FIELD(progress),
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
        .choice = colour_word,
        PGM__FIELD(color),
        .commands = PGM__FOR_RUN | PGM__FOR_REPORT,
        .initial = "auto",
        .help = "auto: colours on a terminal, but not with NO_COLOR or TERM=dumb",
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
        .help = "the version of pgmarch; with --verbose also those of the libraries it has loaded, "
                "where they are, and how it was built",
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
