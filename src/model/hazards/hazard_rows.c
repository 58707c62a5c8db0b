#include "model/hazards/hazard_rows.h"

#include "model/hazards/hazard_words.h"

/* ---- UPDATE, DELETE ---- */

/* WHERE true, and WHERE column IS NULL of a column that this file has just added without a DEFAULT.
 */
static bool holds_for_all(const pgm__hazard_walk *walk, pgm__cursor condition) {
    pgm__hazard_scope *scope = walk->scope;
    pgm__cursor c = condition;
    if (pgm__cursor_take(&c, "TRUE")) {
        return pgm__cursor_at_end(&c);
    }
    pgm__table_name column = pgm__table_name_read(&c);
    column.schema = walk->name.table;
    return pgm__hazard_take_words(&c, "IS NULL") && pgm__cursor_at_end(&c) &&
           pgm__table_names_has(&scope->empty, scope->text, column);
}

void pgm__hazard_rows_change(pgm__hazard_walk *walk) {
    pgm__hazard_scope *scope = walk->scope;
    (void)pgm__cursor_take(&walk->c, "ONLY");
    pgm__hazard_read_name(walk, PGM__SPACE_RELATION);
    while (!pgm__cursor_at_end(&walk->c) &&
           (walk->c.depth > 0 || !pgm__cursor_is(&walk->c, "WHERE"))) {
        pgm__cursor_advance(&walk->c);
    }
    bool some = pgm__cursor_take(&walk->c, "WHERE");
    if (some && !holds_for_all(walk, walk->c)) {
        return;
    }
    bool locked = pgm__table_names_has(&scope->altered, scope->text, walk->name);
    pgm__hazard_say(walk, locked ? PGM__HAZARD_ALL_ROWS_UNDER_LOCK : PGM__HAZARD_ALL_ROWS);
}

/* The queries that it names stand in parentheses; the first word of a statement outside of them is
 * what is done with them. */
void pgm__hazard_rows_with(pgm__hazard_walk *walk) {
    pgm__cursor *c = &walk->c;
    for (; !pgm__cursor_at_end(c); pgm__cursor_advance(c)) {
        if (c->depth > 0) {
            continue;
        }
        if (pgm__cursor_is(c, "SELECT") || pgm__cursor_is(c, "INSERT") ||
            pgm__cursor_is(c, "MERGE")) {
            return;
        }
        if (pgm__cursor_take(c, "UPDATE") || pgm__hazard_take_words(c, "DELETE FROM")) {
            pgm__hazard_rows_change(walk);
            return;
        }
    }
}

/* ---- tables by their names ---- */

/* [TABLE] [ONLY] name [*] [, ...] */
static void look_at_names(pgm__hazard_walk *walk, pgm__hazard_kind kind) {
    (void)pgm__cursor_take(&walk->c, "TABLE");
    do {
        (void)pgm__cursor_take(&walk->c, "ONLY");
        walk->line = walk->c.token.line;
        pgm__hazard_read_name(walk, PGM__SPACE_RELATION);
        pgm__hazard_say(walk, kind);
        if (pgm__cursor_is_byte(&walk->c, '*')) {
            pgm__cursor_advance(&walk->c);
        }
        if (!pgm__cursor_is_byte(&walk->c, ',')) {
            return;
        }
        pgm__cursor_advance(&walk->c);
    } while (pgm__cursor_is_name(&walk->c));
}

void pgm__hazard_rows_truncate(pgm__hazard_walk *walk) {
    look_at_names(walk, PGM__HAZARD_TRUNCATE);
}

/* These modes let others read and write. */
static bool is_weak(pgm__cursor c) {
    static const char *const modes[] = {"IN ACCESS SHARE", "IN ROW SHARE", "IN ROW EXCLUSIVE",
                                        "IN SHARE UPDATE EXCLUSIVE"};
    for (; !pgm__cursor_at_end(&c); pgm__cursor_advance(&c)) {
        for (size_t i = 0; i < sizeof modes / sizeof modes[0]; i++) {
            if (pgm__hazard_take_words(&c, modes[i])) {
                return true;
            }
        }
    }
    return false;
}

void pgm__hazard_rows_lock(pgm__hazard_walk *walk) {
    if (!is_weak(walk->c)) {
        look_at_names(walk, PGM__HAZARD_LOCK);
    }
}

/* ---- VACUUM, CLUSTER ---- */

/* VACUUM FULL t, VACUUM (FULL) t. FULL alone in its option list may be said to be off. */
static bool is_full(pgm__hazard_walk *walk) {
    pgm__cursor c = walk->c;
    if (c.token.kind != PGM__TOKEN_OPEN) {
        return pgm__cursor_take(&walk->c, "FULL");
    }
    bool full = false;
    size_t outside = c.depth;
    for (pgm__cursor_advance(&c); !pgm__cursor_at_end(&c) && c.depth > outside;
         pgm__cursor_advance(&c)) {
        pgm__cursor value = c;
        full = full || (pgm__cursor_take(&value, "FULL") && !pgm__cursor_is(&value, "FALSE") &&
                        !pgm__cursor_is(&value, "OFF"));
    }
    return full;
}

static void take_manners(pgm__cursor *c) {
    static const char *const words[] = {"FREEZE", "VERBOSE", "ANALYZE", "ANALYSE"};
    pgm__hazard_skip_parentheses(c);
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        (void)pgm__cursor_take(c, words[i]);
    }
}

/* Without a name it is every table. */
void pgm__hazard_rows_vacuum(pgm__hazard_walk *walk) {
    if (is_full(walk)) {
        take_manners(&walk->c);
        look_at_names(walk, PGM__HAZARD_VACUUM_FULL);
    }
}

void pgm__hazard_rows_cluster(pgm__hazard_walk *walk) {
    take_manners(&walk->c);
    pgm__hazard_read_name(walk, PGM__SPACE_RELATION);
    pgm__hazard_say(walk, PGM__HAZARD_CLUSTER);
}

/* What lies there is not named. */
void pgm__hazard_rows_move(pgm__hazard_walk *walk) {
    walk->name = pgm__table_name_read(&walk->c);
    if (pgm__hazard_has_word(walk->c, "SET")) {
        pgm__hazard_say(walk, PGM__HAZARD_ALL_TABLESPACE);
    }
}
