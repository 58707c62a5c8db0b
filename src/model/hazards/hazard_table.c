#include "model/hazards/hazard_table.h"

#include "model/hazards/hazard_column.h"
#include "model/hazards/hazard_constraint.h"
#include "model/hazards/hazard_learn.h"
#include "model/hazards/hazard_words.h"

static void look_at_add(pgm__hazard_walk *walk) {
    pgm__hazard_scope *scope = walk->scope;
    pgm__hazard_learn_key(scope->folder, scope->text, walk->name.table, walk->c);
    if (!pgm__hazard_constraint_add(walk)) {
        pgm__hazard_column_add(walk);
    }
}

/* DROP [COLUMN] [IF EXISTS] name. What this file has added nobody uses yet. */
static void look_at_drop(pgm__hazard_walk *walk) {
    pgm__hazard_scope *scope = walk->scope;
    if (pgm__cursor_is(&walk->c, "CONSTRAINT")) {
        return;
    }
    (void)pgm__cursor_take(&walk->c, "COLUMN");
    (void)pgm__hazard_take_if_exists(&walk->c);
    pgm__cut column = pgm__hazard_take_part(walk);
    if (!pgm__table_names_has(&scope->columns, scope->text, pgm__hazard_part(walk, column))) {
        pgm__hazard_say_part(walk, PGM__HAZARD_DROP_COLUMN, column);
    }
}

static void look_at_rename_of_column(pgm__hazard_walk *walk) {
    pgm__hazard_scope *scope = walk->scope;
    (void)pgm__cursor_take(&walk->c, "COLUMN");
    pgm__cut column = pgm__hazard_take_part(walk);
    if (!pgm__table_names_has(&scope->columns, scope->text, pgm__hazard_part(walk, column))) {
        pgm__hazard_say_part(walk, PGM__HAZARD_RENAME_COLUMN, column);
        return;
    }
    if (pgm__cursor_take(&walk->c, "TO")) { /* new under its new name, too */
        pgm__cut name = pgm__hazard_take_part(walk);
        pgm__table_names_add(&scope->columns, scope->text, pgm__hazard_part(walk, name));
    }
}

/* The lock is short. It is the programs that run now which fail, as they ask for the old name. */
static void look_at_rename(pgm__hazard_walk *walk) {
    if (pgm__cursor_is(&walk->c, "CONSTRAINT")) {
        return;
    }
    if (!pgm__cursor_take(&walk->c, "TO")) {
        look_at_rename_of_column(walk);
        return;
    }
    pgm__hazard_say(walk, PGM__HAZARD_RENAME_TABLE);
    pgm__table_names *made = walk->is_new       ? walk->scope->made
                             : walk->of_earlier ? walk->scope->folder->made
                                                : NULL;
    if (made != NULL) { /* new under its new name, too */
        pgm__table_name name = pgm__table_name_read(&walk->c);
        name.schema = walk->name.schema;
        pgm__table_names_add(&made[PGM__SPACE_RELATION], walk->scope->text, name);
    }
}

/* FINALIZE ends what was begun CONCURRENTLY. */
static void look_at_detach(pgm__hazard_walk *walk) {
    pgm__cursor rest = walk->c;
    if (!pgm__hazard_has_word(rest, "CONCURRENTLY") && !pgm__hazard_has_word(rest, "FINALIZE")) {
        pgm__hazard_say(walk, PGM__HAZARD_DETACH);
    }
}

static const pgm__hazard_rule ACTIONS[] = {
    {.words = "ADD", .look = look_at_add},
    {.words = "ALTER", .look = pgm__hazard_column_alter},
    {.words = "RENAME", .look = look_at_rename},
    {.words = "DROP", .look = look_at_drop},
    {.words = "VALIDATE CONSTRAINT", .look = pgm__hazard_constraint_validate},
    {.words = "DETACH PARTITION", .look = look_at_detach},
    {.words = "SET SCHEMA", .kind = PGM__HAZARD_RENAME_TABLE},
    {.words = "SET TABLESPACE", .kind = PGM__HAZARD_TABLESPACE},
    {.words = "SET LOGGED", .kind = PGM__HAZARD_PERSISTENCE},
    {.words = "SET UNLOGGED", .kind = PGM__HAZARD_PERSISTENCE},
    {.words = "DISABLE TRIGGER", .kind = PGM__HAZARD_TRIGGER_OFF},
    {.words = "ENABLE ROW LEVEL SECURITY", .kind = PGM__HAZARD_ROW_SECURITY},
    {.words = "FORCE ROW LEVEL SECURITY", .kind = PGM__HAZARD_ROW_SECURITY},
};

/* What the statement leaves to those behind it: its lock, when the file is one transaction. When it
 * is not, that is gone, and with it the reason not to validate what was added NOT VALID. */
static void settle(pgm__hazard_walk *walk, bool locks) {
    pgm__hazard_scope *scope = walk->scope;
    if (scope->transactional && locks) {
        pgm__table_names_add(&scope->altered, scope->text, walk->name);
    }
    if (!scope->transactional && !scope->not_valid.failed) {
        pgm__table_names_fini(&scope->not_valid);
    }
}

/* One ALTER TABLE has several actions, separated by commas; each warns with its own line. */
void pgm__hazard_table_alter(pgm__hazard_walk *walk) {
    pgm__cursor *c = &walk->c;
    (void)pgm__hazard_take_if_exists(c);
    (void)pgm__cursor_take(c, "ONLY");
    pgm__hazard_read_name(walk, PGM__SPACE_RELATION);
    if (pgm__cursor_is_byte(c, '*')) {
        pgm__cursor_advance(c);
    }
    bool locks = false;
    while (!pgm__cursor_at_end(c)) {
        locks = locks || !pgm__cursor_is(c, "VALIDATE");
        walk->line = c->token.line;
        pgm__hazard_apply(walk, ACTIONS, sizeof ACTIONS / sizeof ACTIONS[0]);
        while (!pgm__hazard_at_part_end(c)) {
            pgm__cursor_advance(c);
        }
        pgm__cursor_advance(c); /* the comma */
    }
    settle(walk, locks);
}
