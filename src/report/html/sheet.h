/**
 * @file sheet.h  What every section of the HTML report writes to and reads: the report, its
 * migrations in order, each with its colour, and when each of its runs began.
 *
 * Layer: report. Pure.
 */
#ifndef PGM_REPORT_HTML_SHEET_H
#define PGM_REPORT_HTML_SHEET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/strbuf.h"
#include "report/report.h"

/** So many migrations have a colour of their own, those that took longest; what is behind the last
 * one is the colour of all others. */
enum { PGM__HTML_COLOURS = 6 };

/** A migration that the folder has or a target tells of. */
typedef struct pgm__html_version {
    const char *name;
    size_t colour;    /* below PGM__HTML_COLOURS, or that: one of the others */
    size_t count;     /* targets that this run has finished it on */
    int64_t total_us; /* on all of them */
} pgm__html_version;

struct pgm__html_table;

/** All borrowed but what pgm__html_sheet_fini() frees. */
typedef struct pgm__html_sheet {
    pgm__strbuf *out;
    const pgm__report *report;
    pgm__html_version *versions; /* in the order in which they run */
    size_t version_count;
    size_t timed;        /* how many of them this run has finished somewhere */
    int64_t *run_offset; /* of each run of a merged report: when it began, on one clock for all */
    int64_t span_ms;     /* from when the first target started until the last one ended */
    struct pgm__html_table *table;
} pgm__html_sheet;

/**
 * @param[out] sheet  Zeroed; to be finished with pgm__html_sheet_fini() in any case.
 * @return PGM_OK or PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__html_sheet_init(pgm__html_sheet *sheet, pgm__strbuf *out,
                                               const pgm__report *report);
void pgm__html_sheet_fini(pgm__html_sheet *sheet);

/** The place of a version in `versions`; `version_count` when it is none of them. */
size_t pgm__html_place(const pgm__html_sheet *sheet, const char *version);

/** When a target started on the clock of the sheet, milliseconds; -1: it never did. Runs of a
 * merged report between which nothing ran follow each other without the time between. */
int64_t pgm__html_began(const pgm__html_sheet *sheet, size_t result);

/** Is it the report of a run that was to change something? */
bool pgm__html_is_march(const pgm__html_sheet *sheet);

#endif
