#include "model/hazards/hazard_access.h"

#include "model/hazards/hazard_words.h"

typedef struct object {
    const char *words;
    pgm__hazard_space space;
} object;

/* What a privilege may be on. Longer words first; a name alone is a table. */
static const object OBJECTS[] = {
    {"ALL TABLES IN SCHEMA", PGM__SPACE_SCHEMA},
    {"ALL SEQUENCES IN SCHEMA", PGM__SPACE_SCHEMA},
    {"ALL FUNCTIONS IN SCHEMA", PGM__SPACE_SCHEMA},
    {"ALL ROUTINES IN SCHEMA", PGM__SPACE_SCHEMA},
    {"ALL PROCEDURES IN SCHEMA", PGM__SPACE_SCHEMA},
    {"SCHEMA", PGM__SPACE_SCHEMA},
    {"DATABASE", PGM__SPACE_SCHEMA},
    {"FUNCTION", PGM__SPACE_ROUTINE},
    {"PROCEDURE", PGM__SPACE_ROUTINE},
    {"ROUTINE", PGM__SPACE_ROUTINE},
    {"TYPE", PGM__SPACE_TYPE},
    {"DOMAIN", PGM__SPACE_TYPE},
    {"TABLE", PGM__SPACE_RELATION},
    {"SEQUENCE", PGM__SPACE_RELATION},
};

/* REVOKE privileges ON object FROM role; REVOKE role FROM role. */
void pgm__hazard_access_revoke(pgm__hazard_walk *walk) {
    pgm__hazard_space space = PGM__SPACE_RELATION;
    if (pgm__hazard_has_word(walk->c, "ON")) {
        while (!pgm__cursor_at_end(&walk->c) &&
               (walk->c.depth > 0 || !pgm__cursor_is(&walk->c, "ON"))) {
            pgm__cursor_advance(&walk->c);
        }
        pgm__cursor_advance(&walk->c);
    }
    for (size_t i = 0; i < sizeof OBJECTS / sizeof OBJECTS[0]; i++) {
        if (pgm__hazard_take_words(&walk->c, OBJECTS[i].words)) {
            space = OBJECTS[i].space;
            break;
        }
    }
    pgm__hazard_read_name(walk, space);
    pgm__hazard_say(walk, PGM__HAZARD_REVOKE);
}

void pgm__hazard_access_schema(pgm__hazard_walk *walk) {
    pgm__hazard_read_name(walk, PGM__SPACE_SCHEMA);
    if (pgm__hazard_take_words(&walk->c, "RENAME TO")) {
        pgm__hazard_say(walk, PGM__HAZARD_RENAME_SCHEMA);
    }
}
