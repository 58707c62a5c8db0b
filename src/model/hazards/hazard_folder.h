/**
 * @file hazard_folder.h  What the files of a folder, one after the other, say of what a later file
 * touches: what they make, its columns' types and indexes, and what functions are.
 *
 * What a file makes is new to the next one when both are pending, and old when the first is
 * applied. Who knows sets `applied` before each file; who does not know leaves it, and gets what
 * may be new marked as `of_earlier`.
 *
 * Layer: model. Pure.
 */
#ifndef PGM_MODEL_HAZARDS_HAZARD_FOLDER_H
#define PGM_MODEL_HAZARDS_HAZARD_FOLDER_H

#include <stdbool.h>

#include "model/hazards/column_types.h"
#include "model/sql/table_names.h"

/** Objects of one space have different names. */
typedef enum pgm__hazard_space {
    PGM__SPACE_RELATION, /* tables, views, sequences, indexes */
    PGM__SPACE_ROUTINE,
    PGM__SPACE_TYPE,
    PGM__SPACE_SCHEMA,
    PGM__SPACE_COUNT
} pgm__hazard_space;

/** Zeroed = nothing is known. */
typedef struct pgm__hazard_folder {
    pgm__table_names made[PGM__SPACE_COUNT];  /* by files that are not applied */
    pgm__table_names known[PGM__SPACE_COUNT]; /* by all files, as all that follows */
    pgm__column_types types;
    pgm__table_names indexed;   /* columns that an index may have, their tables as schemas */
    pgm__table_names triggers;  /* functions that only a trigger can call */
    pgm__table_names steady;    /* other functions that are said to be STABLE or IMMUTABLE */
    pgm__table_names volatiles; /* and those that are not */
    pgm__table_names domains;   /* with a CHECK or NOT NULL */
    bool applied;               /* the next file: what it makes is not new */
} pgm__hazard_folder;

/** Did memory run out? */
bool pgm__hazard_folder_failed(pgm__hazard_folder *folder);

void pgm__hazard_folder_fini(pgm__hazard_folder *folder);

#endif
