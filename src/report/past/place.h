/**
 * @file place.h  Where a target is, by the text that reports have of it.
 *
 * Layer: report. Pure.
 */
#ifndef PGM_REPORT_PAST_PLACE_H
#define PGM_REPORT_PAST_PLACE_H

#include <stdbool.h>

/** Do both masked URLs lead to one server, database and schema, whoever logs in there? */
bool pgm__place_same(const char *server, const char *other);

#endif
