#include "model/hazards/hazard_statement.h"

#include "model/hazards/hazard_access.h"
#include "model/hazards/hazard_drop.h"
#include "model/hazards/hazard_enum.h"
#include "model/hazards/hazard_index.h"
#include "model/hazards/hazard_learn.h"
#include "model/hazards/hazard_made.h"
#include "model/hazards/hazard_rows.h"
#include "model/hazards/hazard_table.h"
#include "model/hazards/hazard_view.h"

/* Longer words first where one begins as another does. */
static const pgm__hazard_rule STATEMENTS[] = {
    {.words = "CREATE INDEX", .look = pgm__hazard_index_create},
    {.words = "CREATE UNIQUE INDEX", .look = pgm__hazard_index_create},
    {.words = "ALTER TABLE ALL IN TABLESPACE", .look = pgm__hazard_rows_move},
    {.words = "ALTER INDEX ALL IN TABLESPACE", .look = pgm__hazard_rows_move},
    {.words = "ALTER TABLE", .look = pgm__hazard_table_alter},
    {.words = "ALTER FOREIGN TABLE", .look = pgm__hazard_table_alter},
    {.words = "ALTER INDEX", .look = pgm__hazard_index_alter},
    {.words = "ALTER VIEW", .look = pgm__hazard_view_alter},
    {.words = "ALTER MATERIALIZED VIEW", .look = pgm__hazard_view_alter},
    {.words = "ALTER SCHEMA", .look = pgm__hazard_access_schema},
    {.words = "ALTER TYPE", .look = pgm__hazard_enum_alter},
    {.words = "DROP INDEX", .look = pgm__hazard_index_drop},
    {.words = "DROP", .look = pgm__hazard_drop},
    {.words = "REINDEX", .look = pgm__hazard_index_rebuild},
    {.words = "REFRESH MATERIALIZED VIEW", .look = pgm__hazard_view_refresh},
    {.words = "VACUUM", .look = pgm__hazard_rows_vacuum},
    {.words = "CLUSTER", .look = pgm__hazard_rows_cluster},
    {.words = "TRUNCATE", .look = pgm__hazard_rows_truncate},
    {.words = "LOCK", .look = pgm__hazard_rows_lock},
    {.words = "UPDATE", .look = pgm__hazard_rows_change},
    {.words = "DELETE FROM", .look = pgm__hazard_rows_change},
    {.words = "WITH", .look = pgm__hazard_rows_with},
    {.words = "REVOKE", .look = pgm__hazard_access_revoke},
};

void pgm__hazard_statement(pgm__hazard_scope *scope, pgm__cursor statement) {
    pgm__hazard_walk walk = {.scope = scope, .c = statement, .line = statement.token.line};
    pgm__hazard_enum_use(walk);
    pgm__hazard_apply(&walk, STATEMENTS, sizeof STATEMENTS / sizeof STATEMENTS[0]);
    pgm__hazard_made_note(scope->made, scope->text, statement);
    pgm__hazard_learn(scope->folder, scope->text, statement);
}
