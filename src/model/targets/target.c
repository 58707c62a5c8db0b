#include "model/targets/target.h"

#include <fnmatch.h>
#include <string.h>

/* A name as it is, as lists of names have thousands, is compared and nothing else: fnmatch() takes
 * a hundred times as long. */
static bool matches(const char *glob, const char *text) {
    return strpbrk(glob, "*?[\\") == NULL ? strcmp(glob, text) == 0 : fnmatch(glob, text, 0) == 0;
}

bool pgm__target_matches(const pgm__target *target, const char *glob) {
    if (strncmp(glob, "tag:", 4) != 0) {
        return matches(glob, target->name);
    }
    for (size_t i = 0; i < target->tag_count; i++) {
        if (matches(glob + 4, target->tags[i])) {
            return true;
        }
    }
    return false;
}
