#include "model/hazards/hazard_folder.h"

#include <stddef.h>

enum { OTHERS = 5, SETS = 2 * PGM__SPACE_COUNT + OTHERS };

/* All of its sets, so that none is forgotten. */
static pgm__table_names *set_of(pgm__hazard_folder *folder, size_t i) {
    pgm__table_names *const others[OTHERS] = {&folder->indexed, &folder->triggers, &folder->steady,
                                              &folder->volatiles, &folder->domains};
    if (i < PGM__SPACE_COUNT) {
        return &folder->made[i];
    }
    i -= PGM__SPACE_COUNT;
    if (i < PGM__SPACE_COUNT) {
        return &folder->known[i];
    }
    return others[i - PGM__SPACE_COUNT];
}

bool pgm__hazard_folder_failed(pgm__hazard_folder *folder) {
    bool failed = folder->types.failed;
    for (size_t i = 0; i < SETS; i++) {
        failed = failed || set_of(folder, i)->failed;
    }
    return failed;
}

void pgm__hazard_folder_fini(pgm__hazard_folder *folder) {
    for (size_t i = 0; i < SETS; i++) {
        pgm__table_names_fini(set_of(folder, i));
    }
    pgm__column_types_fini(&folder->types);
    *folder = (pgm__hazard_folder){0};
}
