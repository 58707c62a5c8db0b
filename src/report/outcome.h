/**
 * @file outcome.h  How targets ended, in words: the one place that gives an outcome its word, its
 * mark and its colour. Whether it is well is said by pgm_result_verdict().
 *
 * An outcome (pgm_outcome) says that a target is done; what was done there depends on the command.
 * Both together are an ending. Every form that is read by people takes its words from here.
 *
 * Layer: report. Pure.
 */
#ifndef PGM_REPORT_OUTCOME_H
#define PGM_REPORT_OUTCOME_H

#include <stddef.h>

#include "base/strbuf.h"
#include "pgmarch/pgmarch.h"
#include "report/page/paint.h"

/** An outcome, seen with its command. In the order in which endings are counted and listed. */
typedef enum pgm__ending {
    PGM__ENDING_APPLIED,
    PGM__ENDING_ROLLED_BACK, /* down: the outcome is APPLIED */
    PGM__ENDING_RECORDED,    /* baseline and adopt likewise */
    PGM__ENDING_REPAIRED,    /* repair likewise */
    PGM__ENDING_SQUASHED,    /* squash likewise */
    PGM__ENDING_REACHED,     /* targets likewise */
    PGM__ENDING_REHEARSED,   /* rehearse likewise */
    PGM__ENDING_ESTIMATED,   /* by another target's rehearsal */
    PGM__ENDING_UP_TO_DATE,
    PGM__ENDING_PENDING, /* status and dry run: only looked at, the outcome is NOT_RUN */
    PGM__ENDING_SKIPPED,
    PGM__ENDING_NOT_RUN,
    PGM__ENDING_CANCELLED,
    PGM__ENDING_UNKNOWN,
    PGM__ENDING_FAILED,
    PGM__ENDING_COUNT
} pgm__ending;

/** How an ending looks. Texts are static storage. */
typedef struct pgm__ending_look {
    const char *word;
    const char *mark;
    pgm__colour colour;
} pgm__ending_look;

/** What a command says of migrations. Texts are static storage. */
typedef struct pgm__command_words {
    pgm__ending done;  /* a target on which it did its work */
    const char *left;  /* of migrations on which it did not: "3 pending", "3 not rolled back" */
    const char *still; /* the same, above a list: "still to be rolled back" */
    const char *would; /* of a dry run, above a list: "would be rolled back" */
} pgm__command_words;

/** The words of a command. */
pgm__command_words pgm__outcome_words(pgm_command command);

/** How the target ended, seen with the command and with whether it was only looked at. */
pgm__ending pgm__outcome_ending(const pgm_summary *summary, const pgm_result *result);

/** The look of an ending; one that is none looks unknown. */
pgm__ending_look pgm__outcome_look(pgm__ending ending);

/** Adds ": 3 applied, 1 failed": the words of the endings that there are. */
void pgm__outcome_counts(pgm__strbuf *out, const size_t counts[PGM__ENDING_COUNT]);

#endif
