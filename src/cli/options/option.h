/**
 * @file option.h  A row of the table of options (options.h), which files of rows are made of.
 *
 * Layer: cli.
 */
#ifndef PGM_CLI_OPTIONS_OPTION_H
#define PGM_CLI_OPTIONS_OPTION_H

#include <stddef.h>

/** What the value of an option is, and so how its text is read (value.c). */
typedef enum pgm__option_kind {
    PGM__OPTION_FLAG,
    PGM__OPTION_TEXT,
    PGM__OPTION_LIST,     /* may be given again and again */
    PGM__OPTION_PATTERNS, /* the same, of targets: parted by commas, @FILE (patterns.h) */
    PGM__OPTION_WAVES,    /* the same, numbers of waves: parted by commas */
    PGM__OPTION_COUNT,    /* a whole number from 1 up */
    PGM__OPTION_INDEX,    /* a whole number from 0 up */
    PGM__OPTION_SHARD,    /* I/N */
    PGM__OPTION_DURATION, /* 500ms, 5s, 2m, 1h, 0 */
    PGM__OPTION_REPORTS,  /* a list: files to which reports are written, in a form each */
    PGM__OPTION_WORD,     /* one of the words of the row: its place there, from 0 */
    PGM__OPTION_CHOICE,   /* one of the words of the row: the word */
    PGM__OPTION_FORM      /* the name of a form of the report */
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
    PGM__FOR_SQUASH = 256,
    PGM__FOR_TARGETS = 512,
    PGM__FOR_REPORT = 1024,
    PGM__FOR_HISTORY = 2048,
    PGM__FOR_REHEARSE = 4096,
    PGM__FOR_DRIFT = 8192,
    PGM__FOR_MARCH = PGM__FOR_UP | PGM__FOR_DOWN,
    PGM__FOR_WRITE = PGM__FOR_MARCH | PGM__FOR_BASELINE | PGM__FOR_REPAIR | PGM__FOR_ADOPT |
                     PGM__FOR_SQUASH,
    PGM__FOR_READ = PGM__FOR_WRITE | PGM__FOR_STATUS | PGM__FOR_VALIDATE | PGM__FOR_HISTORY |
                    PGM__FOR_REHEARSE | PGM__FOR_DRIFT,
    /* files or ledgers, or both */
    PGM__FOR_RUN = PGM__FOR_READ | PGM__FOR_TARGETS,
    PGM__FOR_ALL = PGM__FOR_RUN | PGM__FOR_CREATE | PGM__FOR_REPORT
};

/** A row of the table. What a row does not name is 0 or NULL. */
typedef struct pgm__option {
    const char *name;     /* without the dashes */
    char letter;          /* or 0 */
    const char *argument; /* its name in the help; NULL for a flag */
    pgm__option_kind kind;
    const char *env; /* the variable; NULL: only the command line has it */
    char separator;  /* between the values of a list in the environment; so is a new line */
    const char *(*choice)(size_t place); /* the words there are for it; NULL behind the last */
    size_t offset;                       /* of its field in pgm__settings */
    unsigned commands;                   /* PGM__FOR_…; 0: not in the help of any */
    const char *initial;                 /* what counts when it is not given; or NULL */
    const char *help;                    /* lower case, no final period */
} pgm__option;

/** Some rows of it: each file options_….c holds those of one matter. */
typedef struct pgm__option_rows {
    const char *title; /* over them in the help */
    const pgm__option *rows;
    size_t count;
} pgm__option_rows;

#endif
