#include "model/hazards/hazard_learn.h"

#include "model/hazards/hazard_made.h"
#include "model/hazards/hazard_words.h"

/* ---- indexes ---- */

static void add_column(pgm__hazard_folder *folder, const char *text, pgm__cut table,
                       const pgm__cursor *c) {
    const pgm__table_name column = {.schema = table, .table = {c->token.begin, c->token.end}};
    pgm__table_names_add(&folder->indexed, text, column);
}

/* Every word counts, also of an expression and of a WHERE: an index that needs the column in any
 * way is built again with it. One too many costs no more than a warning. */
static void add_words(pgm__hazard_folder *folder, const char *text, pgm__cut table, pgm__cursor *c,
                      size_t depth) {
    for (; !pgm__cursor_at_end(c) && c->depth >= depth; pgm__cursor_advance(c)) {
        if (c->depth == depth && pgm__cursor_is_byte(c, ',')) {
            return;
        }
        if (pgm__cursor_is_name(c)) {
            add_column(folder, text, table, c);
        }
    }
}

static bool is_key_word(const pgm__cursor *c) {
    return pgm__cursor_is(c, "UNIQUE") || pgm__cursor_is(c, "PRIMARY") ||
           pgm__cursor_is(c, "EXCLUDE");
}

/* [CONSTRAINT name] UNIQUE (…), or a column with the word behind its name. */
void pgm__hazard_learn_key(pgm__hazard_folder *folder, const char *text, pgm__cut table,
                           pgm__cursor c) {
    size_t depth = c.depth;
    if (pgm__cursor_take(&c, "CONSTRAINT")) {
        pgm__cursor_advance(&c);
    }
    if (is_key_word(&c)) {
        add_words(folder, text, table, &c, depth);
        return;
    }
    (void)pgm__cursor_take(&c, "COLUMN");
    (void)pgm__hazard_take_if_exists(&c);
    const pgm__cursor column = c;
    for (; !pgm__cursor_at_end(&c) && c.depth >= depth; pgm__cursor_advance(&c)) {
        if (c.depth == depth && pgm__cursor_is_byte(&c, ',')) {
            return;
        }
        if (c.depth == depth && is_key_word(&c)) {
            add_column(folder, text, table, &column);
            return;
        }
    }
}

/* CREATE [UNIQUE] INDEX … ON [ONLY] table … */
static bool learn_index(pgm__hazard_folder *folder, const char *text, pgm__cursor c) {
    if (!pgm__cursor_take(&c, "CREATE")) {
        return false;
    }
    (void)pgm__cursor_take(&c, "UNIQUE");
    if (!pgm__cursor_take(&c, "INDEX")) {
        return false;
    }
    while (!pgm__cursor_at_end(&c) && !pgm__cursor_take(&c, "ON")) {
        pgm__cursor_advance(&c);
    }
    (void)pgm__cursor_take(&c, "ONLY");
    pgm__cut table = pgm__table_name_read(&c).table;
    while (!pgm__cursor_at_end(&c)) {
        add_words(folder, text, table, &c, 0);
        pgm__cursor_advance(&c);
    }
    return true;
}

/* ---- tables ---- */

/* ( column …, CONSTRAINT …, … ) */
static void learn_keys(pgm__hazard_folder *folder, const char *text, pgm__cut table,
                       pgm__cursor c) {
    if (c.token.kind != PGM__TOKEN_OPEN) {
        return;
    }
    size_t inside = c.depth + 1;
    do {
        pgm__cursor_advance(&c); /* ( or , */
        pgm__hazard_learn_key(folder, text, table, c);
        while (!pgm__cursor_at_end(&c) && c.depth >= inside &&
               (c.depth > inside || !pgm__cursor_is_byte(&c, ','))) {
            pgm__cursor_advance(&c);
        }
    } while (!pgm__cursor_at_end(&c) && c.depth >= inside);
}

static bool learn_table(pgm__hazard_folder *folder, const char *text, pgm__cursor c) {
    pgm__table_name name = {0};
    if (!pgm__hazard_made_table(&c, &name)) {
        return false;
    }
    pgm__column_types_learn(&folder->types, text, name.table, c);
    learn_keys(folder, text, name.table, c);
    return true;
}

/* ---- functions ---- */

/* The words of a body in quotes are one string; those of BEGIN ATOMIC are not looked at. */
static bool says(pgm__cursor c, const char *word) {
    for (; !pgm__cursor_at_end(&c) && !pgm__cursor_is(&c, "BEGIN"); pgm__cursor_advance(&c)) {
        if (c.depth == 0 && pgm__cursor_is(&c, word)) {
            return true;
        }
    }
    return false;
}

static bool returns_trigger(pgm__cursor c) {
    for (; !pgm__cursor_at_end(&c); pgm__cursor_advance(&c)) {
        if (c.depth == 0 && pgm__cursor_take(&c, "RETURNS")) {
            return pgm__cursor_is(&c, "TRIGGER") || pgm__cursor_is(&c, "EVENT_TRIGGER");
        }
    }
    return false;
}

static void learn_function(pgm__hazard_folder *folder, const char *text, pgm__cursor c) {
    if (!pgm__cursor_take(&c, "CREATE")) {
        return;
    }
    (void)pgm__hazard_take_words(&c, "OR REPLACE");
    if (!pgm__cursor_take(&c, "FUNCTION")) {
        return;
    }
    pgm__table_name name = pgm__table_name_read(&c);
    if (returns_trigger(c)) {
        pgm__table_names_add(&folder->triggers, text, name);
        return;
    }
    bool steady = says(c, "STABLE") || says(c, "IMMUTABLE");
    pgm__table_names_add(steady ? &folder->steady : &folder->volatiles, text, name);
}

/* ---- domains ---- */

static bool is_not_null(pgm__cursor c) {
    for (; !pgm__cursor_at_end(&c); pgm__cursor_advance(&c)) {
        if (c.depth == 0 && pgm__hazard_take_words(&c, "NOT NULL")) {
            return true;
        }
    }
    return false;
}

/* CREATE DOMAIN name [AS] type …; ALTER DOMAIN name ADD …, SET NOT NULL */
static bool learn_domain(pgm__hazard_folder *folder, const char *text, pgm__cursor c) {
    if (!pgm__hazard_take_words(&c, "CREATE DOMAIN") &&
        !pgm__hazard_take_words(&c, "ALTER DOMAIN")) {
        return false;
    }
    pgm__table_name name = pgm__table_name_read(&c);
    bool dropped = pgm__cursor_is(&c, "DROP");
    if (!dropped && (says(c, "CHECK") || is_not_null(c))) {
        pgm__table_names_add(&folder->domains, text, name);
    }
    return true;
}

void pgm__hazard_learn(pgm__hazard_folder *folder, const char *text, pgm__cursor statement) {
    if (!learn_index(folder, text, statement) && !learn_table(folder, text, statement) &&
        !learn_domain(folder, text, statement)) {
        learn_function(folder, text, statement);
    }
}
