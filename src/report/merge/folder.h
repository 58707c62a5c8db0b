/**
 * @file folder.h  The migrations of a folder that is not here, by what targets say of them.
 *
 * Layer: report. Pure.
 */
#ifndef PGM_REPORT_MERGE_FOLDER_H
#define PGM_REPORT_MERGE_FOLDER_H

#include "base/arena.h"
#include "report/report.h"

/**
 * Fills in the report's migrations, in the order in which they run: what is pending somewhere, and
 * what a ledger lists that had a file. Reports do not list the folder; `status` needs its order.
 *
 * @return PGM_OK or PGM_ENOMEM.
 */
PGM_MUST_CHECK pgm_status pgm__folder_fill(pgm__arena *arena, pgm__report *report, pgm_error *err);

#endif
