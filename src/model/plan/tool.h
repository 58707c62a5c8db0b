/**
 * @file tool.h  The other migration tools whose history can be taken over, and what they recorded.
 *
 * Their tables are read as they are and never written to, so that the way back stays open.
 *
 * Layer: model. Pure. The SQL that reads their tables is pg/exchange/foreign.h.
 */
#ifndef PGM_MODEL_PLAN_TOOL_H
#define PGM_MODEL_PLAN_TOOL_H

#include <stdbool.h>

/** Name, its table, and whether it knows a migration by its whole name (else by its number). */
#define PGM__TOOL_MAP(XX)                                                                          \
    XX(GOLANG_MIGRATE, "golang-migrate", "schema_migrations", false)                               \
    XX(DBMATE, "dbmate", "schema_migrations", false)                                               \
    XX(GOOSE, "goose", "goose_db_version", false)                                                  \
    XX(FLYWAY, "flyway", "flyway_schema_history", false)                                           \
    XX(RAILS, "rails", "schema_migrations", false)                                                 \
    XX(SQLX, "sqlx", "_sqlx_migrations", false)                                                    \
    XX(PRISMA, "prisma", "_prisma_migrations", true)                                               \
    XX(NODE_PG_MIGRATE, "node-pg-migrate", "pgmigrations", true)                                   \
    XX(DIESEL, "diesel", "__diesel_schema_migrations", false)

typedef enum pgm__tool {
#define XX(id, name, table, by_name) PGM__TOOL_##id,
    PGM__TOOL_MAP(XX)
#undef XX
        PGM__TOOL_COUNT
} pgm__tool;

/** What a row of theirs says. */
typedef enum pgm__foreign_state {
    PGM__FOREIGN_APPLIED,  /* this migration is applied */
    PGM__FOREIGN_UP_TO,    /* this one, and all before it */
    PGM__FOREIGN_BASELINE, /* the same, and there need not be a file of this number */
    PGM__FOREIGN_BROKEN    /* it began, or failed, and nobody has cleaned up */
} pgm__foreign_state;

/** One row of their table; those they take back or ignore themselves are left out. */
typedef struct pgm__foreign_row {
    const char *version;    /* number or name */
    const char *applied_at; /* as our ledger takes it, or NULL */
    pgm__foreign_state state;
} pgm__foreign_row;

/** @return false when there is no such tool. */
bool pgm__tool_find(const char *name, pgm__tool *out);

/** Static storage. */
const char *pgm__tool_name(pgm__tool tool);
const char *pgm__tool_table(pgm__tool tool);

/** Does it know migrations by their whole names? */
bool pgm__tool_has_names(pgm__tool tool);

/** "golang-migrate, dbmate, …": all of them. Static storage. */
const char *pgm__tool_list(void);

#endif
