#include "model/hazards/hazard_constraint.h"

#include "model/hazards/hazard_words.h"

/* Do these two words stand side by side in what is left of the action? */
static bool says(pgm__cursor c, const char *words) {
    while (!pgm__hazard_at_part_end(&c)) {
        if (c.depth == 0 && pgm__hazard_take_words(&c, words)) {
            return true;
        }
        pgm__cursor_advance(&c);
    }
    return false;
}

/* UNIQUE, PRIMARY KEY: an index that is there already needs no building. */
static bool uses_index(pgm__cursor c) {
    if (!pgm__cursor_take(&c, "UNIQUE") && pgm__cursor_take(&c, "PRIMARY")) {
        (void)pgm__cursor_take(&c, "KEY");
    }
    return pgm__cursor_take(&c, "USING") && pgm__cursor_is(&c, "INDEX");
}

/* EXCLUDE is a word that a column may be called by. */
static bool is_exclude(pgm__cursor c) {
    return pgm__cursor_take(&c, "EXCLUDE") &&
           (pgm__cursor_is(&c, "USING") || c.token.kind == PGM__TOKEN_OPEN);
}

/* A CHECK is looked up in all rows while nobody can read or write, a foreign key while nobody can
 * write to either table. NOT VALID leaves that to VALIDATE CONSTRAINT, which lets both go on. */
static void look_at_rows(pgm__hazard_walk *walk, pgm__cut name, pgm__hazard_kind kind) {
    pgm__hazard_scope *scope = walk->scope;
    if (!says(walk->c, "NOT VALID")) {
        pgm__hazard_say(walk, kind);
    } else {
        pgm__table_names_add(&scope->not_valid, scope->text, pgm__hazard_part(walk, name));
    }
}

bool pgm__hazard_constraint_add(pgm__hazard_walk *walk) {
    pgm__cut name = {0};
    if (pgm__cursor_take(&walk->c, "CONSTRAINT")) {
        name = pgm__hazard_take_part(walk);
    }
    const pgm__cursor *c = &walk->c;
    if (pgm__cursor_is(c, "CHECK") || pgm__cursor_is(c, "FOREIGN")) {
        look_at_rows(walk, name, PGM__HAZARD_CONSTRAINT);
        return true;
    }
    if (pgm__cursor_is(c, "NOT")) { /* PostgreSQL 18 */
        pgm__cursor column = *c;
        (void)pgm__hazard_take_words(&column, "NOT NULL");
        if (!says(*c, "NOT VALID")) {
            pgm__hazard_say_part(walk, PGM__HAZARD_SET_NOT_NULL,
                                 (pgm__cut){column.token.begin, column.token.end});
        }
        return true;
    }
    bool key = pgm__cursor_is(c, "UNIQUE") || pgm__cursor_is(c, "PRIMARY");
    if ((key && !uses_index(*c)) || is_exclude(*c)) {
        pgm__hazard_say(walk, PGM__HAZARD_INDEX_OF_CONSTRAINT);
        return true;
    }
    return key;
}

void pgm__hazard_constraint_validate(pgm__hazard_walk *walk) {
    pgm__hazard_scope *scope = walk->scope;
    pgm__cut name = pgm__hazard_take_part(walk);
    if (pgm__table_names_has(&scope->not_valid, scope->text, pgm__hazard_part(walk, name))) {
        pgm__hazard_say_part(walk, PGM__HAZARD_VALIDATED_AT_ONCE, name);
    }
    pgm__table_names_add(&scope->validated, scope->text, walk->name);
}
