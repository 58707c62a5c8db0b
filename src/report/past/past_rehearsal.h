/**
 * @file past_rehearsal.h  The fields of a rehearsal, as report/json/rehearsal.c writes them: one
 * row each.
 *
 * Layer: report. Pure.
 */
#ifndef PGM_REPORT_PAST_PAST_REHEARSAL_H
#define PGM_REPORT_PAST_PAST_REHEARSAL_H

#include "report/past/fields.h"

/** Of a pgm_rehearsal. */
extern const pgm__fields pgm__past_rehearsal;

#endif
