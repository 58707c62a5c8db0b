/* discover = schemas: every schema of a database is a target, but for those of the server itself.
 */
#include "discover/answer.h"
#include "discover/ask_sql.h"
#include "discover/catalog.h"

static const pgm__catalog_kind kind = {
    .noun = "schema",
    .sql = pgm__schemas_sql,
    .key = "schema",
};

static pgm_status start(pgm__asking *asking, pgm_error *err) {
    return pgm__catalog_start(asking, &kind, err);
}

const pgm__source_kind_fns pgm__source_schemas = {start, pgm__ask_sql_stop};
