/**
 * @file versions.h  Every version that a report of `status` names, once: its targets say which by
 * their place. A fleet of hundreds of targets has the same hundred of them.
 *
 * Layer: report. Pure.
 */
#ifndef PGM_REPORT_JSON_VERSIONS_H
#define PGM_REPORT_JSON_VERSIONS_H

#include "report/json/writer.h"
#include "report/report.h"

/** One of them. */
typedef struct pgm__json_version {
    const char *version; /* borrowed */
    bool known;          /* there is a file of it */
} pgm__json_version;

/** In the order in which they run. Zeroed = empty. */
typedef struct pgm__json_versions {
    pgm__json_version *items;
    size_t count;
    size_t capacity;
} pgm__json_versions;

/** Collects those of all ledgers, and what is pending. False when memory ran out; to be finished in
 * every case. */
bool pgm__json_versions_collect(pgm__json_versions *out, const pgm__report *report);

/** Frees the list; it is empty then. */
void pgm__json_versions_fini(pgm__json_versions *versions);

/** The list that targets point into. */
json_t *pgm__json_version_list(pgm__json_writer *w, const pgm__json_versions *versions);

/** Puts "applied" and "applied_at" of the ledger, and "pending", as places in the list; by their
 * names where there is no list (NULL). */
void pgm__json_put_ledger(pgm__json_writer *w, json_t *object, const pgm__json_versions *versions,
                          const pgm_result *result);

#endif
