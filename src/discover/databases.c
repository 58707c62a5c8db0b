/* discover = databases: every database of a server that can be one is a target. */
#include "discover/answer.h"
#include "discover/ask_sql.h"
#include "discover/catalog.h"

static const pgm__catalog_kind kind = {
    .noun = "database",
    .sql = pgm__databases_sql,
    .key = "dbname",
    .is_database = true,
};

static pgm_status start(pgm__asking *asking, pgm_error *err) {
    return pgm__catalog_start(asking, &kind, err);
}

const pgm__source_kind_fns pgm__source_databases = {start, pgm__ask_sql_stop};
