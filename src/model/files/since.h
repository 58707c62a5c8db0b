/**
 * @file since.h  The version at which a folder's history ends, as a user says it.
 *
 * It is one of the folder's, by its whole name or its number, or a number that fits between them.
 * A number of another form (a date where the files have a time, too) compares as well, and is
 * refused: everything or nothing would come before it, and nobody would see why.
 *
 * Layer: model. Pure.
 */
#ifndef PGM_MODEL_FILES_SINCE_H
#define PGM_MODEL_FILES_SINCE_H

#include <stdbool.h>

#include "model/files/migrations.h"
#include "pgmarch/error.h"

/**
 * May `version` be said of this folder? "0" may: nothing comes before it.
 *
 * @param whole  No file of the folder was refused. Else a name with a number is taken as it is: it
 *               may be that of such a file.
 * @return PGM_OK; PGM_EUSAGE, with the nearest one, or the form.
 */
PGM_MUST_CHECK pgm_status pgm__since_check(const pgm__migrations *migrations, const char *version,
                                           bool whole, pgm_error *err);

/**
 * Does this version come before it? A number stands for all that have it; what runs again whenever
 * it changes is never history.
 */
bool pgm__since_is_after(const char *since, const char *version);

#endif
