/**
 * @file place_check.h  Is what the program reports true, and did everything happen exactly once?
 *
 * The findings are counted, and each is printed with what was reported and what was found; the
 * caller asserts in the end that there was none.
 */
#ifndef PGM_TESTS_PLACE_CHECK_H
#define PGM_TESTS_PLACE_CHECK_H

#include "integration/place/place.h"

/** One run's report on one target. */
typedef struct place_report {
    int status; /* exit status */
    char outcome[16];
    place_set done; /* applied, or rolled back */
    place_set pending;
    char version[64]; /* of the error */
    char *message;    /* of the error, or what stands in place of a report */
} place_report;

typedef struct place_tally {
    unsigned tried;
    unsigned missed;      /* the fault did not come to pass: nothing was proved */
    unsigned lost;        /* recorded, but not there; or half there */
    unsigned doubled;     /* ran twice, or is there and will run again */
    unsigned misreported; /* the report is not true, or the second run does not settle it */
    unsigned refused;     /* "statement k may or may not have run": somebody has to look */
    unsigned unknown;     /* reported so */
    unsigned failed;      /* reported so, and true */
} place_tally;

/** What was asked for. */
typedef struct place_goal {
    place_set set; /* to be applied, or rolled back */
    bool down;
    bool may_be_unknown; /* the target stayed out of reach */
    const char *label;   /* which point this is, for the findings */
} place_goal;

/** Reads the only target of the JSON report. */
place_report place_report_of(const shell_result *result);

/** The target with this name; its outcome is "absent" when there is none. */
place_report place_report_named(const shell_result *result, const char *name);
void place_report_free(place_report *report);

/** After the run that was disturbed. */
void place_check_first(place_tally *tally, const place_goal *goal, const place_report *report,
                       const place_truth *truth);

/** After a run that was killed and could report nothing. */
void place_check_torn(place_tally *tally, const place_goal *goal, const place_truth *truth);

/** Is it the refusal that a statement outside a transaction may end in? */
bool place_refused(const place_report *report);

/** After the run that nobody disturbed; `before` is what the first one left. */
void place_check_last(place_tally *tally, const place_goal *goal, const place_report *report,
                      const place_truth *before, const place_truth *truth);

/** Does what the refusal's hint says: looks what ran, and says so in pgmarch_progress. */
void place_settle(place *here);

/** "412 points tried, 0 lost, …". */
void place_tally_print(const char *name, const place_tally *tally);
void place_tally_add(place_tally *sum, const place_tally *more);

/** Fails the test when something was lost, doubled or misreported, or nothing was tried. */
void place_tally_assert(const place_tally *tally);

#endif
