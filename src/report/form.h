/**
 * @file form.h  The forms of a report: one row each.
 *
 * A new form is a row in form.c and a folder beside text/ and json/ that holds its functions;
 * --format, its help and the choice by a file's name read the table.
 *
 * Layer: report. No I/O: the caller prints.
 */
#ifndef PGM_REPORT_FORM_H
#define PGM_REPORT_FORM_H

#include <stdbool.h>
#include <stddef.h>

#include "base/strbuf.h"
#include "report/report.h"

/**
 * Appends the report of a run to `out`. All is borrowed for the call; a form that is not for people
 * takes no notice of the style.
 *
 * @return PGM_OK or PGM_ENOMEM.
 */
typedef pgm_status (*pgm__form_run_fn)(pgm__strbuf *out, const pgm__report *report,
                                       const pgm__report_style *style, pgm_error *err);

/** Appends what pgm_validate() has found; otherwise as above. */
typedef pgm_status (*pgm__form_validation_fn)(pgm__strbuf *out, const pgm_validation *validation,
                                              const pgm__report_style *style, pgm_error *err);

/** Appends what a program expects in the place of both where a command could not begin. */
typedef pgm_status (*pgm__form_refusal_fn)(pgm__strbuf *out, const pgm__refusal *refusal,
                                           pgm_error *err);

/** Appends a fleet, as `targets` shows it; otherwise as above. */
typedef pgm_status (*pgm__form_fleet_fn)(pgm__strbuf *out, const pgm__fleet_report *report,
                                         const pgm__report_style *style, pgm_error *err);

/** Appends the runs that ledgers remember; otherwise as above. */
typedef pgm__form_run_fn pgm__form_history_fn;

/** Appends what pgm_drift_find() has found; otherwise as above. */
typedef pgm_status (*pgm__form_drift_fn)(pgm__strbuf *out, const pgm_drift *drift,
                                         const pgm__report_style *style, pgm_error *err);

/** What a report is of. */
typedef enum pgm__report_kind {
    PGM__REPORT_RUN,
    PGM__REPORT_VALIDATION,
    PGM__REPORT_FLEET,
    PGM__REPORT_HISTORY,
    PGM__REPORT_DRIFT
} pgm__report_kind;

/** A row of the table. What a row does not name is NULL or false. */
typedef struct pgm__form {
    const char *name;      /* as --format takes it */
    const char *extension; /* files that end so are written in it: ".json"; NULL = none */
    bool streams;    /* in a file it is written while the run goes on (cli/display/stream.h) */
    bool for_people; /* may stand among what else is said; else its output is its alone */
    pgm__form_run_fn run;
    pgm__form_validation_fn validation;
    pgm__form_refusal_fn refusal; /* in a file; on standard output where that is not for people,
                                     who are told on standard error */
    pgm__form_fleet_fn fleet;
    pgm__form_history_fn history;
    pgm__form_drift_fn drift;
} pgm__form;

/** Is there a report of that kind in this form? */
bool pgm__form_makes(const pgm__form *form, pgm__report_kind kind);

/** The forms; the first one counts where none is named. Static storage. */
const pgm__form *pgm__forms(size_t *count);

/** By name, or by the end of its files without the dot; NULL when there is none. Static storage. */
const pgm__form *pgm__form_by_word(const char *word);

/** By name; NULL when there is none. Static storage. */
const pgm__form *pgm__form_by_name(const char *name);

/** The form in which the file of --report is written: by its name's end, else JSON. */
const pgm__form *pgm__form_of_file(const char *path);

/** The name of the one at a place from 0; NULL behind the last. Static storage. */
const char *pgm__form_name_at(size_t place);

/** Adds the names of all with `separator` between them, and `last` before the last one. */
void pgm__form_names(pgm__strbuf *out, const char *separator, const char *last);

#endif
