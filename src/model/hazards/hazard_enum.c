#include "model/hazards/hazard_enum.h"

#include "model/hazards/hazard_words.h"

/* [IF NOT EXISTS] 'value'. One that is there already may be used; which is so, the text cannot
 * tell. A file that is no transaction commits it at once. */
static void look_at_add(pgm__hazard_walk *walk) {
    pgm__hazard_scope *scope = walk->scope;
    bool maybe = pgm__hazard_take_if_exists(&walk->c);
    if (!scope->transactional || walk->c.token.kind != PGM__TOKEN_STRING) {
        return;
    }
    pgm__table_name value = pgm__hazard_part(walk, pgm__hazard_take_part(walk));
    pgm__table_names_add(&scope->values, scope->text, value);
    if (!maybe) {
        pgm__table_names_add(&scope->sure_values, scope->text, value);
    }
}

static void look_at_rename(pgm__hazard_walk *walk) {
    pgm__hazard_say_part(walk, PGM__HAZARD_RENAME_VALUE, pgm__hazard_take_part(walk));
}

/* Programs name the type that gets the name in this very file, and not the one that loses it. */
static void look_at_rename_of_type(pgm__hazard_walk *walk) {
    pgm__hazard_scope *scope = walk->scope;
    pgm__table_name name = pgm__table_name_read(&walk->c);
    name.schema = walk->name.schema;
    if (pgm__table_names_has(&scope->makes[PGM__SPACE_TYPE], scope->text, walk->name) ||
        pgm__table_names_has(&scope->given, scope->text, walk->name)) {
        pgm__table_names_add(&scope->swapped, scope->text, name);
    }
}

void pgm__hazard_enum_alter(pgm__hazard_walk *walk) {
    static const pgm__hazard_rule rules[] = {
        {.words = "ADD VALUE", .look = look_at_add},
        {.words = "RENAME VALUE", .look = look_at_rename},
        {.words = "RENAME TO", .look = look_at_rename_of_type},
    };
    pgm__hazard_read_name(walk, PGM__SPACE_TYPE);
    pgm__hazard_apply(walk, rules, sizeof rules / sizeof rules[0]);
}

/* What is known of a string where it stands. */
typedef struct place {
    pgm__table_name before; /* the name in front of it: a type, or any other word */
    bool casts;             /* CAST ( stands in front of it */
} place;

/* 'x'::type, CAST('x' AS type): false, when it says nothing. */
static bool read_cast(pgm__cursor c, const place *at, pgm__table_name *type) {
    pgm__cursor_advance(&c);
    bool colons = pgm__cursor_is_byte(&c, ':');
    if (colons) {
        pgm__cursor_advance(&c);
        pgm__cursor_advance(&c);
    }
    if (!colons && !(at->casts && pgm__cursor_take(&c, "AS"))) {
        return false;
    }
    *type = pgm__table_name_read(&c);
    return true;
}

static void say_used(const pgm__hazard_walk *found, pgm__hazard_kind kind, pgm__table_name type,
                     pgm__cut value) {
    pgm__hazard_walk walk = *found;
    walk.name = type;
    walk.line = found->c.token.line;
    pgm__hazard_say_part(&walk, kind, value);
}

/* From PostgreSQL 17 on a transaction may use what it adds to a type that it has made itself, but
 * not below a savepoint, where every file of ours is (docs/inside/facts.md, "Server"): only the
 * advice is another one. */
static pgm__hazard_kind kind_of(pgm__hazard_scope *scope, pgm__table_name type,
                                pgm__table_name value) {
    if (!pgm__table_names_has(&scope->sure_values, scope->text, value)) {
        return PGM__HAZARD_ENUM_VALUE_MAYBE;
    }
    return pgm__table_names_has(&scope->made[PGM__SPACE_TYPE], scope->text, type)
               ? PGM__HAZARD_ENUM_VALUE_OF_NEW_TYPE
               : PGM__HAZARD_ENUM_VALUE_USED;
}

/* A string with a type is that type's for certain. A bare one may be anything. */
static void look_at_string(const pgm__hazard_walk *walk, const place *at) {
    pgm__hazard_scope *scope = walk->scope;
    const pgm__cut text = {walk->c.token.begin, walk->c.token.end};
    pgm__table_name type = at->before;
    bool cast = read_cast(walk->c, at, &type);
    const pgm__table_name value = {.schema = type.table, .table = text};
    bool typed = type.table.end > type.table.begin;
    if (typed && pgm__table_names_has(&scope->values, scope->text, value)) {
        say_used(walk, kind_of(scope, type, value), type, text);
        return;
    }
    const pgm__table_name bare = {.table = text};
    if (!cast && pgm__table_names_has(&scope->values, scope->text, bare)) {
        say_used(walk, PGM__HAZARD_ENUM_VALUE_MAYBE, (pgm__table_name){0}, text);
    }
}

/* In ALTER TYPE and COMMENT a value is named and not used. */
void pgm__hazard_enum_use(pgm__hazard_walk walk) {
    if (walk.scope->values.entries == NULL || pgm__cursor_is(&walk.c, "COMMENT") ||
        pgm__hazard_take_words(&walk.c, "ALTER TYPE")) {
        return;
    }
    place at = {0};
    while (!pgm__cursor_at_end(&walk.c)) {
        if (walk.c.token.kind == PGM__TOKEN_STRING) {
            look_at_string(&walk, &at);
        }
        bool cast = pgm__cursor_is(&walk.c, "CAST");
        at.before = pgm__table_name_read(&walk.c);
        if (at.before.table.end <= at.before.table.begin) {
            pgm__cursor_advance(&walk.c);
        }
        at.casts = cast && walk.c.token.kind == PGM__TOKEN_OPEN;
        if (at.casts) {
            at.before = (pgm__table_name){0};
            pgm__cursor_advance(&walk.c);
        }
    }
}
