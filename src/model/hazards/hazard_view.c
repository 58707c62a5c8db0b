#include "model/hazards/hazard_view.h"

#include "model/hazards/hazard_words.h"

static void look_at_rename(pgm__hazard_walk *walk) {
    if (pgm__cursor_is(&walk->c, "TO")) {
        pgm__hazard_say(walk, PGM__HAZARD_RENAME_VIEW);
        return;
    }
    (void)pgm__cursor_take(&walk->c, "COLUMN");
    pgm__hazard_say_part(walk, PGM__HAZARD_RENAME_COLUMN, pgm__hazard_take_part(walk));
}

void pgm__hazard_view_alter(pgm__hazard_walk *walk) {
    static const pgm__hazard_rule rules[] = {
        {.words = "RENAME", .look = look_at_rename},
        {.words = "SET SCHEMA", .kind = PGM__HAZARD_RENAME_VIEW},
        {.words = "SET TABLESPACE", .kind = PGM__HAZARD_TABLESPACE},
    };
    (void)pgm__hazard_take_if_exists(&walk->c);
    pgm__hazard_read_name(walk, PGM__SPACE_RELATION);
    pgm__hazard_apply(walk, rules, sizeof rules / sizeof rules[0]);
}

void pgm__hazard_view_refresh(pgm__hazard_walk *walk) {
    if (pgm__cursor_take(&walk->c, "CONCURRENTLY")) {
        return;
    }
    pgm__hazard_read_name(walk, PGM__SPACE_RELATION);
    pgm__hazard_say(walk, PGM__HAZARD_REFRESH);
}
