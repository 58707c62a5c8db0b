/**
 * @file hazard_walk.h  One statement on its way through the rules, and what is known of the file up
 * to it.
 *
 * A rule asks for the words that make a statement slow or breaking, and for those that make it
 * harmless after all: CONCURRENTLY, NOT VALID, USING INDEX, a table that this very file has made. A
 * warning too many is allowed in one line; so where the words leave a doubt, it is said.
 *
 * Layer: model, inside model/hazards only. Pure.
 */
#ifndef PGM_MODEL_HAZARDS_HAZARD_WALK_H
#define PGM_MODEL_HAZARDS_HAZARD_WALK_H

#include <stdint.h>

#include "model/hazards/hazard.h"
#include "model/hazards/hazard_folder.h"
#include "model/hazards/hazard_lines.h"
#include "model/sql/cursor.h"
#include "model/sql/table_names.h"

/** What is known of a file up to the statement. Sets of parts have the table (or type) as schema,
 * without its own. */
typedef struct pgm__hazard_scope {
    const char *text;
    bool transactional;                       /* the file is one transaction */
    pgm__hazard_folder *folder;               /* what the files before it say */
    pgm__table_names made[PGM__SPACE_COUNT];  /* by this file, up to here */
    pgm__table_names makes[PGM__SPACE_COUNT]; /* by this file, anywhere in it */
    pgm__table_names altered;                 /* tables that an ALTER TABLE has locked */
    pgm__table_names validated;               /* tables: VALIDATE CONSTRAINT stands in this file */
    pgm__table_names columns;                 /* that this file has added to tables */
    pgm__table_names empty;                   /* of them, those that are NULL in all rows */
    pgm__table_names not_valid;               /* constraints that it has added so */
    pgm__table_names values;                  /* that it has added to enum types */
    pgm__table_names sure_values; /* of them, those that cannot have been there before */
    pgm__table_names given;       /* names that it gives to types by RENAME, anywhere in it */
    pgm__table_names swapped;     /* types that another one has taken the name of */
    uint64_t silenced;            /* bits 1 << kind: not to be said of this statement */
    pgm__hazard_lines lines;
} pgm__hazard_scope;

_Static_assert(PGM__HAZARD_COUNT <= 64, "each kind has a bit of `silenced`");

/** Did memory run out? */
bool pgm__hazard_scope_failed(pgm__hazard_scope *scope);

void pgm__hazard_scope_fini(pgm__hazard_scope *scope);

/** Plain data: copy it to look ahead. */
typedef struct pgm__hazard_walk {
    pgm__hazard_scope *scope;
    pgm__cursor c;
    unsigned line; /* of what the rule looks at: the statement, or the action of ALTER TABLE */
    pgm__table_name name; /* that it changes */
    bool is_new;          /* this file has made that */
    bool of_earlier;      /* an earlier file has */
} pgm__hazard_walk;

/** Key words, and what is asked behind them; without a function they are a hazard by themselves. */
typedef struct pgm__hazard_rule {
    const char *words; /* in capitals, a blank between */
    void (*look)(pgm__hazard_walk *walk);
    pgm__hazard_kind kind;
} pgm__hazard_rule;

/** Applies the first rule whose words stand here, with the cursor behind them. */
void pgm__hazard_apply(pgm__hazard_walk *walk, const pgm__hazard_rule *rules, size_t count);

/** Reads the name of what is changed. Whether it is new is asked here, and not for each action. */
void pgm__hazard_read_name(pgm__hazard_walk *walk, pgm__hazard_space space);

/** Has a file before this one made what was read last, applied or not? */
bool pgm__hazard_is_known(const pgm__hazard_walk *walk, pgm__hazard_space space);

/** Says it of the name that was read last, unless that is new. */
void pgm__hazard_say(const pgm__hazard_walk *walk, pgm__hazard_kind kind);

/** Of a part of it. */
void pgm__hazard_say_part(const pgm__hazard_walk *walk, pgm__hazard_kind kind, pgm__cut part);

/** A part of what is changed, for a set of parts. */
pgm__table_name pgm__hazard_part(const pgm__hazard_walk *walk, pgm__cut part);

/** Reads a name that may be any word, and steps over it. */
pgm__cut pgm__hazard_take_part(pgm__hazard_walk *walk);

#endif
