#include "model/hazards/hazard_drop.h"

#include "model/hazards/hazard_words.h"

/* When a file that makes it again may drop it without a word. A function or a view is there again
 * when the transaction ends. Of a table IF EXISTS says that it is the way of dumps and of files
 * that can run twice; without it there are rows. A schema has more in it than such a file may make
 * again, so no file before may have made it. CASCADE of a type takes columns. */
typedef enum again { NEVER, ALWAYS, IF_EXISTS, IF_NEW, UNLESS_CASCADE } again;

typedef struct drop {
    const char *words;
    pgm__hazard_kind kind;
    pgm__hazard_space space;
    again when;
} drop;

static const drop DROPS[] = {
    {"TABLE", PGM__HAZARD_DROP_TABLE, PGM__SPACE_RELATION, IF_EXISTS},
    {"FOREIGN TABLE", PGM__HAZARD_DROP_TABLE, PGM__SPACE_RELATION, IF_EXISTS},
    {"VIEW", PGM__HAZARD_DROP_VIEW, PGM__SPACE_RELATION, ALWAYS},
    {"MATERIALIZED VIEW", PGM__HAZARD_DROP_VIEW, PGM__SPACE_RELATION, ALWAYS},
    {"FUNCTION", PGM__HAZARD_DROP_ROUTINE, PGM__SPACE_ROUTINE, ALWAYS},
    {"PROCEDURE", PGM__HAZARD_DROP_ROUTINE, PGM__SPACE_ROUTINE, ALWAYS},
    {"ROUTINE", PGM__HAZARD_DROP_ROUTINE, PGM__SPACE_ROUTINE, ALWAYS},
    {"AGGREGATE", PGM__HAZARD_DROP_ROUTINE, PGM__SPACE_ROUTINE, ALWAYS},
    {"TYPE", PGM__HAZARD_DROP_TYPE, PGM__SPACE_TYPE, UNLESS_CASCADE},
    {"DOMAIN", PGM__HAZARD_DROP_TYPE, PGM__SPACE_TYPE, UNLESS_CASCADE},
    {"SEQUENCE", PGM__HAZARD_DROP_SEQUENCE, PGM__SPACE_RELATION, IF_EXISTS},
    {"SCHEMA", PGM__HAZARD_DROP_SCHEMA, PGM__SPACE_SCHEMA, IF_NEW},
    {"DATABASE", PGM__HAZARD_DROP_DATABASE, PGM__SPACE_SCHEMA, NEVER},
    {"OWNED BY", PGM__HAZARD_DROP_OWNED, PGM__SPACE_SCHEMA, NEVER},
};

/* What else the statement says. */
typedef struct manner {
    bool if_exists;
    bool cascade;
} manner;

/* A type whose name another one has taken is as good as made again. */
static bool is_again(const pgm__hazard_walk *walk, const drop *row) {
    pgm__hazard_scope *scope = walk->scope;
    return pgm__table_names_has(&scope->makes[row->space], scope->text, walk->name) ||
           (row->space == PGM__SPACE_TYPE &&
            pgm__table_names_has(&scope->swapped, scope->text, walk->name));
}

static bool may_again(const pgm__hazard_walk *walk, const drop *row, manner said) {
    switch (row->when) {
    case ALWAYS:
        return true;
    case IF_EXISTS:
        return said.if_exists;
    case IF_NEW:
        return said.if_exists && !pgm__hazard_is_known(walk, row->space);
    case UNLESS_CASCADE:
        return !said.cascade;
    case NEVER:
    default:
        return false;
    }
}

/* Programs cannot call it, and while a trigger does only CASCADE drops it. */
static bool is_of_trigger(const pgm__hazard_walk *walk, const drop *row) {
    pgm__hazard_scope *scope = walk->scope;
    return row->kind == PGM__HAZARD_DROP_ROUTINE &&
           pgm__table_names_has(&scope->folder->triggers, scope->text, walk->name);
}

static bool is_harmless(const pgm__hazard_walk *walk, const drop *row, manner said) {
    return (is_again(walk, row) && may_again(walk, row, said)) ||
           (!said.cascade && is_of_trigger(walk, row));
}

/* One statement may name several, and each is a warning of its own. A function has its arguments
 * behind its name. */
static void look_at_names(pgm__hazard_walk *walk, const drop *row) {
    const manner said = {.if_exists = pgm__hazard_take_if_exists(&walk->c),
                         .cascade = pgm__hazard_has_word(walk->c, "CASCADE")};
    while (pgm__cursor_is_name(&walk->c)) {
        walk->line = walk->c.token.line;
        pgm__hazard_read_name(walk, row->space);
        if (!is_harmless(walk, row, said)) {
            pgm__hazard_say(walk, row->kind);
        }
        pgm__hazard_skip_parentheses(&walk->c);
        if (!pgm__cursor_is_byte(&walk->c, ',')) {
            return;
        }
        pgm__cursor_advance(&walk->c);
    }
}

void pgm__hazard_drop(pgm__hazard_walk *walk) {
    for (size_t i = 0; i < sizeof DROPS / sizeof DROPS[0]; i++) {
        if (pgm__hazard_take_words(&walk->c, DROPS[i].words)) {
            look_at_names(walk, &DROPS[i]);
            return;
        }
    }
}
