/**
 * @file rows.h  A rehearsal as one table: a row for each migration of each group of targets, the
 * worst first.
 *
 * Layer: report. Pure.
 */
#ifndef PGM_REPORT_REHEARSAL_ROWS_H
#define PGM_REPORT_REHEARSAL_ROWS_H

#include "report/rehearsal/digest.h"

#define PGM__REHEARSAL_COLUMN_MAP(XX)                                                              \
    XX(MIGRATION, "migration")                                                                     \
    XX(TIME, "time")                                                                               \
    XX(BLOCKS, "blocks")                                                                           \
    XX(REWRITES, "rewrites")                                                                       \
    XX(WAL, "WAL at most")

typedef enum pgm__rehearsal_column {
#define XX(name, title) PGM__REHEARSAL_##name,
    PGM__REHEARSAL_COLUMN_MAP(XX)
#undef XX
        PGM__REHEARSAL_COLUMNS
} pgm__rehearsal_column;

typedef struct pgm__rehearsal_row {
    const pgm__digest_group *group;
    const pgm__digest_migration *migration;
} pgm__rehearsal_row;

/** Lives with the digest it was made of. */
typedef struct pgm__rehearsal_rows {
    pgm__rehearsal_row *items; /* what failed, then what blocks writes longest, then by time */
    size_t count;
} pgm__rehearsal_rows;

/** @return PGM_OK or PGM_ENOMEM. */
PGM_MUST_CHECK pgm_status pgm__rehearsal_rows_make(pgm__rehearsal_rows *out, pgm__digest *digest);

/** The heading of a column. Static storage. */
const char *pgm__rehearsal_title(pgm__rehearsal_column column);

/** Adds what stands in it, in a few words; texts of the server's are as they came. */
void pgm__rehearsal_cell(pgm__strbuf *out, const pgm__rehearsal_row *row,
                         pgm__rehearsal_column column);

#endif
