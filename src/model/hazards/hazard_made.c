#include "model/hazards/hazard_made.h"

#include "model/hazards/hazard_words.h"

/* The words in front of the kind may be any of these, in an order that only the grammar knows; all
 * of them are stepped over. */
static void take_manners(pgm__cursor *c) {
    static const char *const words[] = {"OR",        "REPLACE",      "GLOBAL",   "LOCAL",
                                        "TEMP",      "TEMPORARY",    "UNLOGGED", "FOREIGN",
                                        "RECURSIVE", "MATERIALIZED", "UNIQUE"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        (void)pgm__cursor_take(c, words[i]);
    }
}

/* The kind of what CREATE makes, or -1. */
static int take_space(pgm__cursor *c) {
    static const struct {
        const char *word;
        pgm__hazard_space space;
    } kinds[] = {{"TABLE", PGM__SPACE_RELATION},    {"VIEW", PGM__SPACE_RELATION},
                 {"SEQUENCE", PGM__SPACE_RELATION}, {"INDEX", PGM__SPACE_RELATION},
                 {"FUNCTION", PGM__SPACE_ROUTINE},  {"PROCEDURE", PGM__SPACE_ROUTINE},
                 {"AGGREGATE", PGM__SPACE_ROUTINE}, {"TYPE", PGM__SPACE_TYPE},
                 {"DOMAIN", PGM__SPACE_TYPE},       {"SCHEMA", PGM__SPACE_SCHEMA}};
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (pgm__cursor_take(c, kinds[i].word)) {
            return (int)kinds[i].space;
        }
    }
    return -1;
}

/* INTO of a SELECT names a table; behind INSERT and MERGE it names what is written to. */
static bool find_into(pgm__cursor *c) {
    bool selects = false;
    for (; !pgm__cursor_at_end(c); pgm__cursor_advance(c)) {
        if (c->depth > 0) {
            continue;
        }
        if (pgm__cursor_is(c, "INSERT") || pgm__cursor_is(c, "MERGE") ||
            pgm__cursor_is(c, "FROM")) {
            return false;
        }
        selects = selects || pgm__cursor_is(c, "SELECT");
        if (selects && pgm__cursor_take(c, "INTO")) {
            return true;
        }
    }
    return false;
}

static void note_into(pgm__table_names *made, const char *text, pgm__cursor c) {
    if (find_into(&c)) {
        take_manners(&c);
        (void)pgm__cursor_take(&c, "TABLE");
        pgm__table_names_add(&made[PGM__SPACE_RELATION], text, pgm__table_name_read(&c));
    }
}

void pgm__hazard_made_note(pgm__table_names *made, const char *text, pgm__cursor statement) {
    pgm__cursor c = statement;
    if (pgm__cursor_is(&c, "SELECT") || pgm__cursor_is(&c, "WITH")) {
        note_into(made, text, c);
        return;
    }
    if (!pgm__cursor_take(&c, "CREATE")) {
        return;
    }
    take_manners(&c);
    int space = take_space(&c);
    if (space < 0) {
        return;
    }
    (void)pgm__cursor_take(&c, "CONCURRENTLY");
    (void)pgm__hazard_take_if_exists(&c);
    (void)pgm__cursor_take(&c, "AUTHORIZATION");
    if (!pgm__cursor_is(&c, "ON")) { /* an index may be without a name */
        pgm__table_names_add(&made[space], text, pgm__table_name_read(&c));
    }
}

/* The new name has the schema of the old one. */
bool pgm__hazard_made_rename(pgm__cursor statement, pgm__table_name *from, pgm__table_name *to) {
    pgm__cursor c = statement;
    if (!pgm__hazard_take_words(&c, "ALTER TYPE")) {
        return false;
    }
    pgm__table_name name = pgm__table_name_read(&c);
    if (!pgm__hazard_take_words(&c, "RENAME TO")) {
        return false;
    }
    *from = name;
    *to = pgm__table_name_read(&c);
    to->schema = name.schema;
    return true;
}

bool pgm__hazard_made_table(pgm__cursor *c, pgm__table_name *name) {
    if (!pgm__cursor_take(c, "CREATE")) {
        return false;
    }
    take_manners(c);
    if (!pgm__cursor_take(c, "TABLE")) {
        return false;
    }
    (void)pgm__hazard_take_if_exists(c);
    *name = pgm__table_name_read(c);
    return true;
}
