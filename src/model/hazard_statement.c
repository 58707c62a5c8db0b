#include "model/hazard_statement.h"

/* One statement on its way through the rules. */
typedef struct walk {
    pgm__hazard_scope *scope;
    pgm__cursor c;
    pgm__table_name table; /* that it changes */
    bool is_new;           /* this file creates that table */
} walk;

static void say(const walk *w, pgm__hazard_kind kind, unsigned line) {
    pgm__hazard_scope *scope = w->scope;
    if (w->is_new || scope->stopped || (scope->silenced & (1U << kind)) != 0) {
        return;
    }
    bool qualified = w->table.schema.end > w->table.schema.begin;
    const pgm__hazard hazard = {
        .kind = kind,
        .line = line,
        .name = {qualified ? w->table.schema.begin : w->table.table.begin, w->table.table.end}};
    scope->stopped = !scope->found(&hazard, scope->data);
}

static void read_table(walk *w) {
    w->table = pgm__table_name_read(&w->c);
    w->is_new = pgm__table_names_has(&w->scope->created, w->scope->text, w->table);
}

static void take_if_exists(pgm__cursor *c) {
    if (pgm__cursor_take(c, "IF")) {
        (void)pgm__cursor_take(c, "NOT");
        (void)pgm__cursor_take(c, "EXISTS");
    }
}

/* A comma outside parentheses, or the end. */
static bool at_part_end(const pgm__cursor *c) {
    return pgm__cursor_at_end(c) || (c->depth == 0 && pgm__cursor_is_byte(c, ','));
}

/* ---- CREATE and DROP ---- */

/* [CONCURRENTLY] [[IF NOT EXISTS] name] ON [ONLY] table. ON ONLY builds nothing: it is the first
 * step of the safe way for a partitioned table. */
static void look_at_index(walk *w, unsigned line) {
    bool concurrently = pgm__cursor_take(&w->c, "CONCURRENTLY");
    while (!pgm__cursor_at_end(&w->c) && !pgm__cursor_is(&w->c, "ON")) {
        pgm__cursor_advance(&w->c);
    }
    if (concurrently || !pgm__cursor_take(&w->c, "ON") || pgm__cursor_take(&w->c, "ONLY")) {
        return;
    }
    read_table(w);
    say(w, PGM__HAZARD_INDEX, line);
}

static void look_at_create(walk *w, unsigned line) {
    static const char *const kinds[] = {"GLOBAL",   "LOCAL",   "TEMP",        "TEMPORARY",
                                        "UNLOGGED", "FOREIGN", "MATERIALIZED"};
    (void)pgm__cursor_take(&w->c, "UNIQUE");
    if (pgm__cursor_take(&w->c, "INDEX")) {
        look_at_index(w, line);
        return;
    }
    bool materialized = pgm__cursor_is(&w->c, "MATERIALIZED");
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        (void)pgm__cursor_take(&w->c, kinds[i]);
    }
    if (pgm__cursor_take(&w->c, "TABLE") || (materialized && pgm__cursor_take(&w->c, "VIEW"))) {
        take_if_exists(&w->c);
        pgm__table_names_add(&w->scope->created, w->scope->text, pgm__table_name_read(&w->c));
    }
}

static void look_at_drop(walk *w) {
    (void)pgm__cursor_take(&w->c, "FOREIGN");
    if (!pgm__cursor_take(&w->c, "TABLE")) {
        return;
    }
    take_if_exists(&w->c);
    while (pgm__cursor_is_name(&w->c)) {
        unsigned line = w->c.token.line;
        read_table(w);
        say(w, PGM__HAZARD_DROP_TABLE, line);
        if (!pgm__cursor_is_byte(&w->c, ',')) {
            return;
        }
        pgm__cursor_advance(&w->c);
    }
}

/* ---- ALTER TABLE ---- */

/* Do these two words stand side by side in what is left of the action? */
static bool says(pgm__cursor c, const char *first, const char *second) {
    while (!at_part_end(&c)) {
        if (c.depth == 0 && pgm__cursor_take(&c, first)) {
            if (pgm__cursor_is(&c, second)) {
                return true;
            }
        } else {
            pgm__cursor_advance(&c);
        }
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

/* False when what is added is no table constraint. */
static bool look_at_constraint(const walk *w, unsigned line) {
    const pgm__cursor *c = &w->c;
    if (pgm__cursor_is(c, "CHECK") || pgm__cursor_is(c, "FOREIGN")) {
        if (!says(*c, "NOT", "VALID")) {
            say(w, PGM__HAZARD_CONSTRAINT, line);
        }
        return true;
    }
    if (pgm__cursor_is(c, "NOT")) { /* PostgreSQL 18 */
        if (!says(*c, "NOT", "VALID")) {
            say(w, PGM__HAZARD_SET_NOT_NULL, line);
        }
        return true;
    }
    bool key = pgm__cursor_is(c, "UNIQUE") || pgm__cursor_is(c, "PRIMARY");
    if ((key && !uses_index(*c)) || is_exclude(*c)) {
        say(w, PGM__HAZARD_INDEX_OF_CONSTRAINT, line);
        return true;
    }
    return key;
}

/* What a column's definition says behind its name. */
typedef struct column {
    bool not_null;
    bool filled; /* by a DEFAULT, as an identity, by a serial type */
    bool key;
    bool check;
    bool references;
} column;

static bool is_serial(const pgm__cursor *c) {
    static const char *const types[] = {"SERIAL",  "BIGSERIAL", "SMALLSERIAL",
                                        "SERIAL2", "SERIAL4",   "SERIAL8"};
    for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
        if (pgm__cursor_is(c, types[i])) {
            return true;
        }
    }
    return false;
}

static column read_column(pgm__cursor *c) {
    column found = {0};
    bool after_not = false;
    for (; !at_part_end(c); pgm__cursor_advance(c)) {
        if (c->depth > 0) {
            continue;
        }
        bool primary = pgm__cursor_is(c, "PRIMARY");
        found.not_null = found.not_null || primary || (after_not && pgm__cursor_is(c, "NULL"));
        found.filled = found.filled || pgm__cursor_is(c, "DEFAULT") ||
                       pgm__cursor_is(c, "GENERATED") || is_serial(c);
        found.key = found.key || primary || pgm__cursor_is(c, "UNIQUE");
        found.check = found.check || pgm__cursor_is(c, "CHECK");
        found.references = found.references || pgm__cursor_is(c, "REFERENCES");
        after_not = pgm__cursor_is(c, "NOT");
    }
    return found;
}

/* A foreign key of a column that is NULL everywhere needs no look at the table. */
static void look_at_column(walk *w, unsigned line) {
    (void)pgm__cursor_take(&w->c, "COLUMN");
    take_if_exists(&w->c);
    pgm__cursor_advance(&w->c); /* its name, which may be any word */
    column found = read_column(&w->c);
    if (found.not_null && !found.filled) {
        say(w, PGM__HAZARD_NOT_NULL_COLUMN, line);
    }
    if (found.key) {
        say(w, PGM__HAZARD_INDEX_OF_CONSTRAINT, line);
    }
    if (found.check || (found.references && found.filled)) {
        say(w, PGM__HAZARD_CONSTRAINT, line);
    }
}

static void look_at_add(walk *w, unsigned line) {
    if (pgm__cursor_take(&w->c, "CONSTRAINT")) {
        pgm__cursor_advance(&w->c); /* its name */
    }
    if (!look_at_constraint(w, line)) {
        look_at_column(w, line);
    }
}

static void look_at_alter_column(walk *w, unsigned line) {
    if (pgm__cursor_is(&w->c, "CONSTRAINT")) {
        return;
    }
    (void)pgm__cursor_take(&w->c, "COLUMN");
    pgm__cursor_advance(&w->c); /* its name, which may be any word */
    bool set = pgm__cursor_take(&w->c, "SET");
    if (pgm__cursor_is(&w->c, "TYPE") || (set && pgm__cursor_is(&w->c, "DATA"))) {
        say(w, PGM__HAZARD_COLUMN_TYPE, line);
    } else if (set && pgm__cursor_is(&w->c, "NOT") &&
               !pgm__table_names_has(&w->scope->validated, w->scope->text, w->table)) {
        say(w, PGM__HAZARD_SET_NOT_NULL, line);
    }
}

static void look_at_rename(walk *w, unsigned line) {
    if (pgm__cursor_is(&w->c, "CONSTRAINT")) {
        return;
    }
    if (!pgm__cursor_take(&w->c, "TO")) {
        say(w, PGM__HAZARD_RENAME_COLUMN, line);
        return;
    }
    say(w, PGM__HAZARD_RENAME_TABLE, line);
    if (w->is_new) { /* new under its new name, too */
        pgm__table_name name = pgm__table_name_read(&w->c);
        name.schema = w->table.schema;
        pgm__table_names_add(&w->scope->created, w->scope->text, name);
    }
}

static void look_at_action(walk *w) {
    unsigned line = w->c.token.line;
    if (pgm__cursor_take(&w->c, "ADD")) {
        look_at_add(w, line);
    } else if (pgm__cursor_take(&w->c, "ALTER")) {
        look_at_alter_column(w, line);
    } else if (pgm__cursor_take(&w->c, "RENAME")) {
        look_at_rename(w, line);
    } else if (pgm__cursor_take(&w->c, "SET")) {
        if (pgm__cursor_is(&w->c, "SCHEMA")) {
            say(w, PGM__HAZARD_RENAME_TABLE, line);
        }
    } else if (pgm__cursor_take(&w->c, "DROP")) {
        if (!pgm__cursor_is(&w->c, "CONSTRAINT")) {
            say(w, PGM__HAZARD_DROP_COLUMN, line);
        }
    } else if (pgm__cursor_take(&w->c, "VALIDATE")) {
        pgm__table_names_add(&w->scope->validated, w->scope->text, w->table);
    }
}

static void look_at_alter(walk *w) {
    (void)pgm__cursor_take(&w->c, "FOREIGN");
    if (!pgm__cursor_take(&w->c, "TABLE")) {
        return;
    }
    take_if_exists(&w->c);
    (void)pgm__cursor_take(&w->c, "ONLY");
    read_table(w);
    if (pgm__cursor_is_byte(&w->c, '*')) {
        pgm__cursor_advance(&w->c);
    }
    while (!pgm__cursor_at_end(&w->c)) {
        look_at_action(w);
        while (!at_part_end(&w->c)) {
            pgm__cursor_advance(&w->c);
        }
        pgm__cursor_advance(&w->c); /* the comma */
    }
}

void pgm__hazard_statement(pgm__hazard_scope *scope, pgm__cursor statement) {
    walk w = {.scope = scope, .c = statement};
    unsigned line = statement.token.line;
    if (pgm__cursor_take(&w.c, "CREATE")) {
        look_at_create(&w, line);
    } else if (pgm__cursor_take(&w.c, "ALTER")) {
        look_at_alter(&w);
    } else if (pgm__cursor_take(&w.c, "DROP")) {
        look_at_drop(&w);
    }
}
