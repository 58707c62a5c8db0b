#include "model/targets/target.h"

#include <string.h>

#include "model/targets/globs.h"

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
