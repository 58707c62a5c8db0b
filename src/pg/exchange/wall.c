#include "pg/exchange/wall.h"

#include <string.h>

#include "engine/classify.h"
#include "pg/exchange/block.h"
#include "pg/exchange/syntax.h"

/* The question's columns, in its order. */
enum { LOOK_PROBE, LOOK_SERVER_ENCODING, LOOK_CLIENT_ENCODING, LOOK_STRINGS, LOOK_READS_ONLY };

/* In a transaction of its own: behind any other statement BEGIN would only join it, and what fails
 * in the same would take the SET back. */
void pgm__wall_sql_open(pgm__strbuf *sql, const pgm__context *context) {
    if (!context->pooled) {
        pgm__strbuf_adds(sql, "BEGIN;SET default_transaction_read_only=on;COMMIT;");
    }
    pgm__strbuf_adds(sql, PGM__BEGIN_READING);
}

/* With a COMMIT of its own, as files have them, so that what was run would stay. The end of the
 * string begins another transaction, in which a pooler still keeps its connection for the question.
 */
void pgm__wall_sql_probe(pgm__strbuf *sql, const pgm__context *context) {
    pgm__strbuf_addf(sql, "SELECT pg_catalog.set_config('pgmarch.probe','%s',false);COMMIT",
                     context->run_id);
    pgm__syntax_add_end(sql, context->run_id);
}

void pgm__wall_sql_raise(pgm__strbuf *sql, const pgm__context *context, bool escapes) {
    pgm__strbuf_adds(sql, "ROLLBACK;" PGM__BEGIN_READING);
    if (!context->pooled) {
        pgm__strbuf_addf(sql, "SET standard_conforming_strings=%s;", escapes ? "off" : "on");
    }
    pgm__strbuf_adds(sql,
                     "SELECT pg_catalog.current_setting('pgmarch.probe',true),"
                     "pg_catalog.current_setting('server_encoding'),"
                     "pg_catalog.current_setting('client_encoding'),"
                     "pg_catalog.current_setting('standard_conforming_strings'),"
                     "pg_catalog.current_setting('default_transaction_read_only');"
                     "COMMIT;" PGM__BEGIN_READING "SELECT '" PGM__MARK_WALL "'::pg_catalog.int4;");
}

static bool says(const pgm__reply *reply, int column, const char *text) {
    const char *value = pgm__reply_value(reply, column);
    return value != NULL && strcmp(value, text) == 0;
}

void pgm__wall_feed(pgm__wall_look *look, const pgm__context *context, const pgm__reply *reply) {
    if (reply->kind != PGM__REPLY_ROW) {
        return;
    }
    *look = (pgm__wall_look){
        .seen = true,
        .probe_ran = says(reply, LOOK_PROBE, context->run_id),
        .bytes = says(reply, LOOK_SERVER_ENCODING, "SQL_ASCII"),
        .utf8 = says(reply, LOOK_CLIENT_ENCODING, "UTF8"),
        .escapes = !says(reply, LOOK_STRINGS, "on"),
        .reads_only = says(reply, LOOK_READS_ONLY, "on"),
    };
}

bool pgm__wall_is_raised(const pgm__server_error *error) {
    return error->message != NULL && strstr(error->message, PGM__MARK_WALL) != NULL;
}

void pgm__wall_sql_leave(pgm__strbuf *sql, const pgm__context *context) {
    pgm__strbuf_adds(sql, "ROLLBACK;");
    if (!context->pooled) {
        pgm__strbuf_adds(sql, "BEGIN;RESET default_transaction_read_only;"
                              "SET standard_conforming_strings=on;COMMIT;");
    }
}
