/**
 * @file history.h  The runs that the ledgers of a fleet remember, put together from their rows.
 *
 * Layer: report. Pure.
 */
#ifndef PGM_REPORT_HISTORY_HISTORY_H
#define PGM_REPORT_HISTORY_HISTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "report/page/groups.h"
#include "report/report.h"

/** A run, as far as ledgers tell. Texts are the report's. */
typedef struct pgm__past_run {
    const char *id;       /* NULL: rows that no run of pgmarch has signed, taken together */
    const char *first_at; /* "2026-01-02 03:04:05", the earliest of its rows; or NULL */
    const char *last_at;  /* the latest */
    pgm__group targets;   /* indices of the results that have rows of it */
    size_t row_count;
    const char *const *versions; /* each once, in their order */
    size_t version_count;
    const char *slowest; /* the target whose migrations took longest together; NULL: no ledger
                            tells */
    int64_t slowest_ms;
} pgm__past_run;

typedef struct pgm__history {
    pgm__arena arena;
    pgm__past_run *runs; /* the latest first */
    size_t count;
    size_t target_count; /* whose ledgers were read */
} pgm__history;

/**
 * @param[out] out  Freed by pgm__history_fini(), also after a failure.
 * @param report    Of `status`: its results have ledgers. Borrowed as long as `out` is used.
 * @return PGM_OK, PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__history_of(pgm__history *out, const pgm__report *report);

/** May the target's ledger hold what nobody is told of? What is another target's place is told
 * there. */
bool pgm__history_lacks(const pgm_result *result);

void pgm__history_fini(pgm__history *history);

#endif
