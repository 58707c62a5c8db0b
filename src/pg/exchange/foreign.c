#include "pg/exchange/foreign.h"

#include "base/mem.h"
#include "pg/exchange/block.h"
#include "pg/exchange/owner.h"

/* One letter for each pgm__foreign_state. */
#define APPLIED  "'a'"
#define UP_TO    "'u'"
#define BASELINE "'b'"
#define BROKEN   "'x'"

/* btrim() takes a text only: golang-migrate's and Ecto's numbers in a table of the same name must
 * not pass, since one row means "all up to here" there. */
#define NUMBERS_AS_TEXT                                                                            \
    "SELECT pg_catalog.btrim(version),NULL::pg_catalog.text," APPLIED " FROM schema_migrations"

/* What is taken back (goose's and flyway's newest row counts, prisma's rolled_back_at) and what is
 * no migration (goose's version 0, flyway's repeatable ones) is left out here. Times are read as
 * UTC: a column without a zone is taken as it is. */
static const char *const reads[PGM__TOOL_COUNT] = {
    [PGM__TOOL_GOLANG_MIGRATE] =
        "SELECT version::pg_catalog.text,NULL::pg_catalog.text,"
        "CASE WHEN dirty THEN " BROKEN " ELSE " UP_TO " END "
        "FROM schema_migrations WHERE dirty OR version OPERATOR(pg_catalog.>=) 0",
    [PGM__TOOL_DBMATE] = NUMBERS_AS_TEXT,
    [PGM__TOOL_GOOSE] =
        "SELECT version_id::pg_catalog.text,tstamp::pg_catalog.text," APPLIED " FROM ("
        "SELECT DISTINCT ON (version_id) version_id,tstamp,is_applied FROM goose_db_version"
        " WHERE version_id" PGM__NE "0 ORDER BY version_id,id DESC) g WHERE is_applied",
    [PGM__TOOL_FLYWAY] =
        "SELECT version::pg_catalog.text,installed_on::pg_catalog.text,"
        "CASE WHEN NOT success THEN " BROKEN " WHEN type" PGM__EQ "'BASELINE' THEN " BASELINE
        " ELSE " APPLIED " END FROM ("
        "SELECT DISTINCT ON (version) version,installed_on,success,type,installed_rank"
        " FROM flyway_schema_history WHERE version IS NOT NULL"
        " ORDER BY version,installed_rank DESC) f"
        " WHERE NOT pg_catalog.starts_with(type,'UNDO') AND type" PGM__NE
        "'DELETE' ORDER BY installed_rank",
    [PGM__TOOL_RAILS] = NUMBERS_AS_TEXT,
    [PGM__TOOL_SQLX] = "SELECT version::pg_catalog.text,installed_on::pg_catalog.text,"
                       "CASE WHEN success THEN " APPLIED " ELSE " BROKEN " END "
                       "FROM _sqlx_migrations ORDER BY version",
    [PGM__TOOL_PRISMA] = "SELECT migration_name::pg_catalog.text,finished_at::pg_catalog.text,"
                         "CASE WHEN finished_at IS NULL THEN " BROKEN " ELSE " APPLIED " END "
                         "FROM _prisma_migrations WHERE rolled_back_at IS NULL ORDER BY started_at",
    [PGM__TOOL_NODE_PG_MIGRATE] = "SELECT name::pg_catalog.text,run_on::pg_catalog.text," APPLIED
                                  " FROM pgmigrations ORDER BY run_on,id",
    [PGM__TOOL_DIESEL] = "SELECT version::pg_catalog.text,run_on::pg_catalog.text," APPLIED
                         " FROM __diesel_schema_migrations",
};

int pgm__foreign_sql_read(pgm__strbuf *sql, const pgm__context *context, pgm__tool tool) {
    pgm__block_sql_look(sql, context);
    if (!context->trusted) {
        pgm__strbuf_adds(sql, "SELECT ");
        pgm__owner_add_of(sql, pgm__tool_table(tool));
        pgm__strbuf_addc(sql, ';');
    }
    pgm__strbuf_adds(sql, reads[tool]);
    pgm__strbuf_adds(sql, ";COMMIT");
    return context->trusted ? 0 : 1;
}

static pgm__foreign_state state_of(const char *letter) {
    switch (letter == NULL ? 'x' : letter[0]) {
    case 'a':
        return PGM__FOREIGN_APPLIED;
    case 'u':
        return PGM__FOREIGN_UP_TO;
    case 'b':
        return PGM__FOREIGN_BASELINE;
    default:
        return PGM__FOREIGN_BROKEN;
    }
}

bool pgm__foreign_feed(pgm__facts *facts, pgm__arena *arena, const pgm__reply *reply) {
    if (pgm__reply_value(reply, 0) == NULL) {
        return true;
    }
    pgm__foreign_row *rows = pgm__grow(facts->foreign_rows, facts->foreign_count,
                                       &facts->foreign_capacity, sizeof *rows);
    if (rows == NULL) {
        return false;
    }
    facts->foreign_rows = rows;
    pgm__foreign_row row = {.state = state_of(pgm__reply_value(reply, 2))};
    if (!pgm__reply_keep(reply, 0, arena, &row.version) ||
        !pgm__reply_keep(reply, 1, arena, &row.applied_at)) {
        return false;
    }
    rows[facts->foreign_count++] = row;
    return true;
}
