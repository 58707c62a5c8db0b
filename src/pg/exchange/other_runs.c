#include "pg/exchange/other_runs.h"

#include <stdlib.h>

#include "pg/exchange/block.h"

/* Followed by the run's id. */
#define OTHER_RUNS_COLUMN "pgmarch other runs "

/* A prepared transaction has locks and no process: ANY is NULL then, which counts as no. A parallel
 * worker has its leader's name, and takes no connection; of a stranger's sessions the kind is
 * hidden. */
int pgm__other_runs_sql(pgm__strbuf *sql, const pgm__context *context) {
    pgm__strbuf_adds(sql, PGM__BEGIN_READING
                     "SET LOCAL statement_timeout='2s';"
                     "SELECT pg_catalog.concat_ws(' ',pg_catalog.count(*),pg_catalog.sum(r.n)) "
                     "AS \"" OTHER_RUNS_COLUMN);
    pgm__strbuf_adds(sql, context->run_id);
    pgm__strbuf_adds(sql, "\" FROM (SELECT pg_catalog.count(*) AS n"
                          " FROM pg_catalog.pg_stat_activity a"
                          " WHERE pg_catalog.left(a.application_name,8)" PGM__EQ
                          "'" PGM__SESSION_PREFIX "' AND a.application_name" PGM__NE);
    pgm__context_add_run_name(sql, context);
    pgm__strbuf_adds(sql, " AND coalesce(a.backend_type,'')" PGM__NE "'parallel worker'"
                          " GROUP BY a.application_name HAVING pg_catalog.bool_or(a.pid" PGM__EQ
                          "ANY (SELECT l.pid FROM pg_catalog.pg_locks l))) r;COMMIT;");
    return 1;
}

bool pgm__other_runs_feed(pgm__other_runs *found, const pgm__context *context,
                          const pgm__reply *reply) {
    if (reply->kind != PGM__REPLY_ROW ||
        !pgm__context_is_column(context, reply, OTHER_RUNS_COLUMN)) {
        return false;
    }
    const char *numbers = pgm__reply_value(reply, 0);
    char *rest = NULL;
    *found = (pgm__other_runs){0};
    if (numbers != NULL) {
        found->runs = strtoul(numbers, &rest, 10);
        found->sessions = strtoul(rest, NULL, 10);
    }
    return true;
}
