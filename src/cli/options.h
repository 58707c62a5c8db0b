/**
 * @file options.h  The one table of options: parser, --help, man page and docs/commands.md read it.
 *
 * Layer: cli.
 */
#ifndef PGM_CLI_OPTIONS_H
#define PGM_CLI_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "pgmarch/pgmarch.h"

typedef enum pgm__option_kind {
    PGM__OPTION_FLAG,
    PGM__OPTION_TEXT,
    PGM__OPTION_LIST,     /* may be given again and again */
    PGM__OPTION_COUNT,    /* a whole number from 1 up */
    PGM__OPTION_DURATION, /* 500ms, 5s, 2m, 1h, 0 */
    PGM__OPTION_FORMAT    /* text or json */
} pgm__option_kind;

/** The commands an option means something to; every command accepts every option. */
enum {
    PGM__FOR_CREATE = 1,
    PGM__FOR_UP = 2,
    PGM__FOR_DOWN = 4,
    PGM__FOR_STATUS = 8,
    PGM__FOR_BASELINE = 16,
    PGM__FOR_REPAIR = 32,
    PGM__FOR_ADOPT = 64,
    PGM__FOR_VALIDATE = 128,
    PGM__FOR_MARCH = PGM__FOR_UP | PGM__FOR_DOWN,
    PGM__FOR_WRITE = PGM__FOR_MARCH | PGM__FOR_BASELINE | PGM__FOR_REPAIR | PGM__FOR_ADOPT,
    PGM__FOR_RUN = PGM__FOR_WRITE | PGM__FOR_STATUS | PGM__FOR_VALIDATE,
    PGM__FOR_ALL = PGM__FOR_RUN | PGM__FOR_CREATE
};

typedef struct pgm__option {
    const char *name;     /* without the dashes */
    char letter;          /* or 0 */
    const char *argument; /* its name in the help; NULL for a flag */
    pgm__option_kind kind;
    const char *env; /* or NULL */
    char separator;  /* between the values of a list in the environment */
    size_t offset;   /* of its field in pgm__settings */
    unsigned commands;
    const char *initial; /* what counts when it is not given; or NULL */
    const char *help;    /* lower case, no final period */
} pgm__option;

/** Room for every row of the table. */
enum { PGM__OPTIONS_MAX = 64 };

typedef enum pgm__format { PGM__FORMAT_TEXT, PGM__FORMAT_JSON } pgm__format;

typedef struct pgm__list {
    const char **items;
    size_t count;
    size_t capacity;
} pgm__list;

/** All that the command line and the environment say. */
typedef struct pgm__settings {
    pgm__arena arena; /* owns every text */
    pgm__list words;  /* the command and its operands */
    const char *url;
    const char *dir;
    pgm__list targets;
    pgm__list only;
    pgm__list exclude;
    int64_t jobs;
    int64_t per_server;
    const char *to;
    const char *from;
    const char *ledger;
    bool dry_run;
    bool out_of_order;
    bool same_numbers;
    bool fold_transactions;
    bool flush_each;
    bool yes;
    bool online;
    bool strict;
    bool no_warnings;
    const char *report;
    pgm__format format;
    bool quiet;
    bool verbose;
    pgm_limits limits;
    bool help;
    bool version;
    bool man;
    bool markdown;
    bool given[PGM__OPTIONS_MAX]; /* on the command line, by place in the table */
} pgm__settings;

/** The table, in the order of the help. Static storage. */
const pgm__option *pgm__options(size_t *count);

/** By name or by letter; NULL when there is none. Static storage. */
const pgm__option *pgm__option_by_name(const char *name, size_t len);
const pgm__option *pgm__option_by_letter(char letter);

/** getenv(3), or a test's. */
typedef const char *(*pgm__env_fn)(const char *name);

/** "Not given" everywhere. To be finished in every case. */
void pgm__settings_init(pgm__settings *settings);
void pgm__settings_fini(pgm__settings *settings);

/**
 * Reads the command line (GNU style, options before or after the command).
 *
 * Every argument is copied first and what may hold a password is overwritten in argv, because argv
 * is what ps(1) shows.
 *
 * @return PGM_OK, PGM_EUSAGE (the message names the option and the expected form), PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__settings_parse(pgm__settings *settings, int argc, char **argv,
                                              pgm_error *err);

/**
 * Takes from the environment what the command line did not say. A variable that is empty counts as
 * not set.
 *
 * @return PGM_OK, PGM_EUSAGE (the message names the variable and the expected form), PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__settings_environment(pgm__settings *settings, pgm__env_fn env,
                                                    pgm_error *err);

/**
 * Puts `text` into the option's field.
 *
 * @param source  "option \"--jobs\"" or "variable \"PGMARCH_JOBS\"", for the message.
 */
PGM_MUST_CHECK pgm_status pgm__option_set(pgm__settings *settings, const pgm__option *option,
                                          const char *text, const char *source, pgm_error *err);

/** The settings that mean something to every run; strings are borrowed from the settings. */
void pgm__settings_options(const pgm__settings *settings, pgm_options *options);

/** The word of `words` that is nearest to `wrong`, or NULL when none is near. */
const char *pgm__suggest(const char *wrong, const char *const *words, size_t count);

#endif
