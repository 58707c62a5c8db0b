/**
 * @file hazard_sheet.h  What is found in a text, as one line to compare.
 */
#ifndef PGM_TESTS_HAZARD_SHEET_H
#define PGM_TESTS_HAZARD_SHEET_H

#include <stdbool.h>
#include <stddef.h>

#include "base/strbuf.h"
#include "model/hazards/hazards.h"

/**
 * "code@line:name" for each, with blanks between. Behind the name ".part", "+n" for n more of the
 * line, "~" when an earlier file made it; an error begins with "!".
 */
struct hazard_sheet {
    const char *text;
    pgm__strbuf out;
    size_t count;
};

/** A pgm__hazard_fn; `data` is a sheet. */
bool hazard_sheet_note(const pgm__hazard *hazard, void *data);

/** A pgm__hazard_fn; `data` is a pgm__hazard_kind, which gets the last one's. */
bool hazard_keep_kind(const pgm__hazard *hazard, void *data);

/** In a file that runs as one transaction. */
void assert_hazards(const char *text, const char *expected);

/** In a file that runs statement by statement. */
void assert_hazards_alone(const char *text, const char *expected);

/** In a file behind others. */
void assert_hazards_in(pgm__hazard_folder *folder, const char *text, const char *expected);

#endif
