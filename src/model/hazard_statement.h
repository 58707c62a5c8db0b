/**
 * @file hazard_statement.h  The hazards of one statement.
 *
 * Layer: model, inside hazards.c only. Pure.
 */
#ifndef PGM_MODEL_HAZARD_STATEMENT_H
#define PGM_MODEL_HAZARD_STATEMENT_H

#include "model/cursor.h"
#include "model/hazards.h"
#include "model/table_names.h"

/** What is known of a file up to the statement. */
typedef struct pgm__hazard_scope {
    const char *text;
    pgm__table_names created;   /* by this file */
    pgm__table_names validated; /* VALIDATE CONSTRAINT stands in this file */
    unsigned silenced;          /* bits 1 << kind: not to be said of this statement */
    pgm__hazard_fn found;
    void *data;
    bool stopped; /* `found` returned false */
} pgm__hazard_scope;

/** Looks at one statement and remembers the tables that it creates. */
void pgm__hazard_statement(pgm__hazard_scope *scope, pgm__cursor statement);

#endif
