#include "model/targets/target.h"

#include <string.h>

#include "model/targets/globs.h"

const pgm__common *pgm__common_of(const pgm__target *target) {
    static const pgm__common nothing = {0};
    return target->common == NULL ? &nothing : target->common;
}

size_t pgm__target_setting_count(const pgm__target *target) {
    return pgm__common_of(target)->setting_count + target->setting_count;
}

const pgm__setting *pgm__target_setting(const pgm__target *target, size_t index) {
    const pgm__common *common = pgm__common_of(target);
    return index < common->setting_count ? &common->settings[index]
                                         : &target->settings[index - common->setting_count];
}

const pgm_limits *pgm__target_limits(const pgm__target *target) {
    static const pgm_limits unset = PGM_LIMITS_UNSET;
    const pgm_limits *limits = pgm__common_of(target)->limits;
    return limits == NULL ? &unset : limits;
}

bool pgm__target_matches(const pgm__target *target, const char *glob) {
    if (strncmp(glob, "tag:", 4) != 0) {
        return pgm__glob_matches(glob, target->name);
    }
    const pgm__common *common = pgm__common_of(target);
    for (size_t i = 0; i < common->tag_count; i++) {
        if (pgm__glob_matches(glob + 4, common->tags[i])) {
            return true;
        }
    }
    return false;
}
