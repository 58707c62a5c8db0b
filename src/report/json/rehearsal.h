/**
 * @file rehearsal.h  What a rehearsal measured, as JSON. Read back by report/past/past_rehearsal.c.
 *
 * Layer: report. Pure.
 */
#ifndef PGM_REPORT_JSON_REHEARSAL_H
#define PGM_REPORT_JSON_REHEARSAL_H

#include "pgmarch/rehearsal.h"
#include "report/json/writer.h"

/** An object with every field, what is not known is null; null for NULL. */
json_t *pgm__json_rehearsal(pgm__json_writer *w, const pgm_rehearsal *from);

#endif
