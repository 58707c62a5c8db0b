#include "model/hazards/hazard_walk.h"

#include "model/hazards/hazard_words.h"

/* ---- the scope ---- */

/* All of its sets, so that none is forgotten at the end. */
static pgm__table_names *set_of(pgm__hazard_scope *scope, size_t i) {
    pgm__table_names *const others[] = {&scope->altered,   &scope->validated, &scope->columns,
                                        &scope->not_valid, &scope->values,    &scope->sure_values,
                                        &scope->given,     &scope->swapped,   &scope->empty};
    if (i < PGM__SPACE_COUNT) {
        return &scope->made[i];
    }
    i -= PGM__SPACE_COUNT;
    if (i < PGM__SPACE_COUNT) {
        return &scope->makes[i];
    }
    i -= PGM__SPACE_COUNT;
    return i < sizeof others / sizeof others[0] ? others[i] : NULL;
}

bool pgm__hazard_scope_failed(pgm__hazard_scope *scope) {
    bool failed = pgm__hazard_folder_failed(scope->folder);
    const pgm__table_names *set = set_of(scope, 0);
    for (size_t i = 1; set != NULL; set = set_of(scope, i++)) {
        failed = failed || set->failed;
    }
    return failed;
}

void pgm__hazard_scope_fini(pgm__hazard_scope *scope) {
    for (size_t i = 0; set_of(scope, i) != NULL; i++) {
        pgm__table_names_fini(set_of(scope, i));
    }
}

/* ---- the walk ---- */

void pgm__hazard_apply(pgm__hazard_walk *walk, const pgm__hazard_rule *rules, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (!pgm__hazard_take_words(&walk->c, rules[i].words)) {
            continue;
        }
        if (rules[i].look != NULL) {
            rules[i].look(walk);
        } else {
            pgm__hazard_say(walk, rules[i].kind);
        }
        return;
    }
}

void pgm__hazard_read_name(pgm__hazard_walk *walk, pgm__hazard_space space) {
    pgm__hazard_scope *scope = walk->scope;
    walk->name = pgm__table_name_read(&walk->c);
    walk->is_new = pgm__table_names_has(&scope->made[space], scope->text, walk->name);
    walk->of_earlier = !walk->is_new &&
                       pgm__table_names_has(&scope->folder->made[space], scope->text, walk->name);
}

bool pgm__hazard_is_known(const pgm__hazard_walk *walk, pgm__hazard_space space) {
    pgm__hazard_scope *scope = walk->scope;
    return pgm__table_names_has(&scope->folder->known[space], scope->text, walk->name);
}

void pgm__hazard_say_part(const pgm__hazard_walk *walk, pgm__hazard_kind kind, pgm__cut part) {
    pgm__hazard_scope *scope = walk->scope;
    if (walk->is_new || (scope->silenced & (UINT64_C(1) << kind)) != 0) {
        return;
    }
    const pgm__table_name *name = &walk->name;
    bool qualified = name->schema.end > name->schema.begin;
    const pgm__hazard hazard = {
        .kind = kind,
        .line = walk->line,
        .name = {qualified ? name->schema.begin : name->table.begin, name->table.end},
        .part = part,
        .of_earlier = walk->of_earlier};
    pgm__hazard_lines_add(&scope->lines, &hazard);
}

void pgm__hazard_say(const pgm__hazard_walk *walk, pgm__hazard_kind kind) {
    pgm__hazard_say_part(walk, kind, (pgm__cut){0});
}

pgm__table_name pgm__hazard_part(const pgm__hazard_walk *walk, pgm__cut part) {
    return (pgm__table_name){.schema = walk->name.table, .table = part};
}

pgm__cut pgm__hazard_take_part(pgm__hazard_walk *walk) {
    pgm__cut part = {walk->c.token.begin, walk->c.token.end};
    pgm__cursor_advance(&walk->c);
    return part;
}
