#include "model/targets/target.h"

#include <string.h>

#include "model/targets/globs.h"

const pgm_limits *pgm__target_limits(const pgm__target *target) {
    static const pgm_limits unset = PGM_LIMITS_UNSET;
    return target->limits == NULL ? &unset : target->limits;
}

bool pgm__target_matches(const pgm__target *target, const char *glob) {
    if (strncmp(glob, "tag:", 4) != 0) {
        return pgm__glob_matches(glob, target->name);
    }
    for (size_t i = 0; i < target->tag_count; i++) {
        if (pgm__glob_matches(glob + 4, target->tags[i])) {
            return true;
        }
    }
    return false;
}
