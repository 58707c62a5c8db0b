/**
 * @file hygiene.h  The state of a session around a file: the same settings wherever it runs, and
 * nothing of it left for the next one.
 *
 * Layer: pg, exchange. Pure.
 */
#ifndef PGM_PG_EXCHANGE_HYGIENE_H
#define PGM_PG_EXCHANGE_HYGIENE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/strbuf.h"
#include "pg/exchange/context.h"

/** What says how a string is read: its bytes, and the backslashes of its plain strings. */
#define PGM__ENCODING      "SET client_encoding='UTF8';"
#define PGM__READ_STANDARD "SET standard_conforming_strings=on;"
#define PGM__READ_ESCAPES  "SET standard_conforming_strings=off;"

/** What a string must leave behind it: the server reads a whole string, the file's bytes and
 *  backslashes, before anything in it can say how. */
#define PGM__NEXT_STRING PGM__ENCODING PGM__READ_STANDARD

/**
 * Takes back what a file may have left in the session: settings, role (RESET ALL does not reach
 * it), cursors, prepared statements, channels, temporary tables, currval(). All but locks. Meant
 * for a transaction, which DISCARD ALL cannot run in.
 *
 * @return How many replies it brings.
 */
size_t pgm__hygiene_sql(pgm__strbuf *sql);

/**
 * The same between two blocks of a string, where the role has come back already. But for prepared
 * statements: ours stay where the file had none of its own.
 *
 * @return How many replies it brings.
 */
size_t pgm__hygiene_sql_between(pgm__strbuf *sql);

/**
 * Behind a pooler: gives the connection the run's name, whatever the pooler makes of
 * application_name, and after RESET ALL: what is left of a run must be known by it
 * (pgm__lock_sql_end_orphan()).
 *
 * @return How many replies it brings.
 */
size_t pgm__hygiene_sql_name(pgm__strbuf *sql, const pgm__context *context);

/**
 * Everything that could make the same file give another schema on another target is pinned.
 *
 * @param local  For the transaction; else for the session, for a file that runs without one.
 * @return How many replies it brings.
 */
size_t pgm__hygiene_sql_settings(pgm__strbuf *sql, const pgm__context *context, bool local);

/** Of these the limits of time alone, for the transaction. @return How many replies it brings. */
size_t pgm__hygiene_sql_timeouts(pgm__strbuf *sql, const pgm__context *context);

/**
 * The target's schema as the whole search_path, for a transaction of ours that looks for tables:
 * one of the same name in a schema that others share is not this target's. CURRENT_SCHEMA is NULL
 * where it is missing.
 *
 * @return How many replies it brings.
 */
size_t pgm__hygiene_sql_schema(pgm__strbuf *sql, const pgm__context *context);

/** Of these the search_path alone, for the transaction. @return How many replies it brings. */
size_t pgm__hygiene_sql_search_path(pgm__strbuf *sql, const pgm__context *context);

/** Resets what a file before may have left, then pins the session's settings and takes its lock
 *  again; for strings without a transaction of their own. */
void pgm__hygiene_sql_session(pgm__strbuf *sql, const pgm__context *context);

/** Behind a pooler: leaves its connection as the files found it, for whoever gets it next. Outside
 *  a transaction; the replies mean nothing. */
void pgm__hygiene_sql_leave(pgm__strbuf *sql, const pgm__context *context);

#endif
