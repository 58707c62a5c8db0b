/**
 * @file wall.h  What stands between a file that is only to be parsed and being run, beside the
 * error that ends each of its strings (syntax.h).
 *
 * Before the first file is sent, a probe finds out whether whoever answers parses a string as a
 * whole: a setting, a COMMIT and our error in one string; then it is asked whether the setting is
 * there. Whatever stands between (a pooler, a proxy, another make of server) may have taken the
 * string apart. Then the wall is raised: a transaction that reads only and has failed. The server
 * refuses every statement in it but one that ends it, so that what is executed all the same,
 * statement by statement, is executed by nobody; and a file's own COMMIT would lead out of it into
 * a session that reads only by default. Behind a pooler that last part is missing, since a SET of
 * the session's would be the next client's too.
 *
 * Layer: pg, exchange. Pure.
 */
#ifndef PGM_PG_EXCHANGE_WALL_H
#define PGM_PG_EXCHANGE_WALL_H

#include <stdbool.h>

#include "base/strbuf.h"
#include "pg/exchange/context.h"
#include "pg/exchange/reply.h"

/** What the session said of itself when the wall was raised. */
typedef struct pgm__wall_look {
    bool seen;
    bool probe_ran;  /* the setting is there: part of the probe was run */
    bool bytes;      /* the server counts bytes: its encoding knows no characters */
    bool utf8;       /* it reads what is sent as UTF-8 */
    bool escapes;    /* standard_conforming_strings is off */
    bool reads_only; /* by default */
} pgm__wall_look;

/** Opens a transaction, in which a pooler keeps its connection for us. */
void pgm__wall_sql_open(pgm__strbuf *sql, const pgm__context *context);

/** Sets something, commits it, and ends in our error. */
void pgm__wall_sql_probe(pgm__strbuf *sql, const pgm__context *context);

/** Asks whether anything of the probe was run, and raises the wall: the string ends in an error
 * with PGM__MARK_WALL, in a transaction that has failed. */
void pgm__wall_sql_raise(pgm__strbuf *sql, const pgm__context *context, bool escapes);

/** Takes in the row that the question brings. */
void pgm__wall_feed(pgm__wall_look *look, const pgm__context *context, const pgm__reply *reply);

/** Has the wall been raised by this error? */
bool pgm__wall_is_raised(const pgm__server_error *error);

/** Leaves the session as it was found. */
void pgm__wall_sql_leave(pgm__strbuf *sql, const pgm__context *context);

#endif
