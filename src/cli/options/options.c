#include "cli/options/options.h"

#include <string.h>

#include "cli/options/options_fleet.h"
#include "cli/options/options_limits.h"
#include "cli/options/options_look.h"
#include "cli/options/options_march.h"
#include "cli/options/options_neon.h"
#include "cli/options/options_rehearse.h"
#include "cli/options/options_report.h"
#include "cli/options/options_rollout.h"

/* The files of rows, in the order of the help. */
static pgm__option_rows (*const parts[])(void) = {
    pgm__options_fleet, pgm__options_march,   pgm__options_rehearse, pgm__options_neon,
    pgm__options_look,  pgm__options_rollout, pgm__options_limits,   pgm__options_report,
};

enum { PARTS = sizeof parts / sizeof *parts };

pgm__option_rows pgm__option_part(size_t part) {
    return part < PARTS ? parts[part]() : (pgm__option_rows){NULL, NULL, 0};
}

size_t pgm__option_count(void) {
    size_t count = 0;
    for (size_t i = 0; i < PARTS; i++) {
        count += parts[i]().count;
    }
    return count;
}

const pgm__option *pgm__option_at(size_t place) {
    for (size_t i = 0; i < PARTS; i++) {
        const pgm__option *rows = parts[i]().rows;
        size_t count = parts[i]().count;
        if (place < count) {
            return &rows[place];
        }
        place -= count;
    }
    return NULL;
}

size_t pgm__option_place(const pgm__option *option) {
    size_t place = 0;
    while (pgm__option_at(place) != option) {
        place++;
    }
    return place;
}

const pgm__option *pgm__option_by_name(const char *name, size_t len) {
    const pgm__option *option = NULL;
    for (size_t i = 0; (option = pgm__option_at(i)) != NULL; i++) {
        if (strlen(option->name) == len && memcmp(option->name, name, len) == 0) {
            break;
        }
    }
    return option;
}

const pgm__option *pgm__option_by_letter(char letter) {
    const pgm__option *option = NULL;
    for (size_t i = 0; (option = pgm__option_at(i)) != NULL; i++) {
        if (option->letter != 0 && option->letter == letter) {
            break;
        }
    }
    return option;
}
