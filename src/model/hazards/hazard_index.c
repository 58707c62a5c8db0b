#include "model/hazards/hazard_index.h"

#include "model/hazards/hazard_words.h"

/* [CONCURRENTLY] [[IF NOT EXISTS] name] ON [ONLY] table. ON ONLY builds nothing: it is the first
 * step of the safe way for a partitioned table. */
void pgm__hazard_index_create(pgm__hazard_walk *walk) {
    pgm__cursor *c = &walk->c;
    bool concurrently = pgm__cursor_take(c, "CONCURRENTLY");
    while (!pgm__cursor_at_end(c) && !pgm__cursor_is(c, "ON")) {
        pgm__cursor_advance(c);
    }
    if (concurrently || !pgm__cursor_take(c, "ON") || pgm__cursor_take(c, "ONLY")) {
        return;
    }
    pgm__hazard_read_name(walk, PGM__SPACE_RELATION);
    pgm__hazard_say(walk, PGM__HAZARD_INDEX);
}

/* The way of files that can run twice: it is made again, and no file before made it. */
static bool is_not_there(const pgm__hazard_walk *walk) {
    pgm__hazard_scope *scope = walk->scope;
    return pgm__table_names_has(&scope->makes[PGM__SPACE_RELATION], scope->text, walk->name) &&
           !pgm__hazard_is_known(walk, PGM__SPACE_RELATION);
}

/* Its table is not named, so that it is the index that may be new. */
void pgm__hazard_index_drop(pgm__hazard_walk *walk) {
    if (pgm__cursor_take(&walk->c, "CONCURRENTLY")) {
        return;
    }
    bool if_exists = pgm__hazard_take_if_exists(&walk->c);
    while (pgm__cursor_is_name(&walk->c)) {
        walk->line = walk->c.token.line;
        pgm__hazard_read_name(walk, PGM__SPACE_RELATION);
        if (!if_exists || !is_not_there(walk)) {
            pgm__hazard_say(walk, PGM__HAZARD_DROP_INDEX);
        }
        if (!pgm__cursor_is_byte(&walk->c, ',')) {
            return;
        }
        pgm__cursor_advance(&walk->c);
    }
}

void pgm__hazard_index_alter(pgm__hazard_walk *walk) {
    (void)pgm__hazard_take_if_exists(&walk->c);
    pgm__hazard_read_name(walk, PGM__SPACE_RELATION);
    if (pgm__hazard_take_words(&walk->c, "SET TABLESPACE")) {
        pgm__hazard_say(walk, PGM__HAZARD_TABLESPACE);
    }
}

/* ( …, CONCURRENTLY, … ), where it may be said to be off. */
static bool has_option(pgm__cursor c) {
    if (c.token.kind != PGM__TOKEN_OPEN) {
        return false;
    }
    size_t outside = c.depth;
    for (pgm__cursor_advance(&c); !pgm__cursor_at_end(&c) && c.depth > outside;
         pgm__cursor_advance(&c)) {
        if (pgm__hazard_take_words(&c, "CONCURRENTLY")) {
            return !pgm__cursor_is(&c, "FALSE") && !pgm__cursor_is(&c, "OFF");
        }
    }
    return false;
}

/* SYSTEM cannot be rebuilt CONCURRENTLY; a schema or database has what no file of ours made. */
void pgm__hazard_index_rebuild(pgm__hazard_walk *walk) {
    bool concurrently = has_option(walk->c);
    pgm__hazard_skip_parentheses(&walk->c);
    bool system = pgm__cursor_is(&walk->c, "SYSTEM");
    bool schema = pgm__cursor_is(&walk->c, "SCHEMA");
    pgm__cursor_advance(&walk->c); /* INDEX, TABLE, SCHEMA, DATABASE */
    if (concurrently || system || pgm__cursor_take(&walk->c, "CONCURRENTLY")) {
        return;
    }
    pgm__hazard_read_name(walk, schema ? PGM__SPACE_SCHEMA : PGM__SPACE_RELATION);
    pgm__hazard_say(walk, PGM__HAZARD_REINDEX);
}
